"""How far predictions are from targets, and the slope of that by the last layer's sums.

Legend
------
==========  =================================================================
``Z``       the last layer's sums, shape (N, n_outputs)
``A``       the outputs that come of them
``Y``       targets of the same shape
``m``       a row's share in the mean over rows: 1/N, or its weight over all weights
``L``       the loss
==========  =================================================================

References
----------
.. [1] D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by
       back-propagating errors", Nature 323 (1986), 533-536.
.. [2] I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", MIT Press (2016),
       chapter 6.
.. [3] P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical
       Statistics 35 (1964), 73-101.
.. [4] R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46 (1978), 33-50.
.. [5] P. McCullagh and J. A. Nelder, "Generalized linear models", 2nd edition, Chapman
       and Hall (1989), section 2.3.
"""

from __future__ import annotations

import numpy as np

from moonlet.reference.activations import log_sigmoid, log_softmax
from moonlet.specs import Array, NetworkSpec, Output


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

    Takes what `log_loss` takes; `delta` has the targets' unit. From [3]_.

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
    `absolute_error`. From section 2 of [4]_.

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
    with targets >= 0. Section 2.3 of [5]_, halved as scikit-learn does.

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


def misfit(network: NetworkSpec, Z: Array, Y: Array, m: Array) -> float:
    """Return the loss that the network is trained on, without a penalty."""
    if network.loss == "log_loss":
        return log_loss(network.output, Z, Y, m)
    if network.loss == "absolute_error":
        return absolute_error(Z, Y, m)
    if network.loss == "huber":
        return huber(Z, Y, m, network.loss_parameter)
    if network.loss == "quantile":
        return quantile(Z, Y, m, network.loss_parameter)
    return poisson(Z, Y, m) if network.loss == "poisson" else squared_error(Z, Y, m)


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
