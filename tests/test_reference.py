from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy.optimize import check_grad
from scipy.special import expit, ndtr
from scipy.special import huber as scipy_huber
from scipy.special import log_softmax as scipy_log_softmax
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, mean_poisson_deviance
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from moonlet import reference
from moonlet.specs import ACTIVATIONS, Activation, Array, Loss, NetworkSpec, Output
from tests import tutorial
from tests.random_networks import OUTPUT_AND_LOSS, Problem, problem, problems


@pytest.fixture
def iris() -> tuple[Array, Array]:
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


# --- The gradient -------------------------------------------------------------------------


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
            reference, "activation_slope", lambda _, Z: 1.0 - np.tanh(np.tanh(Z)) ** 2
        )
    wrong = {
        "summed over rows": 10.0 * right,
        "no penalty": reference.gradient(network, p, X, Y),
        "slope taken at A": reference.gradient(network, p, X, Y, alpha=1.0),
        "one row": reference.gradient(network, p, X[:1], Y[:1], alpha=0.1),
    }[slip]
    assert reference.check_gradient(network, p, X, Y, alpha=1.0, candidate=right) < 1e-6
    assert reference.check_gradient(network, p, X, Y, alpha=1.0, candidate=wrong) > 0.01


def test_relu_has_no_slope_at_zero_and_below() -> None:
    Z = np.array([-1.0, 0.0, 1.0])
    assert reference.activation_slope("relu", Z).tolist() == [0.0, 0.0, 1.0]
    assert reference.activation_slope("leaky_relu", Z).tolist() == [0.01, 0.01, 1.0]


# --- The loss -----------------------------------------------------------------------------


@pytest.mark.parametrize("n_classes", [2, 3, 10])
@pytest.mark.parametrize("hidden", [(), (5,), (4, 3)])
def test_loss_of_an_all_zero_network_is_log_k(hidden: tuple[int, ...], n_classes: int) -> None:
    network = NetworkSpec((2, *hidden, n_classes), ("tanh",) * len(hidden), "softmax")
    X, targets = np.ones((7, 2)), np.eye(n_classes)[np.arange(7) % n_classes]
    loss = reference.loss(network, np.zeros(network.n_parameters), X, targets, alpha=1.0)
    assert loss == pytest.approx(np.log(n_classes), rel=1e-15)


def test_several_sigmoids_are_summed() -> None:
    network = NetworkSpec((2, 3), (), "sigmoid")
    loss = reference.loss(network, np.zeros(9), np.ones((4, 2)), np.ones((4, 3)))
    assert loss == pytest.approx(3 * np.log(2), rel=1e-15)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("sums", [1000.0, -1000.0])
def test_loss_is_finite_when_a_probability_is_one_or_zero(output: Output, sums: float) -> None:
    network = NetworkSpec((1, 2), (), output)
    parameters = network.pack([np.array([[sums, -sums]])], [np.zeros(2)])
    probabilities = reference.forward(network, parameters, [[1.0]])
    assert sorted(probabilities[0].tolist()) == [0.0, 1.0]
    right = reference.loss(network, parameters, [[1.0]], probabilities)
    wrong = reference.loss(network, parameters, [[1.0]], 1.0 - probabilities)
    assert (right, wrong) == (0.0, 2000.0)
    assert np.isfinite(reference.gradient(network, parameters, [[1.0]], 1.0 - probabilities)).all()


def test_loss_keeps_its_digits_where_the_probability_is_almost_one() -> None:
    network = NetworkSpec((1, 1), (), "sigmoid")
    loss = reference.loss(network, [40.0, 0.0], [[1.0]], [[1.0]])
    assert loss == pytest.approx(np.exp(-40.0), rel=1e-15)  # log(1 + e) = e, to a part in 1e-17


def test_activations_agree_with_scipy_and_their_definitions() -> None:
    Z = np.concatenate([np.linspace(-30.0, 30.0, 601), [-700.0, 700.0]])
    expected = {
        "silu": Z * expit(Z),
        "softplus": np.logaddexp(0.0, Z),
        "elu": np.where(Z > 0.0, Z, np.expm1(np.minimum(Z, 0.0))),
        "leaky_relu": np.maximum(Z, 0.01 * Z),
        "gelu": 0.5 * Z * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (Z + 0.044715 * Z**3))),
    }
    for name, values in expected.items():
        # The textbook's gelu rounds 1 + tanh to 1e-16, the rest is a few roundings.
        np.testing.assert_allclose(
            reference.activate(name, Z), values, rtol=1e-14, atol=1e-14, err_msg=name
        )


