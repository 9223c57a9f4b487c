"""What is applied to a layer's sums: activation functions, their slopes, and the outputs.

Legend
------
==========  =================================================================
``Z``       what a layer adds up, shape (N, fan_out)
``f, f'``   a hidden layer's activation function and its derivative
==========  =================================================================

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapter 6.
.. [3] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-
       exp and softmax functions", IMA Journal of Numerical Analysis 41 (2021),
       2311-2330.
.. [4] A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural
       network acoustic models", ICML workshop on deep learning (2013).
.. [5] D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network
       learning by exponential linear units", ICLR (2016).
.. [6] D. Hendrycks and K. Gimpel, "Gaussian error linear units", arXiv:1606.08415
       (2016).
.. [7] C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, "Incorporating second-
       order functional knowledge for better option pricing", NIPS 13 (2000).
.. [8] D. Misra, "Mish: a self regularized non-monotonic activation function",
       arXiv:1908.08681 (2019).
"""

from __future__ import annotations

import numpy as np

from moonlet.specs import Activation, Array, Output


def activate(activation: Activation, Z: Array) -> Array:
    """Return ``f(Z)``: what makes a network more than a straight line.

    ==============  ==================================================================
    ``identity``    ``Z``
    ``logistic``    ``1 / (1 + exp(-Z))``, equation 2 of [1]_
    ``tanh``        ``tanh Z``
    ``relu``        ``Z`` above 0, else 0
    ``leaky_relu``  ``Z`` above 0, else ``Z / 100`` [4]_
    ``elu``         ``Z`` above 0, else ``exp(Z) - 1``: section 3 of [5]_, with alpha 1
    ``gelu``        ``Z sigmoid(2 u)``, which is ``Z / 2 (1 + tanh u)``, where
                    ``u = sqrt(2 / pi) (Z + 0.044715 Z^3)``: section 2 of [6]_
    ``silu``        ``Z sigmoid(Z)``, section 2 of [6]_
    ``softplus``    ``log(1 + exp Z)`` [7]_
    ``mish``        ``Z tanh(log(1 + exp Z))``, section 3 of [8]_
    ==============  ==================================================================

    gelu is the tanh form, which differs by at most 0.0005 from ``Z`` times the normal
    distribution function: it needs nothing but exp, so that NumPy, the engine and any
    ONNX runtime compute the same function in 64 bit. Few of them have an erf.

    >>> activate("relu", np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    if activation == "logistic":
        return sigmoid(Z)
    if activation == "tanh":
        return np.tanh(Z)
    if activation == "relu":
        return np.maximum(Z, 0.0)
    if activation == "leaky_relu":
        return np.where(Z > 0.0, Z, 0.01 * Z)
    if activation == "elu":
        return np.where(Z > 0.0, Z, np.expm1(np.minimum(Z, 0.0)))
    if activation == "gelu":
        return Z * sigmoid(2.0 * _GELU * (Z + 0.044715 * Z**3))
    if activation == "silu":
        return Z * sigmoid(Z)
    if activation == "softplus":
        return -log_sigmoid(-Z)
    if activation == "mish":
        return Z * np.tanh(-log_sigmoid(-Z))
    if activation == "identity":
        return Z
    raise _unknown("activation", activation)


_GELU = float(np.sqrt(2.0 / np.pi))


def activation_slope(activation: Activation, Z: Array) -> Array:
    """Return ``f'(Z)``, taken at the sum Z that went into the activation.

    relu and leaky_relu have no slope at 0; that from below is the custom. The
    logistic slope ``y (1 - y)`` is in equation 5 of [1]_.

    >>> activation_slope("tanh", np.array([0.0])).tolist()
    [1.0]
    """
    if activation == "logistic":
        return sigmoid(Z) * sigmoid(-Z)  # 1 - y is the sigmoid of -Z, with all its digits
    if activation == "tanh":
        return 1.0 - np.tanh(Z) ** 2
    if activation == "relu":
        return np.where(Z > 0.0, 1.0, 0.0)
    if activation == "leaky_relu":
        return np.where(Z > 0.0, 1.0, 0.01)
    if activation == "elu":
        return np.exp(np.minimum(Z, 0.0))
    if activation == "gelu":
        u, du = _GELU * (Z + 0.044715 * Z**3), _GELU * (1.0 + 3.0 * 0.044715 * Z**2)
        return sigmoid(2.0 * u) * (1.0 + Z * sigmoid(-2.0 * u) * 2.0 * du)
    if activation == "silu":
        return sigmoid(Z) * (1.0 + Z * sigmoid(-Z))
    if activation == "softplus":
        return sigmoid(Z)
    if activation == "mish":
        p = np.tanh(-log_sigmoid(-Z))
        return p + Z * (1.0 - p**2) * sigmoid(Z)
    if activation == "identity":
        return np.ones_like(Z)
    raise _unknown("activation", activation)


def sigmoid(Z: Array) -> Array:
    """Return ``1 / (1 + exp(-Z))``, equation 2 of [1]_."""
    e = np.exp(-np.abs(Z))  # in (0, 1]: exp(-Z) would overflow for Z below -709
    return np.where(Z >= 0.0, 1.0, e) / (1.0 + e)


def log_sigmoid(Z: Array) -> Array:
    """Return ``log sigmoid(Z)``, written so that it is finite for any finite Z.

    >>> log_sigmoid(np.array([-1000.0, 0.0, 1000.0])).round(6).tolist()
    [-1000.0, -0.693147, 0.0]
    """
    return np.minimum(Z, 0.0) - np.log1p(np.exp(-np.abs(Z)))


def softmax(Z: Array) -> Array:
    """Return ``exp(Z[n, i]) / sum_j exp(Z[n, j])``, equation 6.29 of [2]_.

    A number taken off a whole row changes nothing (6.33), and costs no
    accuracy [3]_.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    # Subtract the row maximum: exp overflows above 709 in float64. Divide, although
    # exp(log_softmax(Z)) would do on paper: it loses digits [3].
    e: Array = np.exp(Z - Z.max(axis=1, keepdims=True))
    total: Array = e.sum(axis=1, keepdims=True)
    return e / total


def log_softmax(Z: Array) -> Array:
    """Return ``Z[n, i] - log sum_j exp(Z[n, j])``, equation 6.30 of [2]_, finite for finite Z.

    >>> log_softmax(np.array([[1000.0, -1000.0]])).tolist()
    [[0.0, -2000.0]]
    """
    shifted: Array = Z - Z.max(axis=1, keepdims=True)
    total: Array = np.exp(shifted).sum(axis=1, keepdims=True)
    return shifted - np.log(total)


def predictions(output: Output, Z: Array) -> Array:
    """Return the network's outputs from the last layer's sums."""
    if output == "softmax":
        return softmax(Z)
    if output == "sigmoid":
        return sigmoid(Z)
    if output == "exp":
        return np.exp(Z)
    if output == "identity":
        return Z
    raise _unknown("output", output)


def _unknown(what: str, name: str) -> ValueError:
    return ValueError(f"the reference has no {what} {name!r}. Write it in {__name__}.")
