"""The mathematics of a small neural network in plain NumPy, to read and to check against.

Read it from top to bottom: activations, outputs, the forward pass, the loss,
its gradient, a check of that gradient, and the descent. Nothing here is made
fast; `moonlet.engine` computes the same quantities quickly and is tested
against this file. Imports nothing but NumPy and `moonlet.specs`.

Legend
------
==============  =============================================================
``X``           rows, one sample a row, shape (N, n_inputs)
``Y``           targets, shape (N, n_outputs): one-hot rows, or other shares that add
                up to 1, for softmax; 0, 1 or a share between for sigmoid; counts or
                other numbers >= 0 for exp; any for identity
``p``           all weights and biases in one flat vector (`NetworkSpec.pack`)
``W[l], b[l]``  weights and biases of layer l, shapes (fan_in, fan_out), (fan_out,)
``Z[l]``        what layer l adds up: ``A[l] W[l] + b[l]``, shape (N, fan_out)
``A[l]``        what layer l is fed: ``A[0] = X``, then ``A[l+1] = M[l] f(Z[l])``
``M[l]``        which hidden units dropout keeps, and how they are scaled; 1 without
``A[-1]``       the network's outputs
``f, f'``       a hidden layer's activation function and its derivative
``L``           the loss, a mean over the N rows, penalty included
``dQ``          the derivative dL/dQ of the loss, shaped like the quantity Q
``m``           a row's share in that mean: 1/N, or its weight over all weights
==============  =============================================================

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapter 6.
.. [3] P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp
       and softmax functions", IMA Journal of Numerical Analysis 41 (2021), 2311-2330.
.. [4] A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural
       network acoustic models", ICML workshop on deep learning (2013).
.. [5] D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network
       learning by exponential linear units", ICLR (2016).
.. [6] D. Hendrycks and K. Gimpel, "Gaussian error linear units", arXiv:1606.08415 (2016).
.. [7] C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, "Incorporating second-order
       functional knowledge for better option pricing", NIPS 13 (2000).
.. [8] P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
       Statistics 35 (1964), 73-101.
.. [9] R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46 (1978), 33-50.
.. [10] P. McCullagh and J. A. Nelder, "Generalized linear models", 2nd edition, Chapman and
        Hall (1989), section 2.3.
.. [11] N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout:
        a simple way to prevent neural networks from overfitting", JMLR 15 (2014), 1929-1958.
.. [12] J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy
        as 1, 2, 3", SC11 (2011).
.. [13] R. A. Fisher and F. Yates, "Statistical tables for biological, agricultural and medical
        research", Oliver and Boyd (1938); D. E. Knuth, "The art of computer programming",
        volume 2, algorithm 3.4.2P.
.. [14] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the inception
        architecture for computer vision", CVPR (2016), section 7.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.specs import Activation, Array, NetworkSpec, Output

__all__ = [
    "absolute_error",
    "check_gradient",
    "dropout_masks",
    "forward",
    "forward_layers",
    "gd",
    "gradient",
    "huber",
    "log_loss",
    "loss",
    "loss_and_gradient",
    "philox",
    "poisson",
    "quantile",
    "shuffled_rows",
    "squared_error",
]


# --- Activations and outputs, elementwise or row by row on Z ------------------------------


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
    return Z


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
    return np.ones_like(Z)


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
    return np.exp(Z) if output == "exp" else Z


# --- Forward: from rows to predictions ---------------------------------------------------


def forward_layers(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    *,
    masks: Sequence[Array] | None = None,
) -> tuple[list[Array], list[Array]]:
    """Compute every layer's sums and what comes of them.

    ::

        A[0]   = X
        Z[l]   = A[l] W[l] + b[l]
        A[l+1] = M[l] f(Z[l])           in a hidden layer; M[l] is 1 but for dropout
        A[-1]  = predictions(Z[-1])

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    X : array-like of shape (n_samples, n_inputs)
    masks : sequence of ndarray, one a hidden layer, of shape (n_samples, fan_out), optional
        M, from `dropout_masks`. Only training drops units: leave it out to predict.

    Returns
    -------
    Z : list of ndarray, one a layer, of shape (n_samples, fan_out)
    A : list of ndarray, one more than Z: the rows, then each layer's output

    Raises
    ------
    ValueError
        If parameters or X do not have the network's shape.

    References
    ----------
    Algorithm 6.3 of [2]_; equations 1 and 2 of [1]_; section 4 of [11]_ for M.

    Examples
    --------
    >>> network = NetworkSpec((2, 3, 2), ("tanh",), "softmax")
    >>> Z, A = forward_layers(network, np.zeros(network.n_parameters), [[1.0, 2.0]])
    >>> [a.shape for a in A]
    [(1, 2), (1, 3), (1, 2)]
    """
    p = _shaped("parameters", parameters, (network.n_parameters,))
    W, b = network.unpack(p)
    Z: list[Array] = []
    A: list[Array] = [_shaped("X", X, (*np.shape(X)[:1], network.n_inputs))]
    for layer in range(len(W)):
        Z.append(A[layer] @ W[layer] + b[layer])
        if layer < len(network.activations):
            A.append(_mask(masks, layer) * activate(network.activations[layer], Z[layer]))
        else:
            A.append(predictions(network.output, Z[layer]))
    return Z, A


def _mask(masks: Sequence[Array] | None, layer: int) -> Array | float:
    return 1.0 if masks is None else masks[layer]


def forward(network: NetworkSpec, parameters: ArrayLike, X: ArrayLike) -> Array:
    """Compute the outputs alone, of shape (n_samples, n_outputs); see `forward_layers`.

    They are probabilities for softmax and sigmoid, values for identity, values above 0
    for exp.

    Examples
    --------
    >>> line = NetworkSpec((1, 1), (), "identity")
    >>> forward(line, [2.0, 1.0], [[3.0]]).tolist()
    [[7.0]]
    """
    return forward_layers(network, parameters, X)[1][-1]


# --- Loss: how far the predictions are from the targets ----------------------------------


def log_loss(output: Output, Z: Array, Y: Array, m: Array) -> float:
    """Compute how surprising the targets are, from the last layer's sums.

    ::

        softmax:  L = - sum_n m[n] sum_i  Y log softmax(Z)
        sigmoid:  L = - sum_n m[n] sum_i (Y log sigmoid(Z) + (1 - Y) log sigmoid(-Z))

    where ``sigmoid(-Z) = 1 - sigmoid(Z)``. It starts from Z and not from
    probabilities: one that was rounded to 0 has an infinite logarithm, while Z
    still knows how small it was.

    Parameters
    ----------
    output : {"sigmoid", "softmax"}
    Z, Y : ndarray of shape (n_samples, n_outputs)
    m : ndarray of shape (n_samples,)
        The rows' shares in the mean; they add up to 1.

    Returns
    -------
    loss : float
        Mean over rows, in nats; several sigmoids (several labels) are summed.

    References
    ----------
    Sections 6.2.2.2 and 6.2.2.3 of [2]_.

    Examples
    --------
    >>> coin = log_loss("softmax", np.zeros((1, 2)), np.array([[1.0, 0.0]]), np.ones(1))
    >>> round(coin, 6)  # log 2
    0.693147
    """
    if output == "softmax":
        surprise = -Y * log_softmax(Z)
    else:
        surprise = -Y * log_sigmoid(Z) - (1.0 - Y) * log_sigmoid(-Z)
    return float(m @ surprise.sum(axis=1))


def squared_error(Z: Array, Y: Array, m: Array) -> float:
    """Compute ``sum_n m[n] 1/2 sum_i (Z - Y)^2``, equation 3 of [1]_ as a mean over rows.

    Takes what `log_loss` takes; the unit is the square of the targets' unit.

    Examples
    --------
    >>> squared_error(np.array([[1.0]]), np.array([[4.0]]), np.ones(1))
    4.5
    """
    return float(m @ (0.5 * (Z - Y) ** 2).sum(axis=1))


def absolute_error(Z: Array, Y: Array, m: Array) -> float:
    """Compute ``sum_n m[n] sum_i |Z - Y|``, which a median makes smallest.

    Takes what `log_loss` takes; the unit is the targets' unit.

    Examples
    --------
    >>> absolute_error(np.array([[1.0]]), np.array([[4.0]]), np.ones(1))
    3.0
    """
    return float(m @ np.abs(Z - Y).sum(axis=1))


def huber(Z: Array, Y: Array, m: Array, delta: float) -> float:
    """Compute a squared error that goes on as a straight line, so that no row can pull hard.

    ::

        L = sum_n m[n] sum_i  1/2 (Z - Y)^2                  where |Z - Y| <= delta
                              delta (|Z - Y| - delta / 2)    beyond

    Takes what `log_loss` takes; `delta` has the targets' unit. From [8]_.

    Examples
    --------
    >>> huber(np.array([[1.0, 1.0]]), np.array([[1.5, 4.0]]), np.ones(1), delta=1.0)
    2.625
    """
    far = np.abs(Z - Y)
    cost = np.where(far <= delta, 0.5 * far**2, delta * (far - 0.5 * delta))
    return float(m @ cost.sum(axis=1))


def quantile(Z: Array, Y: Array, m: Array, level: float) -> float:
    """Compute a lopsided absolute error, which a quantile of the targets makes smallest.

    ::

        L = sum_n m[n] sum_i  level (Y - Z)          where the target is above Z
                              (1 - level) (Z - Y)    where it is below

    Takes what `log_loss` takes, and a level in (0, 1). At 0.5 it is half the
    `absolute_error`. From section 2 of [9]_.

    Examples
    --------
    >>> quantile(np.array([[1.0, 1.0]]), np.array([[3.0, 0.0]]), np.ones(1), level=0.75)
    1.75
    """
    above = Y - Z
    return float(m @ np.maximum(level * above, (level - 1.0) * above).sum(axis=1))


def poisson(Z: Array, Y: Array, m: Array) -> float:
    """Compute half the deviance of counts Y from means ``exp(Z)``.

    ::

        L = sum_n m[n] sum_i  (Y log(Y / exp Z) - Y + exp Z)      with 0 log 0 = 0

    0 where the means are the targets, and else above. Takes what `log_loss` takes,
    with targets >= 0. Section 2.3 of [10]_, halved as scikit-learn does.

    Examples
    --------
    >>> poisson(np.zeros((1, 2)), np.array([[1.0, 0.0]]), np.ones(1))
    1.0
    """
    if Y.min() < 0.0:
        raise ValueError(
            f"targets must be >= 0 for the loss 'poisson'. Got {Y.min()}. "
            "Use output='identity' and 'squared_error' for numbers of either sign."
        )
    Y_log_Y = Y * np.log(np.where(Y > 0.0, Y, 1.0))
    return float(m @ (Y_log_Y - Y * Z - Y + np.exp(Z)).sum(axis=1))


def loss(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    sample_weight: ArrayLike | None = None,
    masks: Sequence[Array] | None = None,
) -> float:
    """Compute the number that training makes small: the misfit and what large weights cost.

    ::

        L = (network.loss) + alpha / (2 N) sum_l sum W[l]^2

    N is the number of rows, or the sum of their weights. The biases cost nothing.

    Parameters
    ----------
    network : NetworkSpec
        Its `loss` says which misfit.
    parameters : array-like of shape (n_parameters,)
    X : array-like of shape (n_samples, n_inputs)
    targets : array-like of shape (n_samples, n_outputs)
        Shares that add up to 1 in each row for softmax, in [0, 1] for sigmoid, values
        for identity, values >= 0 for exp. Label smoothing [14]_ is no more than shares
        ``(1 - s) Y + s / n_classes`` in the place of ones and zeros.
    alpha : float, default=0.0
        Strength of the penalty (weight decay).
    sample_weight : array-like of shape (n_samples,), optional
        None negative, not all zero; turns the mean into a weighted mean.
    masks : sequence of ndarray, optional
        As for `forward_layers`.

    Returns
    -------
    loss : float
        Mean over rows, penalty included; in nats for log loss.

    Raises
    ------
    ValueError
        If an array does not have the network's shape, the weights weigh nothing, or a
        count is negative.

    Examples
    --------
    A network that knows nothing of three classes is surprised by log 3:

    >>> network = NetworkSpec((2, 3), (), "softmax")
    >>> round(loss(network, np.zeros(9), [[1.0, 2.0]], [[0, 1, 0]]), 6)
    1.098612
    """
    Z, _ = forward_layers(network, parameters, X, masks=masks)
    return _loss_of_sums(network, parameters, Z[-1], targets, alpha, sample_weight)


# --- Gradient: which way the loss rises, and how steeply ----------------------------------


def loss_slope(network: NetworkSpec, A: Array, Y: Array) -> Array:
    """Return the derivative of one row's loss by the last layer's sums, from the outputs A.

    It is ``A - Y`` for log loss, squared error and Poisson alike: each of them goes with
    the very output whose own derivative it cancels. The others look at no more than
    the sign of ``A - Y``, or, huber, at its first `delta`. Where their loss has a corner,
    at ``A = Y``, 0 is one of its slopes.

    >>> line = NetworkSpec((1, 1), (), "identity", "quantile", 0.75)
    >>> loss_slope(line, np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])).tolist()
    [-0.75, 0.0, 0.25]
    """
    error = A - Y
    if network.loss == "absolute_error":
        return np.sign(error)
    if network.loss == "huber":
        return np.clip(error, -network.loss_parameter, network.loss_parameter)
    if network.loss == "quantile":
        level = network.loss_parameter
        return np.where(error > 0.0, 1.0 - level, np.where(error < 0.0, -level, 0.0))
    return error


def loss_and_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    sample_weight: ArrayLike | None = None,
    masks: Sequence[Array] | None = None,
) -> tuple[float, Array]:
    """Compute the loss and its derivative with respect to every weight and bias.

    Back-propagation is the chain rule, walked from the last layer to the first::

        dZ[-1]  = m loss_slope               row n times its share m[n]
        dW[l]   = A[l]^T dZ[l] + alpha / N W[l]
        db[l]   = sum_n dZ[l][n]             the bias was added to every row
        dA[l]   = dZ[l] W[l]^T
        dZ[l-1] = dA[l] * M[l-1] f'(Z[l-1])  the slope belongs to Z, not to A

    The first line is the one place where a sum over rows becomes a mean.

    Parameters
    ----------
    network, parameters, X, targets, alpha, sample_weight, masks
        As for `loss`, with the same errors.

    Returns
    -------
    loss : float
        Mean over rows, penalty included.
    gradient : ndarray of shape (n_parameters,)
        Laid out as the parameters are.

    References
    ----------
    Algorithm 6.4 of [2]_; equations 4 to 7 of [1]_.

    Examples
    --------
    The line ``z = w x + b`` at w = b = 0 and one row: ``dw = (z - y) x``, ``db = z - y``.

    >>> line = NetworkSpec((1, 1), (), "identity")
    >>> value, slopes = loss_and_gradient(line, [0.0, 0.0], [[3.0]], [[1.0]])
    >>> value, slopes.tolist()
    (0.5, [-3.0, -1.0])
    """
    p = np.asarray(parameters, dtype=np.float64)
    Z, A = forward_layers(network, p, X, masks=masks)
    value = _loss_of_sums(network, p, Z[-1], targets, alpha, sample_weight)

    m, N = _shares(len(A[0]), sample_weight)
    W, _ = network.unpack(p)
    dp = np.empty_like(p)
    dW, db = network.unpack(dp)  # views: what is written to them is written to dp
    dZ = m[:, np.newaxis] * loss_slope(network, A[-1], np.asarray(targets, dtype=np.float64))
    for layer in reversed(range(len(W))):
        dW[layer][:] = A[layer].T @ dZ + alpha / N * W[layer]
        db[layer][:] = dZ.sum(axis=0)
        if layer > 0:
            dA = dZ @ W[layer].T
            dZ = (
                dA
                * _mask(masks, layer - 1)
                * activation_slope(network.activations[layer - 1], Z[layer - 1])
            )
    return value, dp


def gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    sample_weight: ArrayLike | None = None,
    masks: Sequence[Array] | None = None,
) -> Array:
    """Compute the gradient alone; `loss_and_gradient` says how and takes the same.

    Examples
    --------
    >>> gradient(NetworkSpec((1, 1), (), "identity"), [0.0, 0.0], [[3.0]], [[1.0]]).tolist()
    [-3.0, -1.0]
    """
    return loss_and_gradient(
        network, parameters, X, targets, alpha=alpha, sample_weight=sample_weight, masks=masks
    )[1]


def check_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    sample_weight: ArrayLike | None = None,
    masks: Sequence[Array] | None = None,
    candidate: ArrayLike | None = None,
) -> float:
    """Compare a gradient with the slope of the loss, measured by small steps.

    Each parameter is moved a little to either side::

        dp[i]  is about  (L(p[i] + h) - L(p[i] - h)) / (2 h)

    A gradient with a slip in its formula is wrong in the first digits; a right
    one agrees to 1e-6 or better. Try it on your own network, and with
    `candidate` on your own formulas.

    Parameters
    ----------
    network, parameters, X, targets, alpha, sample_weight, masks
        As for `loss`, with the same errors.
    candidate : array-like of shape (n_parameters,), optional
        The gradient to check. Defaults to what `gradient` gives.

    Returns
    -------
    error : float
        The largest difference, relative to the largest derivative among the same
        layer's weights or biases. Where relu meets 0 within a step the loss has a
        corner, and no gradient can agree.

    Examples
    --------
    >>> rng = np.random.RandomState(0)
    >>> network = NetworkSpec((2, 3, 2), ("tanh",), "softmax")
    >>> p, X, Y = rng.randn(network.n_parameters), rng.randn(5, 2), np.eye(2)[[0, 1, 1, 0, 1]]
    >>> check_gradient(network, p, X, Y, alpha=0.01) < 1e-6
    True
    >>> summed = 5 * gradient(network, p, X, Y)  # forgot to divide by the number of rows
    >>> round(check_gradient(network, p, X, Y, candidate=summed), 3)
    0.8
    """

    def loss_at(p: Array) -> float:
        return loss(network, p, X, targets, alpha=alpha, sample_weight=sample_weight, masks=masks)

    p = np.array(parameters, dtype=np.float64)
    if candidate is None:
        candidate = gradient(
            network, p, X, targets, alpha=alpha, sample_weight=sample_weight, masks=masks
        )
    given = _shaped("candidate", candidate, (network.n_parameters,))
    # What rounding leaves of the loss, divided by h, is about 1e-10 of it. Derivatives much
    # smaller than the loss drown in that, so they are measured against this floor.
    floor = 1e-3 * max(1.0, loss_at(p))

    measured = np.empty_like(p)
    for i, p_i in enumerate(p.copy()):
        # The cube root of the rounding unit balances rounding (1 / h) against curvature (h^2).
        h = np.cbrt(np.finfo(np.float64).eps) * max(1.0, abs(p_i))
        p[i] = p_i + h
        above = loss_at(p)
        p[i] = p_i - h
        below = loss_at(p)
        p[i] = p_i
        measured[i] = (above - below) / (2.0 * h)

    worst = 0.0
    for layer in network.layers():
        for part in (layer.weights, layer.biases):
            size = max(np.abs(given[part]).max(), np.abs(measured[part]).max(), floor)
            worst = max(worst, float(np.abs(given[part] - measured[part]).max() / size))
    return worst


# --- Chance: the order of the rows, and the units that dropout leaves out -------------------


def philox(counter: ArrayLike, seed: int) -> NDArray[np.uint32]:
    """Draw four random numbers for a counter: Philox4x32-10, section 3.3 of [12]_.

    There is no state to keep and none to share: the same counter and seed give the
    same numbers, in any order, on any thread, after any interruption. The engine draws
    its numbers likewise, so both take the rows in the same order and drop the same units.

    Parameters
    ----------
    counter : array-like of shape (..., 4)
        Ints in [0, 2**32).
    seed : int
        In [0, 2**64).

    Returns
    -------
    numbers : ndarray of uint32 of the same shape
        As good as uniform in [0, 2**32).

    Examples
    --------
    >>> [hex(word) for word in philox([0, 0, 0, 0], seed=0)]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    a, b, c, d = np.moveaxis(np.asarray(counter, dtype=np.uint64), -1, 0)
    low = np.uint64(2**32 - 1)
    for i in range(10):
        key_0 = np.uint64((seed % 2**32 + i * 0x9E3779B9) % 2**32)
        key_1 = np.uint64((seed // 2**32 + i * 0xBB67AE85) % 2**32)
        p, q = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (q >> 32) ^ b ^ key_0, q & low, (p >> 32) ^ d ^ key_1, p & low
    return np.stack([a, b, c, d], axis=-1).astype(np.uint32)


# What a counter is for, in its last place: no two purposes share a number.
_SHUFFLE, _DROPOUT = 0, 1


def shuffled_rows(n_samples: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Put the rows of an epoch in order: Fisher and Yates' shuffle [13]_.

    From the last place down to the second, each row changes places with one of those up
    to and including itself. The number for place i is word ``i % 4`` of the counter
    ``(i // 4, epoch % 2**32, epoch // 2**32, 0)``.

    Examples
    --------
    >>> shuffled_rows(5, seed=0, epoch=0).tolist()
    [0, 1, 3, 2, 4]
    """
    order = np.arange(n_samples)
    counter = np.empty((n_samples // 4 + 1, 4), dtype=np.uint64)
    counter[:] = [0, epoch % 2**32, epoch // 2**32, _SHUFFLE]
    counter[:, 0] = np.arange(len(counter))
    numbers = philox(counter, seed).ravel()
    for i in range(n_samples - 1, 0, -1):
        j = int(numbers[i]) * (i + 1) // 2**32  # from [0, 2**32) to 0 ... i
        order[i], order[j] = order[j], order[i]
    return order


def dropout_masks(
    network: NetworkSpec, rows: ArrayLike, *, dropout: float, seed: int, epoch: int
) -> list[Array]:
    """Choose the hidden units that each row does without in an epoch.

    A unit that is left out gives 0. Those that stay are scaled up, so that a layer
    gives as much on average as it will in predictions, where no unit is left out::

        M = 0                    with probability `dropout`
            1 / (1 - dropout)    else

    Hidden units are numbered through all layers. The number for unit u and row r is
    word ``u % 4`` of the counter ``(r, u // 4, epoch % 2**32, 1)``; the unit is dropped
    where it is below ``dropout`` times 2**32.

    Parameters
    ----------
    network : NetworkSpec
    rows : array-like of int of shape (n_samples,)
        Each sample's place in the training set, whatever batch it is in.
    dropout : float
        In [0, 1).
    seed, epoch : int
        The solver's seed, and how many epochs came before.

    Returns
    -------
    masks : list of ndarray, one a hidden layer, of shape (n_samples, fan_out)

    References
    ----------
    Section 4 of [11]_; scaled in training and not in predictions, as in its section 10.

    Examples
    --------
    >>> network = NetworkSpec((2, 3, 1), ("tanh",), "identity")
    >>> dropout_masks(network, [0, 1], dropout=0.5, seed=0, epoch=0)[0].tolist()
    [[0.0, 0.0, 2.0], [2.0, 0.0, 0.0]]
    """
    rows = np.asarray(rows)
    sizes = network.layer_sizes[1:-1]
    counter = np.empty((len(rows), (sum(sizes) + 3) // 4, 4), dtype=np.uint64)
    counter[:] = [0, 0, epoch % 2**32, _DROPOUT]
    counter[:, :, 0] = rows[:, np.newaxis]
    counter[:, :, 1] = np.arange(counter.shape[1])
    numbers = philox(counter, seed).reshape(len(rows), -1)
    M = np.where(numbers < int(dropout * 2**32), 0.0, 1.0 / (1.0 - dropout))
    return np.split(M[:, : sum(sizes)], np.cumsum(sizes)[:-1], axis=1) if sizes else []


# --- Descent -----------------------------------------------------------------------------


def gd(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    learning_rate_init: float,
    alpha: float = 0.0,
    max_iter: int,
) -> tuple[Array, Array, Array]:
    """Descend the loss on all rows at a fixed rate: ``p <- p - learning_rate_init dp``.

    The gradient is that of the *mean* loss. Who descends the summed loss at rate
    r descends the mean at rate ``N r``: 0.01 on a sum over 200 rows is 2.0 here.
    Nothing stops early, and nothing warns of a rate that is too large: the
    curves then swing, or run off to inf and nan.

    Parameters
    ----------
    network, parameters, X, targets, alpha
        As for `loss`, with the same errors. The start is not overwritten.
    learning_rate_init : float
        Step on the mean gradient.
    max_iter : int
        Number of passes over the rows.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        After the last pass.
    loss_curve : ndarray of shape (max_iter,)
        The loss with which each pass began.
    gradient_norm_curve : ndarray of shape (max_iter,)
        Euclidean norm of the gradient with which each pass began.

    References
    ----------
    Equation 8 of [1]_; section 4.3 of [2]_.

    Examples
    --------
    >>> line, X, Y = NetworkSpec((1, 1), (), "identity"), [[1.0], [-1.0]], [[1.0], [-1.0]]
    >>> p, losses, norms = gd(line, [0.0, 0.0], X, Y, learning_rate_init=1.0, max_iter=2)
    >>> p.tolist(), losses.tolist(), norms.tolist()
    ([1.0, 0.0], [0.5, 0.0], [1.0, 0.0])
    """
    p = np.array(parameters, dtype=np.float64)
    loss_curve, gradient_norm_curve = np.empty(max_iter), np.empty(max_iter)
    with np.errstate(over="ignore", invalid="ignore"):  # the curves tell
        for t in range(max_iter):
            loss_curve[t], dp = loss_and_gradient(network, p, X, targets, alpha=alpha)
            gradient_norm_curve[t] = np.linalg.norm(dp)
            p -= learning_rate_init * dp
    return p, loss_curve, gradient_norm_curve


# --- What several of the functions above need --------------------------------------------


def _loss_of_sums(
    network: NetworkSpec,
    parameters: ArrayLike,
    Z: Array,
    targets: ArrayLike,
    alpha: float,
    sample_weight: ArrayLike | None,
) -> float:
    Y = _shaped("targets", targets, Z.shape)
    m, N = _shares(len(Z), sample_weight)
    W, _ = network.unpack(np.asarray(parameters, dtype=np.float64))
    return _misfit(network, Z, Y, m) + alpha / (2.0 * N) * sum(float((W_l**2).sum()) for W_l in W)


def _misfit(network: NetworkSpec, Z: Array, Y: Array, m: Array) -> float:
    if network.loss == "log_loss":
        return log_loss(network.output, Z, Y, m)
    if network.loss == "absolute_error":
        return absolute_error(Z, Y, m)
    if network.loss == "huber":
        return huber(Z, Y, m, network.loss_parameter)
    if network.loss == "quantile":
        return quantile(Z, Y, m, network.loss_parameter)
    return poisson(Z, Y, m) if network.loss == "poisson" else squared_error(Z, Y, m)


def _shares(n_samples: int, sample_weight: ArrayLike | None) -> tuple[Array, float]:
    # The shares m in a mean over rows, and the N that they were divided by.
    if sample_weight is None:
        return np.full(n_samples, 1.0 / n_samples), float(n_samples)
    weights = _shaped("sample_weight", sample_weight, (n_samples,))
    N = float(weights.sum())
    if weights.min() < 0.0 or N == 0.0:
        raise ValueError(
            "sample_weight must have no negative entry and at least one above 0. "
            f"Got a smallest entry of {weights.min()} and a sum of {N}."
        )
    return weights / N, N


def _shaped(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Array:
    # NumPy would stretch a column against a row without a word, and the loss would be wrong.
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{name} must have the shape {shape}. Got {array.shape} instead.")
    return array
