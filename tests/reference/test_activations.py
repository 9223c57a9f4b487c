"""Activations, their slopes and the outputs, beside SciPy and their definitions."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, ndtr
from scipy.special import log_softmax as scipy_log_softmax

from moonlet import reference


def test_relu_has_no_slope_at_zero_and_below() -> None:
    Z = np.array([-1.0, 0.0, 1.0])
    assert reference.activation_slope("relu", Z).tolist() == [0.0, 0.0, 1.0]
    assert reference.activation_slope("leaky_relu", Z).tolist() == [0.01, 0.01, 1.0]


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


def test_log_softmax_and_sigmoid_agree_with_scipy() -> None:
    Z = np.random.RandomState(0).randn(50, 4) * np.logspace(-8, 3, 50)[:, np.newaxis]
    np.testing.assert_allclose(
        reference.log_softmax(Z), scipy_log_softmax(Z, axis=1), rtol=1e-13, atol=1e-15
    )
    np.testing.assert_allclose(reference.sigmoid(Z), expit(Z), rtol=4e-16)
    np.testing.assert_allclose(reference.softmax(Z).sum(axis=1), 1.0, rtol=1e-15)
