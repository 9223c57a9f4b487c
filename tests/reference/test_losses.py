"""The losses beside scikit-learn's metrics, and where they would run out of digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import huber as scipy_huber
from sklearn.metrics import log_loss as sklearn_log_loss
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, mean_poisson_deviance

from moonlet import reference
from moonlet.reference.losses import log_cosh
from moonlet.specs import Array, NetworkSpec, Output


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


def test_losses_agree_with_scikit_learns_metrics() -> None:
    rng = np.random.RandomState(0)
    Z, weights = rng.randn(50, 1), rng.uniform(size=50)
    y, counts, m = rng.randn(50), rng.poisson(2.0, size=50), weights / weights.sum()
    Y = y[:, np.newaxis]

    def mean(losses: Array) -> float:
        return float(m @ losses[:, 0])

    assert mean(reference.absolute_error(Z, Y)) == pytest.approx(
        mean_absolute_error(y, Z, sample_weight=weights), rel=1e-14
    )
    assert mean(reference.quantile(Z, Y, 0.3)) == pytest.approx(
        mean_pinball_loss(y, Z, sample_weight=weights, alpha=0.3), rel=1e-14
    )
    assert mean(reference.poisson(Z, counts[:, np.newaxis])) == pytest.approx(
        0.5 * mean_poisson_deviance(counts, np.exp(Z).ravel(), sample_weight=weights), rel=1e-14
    )
    assert mean(reference.huber(Z, Y, 0.7)) == pytest.approx(
        float(m @ scipy_huber(0.7, Z - Y).ravel()), rel=1e-14
    )


def test_log_cosh_keeps_its_digits_near_no_error_and_does_not_overflow_far_from_it() -> None:
    errors = [1e-9, 1e-4, 0.3, 0.999, 1.0, 5.0, 800.0]
    with mpmath.workdps(40):
        exact = [float(mpmath.log(mpmath.cosh(mpmath.mpf(e)))) for e in errors]
    for sign in (1.0, -1.0):
        found = log_cosh(sign * np.array([errors]), np.zeros((1, 7)))
        np.testing.assert_allclose(found[0], exact, rtol=1e-15)


def test_poisson_is_zero_where_the_means_are_the_counts_and_nowhere_below() -> None:
    counts = np.array([[1.0, 4.0, 0.5]])
    exact = np.log(counts)
    assert reference.poisson(exact, counts).sum() == pytest.approx(0.0, abs=1e-15)
    assert reference.poisson(exact + 0.1, counts).sum() > 0.01
    assert reference.poisson(np.full((1, 1), -50.0), np.zeros((1, 1))).sum() < 1e-20


def test_a_negative_count_is_refused_with_the_cure() -> None:
    network = NetworkSpec((1, 1), (), "exp")
    with pytest.raises(ValueError, match=r"targets must be >= 0 .* Got -1\.0\. Use output="):
        reference.loss(network, [0.0, 0.0], [[1.0]], [[-1.0]])


def test_log_loss_agrees_with_scikit_learn(iris: tuple[Array, Array]) -> None:
    X, y = iris
    rng = np.random.RandomState(0)
    network = NetworkSpec((4, 6, 3), ("tanh",), "softmax")
    p, weights = rng.randn(network.n_parameters), rng.uniform(size=150)
    expected = sklearn_log_loss(y, reference.forward(network, p, X), sample_weight=weights)
    actual = reference.loss(network, p, X, np.eye(3)[y], sample_weight=weights)
    assert actual == pytest.approx(expected, rel=1e-13)  # 150 additions