def test_gelu_is_near_its_definition_by_the_normal_distribution() -> None:
    Z = np.linspace(-8.0, 8.0, 1601)
    assert np.abs(reference.activate("gelu", Z) - Z * ndtr(Z)).max() < 5e-4


def test_losses_agree_with_scikit_learns_metrics() -> None:
    rng = np.random.RandomState(0)
    Z, weights = rng.randn(50, 1), rng.uniform(size=50)
    y, counts, m = rng.randn(50), rng.poisson(2.0, size=50), weights / weights.sum()
    Y = y[:, np.newaxis]

    assert reference.absolute_error(Z, Y, m) == pytest.approx(
        mean_absolute_error(y, Z, sample_weight=weights), rel=1e-14
    )
    assert reference.quantile(Z, Y, m, 0.3) == pytest.approx(
        mean_pinball_loss(y, Z, sample_weight=weights, alpha=0.3), rel=1e-14
    )
    assert reference.poisson(Z, counts[:, np.newaxis], m) == pytest.approx(
        0.5 * mean_poisson_deviance(counts, np.exp(Z).ravel(), sample_weight=weights), rel=1e-14
    )
    assert reference.huber(Z, Y, m, 0.7) == pytest.approx(
        float(m @ scipy_huber(0.7, Z - Y).ravel()), rel=1e-14
    )


def test_poisson_is_zero_where_the_means_are_the_counts_and_nowhere_below() -> None:
    counts = np.array([[1.0, 4.0, 0.5]])
    exact = np.log(counts)
    assert reference.poisson(exact, counts, np.ones(1)) == pytest.approx(0.0, abs=1e-15)
    assert reference.poisson(exact + 0.1, counts, np.ones(1)) > 0.01
    assert reference.poisson(np.full((1, 1), -50.0), np.zeros((1, 1)), np.ones(1)) < 1e-20


def test_a_negative_count_is_refused_with_the_cure() -> None:
    network = NetworkSpec((1, 1), (), "exp")
    with pytest.raises(ValueError, match=r"targets must be >= 0 .* Got -1\.0\. Use output="):
        reference.loss(network, [0.0, 0.0], [[1.0]], [[-1.0]])


def test_log_softmax_and_sigmoid_agree_with_scipy() -> None:
    Z = np.random.RandomState(0).randn(50, 4) * np.logspace(-8, 3, 50)[:, np.newaxis]
    np.testing.assert_allclose(
        reference.log_softmax(Z), scipy_log_softmax(Z, axis=1), rtol=1e-13, atol=1e-15
    )
    np.testing.assert_allclose(reference.sigmoid(Z), expit(Z), rtol=4e-16)
    np.testing.assert_allclose(reference.softmax(Z).sum(axis=1), 1.0, rtol=1e-15)


def test_log_loss_agrees_with_scikit_learn(iris: tuple[Array, Array]) -> None:
    X, y = iris
    rng = np.random.RandomState(0)
    network = NetworkSpec((4, 6, 3), ("tanh",), "softmax")
    p, weights = rng.randn(network.n_parameters), rng.uniform(size=150)
    expected = sklearn_log_loss(y, reference.forward(network, p, X), sample_weight=weights)
    actual = reference.loss(network, p, X, np.eye(3)[y], sample_weight=weights)
    assert actual == pytest.approx(expected, rel=1e-13)  # 150 additions


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


# --- Minima that others found -------------------------------------------------------------


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


# --- Forward and descent against scikit-learn's networks -----------------------------------


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_forward_gives_what_scikit_learns_network_gives(
    activation: Activation, iris: tuple[Array, Array]
) -> None:
    X, y = iris
    trained = MLPClassifier((5, 4), activation=activation, solver="lbfgs", random_state=0)
    trained.set_params(max_iter=20)
    with pytest.warns(ConvergenceWarning):
        trained.fit(X, y)
    network = NetworkSpec((4, 5, 4, 3), (activation, activation), "softmax")
    parameters = network.pack(trained.coefs_, trained.intercepts_)
    np.testing.assert_allclose(
        reference.forward(network, parameters, X), trained.predict_proba(X), rtol=1e-10, atol=1e-14
    )


