"""The loss that training makes small, which way it rises, and a check of that.

Legend
------
``X, Y, p, W, b, Z, A, M, f'``, the loss ``L``, a row's share ``m`` and a derivative
``dQ`` as in `moonlet.reference`.

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapter 6.
.. [3] C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens and Z. Wojna, "Rethinking the
       inception architecture for computer vision", CVPR (2016), section 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from moonlet.reference.activations import activation_slope
from moonlet.reference.forward_pass import forward_layers, mask_of, shaped
from moonlet.reference.kinks import costs, least_gradient
from moonlet.reference.losses import loss_slope, misfit
from moonlet.specs import Array, NetworkSpec


def loss(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    l1_ratio: float = 0.0,
    sample_weight: ArrayLike | None = None,
    masks: Sequence[Array] | None = None,
) -> float:
    """Compute the number that training makes small: the misfit and what large weights cost.

    ::

        L = (network.loss) + alpha / (2 N) sum_l sum W[l]^2

    or, of that penalty only a share of ``1 - l1_ratio``, and
    ``l1_ratio alpha / N sum_l sum |W[l]|``. N is the number of rows, or the sum of their
    weights. The biases cost nothing.

    Parameters
    ----------
    network : NetworkSpec
        Its `loss` says which misfit.
    parameters : array-like of shape (n_parameters,)
    X : array-like of shape (n_samples, n_inputs)
    targets : array-like of shape (n_samples, n_outputs)
        Shares that add up to 1 in each row for softmax, in [0, 1] for sigmoid, values
        for identity, values >= 0 for exp. Label smoothing [3]_ is no more than shares
        ``(1 - s) Y + s / n_classes`` in the place of ones and zeros.
    alpha : float, default=0.0
        Strength of the penalty (weight decay).
    l1_ratio : float, default=0.0
        Share of it, in [0, 1], that is on the weights' size instead of its square.
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
    return _loss_of_sums(network, parameters, Z[-1], targets, (alpha, l1_ratio), sample_weight)


def _loss_of_sums(
    network: NetworkSpec,
    parameters: ArrayLike,
    Z: Array,
    targets: ArrayLike,
    penalty: tuple[float, float],
    sample_weight: ArrayLike | None,
) -> float:
    Y = shaped("targets", targets, Z.shape)
    m, N = _shares(len(Z), sample_weight)
    W, _ = network.unpack(np.asarray(parameters, dtype=np.float64))
    alpha, l1_ratio = penalty
    squares = sum(float((W_l**2).sum()) for W_l in W)
    sizes = sum(float(np.abs(W_l).sum()) for W_l in W)
    return misfit(network, Z, Y, m) + alpha / N * (
        l1_ratio * sizes + (1.0 - l1_ratio) / 2.0 * squares
    )


def _shares(n_samples: int, sample_weight: ArrayLike | None) -> tuple[Array, float]:
    # The shares m in a mean over rows, and the N that they were divided by.
    if sample_weight is None:
        return np.full(n_samples, 1.0 / n_samples), float(n_samples)
    weights = shaped("sample_weight", sample_weight, (n_samples,))
    N = float(weights.sum())
    if weights.min() < 0.0 or N == 0.0:
        raise ValueError(
            "sample_weight must have no negative entry and at least one above 0. "
            f"Got a smallest entry of {weights.min()} and a sum of {N}."
        )
    return weights / N, N


def loss_and_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    l1_ratio: float = 0.0,
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

    The first line is the one place where a sum over rows becomes a mean. Where weights pay for
    their size, `least_gradient` adds that to dp.

    Parameters
    ----------
    network, parameters, X, targets, alpha, l1_ratio, sample_weight, masks
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
    value = _loss_of_sums(network, p, Z[-1], targets, (alpha, l1_ratio), sample_weight)

    m, N = _shares(len(A[0]), sample_weight)
    W, _ = network.unpack(p)
    dp = np.empty_like(p)
    dW, db = network.unpack(dp)  # views: what is written to them is written to dp
    dZ = m[:, np.newaxis] * loss_slope(network, A[-1], np.asarray(targets, dtype=np.float64))
    for layer in reversed(range(len(W))):
        dW[layer][:] = A[layer].T @ dZ + (1.0 - l1_ratio) * alpha / N * W[layer]
        db[layer][:] = dZ.sum(axis=0)
        if layer > 0:
            dA = dZ @ W[layer].T
            dZ = (
                dA
                * mask_of(masks, layer - 1)
                * activation_slope(network.activations[layer - 1], Z[layer - 1])
            )
    if l1_ratio > 0.0:
        dp = least_gradient(p, dp, costs(network, l1_ratio * alpha / N))
    return value, dp


def gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    l1_ratio: float = 0.0,
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
        network,
        parameters,
        X,
        targets,
        alpha=alpha,
        l1_ratio=l1_ratio,
        sample_weight=sample_weight,
        masks=masks,
    )[1]


def check_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    X: ArrayLike,
    targets: ArrayLike,
    *,
    alpha: float = 0.0,
    l1_ratio: float = 0.0,
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
    network, parameters, X, targets, alpha, l1_ratio, sample_weight, masks
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
    penalty: dict[str, Any] = {"alpha": alpha, "l1_ratio": l1_ratio}

    def loss_at(p: Array) -> float:
        return loss(network, p, X, targets, **penalty, sample_weight=sample_weight, masks=masks)

    p = np.array(parameters, dtype=np.float64)
    if candidate is None:
        candidate = gradient(
            network, p, X, targets, **penalty, sample_weight=sample_weight, masks=masks
        )
    given = shaped("candidate", candidate, (network.n_parameters,))
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
