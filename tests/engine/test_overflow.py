"""Numbers that leave the range of the machine: told as "diverged", never handed on as NaN."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from moonlet import MLPClassifier, engine
from moonlet.exceptions import DivergedError
from moonlet.specs import (
    ACTIVATIONS,
    OUTPUTS,
    SOLVERS,
    NetworkSpec,
    SolverName,
    SolverSpec,
    StopRule,
    TrainingSpec,
)


def trained(
    X: NDArray[Any],
    targets: NDArray[Any],
    solver: SolverName = "gd",
    rate: float = 0.1,
    output: Any = "softmax",
    activation: Any = "tanh",
    alpha: float = 0.0,
    size: float = 0.5,
    dropout: float = 0.0,
) -> engine.Trainer:
    network = NetworkSpec((X.shape[1], 4, targets.shape[1]), (activation,), output)
    start = size * np.random.RandomState(0).randn(network.n_parameters)
    spec = TrainingSpec(network, SolverSpec(solver, rate), StopRule(20, tol=0.0), alpha, dropout)
    trainer = engine.Trainer(spec, engine.TrainingData(X, targets), start)
    engine.train([trainer])
    return trainer


def rows(n: int = 50, size: float = 1.0) -> NDArray[np.float64]:
    return np.random.RandomState(1).randn(n, 3) * size


def classes(n: int = 50) -> NDArray[np.float64]:
    return np.eye(2)[np.random.RandomState(2).randint(2, size=n)]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_rows_of_1e300_diverge_within_a_pass(solver: SolverName, output: str) -> None:
    trainer = trained(rows(size=1e300), classes(), solver, output=output, activation="relu")
    assert trainer.stop_reason == "diverged"
    assert trainer.n_iter <= 1


@pytest.mark.parametrize("solver", SOLVERS)
def test_targets_of_1e300_diverge_within_a_pass(solver: SolverName) -> None:
    trainer = trained(rows(), 1e300 * rows(), solver, output="identity")
    assert trainer.stop_reason == "diverged"
    assert trainer.n_iter <= 1


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_rate_of_1e308_diverges_within_a_pass_and_keeps_the_parameters(alpha: float) -> None:
    trainer = trained(rows(), classes(), rate=1e308, alpha=alpha)
    assert trainer.stop_reason == "diverged"
    assert trainer.n_iter == 1
    start = 0.5 * np.random.RandomState(0).randn(len(trainer.parameters))
    np.testing.assert_array_equal(trainer.parameters, start)


def test_hidden_biases_that_overflow_are_noticed_though_tanh_hides_them() -> None:
    # All rows are 0, so only biases move; tanh of an infinite bias would be a finite 1.
    trainer = trained(np.zeros((50, 3)), classes(), rate=1e308)
    assert trainer.stop_reason == "diverged"
    assert np.isfinite(trainer.parameters).all()


@given(
    solver=st.sampled_from(SOLVERS),
    output=st.sampled_from(OUTPUTS),
    activation=st.sampled_from(ACTIVATIONS),
    rate=st.integers(-3, 308).map(lambda exponent: 10.0**exponent),
    rows_size=st.sampled_from([1e-320, 1e-160, 1.0, 1e8, 1e160, 1e307]),
    start_size=st.sampled_from([1e-320, 1.0, 1e8, 1e155, 1e305]),
    alpha=st.sampled_from([0.0, 1.0, 1e300]),
    dropout=st.sampled_from([0.0, 0.5]),
)
def test_whatever_the_sizes_parameters_are_finite_and_the_loss_or_the_word_diverged(
    solver: SolverName,
    output: str,
    activation: str,
    rate: float,
    rows_size: float,
    start_size: float,
    alpha: float,
    dropout: float,
) -> None:
    dropout = 0.0 if solver == "lbfgs" else dropout
    X = rows(size=rows_size)
    trainer = trained(X, classes(), solver, rate, output, activation, alpha, start_size, dropout)
    assert np.isfinite(trainer.parameters).all()
    assert trainer.stop_reason == "diverged" or np.isfinite(trainer.loss)
    assert np.isfinite(trainer.loss_curve[:-1]).all()
    if trainer.stop_reason != "diverged" and np.isfinite(trainer.loss):
        outputs = engine.predict(trainer.spec.network, trainer.parameters, X)
        assert not np.isnan(outputs).any()


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_estimator_gives_finite_probabilities_or_raises(solver: SolverName) -> None:
    X, y = rows(size=1e5), np.arange(50) % 2
    for rate in (1e5, 1e150, 1e300):
        model = MLPClassifier(
            (4,),
            solver=solver,
            learning_rate_init=rate,
            max_iter=5,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # as expected of such rates
            try:
                model.fit(X, y)
            except DivergedError:
                with pytest.raises(NotFittedError):
                    model.predict(X)
                continue
        assert np.isfinite(model.predict_proba(X)).all()


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_early_stopping_that_diverges_at_once_keeps_the_parameters_it_began_with(
    solver: SolverName,
) -> None:
    X = rows(size=1e300)
    network = NetworkSpec((3, 4, 2), ("relu",), "softmax")
    start = np.random.RandomState(0).randn(network.n_parameters)
    spec = TrainingSpec(network, SolverSpec(solver), StopRule(20), early_stopping="loss")
    data = engine.TrainingData(X, classes())
    trainer = engine.Trainer(spec, data, start, validation=data)
    engine.train([trainer])
    assert trainer.stop_reason == "diverged"
    np.testing.assert_array_equal(trainer.parameters, start)