def test_descent_is_scikit_learns_full_batch_descent() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 3), rng.randn(60)
    theirs = MLPRegressor(
        hidden_layer_sizes=(5,),
        activation="tanh",
        solver="sgd",
        alpha=0.5,
        batch_size=60,
        learning_rate_init=0.1,
        momentum=0.0,
        shuffle=False,
        warm_start=True,
        tol=0.0,
        n_iter_no_change=1_000,
        max_iter=1,
        random_state=0,
    )
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    network = NetworkSpec((3, 5, 1), ("tanh",), "identity")
    start = network.pack(theirs.coefs_, theirs.intercepts_)
    with pytest.warns(ConvergenceWarning):
        theirs.set_params(max_iter=200).fit(X, y)
    end, curve, _ = reference.gd(
        network, start, X, y[:, np.newaxis], learning_rate_init=0.1, alpha=0.5, max_iter=200
    )
    # 200 passes, each adding rounding of 1e-16 to a descent that contracts it.
    np.testing.assert_allclose(curve, theirs.loss_curve_[-200:], rtol=1e-12)
    np.testing.assert_allclose(end, network.pack(theirs.coefs_, theirs.intercepts_), rtol=1e-9)


def test_descent_of_poisson_is_scikit_learns() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 3), rng.poisson(2.0, size=60).astype(np.float64)
    theirs = MLPRegressor(
        hidden_layer_sizes=(5,),
        loss="poisson",
        activation="tanh",
        solver="sgd",
        alpha=0.5,
        batch_size=60,
        learning_rate_init=0.05,
        momentum=0.0,
        shuffle=False,
        warm_start=True,
        tol=0.0,
        n_iter_no_change=1_000,
        max_iter=1,
        random_state=0,
    )
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    network = NetworkSpec((3, 5, 1), ("tanh",), "exp")
    start = network.pack(theirs.coefs_, theirs.intercepts_)
    with pytest.warns(ConvergenceWarning):
        theirs.set_params(max_iter=100).fit(X, y)
    end, curve, _ = reference.gd(
        network, start, X, y[:, np.newaxis], learning_rate_init=0.05, alpha=0.5, max_iter=100
    )
    np.testing.assert_allclose(curve, theirs.loss_curve_[-100:], rtol=1e-12)
    np.testing.assert_allclose(end, network.pack(theirs.coefs_, theirs.intercepts_), rtol=1e-9)


def test_descent_leaves_its_start_alone_and_records_where_each_pass_began() -> None:
    X, Y = tutorial.moons()
    network, start = tutorial.network(3), tutorial.start(3)
    kept = start.copy()
    end, losses, norms = reference.gd(
        network, start, X, Y, learning_rate_init=1.0, alpha=0.1, max_iter=3
    )
    assert np.array_equal(start, kept)
    assert losses.shape == norms.shape == (3,)
    first_loss, first_gradient = reference.loss_and_gradient(network, start, X, Y, alpha=0.1)
    assert (losses[0], norms[0]) == (first_loss, np.linalg.norm(first_gradient))
    assert reference.loss(network, end, X, Y, alpha=0.1) < losses[2]


def test_descent_with_a_huge_rate_ends_in_infinity_without_a_warning() -> None:
    line = NetworkSpec((1, 1), (), "identity")
    _, losses, _ = reference.gd(
        line, [0.0, 0.0], [[1.0], [2.0]], [[1.0], [0.0]], learning_rate_init=1e6, max_iter=100
    )
    assert np.isfinite(losses[0])
    assert not np.isfinite(losses[-1])


# --- The tutorial's numbers ---------------------------------------------------------------


def test_tutorials_first_losses_come_out_to_six_decimals() -> None:
    _, losses, _ = _descend_the_moons(3, tutorial.RATE, max_iter=1_002)
    assert {i: round(losses[i + 1], 6) for i in (0, 1_000)} == tutorial.LOSS_AFTER_PASS


@pytest.mark.slow
@pytest.mark.parametrize("hidden", tutorial.FINAL_LOSS)
def test_tutorials_final_losses_come_out(hidden: int) -> None:
    _, losses, _ = _descend_the_moons(hidden, tutorial.RATE, max_iter=tutorial.N_PASSES + 1)
    # At h = 1 and 3 the descent swings between two values; rounding decides which comes last.
    assert tutorial.FINAL_LOSS[hidden] in {round(loss, 6) for loss in losses[-2:]}


@pytest.mark.slow
def test_half_the_tutorials_rate_goes_on_falling() -> None:
    _, losses, _ = _descend_the_moons(3, tutorial.RATE / 2, max_iter=tutorial.N_PASSES)
    assert losses[-1] <= 0.0679
    assert losses[-1] < losses[-2]


def _descend_the_moons(hidden: int, rate: float, max_iter: int) -> tuple[Array, Array, Array]:
    X, Y = tutorial.moons()
    return reference.gd(
        tutorial.network(hidden),
        tutorial.start(hidden),
        X,
        Y,
        learning_rate_init=rate,
        alpha=tutorial.ALPHA,
        max_iter=max_iter,
    )


# --- What cannot be computed --------------------------------------------------------------

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
