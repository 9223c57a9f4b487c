"""The gradient: the slope of the loss for any network, and zero where known minima are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy.optimize import check_grad
from sklearn.linear_model import LogisticRegression, Ridge

from moonlet import reference
from moonlet.reference import backward_pass
from moonlet.specs import ACTIVATIONS, Activation, Array, Loss, NetworkSpec, Output
from tests.random_networks import OUTPUT_AND_LOSS, Problem, problem, problems


@settings(max_examples=500, deadline=None)
@given(problem=problems())
def test_gradient_is_the_slope_of_the_loss_for_any_network(problem: Problem) -> None:
    assume(problem.distance_to_a_corner() > CLEAR)
    _check(problem)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), OUTPUT_AND_LOSS)
def test_so_it_is_for_every_activation_with_every_loss(
    activation: Activation, output: Output, loss: Loss
) -> None:
    network = NetworkSpec((3, 4, 3, 2), (activation, activation), output, loss)
    seeds = (problem(network, 12, 0.5, True, 1.0, seed) for seed in range(100))
    _check(next(one for one in seeds if one.distance_to_a_corner() > CLEAR))


# A step moves a sum by some 1e-5 at most: no corner comes within it.
CLEAR = 1e-3


def _check(problem: Problem) -> None:
    error = reference.check_gradient(
        problem.network,
        problem.parameters,
        problem.X,
        problem.targets,
        alpha=problem.alpha,
        l1_ratio=problem.l1_ratio,
        sample_weight=problem.sample_weight,
        masks=problem.masks(),
    )
    assert error <= 1e-6  # steps of 6e-6: rounding 1e-11 and curvature 1e-11 of the loss's size


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh"])
@pytest.mark.parametrize("output", ["identity", "sigmoid", "softmax"])
def test_scipy_finds_no_fault_with_the_gradient(activation: Activation, output: Output) -> None:
    network = NetworkSpec((3, 4, 3, 2), (activation, activation), output)
    rng = np.random.RandomState(0)
    X, targets = rng.randn(20, 3), np.eye(2)[rng.randint(2, size=20)]
    start = rng.randn(network.n_parameters)

    def gradient(p: Array) -> Array:
        return reference.gradient(network, p, X, targets, alpha=0.5)

    error = check_grad(lambda p: reference.loss(network, p, X, targets, alpha=0.5), gradient, start)
    # scipy steps to one side only, by 1.5e-8: curvature and rounding leave about 1e-7.
    assert error < 1e-6 * np.linalg.norm(gradient(start))


@pytest.mark.parametrize("slip", ["summed over rows", "no penalty", "slope taken at A", "one row"])
def test_gradient_check_catches_a_slip(slip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network = NetworkSpec((2, 4, 2), ("tanh",), "softmax")
    rng = np.random.RandomState(1)
    p, X, Y = rng.randn(network.n_parameters), rng.randn(10, 2), np.eye(2)[rng.randint(2, size=10)]
    right = reference.gradient(network, p, X, Y, alpha=1.0)
    if slip == "slope taken at A":
        monkeypatch.setattr(
            backward_pass, "activation_slope", lambda _, Z: 1.0 - np.tanh(np.tanh(Z)) ** 2
        )
    wrong = {
        "summed over rows": 10.0 * right,
        "no penalty": reference.gradient(network, p, X, Y),
        "slope taken at A": reference.gradient(network, p, X, Y, alpha=1.0),
        "one row": reference.gradient(network, p, X[:1], Y[:1], alpha=0.1),
    }[slip]
    assert reference.check_gradient(network, p, X, Y, alpha=1.0, candidate=right) < 1e-6
    assert reference.check_gradient(network, p, X, Y, alpha=1.0, candidate=wrong) > 0.01


def test_a_weight_of_two_is_a_row_twice() -> None:
    rng = np.random.RandomState(0)
    network = NetworkSpec((2, 3, 1), ("relu",), "identity")
    p, X, Y = rng.randn(network.n_parameters), rng.randn(3, 2), rng.randn(3, 1)
    twice = [0, 1, 1, 2, 2, 2]
    loss, gradient = reference.loss_and_gradient(
        network, p, X, Y, alpha=0.7, sample_weight=[1, 2, 3]
    )
    expected_loss, expected_gradient = reference.loss_and_gradient(
        network, p, X[twice], Y[twice], alpha=0.7
    )
    assert loss == pytest.approx(expected_loss, rel=1e-14)
    np.testing.assert_allclose(gradient, expected_gradient, rtol=1e-13)


def test_biases_are_not_penalized() -> None:
    line = NetworkSpec((1, 1), (), "identity")
    # z = 0 x + 5 hits its target: whatever loss is left would be a penalty on the bias.
    assert reference.loss(line, [0.0, 5.0], [[1.0]], [[5.0]], alpha=10.0) == 0.0
    assert reference.loss(line, [3.0, 2.0], [[1.0]], [[5.0]], alpha=2.0) == 9.0


@pytest.mark.parametrize("alpha", [0.0, 2.5])
def test_gradient_is_zero_where_ridge_regression_ends(alpha: float) -> None:
    rng = np.random.RandomState(0)
    X, Y, weights = rng.randn(40, 3), rng.randn(40, 2), rng.uniform(0.5, 2.0, 40)
    ridge = Ridge(alpha=alpha, solver="cholesky").fit(X, Y, sample_weight=weights)
    network = NetworkSpec((3, 2), (), "identity")
    parameters = network.pack([ridge.coef_.T], [ridge.intercept_])
    gradient = reference.gradient(network, parameters, X, Y, alpha=alpha, sample_weight=weights)
    assert np.abs(gradient).max() < 1e-14


@pytest.mark.parametrize(("output", "n_classes"), [("sigmoid", 2), ("softmax", 3)])
def test_gradient_is_zero_where_logistic_regression_ends(
    output: Output, n_classes: int, iris: tuple[Array, Array]
) -> None:
    X, y = iris
    X, y = X[y < n_classes], y[y < n_classes]
    alpha = 0.3
    logistic = LogisticRegression(C=1.0 / alpha, tol=1e-10, max_iter=1000).fit(X, y)
    targets = np.eye(n_classes)[y] if output == "softmax" else y[:, np.newaxis]
    network = NetworkSpec((4, targets.shape[1]), (), output)
    parameters = network.pack([logistic.coef_.T], [logistic.intercept_])
    gradient = reference.gradient(network, parameters, X, targets, alpha=alpha)
    assert np.abs(gradient).max() < 1e-8  # as near as its L-BFGS comes with that tol


LINE = NetworkSpec((2, 1), (), "sigmoid")
X2, Y2 = np.ones((3, 2)), np.ones((3, 1))


@pytest.mark.parametrize(
    ("parameters", "X", "targets", "sample_weight", "name"),
    [
        (np.zeros(4), X2, Y2, None, "parameters"),
        (np.zeros(3), np.ones((3, 3)), Y2, None, "X"),
        (np.zeros(3), np.ones(2), Y2, None, "X"),
        (np.zeros(3), X2, np.ones(3), None, "targets"),
        (np.zeros(3), X2, Y2, np.ones(2), "sample_weight"),
        (np.zeros(3), X2, Y2, [1.0, -1.0, 1.0], "sample_weight"),
        (np.zeros(3), X2, Y2, np.zeros(3), "sample_weight"),
    ],
)
def test_an_array_that_does_not_fit_is_named(
    parameters: Array, X: Array, targets: Array, sample_weight: Array | None, name: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name} must have .* Got "):
        reference.loss(LINE, parameters, X, targets, sample_weight=sample_weight)
    with pytest.raises(ValueError, match=f"^{name} must have .* Got "):
        reference.gradient(LINE, parameters, X, targets, sample_weight=sample_weight)
