"""A penalty on the size of weights: the minimum that others find, and zeros that are zeros."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, LogisticRegression

from moonlet import MLPClassifier, MLPRegressor, engine, reference
from moonlet.engine import Trainer, TrainingData
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec
from tests.random_networks import problem

N, D = 120, 12


def rows() -> tuple[Array, Array]:
    random = np.random.default_rng(0)
    X = random.normal(size=(N, D))
    y = X[:, 0] - 2.0 * X[:, 1] + 0.5 * X[:, 2] + 0.3 * random.normal(size=N)
    return X, y


def line(kind: type, solver: str, alpha: float, l1_ratio: float, **more: object) -> object:
    ends = {"gd": (0.5, 4_000), "sgd": (0.05, 4_000), "adam": (0.01, 4_000), "lbfgs": (1.0, 4_000)}
    rate, passes = ends[solver]
    return kind(
        hidden_layer_sizes=(), solver=solver, alpha=alpha, l1_ratio=l1_ratio,
        learning_rate_init=rate, max_iter=passes, tol=1e-10 if solver == "lbfgs" else 0.0,
        n_iter_no_change=passes,
        batch_size=N, max_fun=100_000, random_state=0, **more,
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # all their passes
@pytest.mark.parametrize("l1_ratio", [0.3, 1.0])
@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_a_line_is_scikit_learns_elastic_net(solver: str, l1_ratio: float) -> None:
    X, y = rows()
    theirs = ElasticNet(alpha=0.2, l1_ratio=l1_ratio, tol=1e-12, max_iter=100_000).fit(X, y)
    ours = line(MLPRegressor, solver, 0.2 * N, l1_ratio).fit(X, y)
    # lbfgs ends where a step lowers the loss by 2e-9, its square root from the minimum.
    close = 1e-4 if solver == "lbfgs" else 1e-9
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_, atol=close)
    np.testing.assert_allclose(ours.intercepts_[0][0], theirs.intercept_, atol=close)
    assert (theirs.coef_ == 0.0).sum() >= 5
    np.testing.assert_array_equal(ours.coefs_[0][:, 0] == 0.0, theirs.coef_ == 0.0)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_a_logistic_line_is_the_one_that_saga_finds(solver: str) -> None:
    X, y = rows()
    theirs = LogisticRegression(
        l1_ratio=1.0, C=1 / 6.0, solver="saga", tol=1e-10, max_iter=100_000
    ).fit(X, y > 0)
    ours = line(MLPClassifier, solver, 6.0, 1.0).fit(X, y > 0)
    np.testing.assert_allclose(ours.coefs_[0][:, 0], theirs.coef_[0], atol=1e-4)
    np.testing.assert_array_equal(ours.coefs_[0][:, 0] == 0.0, theirs.coef_[0] == 0.0)
    assert 4 <= (theirs.coef_ == 0.0).sum() < D


@pytest.mark.parametrize("hidden", [(4,), (20, 9)])  # the whole matrix; the last ten steps
def test_lbfgs_ends_where_no_direction_leads_down(hidden: tuple[int, ...]) -> None:
    network = NetworkSpec((5, *hidden, 3), ("tanh",) * len(hidden), "softmax")
    some = problem(network, 80, alpha=4.0, weighted=True, size=1.0, seed=1)
    data = TrainingData(some.X, some.targets, some.sample_weight)
    spec = TrainingSpec(
        network, SolverSpec("lbfgs"), StopRule(5_000, tol=1e-7), some.alpha, l1_ratio=0.8
    )
    trainer = Trainer(spec, data, some.parameters)
    engine.train([trainer])
    penalty = {"alpha": some.alpha, "l1_ratio": 0.8, "sample_weight": some.sample_weight}
    p = trainer.parameters
    value, slope = reference.loss_and_gradient(network, p, some.X, some.targets, **penalty)
    assert np.abs(slope).max() < 1e-4
    assert trainer.loss == pytest.approx(value, rel=1e-12)
    assert np.mean(p == 0.0) > 0.2
    random = np.random.default_rng(0)
    for _ in range(50):  # kinks included: a minimum nearby is none of a smooth part alone
        there = p + 1e-3 * random.normal(size=p.size) * (random.random(p.size) < 0.2)
        assert reference.loss(network, there, some.X, some.targets, **penalty) >= value - 1e-9


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_adam_on_mini_batches_makes_most_useless_weights_zero() -> None:
    X, y = rows()
    made = MLPRegressor(hidden_layer_sizes=16, alpha=2.0, l1_ratio=1.0, max_iter=400,
                        batch_size=20, learning_rate_init=0.01, learning_rate="cosine", tol=0,
                        n_iter_no_change=400, random_state=0)  # fmt: skip
    made.fit(X, y)
    into = made.coefs_[0]
    assert np.mean(into[3:] == 0.0) > 0.8  # columns that tell nothing
    assert np.abs(into[:2]).max() > 0.1
