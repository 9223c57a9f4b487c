from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

NETWORK = NetworkSpec((3, 4, 1), ("tanh",), "sigmoid")
START = np.linspace(-1.0, 1.0, NETWORK.n_parameters)


def data_of(dtype: Any = np.float64, n: int = 700) -> engine.TrainingData:
    random = np.random.RandomState(0)
    X = random.normal(size=(n, 3)).astype(dtype)
    weight = random.randint(3, size=n).astype(dtype)
    return engine.TrainingData(X, (X[:, :1] > 0).astype(dtype), weight)


def spec(solver: str = "lbfgs", l1_ratio: float = 0.0) -> TrainingSpec:
    return TrainingSpec(
        NETWORK,
        SolverSpec(solver, learning_rate_init=0.5),
        StopRule(max_iter=20, tol=0.0),
        alpha=0.1 if l1_ratio == 0.0 else 20.0,
        l1_ratio=l1_ratio,
    )


def asking(
    data: engine.TrainingData, solver: str = "lbfgs", l1_ratio: float = 0.0
) -> engine.Trainer:
    rows = engine.RowsElsewhere(data.n_samples, data.n_features, data.n_outputs, data)
    return engine.Trainer(spec(solver, l1_ratio), rows, START)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", ["lbfgs", "gd"])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.9])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_who_is_told_the_sums_gets_where_who_has_the_rows_gets(
    dtype: Any, solver: str, n_threads: int, l1_ratio: float
) -> None:
    data = data_of(dtype)
    here, there = (
        engine.Trainer(spec(solver, l1_ratio), data, START),
        asking(data, solver, l1_ratio),
    )
    engine.train([here])
    while (point := engine.ask(there)) is not None:
        again = engine.ask(there)
        assert again is not None
        assert again.tobytes() == point.tobytes()
        engine.tell(there, engine.sum_up(NETWORK, data, point, n_threads))
    assert there.weights().tobytes() == here.weights().tobytes()
    assert there.loss_curve.tolist() == here.loss_curve.tolist()
    assert there.gradient_norm_curve.tolist() == here.gradient_norm_curve.tolist()
    assert there.stop_reason == here.stop_reason


def test_sums_are_the_gradient_without_the_mean() -> None:
    data = data_of()
    loss, gradient = engine.loss_and_gradient(NETWORK, START, data)
    sums = engine.sum_up(NETWORK, data, START, 1)
    np.testing.assert_allclose(sums.loss / sums.weight, loss, rtol=1e-12)
    np.testing.assert_allclose(sums.gradient / sums.weight, gradient, rtol=1e-12, atol=1e-15)


def test_a_state_may_be_taken_out_while_a_question_is_open() -> None:
    data = data_of()
    one, other = asking(data), asking(data)
    for _ in range(7):
        point = engine.ask(one)
        assert point is not None
        engine.tell(one, engine.sum_up(NETWORK, data, point, 1))
    point = engine.ask(one)
    other.set_state(one.state())
    again = engine.ask(other)
    assert point is not None
    assert again is not None
    assert again.tobytes() == point.tobytes()


def test_what_does_not_fit_is_refused() -> None:
    data = data_of()
    trainer = asking(data)
    with pytest.raises(ValueError, match="asked for, not trained on"):
        engine.train([trainer])
    with pytest.raises(ValueError, match="nothing was asked"):
        engine.tell(trainer, engine.sum_up(NETWORK, data, START, 1))
    engine.ask(trainer)
    with pytest.raises(ValueError, match="wrong length"):
        engine.tell(trainer, engine.RowSums(1.0, 1.0, np.zeros(2)))
    with pytest.raises(ValueError, match="only sums over all"):
        asking(data, "adam")
    with pytest.raises(ValueError, match="rows are here"):
        engine.ask(engine.Trainer(spec(), data, START))
