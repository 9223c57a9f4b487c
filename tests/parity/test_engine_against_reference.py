"""Loss, gradient and predictions are the reference's; descents end where others end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize
from scipy.special import huber
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import PoissonRegressor
from sklearn.preprocessing import StandardScaler

from moonlet import engine, reference
from moonlet.engine import Trainer, TrainingData
from moonlet.specs import (
    ACTIVATIONS,
    Activation,
    Array,
    Loss,
    NetworkSpec,
    Output,
    SolverName,
    SolverSpec,
    StopRule,
    TrainingSpec,
)
from tests import tutorial
from tests.random_networks import OUTPUT_AND_LOSS, Problem, problem, problems

# Both sides round each of some 1e4 operations to 1e-16 and know exp and tanh to 1e-15; the
# networks here magnify that to 1e-14 at most. 1e-10 leaves room and forgives no formula.
CLOSE = 1e-10
# A probability that is right to 1e-7 has lost seven digits of what its loss and gradient are made
# of, 1 - probability. Both sides lose them, differently: smaller sizes are compared with this one.
SMALL = 1e-3


def _distance(actual: Array | float, expected: Array | float) -> float:
    """Norm of the difference over the norm: a single entry may be small by cancellation."""
    size = max(float(np.linalg.norm(expected)), SMALL)
    return float(np.linalg.norm(np.subtract(actual, expected))) / size


# --- Loss, gradient, predictions ----------------------------------------------------------


@settings(max_examples=500, deadline=None)
@given(problem=problems(most_rows=70, most_units=20))
def test_loss_and_gradient_are_the_references(problem: Problem) -> None:
    _compare(problem)


@settings(max_examples=20, deadline=None)
@given(problem=problems(most_rows=3_000, most_units=70))
def test_so_they_are_over_several_tiles_of_rows_and_blocks_of_units(problem: Problem) -> None:
    _compare(problem)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), OUTPUT_AND_LOSS)
def test_they_are_in_32_bit_too(activation: Activation, output: Output, loss: Loss) -> None:
    network = NetworkSpec((5, 9, 4, 2), (activation, activation), output, loss)
    some = problem(network, n_samples=100, alpha=0.5, weighted=True, size=1.0, seed=0)
    in_32_bit = [array.astype(np.float32) for array in (some.parameters, some.X)]
    p, X = (array.astype(np.float64) for array in in_32_bit)
    expected_loss, expected = reference.loss_and_gradient(
        network, p, X, some.targets, alpha=0.5, sample_weight=some.sample_weight
    )
    data = TrainingData(in_32_bit[1], some.targets, some.sample_weight)
    value, gradient = engine.loss_and_gradient(network, p, data, 0.5)
    # Roundings of 1e-7, magnified as those of 64 bit are; a wrong formula is off by 1e-2 or more.
    assert _distance(value, expected_loss) <= 1e-5
    assert _distance(gradient, expected) <= 1e-5
    outputs = engine.predict(network, p, in_32_bit[1])
    assert outputs.dtype == np.float32
    assert _distance(outputs, reference.forward(network, p, X)) <= 1e-5


def _compare(problem: Problem) -> None:
    network, p, X = problem.network, problem.parameters, problem.X
    if problem.l1_ratio > 0.0:  # at kinks too
        p = np.where(np.arange(p.size) % 3 == problem.seed % 3, 0.0, p)
    expected_loss, expected = reference.loss_and_gradient(
        network,
        p,
        X,
        problem.targets,
        alpha=problem.alpha,
        l1_ratio=problem.l1_ratio,
        sample_weight=problem.sample_weight,
        masks=problem.masks(),
    )
    data = TrainingData(X, problem.targets, problem.sample_weight)
    loss, gradient = engine.loss_and_gradient(
        network,
        p,
        data,
        problem.alpha,
        l1_ratio=problem.l1_ratio,
        dropout=problem.dropout,
        seed=problem.seed,
        epoch=problem.EPOCH,
    )
    assert _distance(loss, expected_loss) <= CLOSE
    assert _distance(gradient, expected) <= CLOSE
    assert _distance(engine.predict(network, p, X), reference.forward(network, p, X)) <= CLOSE


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("size", [30.0, 700.0, 1e4])
def test_saturated_outputs_agree_and_stay_finite(output: Output, size: float) -> None:
    rng = np.random.RandomState(0)
    network = NetworkSpec((3, 2), (), output)
    X, p, targets = rng.randn(50, 3), size * rng.randn(8), np.eye(2)[rng.randint(2, size=50)]
    expected_loss, expected = reference.loss_and_gradient(network, p, X, targets)
    loss, gradient = engine.loss_and_gradient(network, p, TrainingData(X, targets))
    assert np.isfinite(loss)
    assert _distance(loss, expected_loss) <= CLOSE
    assert _distance(gradient, expected) <= CLOSE
    assert _distance(engine.predict(network, p, X), reference.forward(network, p, X)) <= CLOSE


def test_a_row_of_weight_zero_may_overflow_on_its_own() -> None:
    network = NetworkSpec((1, 1), (), "exp")
    X, Y, weights = [[1.0], [1000.0]], [[2.0], [1.0]], [1.0, 0.0]
    loss, gradient = engine.loss_and_gradient(network, [1.0, 0.0], TrainingData(X, Y, weights))
    alone, slope = reference.loss_and_gradient(network, [1.0, 0.0], X[:1], Y[:1])
    assert loss == pytest.approx(alone, rel=1e-15)
    np.testing.assert_allclose(gradient, slope, rtol=1e-15)


@pytest.mark.parametrize("count", [0.0, 3.0])
def test_a_mean_that_overflows_is_no_number_and_no_abort(count: float) -> None:
    network = NetworkSpec((1, 1), (), "exp")
    data = TrainingData([[1.0]], [[count]])
    for parameters in ([800.0, 0.0], [np.inf, 0.0]):
        loss, _ = engine.loss_and_gradient(network, parameters, data)
        assert not np.isfinite(loss)
    assert engine.predict(network, [800.0, 0.0], [[1.0]])[0, 0] == np.inf
    assert 0.0 < engine.predict(network, [-800.0, 0.0], [[1.0]])[0, 0] < 1e-300


def test_rows_in_any_memory_order_are_read_alike() -> None:
    X, Y = tutorial.moons()
    network, p = tutorial.network(5), tutorial.start(5)
    expected = engine.loss_and_gradient(network, p, TrainingData(X, Y))
    for rows in (np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], X.tolist()):
        loss, gradient = engine.loss_and_gradient(network, p, TrainingData(rows, Y))
        assert loss == expected[0]
        assert np.array_equal(gradient, expected[1])


# --- Descent ------------------------------------------------------------------------------


def _trainer(
    hidden: int = 3, rate: float = 1.0, max_iter: int = 1_000, solver: str = "gd"
) -> Trainer:
    X, Y = tutorial.moons()
    return Trainer(
        _spec(hidden, rate, max_iter, solver), TrainingData(X, Y), tutorial.start(hidden)
    )


def _spec(hidden: int, rate: float, max_iter: int, solver: str = "gd") -> TrainingSpec:
    return TrainingSpec(
        tutorial.network(hidden),
        SolverSpec(solver, rate),
        StopRule(max_iter=max_iter, tol=0.0),
        tutorial.ALPHA,
    )


def test_tutorials_first_losses_come_out_to_six_decimals() -> None:
    trainer = _trainer(3, tutorial.RATE, max_iter=1_002)
    engine.train([trainer])
    losses = trainer.loss_curve
    assert {i: round(losses[i + 1], 6) for i in (0, 1_000)} == tutorial.LOSS_AFTER_PASS


def test_tutorials_final_losses_come_out() -> None:
    trainers = {
        hidden: _trainer(hidden, tutorial.RATE, max_iter=tutorial.N_PASSES + 1)
        for hidden in tutorial.FINAL_LOSS
    }
    engine.train(list(trainers.values()))
    for hidden, printed in tutorial.FINAL_LOSS.items():
        # At h = 1 and 3 the descent swings between two values; rounding decides which comes last.
        assert printed in {round(loss, 6) for loss in trainers[hidden].loss_curve[-2:]}, hidden


def test_half_the_tutorials_rate_goes_on_falling() -> None:
    trainer = _trainer(3, tutorial.RATE / 2, max_iter=tutorial.N_PASSES)
    engine.train([trainer])
    assert trainer.loss <= 0.0679


def test_a_huge_rate_is_reported_as_divergence() -> None:
    line = NetworkSpec((1, 1), (), "identity")
    spec = TrainingSpec(line, SolverSpec("gd", 1e6), StopRule(max_iter=1_000, tol=0.0))
    trainer = Trainer(spec, TrainingData([[1.0], [2.0]], [[1.0], [0.0]]), [0.0, 0.0])
    engine.train([trainer])
    assert trainer.stop_reason == "diverged"
    assert trainer.n_iter < 100
    assert len(trainer.loss_curve) == trainer.n_iter
    assert np.isfinite(trainer.loss_curve[:-1]).all()


@pytest.mark.parametrize("solver", ["gd", "adam"])
def test_counts_whose_means_overflow_are_reported_as_divergence(solver: SolverName) -> None:
    network = NetworkSpec((1, 1), (), "exp")
    spec = TrainingSpec(network, SolverSpec(solver, 1e3), StopRule(max_iter=1_000, tol=0.0))
    trainer = Trainer(spec, TrainingData([[1.0], [2.0]], [[1.0], [5.0]]), [0.0, 0.0])
    engine.train([trainer])
    assert trainer.stop_reason == "diverged"
    assert trainer.n_iter < 100


# --- Where each loss leads: a model without inputs ------------------------------------------


@pytest.mark.parametrize(
    ("output", "loss", "level", "statistic"),
    [
        ("identity", "squared_error", None, lambda y: np.mean(y)),
        ("identity", "absolute_error", None, lambda y: np.median(y)),
        ("identity", "quantile", 0.1, lambda y: np.quantile(y, 0.1, method="inverted_cdf")),
        ("identity", "quantile", 0.8, lambda y: np.quantile(y, 0.8, method="inverted_cdf")),
        ("exp", "poisson", None, lambda y: np.mean(y)),
    ],
)
def test_a_constant_is_drawn_to_the_statistic_that_its_loss_is_known_for(
    output: Output, loss: Loss, level: float | None, statistic: Callable[[Array], float]
) -> None:
    y = np.random.RandomState(0).gamma(2.0, 3.0, size=101)
    network = NetworkSpec((1, 1), (), output, loss, level)
    rate = SolverSpec("gd", 1.0 if output == "identity" else 0.1, "cosine")
    spec = TrainingSpec(network, rate, StopRule(max_iter=20_000, tol=0.0))
    trainer = Trainer(spec, TrainingData(np.zeros((101, 1)), y[:, np.newaxis]), [0.0, 0.0])
    engine.train([trainer])
    (found,) = engine.predict(network, trainer.parameters, [[0.0]])[0]
    # The steps of a loss with a corner do not shrink by themselves, but as the cosine does.
    assert found == pytest.approx(statistic(y), rel=1e-4)


def test_huber_goes_from_the_median_to_the_mean() -> None:
    y = np.random.RandomState(0).gamma(2.0, 3.0, size=101)
    for delta, statistic in ((1e-2, np.median(y)), (1e3, np.mean(y))):
        network = NetworkSpec((1, 1), (), "identity", "huber", delta)
        data = TrainingData(np.zeros((101, 1)), y[:, np.newaxis])
        loss, gradient = engine.loss_and_gradient(network, [0.0, statistic], data)
        assert loss == pytest.approx(huber(delta, statistic - y).mean(), rel=1e-14)
        assert gradient[1] == pytest.approx(0.0, abs=1e-14 if delta > 1.0 else 1e-3 * delta)


def test_poisson_regression_ends_where_scikit_learns_does() -> None:
    rng = np.random.RandomState(0)
    X = rng.randn(300, 3)
    y = rng.poisson(np.exp(X @ [0.5, -0.3, 0.1] + 0.7)).astype(np.float64)
    # Its penalty is alpha / 2 on a mean loss: ours divides by the rows.
    theirs = PoissonRegressor(alpha=0.01, tol=1e-10, max_iter=1_000).fit(X, y)
    network = NetworkSpec((3, 1), (), "exp")
    spec = TrainingSpec(network, SolverSpec("lbfgs"), StopRule(5_000, tol=1e-10), 0.01 * 300)
    trainer = Trainer(spec, TrainingData(X, y[:, np.newaxis]), np.zeros(4))
    engine.train([trainer])
    expected = [*theirs.coef_, theirs.intercept_]
    # L-BFGS stops when an iteration gains less than 2.2e-9, so parameters are 1e-4 off at most.
    np.testing.assert_allclose(trainer.parameters, expected, atol=1e-4)
    gradient = reference.gradient(network, expected, X, y[:, np.newaxis], alpha=0.01 * 300)
    assert np.abs(gradient).max() < 1e-8


# --- L-BFGS against scipy -----------------------------------------------------------------


@pytest.mark.parametrize("alpha", [0.1, 10.0])
@pytest.mark.parametrize("name", ["iris, softmax", "breast cancer, sigmoid", "iris, identity"])
def test_lbfgs_finds_the_minimum_that_scipy_finds(name: str, alpha: float) -> None:
    network, X, targets = _convex(name)
    start = np.zeros(network.n_parameters)
    spec = TrainingSpec(network, SolverSpec("lbfgs"), StopRule(max_iter=5_000, tol=1e-8), alpha)
    trainer = Trainer(spec, TrainingData(X, targets), start)
    engine.train([trainer])
    theirs = minimize(
        lambda p: reference.loss_and_gradient(network, p, X, targets, alpha=alpha),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 5_000, "maxfun": 50_000, "gtol": 1e-9, "ftol": 1e-15},
    )
    ours = reference.loss(network, trainer.parameters, X, targets, alpha=alpha)
    assert trainer.stop_reason == "converged"
    # It stops when an iteration gains less than 2.2e-9, with scipy's default: it may then be
    # a few hundred times that from the bottom, and cannot be below it.
    assert -1e-12 <= ours - theirs.fun <= 1e-6
    assert trainer.loss == pytest.approx(ours, rel=CLOSE)


def _convex(name: str) -> tuple[NetworkSpec, Array, Array]:
    loader = load_breast_cancer if name.startswith("breast") else load_iris
    X, y = loader(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    if name.endswith("sigmoid"):
        return NetworkSpec((30, 1), (), "sigmoid"), X, y[:, np.newaxis].astype(np.float64)
    if name.endswith("softmax"):
        return NetworkSpec((4, 3), (), "softmax"), X, np.eye(3)[y]
    return NetworkSpec((3, 1), (), "identity"), X[:, :3], X[:, 3:]


def test_lbfgs_never_lets_the_loss_rise() -> None:
    trainer = _trainer(20, solver="lbfgs", max_iter=300)
    engine.train([trainer])
    assert (np.diff(trainer.loss_curve) <= 0.0).all()


def test_a_row_of_weight_zero_is_no_row() -> None:
    X, Y = tutorial.moons()
    weights = np.ones(len(X))
    weights[[0, 13, 199]] = 0.0
    network, p = tutorial.network(5), tutorial.start(5)
    loss, gradient = engine.loss_and_gradient(network, p, TrainingData(X, Y, weights), 0.3)
    kept = weights > 0.0
    expected_loss, expected = engine.loss_and_gradient(
        network, p, TrainingData(X[kept], Y[kept]), 0.3
    )
    assert loss == pytest.approx(expected_loss, rel=1e-14)
    assert _distance(gradient, expected) <= 1e-14


@pytest.mark.parametrize("activation", ["tanh", "logistic"])
def test_predictions_are_right_where_a_hidden_sum_is_huge(activation: Activation) -> None:
    # Training knows how large its rows are, and leaves a clamp out where none can matter.
    X = np.array([[-1e300], [-1000.0], [-360.0], [-20.0], [20.0], [360.0], [1000.0], [1e300]])
    network = NetworkSpec((1, 1, 1), (activation,), "identity")
    p = np.array([1.0, 0.0, 1.0, 0.0])
    with np.errstate(over="ignore"):
        expected = reference.forward(network, p, X)
    np.testing.assert_allclose(engine.predict(network, p, X), expected, rtol=1e-15, atol=1e-300)
