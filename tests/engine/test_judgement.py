"""Networks are judged where they were trained, as NumPy and scikit-learn would judge them."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import log_loss, r2_score

from moonlet import engine, reference
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec

KINDS: list[tuple[Any, Any, int, float | None]] = [
    ("softmax", "log_loss", 4, None),
    ("softmax", "log_loss", 2, None),
    ("sigmoid", "log_loss", 1, None),
    ("identity", "squared_error", 2, None),
    ("identity", "huber", 1, 0.7),
    ("identity", "quantile", 1, 0.8),
    ("exp", "poisson", 1, None),
]


def some_targets(output: str, n_rows: int, n_outputs: int, random: np.random.RandomState) -> Array:
    if output == "softmax":
        return np.eye(n_outputs)[random.randint(n_outputs, size=n_rows)]
    if output == "sigmoid":
        return random.randint(2, size=(n_rows, 1)).astype(float)
    numbers = random.randn(n_rows, n_outputs)
    return np.abs(np.rint(2.0 * numbers)) if output == "exp" else numbers


def loss_and_score(network: NetworkSpec, p: Array, X: Array, Y: Array) -> tuple[float, float]:
    """By scikit-learn and `moonlet.reference`."""
    outputs = engine.predict(network, p, X)
    if network.loss != "log_loss":
        score = r2_score(Y, outputs.astype(np.float64))
        return reference.loss(network, p, X.astype(np.float64), Y), score
    if network.n_outputs == 1:
        outputs, Y = np.hstack([1.0 - outputs, outputs]), np.hstack([1.0 - Y, Y])
    wanted = Y.argmax(axis=1)
    loss = log_loss(wanted, outputs.astype(np.float64), labels=range(Y.shape[1]))
    return loss, float(np.mean(outputs.argmax(axis=1) == wanted))


@pytest.mark.filterwarnings("ignore:The y_prob values do not sum to one")  # those of 32 bit
@pytest.mark.parametrize(("kind", "dtype"), list(product(KINDS, [np.float64, np.float32])))
@pytest.mark.parametrize("n_threads", [1, 2])
def test_losses_and_scores_of_all_kinds(kind: tuple, dtype: type, n_threads: int) -> None:
    output, loss, n_outputs, parameter = kind
    random = np.random.RandomState(0)
    network = NetworkSpec((3, 6, n_outputs), ("tanh",), output, loss, parameter)
    rows = [random.randn(n, 3).astype(dtype) for n in (300, 70)]
    targets = [some_targets(output, len(X), n_outputs, random) for X in rows]
    weighted = engine.TrainingData(rows[0], targets[0], random.rand(300))
    own, held_out = (
        engine.TrainingData(csr_array(X), Y) for X, Y in zip(rows, targets, strict=True)
    )
    trainers = []
    for seed in range(40):
        start = np.random.RandomState(seed).randn(network.n_parameters)
        spec = TrainingSpec(network, SolverSpec("gd", 0.02), StopRule(60, tol=0.0), alpha=0.3)
        trainer = engine.Trainer(spec, weighted, start)
        trainer.judge_by(weighted, own, held_out)
        assert trainer.judgement is None
        trainers.append(trainer)
    engine.train(trainers, n_threads=n_threads, max_passes=10)
    assert all(trainer.judgement is None for trainer in trainers)
    engine.train(trainers, n_threads=n_threads)
    close = {"rtol": 1e-12 if dtype is np.float64 else 2e-5, "atol": 1e-6}
    for trainer in trainers[::8]:
        found, p = trainer.judgement, trainer.parameters
        assert found is not None
        for values, X, Y in zip(([found.own_loss], found[1:3]), rows, targets, strict=True):
            wanted = loss_and_score(network, p, X, Y)[: len(values)]
            np.testing.assert_allclose(values, wanted, **close)
        _, gradient = engine.loss_and_gradient(network, p, weighted, 0.3)
        np.testing.assert_allclose(found.gradient_norm, np.linalg.norm(gradient), **close)


def test_a_row_costs_no_more_than_a_machine_epsilon_allows() -> None:
    X, Y = np.array([[1.0], [-1.0]]), np.array([[0.0], [1.0]])
    network = NetworkSpec((1, 1), (), "sigmoid")
    data = engine.TrainingData(X, Y)
    spec = TrainingSpec(network, SolverSpec("gd", 1e-9), StopRule(1, tol=0.0))
    trainer = engine.Trainer(spec, data, [800.0, 0.0])  # certain, and wrong
    trainer.judge_by(data, data, None)
    engine.train([trainer])
    most = -np.log(np.finfo(np.float64).eps)
    assert trainer.judgement is not None
    assert trainer.judgement.own_loss == pytest.approx(most, rel=1e-15)
    assert np.isnan(trainer.judgement.held_out_loss)
    assert trainer.loss == pytest.approx(800.0)  # what is minimised is not clipped
    probabilities = np.array([0.0, 1.0, 0.5, 1e-300, 1e-10])
    wanted = -np.log(np.clip(probabilities, np.finfo(float).eps, 1.0 - np.finfo(float).eps))
    np.testing.assert_allclose(engine.log_losses(probabilities), wanted, rtol=1e-15)


def test_a_network_that_ran_off_is_judged_to_be_nothing() -> None:
    random = np.random.RandomState(0)
    X, Y = 1e200 * random.randn(30, 2), random.randn(30, 1)
    network = NetworkSpec((2, 3, 1), ("relu",), "identity")
    data = engine.TrainingData(X, Y)
    spec = TrainingSpec(network, SolverSpec("gd", 1.0), StopRule(9, tol=0.0))
    trainer = engine.Trainer(spec, data, random.randn(network.n_parameters))
    trainer.judge_by(data, data, data)
    engine.train([trainer])
    assert trainer.stop_reason == "diverged"
    assert trainer.judgement is not None
    assert np.isnan(trainer.judgement).all()


@pytest.mark.parametrize("widths", [(2, 2), (4, 2), (3, 1), (3, 3)])
def test_rows_of_other_widths_or_another_type_are_refused(widths: tuple[int, int]) -> None:
    random = np.random.RandomState(0)
    network = NetworkSpec((3, 5, 2), ("tanh",), "softmax")
    data = engine.TrainingData(random.randn(9, 3), np.ones((9, 2)))
    spec = TrainingSpec(network, SolverSpec("gd"), StopRule(1))
    trainer = engine.Trainer(spec, data, np.zeros(network.n_parameters))
    other = engine.TrainingData(random.randn(9, widths[0]), np.ones((9, widths[1])))
    for rows in ((other, data, data), (data, other, data), (data, data, other)):
        with pytest.raises(ValueError, match="rows to judge by"):
            trainer.judge_by(*rows)
    narrow = engine.TrainingData(random.randn(9, 3).astype(np.float32), np.ones((9, 2)))
    with pytest.raises(ValueError, match="own type"):
        trainer.judge_by(narrow, narrow, narrow)
