"""A pass over rows that come in parts, as the trainer tells of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverName, SolverSpec, StopRule, TrainingSpec

NETWORK = NetworkSpec((4, 5, 3), ("relu",), "softmax")


def data(n_rows: int, dtype: type = np.float64) -> tuple[Any, Any]:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(n_rows, 4)).astype(dtype)
    return X, np.eye(3, dtype=dtype)[np.argmax(X[:, :3], axis=1)]


def trainer(rows: engine.TrainingData, solver: SolverName = "adam", **rules: Any) -> engine.Trainer:
    spec = TrainingSpec(NETWORK, SolverSpec(solver, 0.01, batch_size=20), StopRule(**rules))
    start = np.random.default_rng(1).normal(size=NETWORK.n_parameters) / 3
    return engine.Trainer(spec, rows, start)


def test_nothing_is_told_of_a_pass_until_its_last_part() -> None:
    X, Y = data(300)
    training = trainer(engine.TrainingData(X[:100], Y[:100]), max_iter=2)
    for number in range(2):
        for begin in (0, 100, 200):
            assert training.n_iter == number
            assert len(training.loss_curve) == number
            part = engine.TrainingData(X[begin : begin + 100], Y[begin : begin + 100])
            training.take_part(part, seed=begin, more=begin < 200)
            engine.train([training], max_passes=1)
    assert training.stop_reason == "max_iter"
    assert training.loss_curve[1] < training.loss_curve[0]


def test_a_pass_that_overflows_in_a_later_part_is_taken_back_as_a_whole() -> None:
    X, Y = data(200, np.float32)
    training = trainer(engine.TrainingData(X[:100], Y[:100]), "sgd", max_iter=5)
    before = training.weights()
    training.take_part(engine.TrainingData(X[:100], Y[:100]), seed=0, more=True)
    engine.train([training], max_passes=1)
    assert not np.array_equal(training.weights(), before)
    huge = np.full((100, 4), 3e38, np.float32)
    training.take_part(engine.TrainingData(huge, Y[:100]), seed=0, more=False)
    engine.train([training], max_passes=1)
    assert training.stop_reason == "diverged"
    assert np.array_equal(training.weights(), before)


def test_a_pass_can_be_ended_early_and_its_state_is_put_away_only_then() -> None:
    X, Y = data(200)
    rows = engine.TrainingData(X[:100], Y[:100])
    training = trainer(rows, max_iter=9)
    assert not training.end_pass()
    training.take_part(rows, seed=0, more=True)
    engine.train([training], max_passes=1)
    with pytest.raises(ValueError, match="an epoch in parts is put away at its end only"):
        training.state()
    assert training.end_pass()
    engine.train([training], max_passes=1)
    assert (training.n_iter, len(training.loss_curve)) == (1, 1)
    assert training.state()


def test_solvers_of_all_rows_and_other_types_take_no_parts() -> None:
    rows = engine.TrainingData(*data(60))
    for solver in ("lbfgs", "gd"):
        with pytest.raises(ValueError, match="this solver goes on with the rows that it has"):
            trainer(rows, solver).take_part(rows, seed=0, more=False)
    single = engine.TrainingData(*data(60, np.float32))
    with pytest.raises(ValueError, match="data and trainer differ in their type"):
        trainer(rows).take_part(single, seed=0, more=False)
