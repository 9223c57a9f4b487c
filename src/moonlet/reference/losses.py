"""How far predictions are from targets, and the slope of that by the last layer's sums.

How they differ from the textbook's, and why:

1. They take the last layer's sums, not the outputs: a probability that was rounded to 0 has an
   infinite logarithm, while its sum still knows how small it was.
2. They are of single values: what a row costs is the sum over its outputs (not the mean, so that
   a further output takes nothing from the others), and the loss is the mean over rows.
3. The square is halved, and so is Poisson's deviance: then the slopes have no factor.
4. Where a loss has a corner, 0 is taken for its slope: a fit that is right shall rest there.

Legend
------
==========  =================================================================
``Z``       the last layer's sums, shape (N, n_outputs)
``A``       the outputs that come of them
``Y``       targets of the same shape
``m``       a row's share in the mean over rows: 1/N, or its weight over all weights
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
.. [6] P. J. Green, "Bayesian reconstructions from emission tomography data using a
       modified EM algorithm", IEEE Transactions on Medical Imaging 9 (1990), 84-93.
"""

from __future__ import annotations

import numpy as np

from moonlet.reference.activations import log_sigmoid, log_softmax
from moonlet.specs import Array, Loss, NetworkSpec, Output


def log_loss(output: Output, Z: Array, Y: Array) -> Array:
    """Compute how surprising each target is, from the last layer's sums.

    ::

        softmax:  - Y log softmax(Z)
        sigmoid:  - Y log sigmoid(Z) - (1 - Y) log sigmoid(-Z)

    where ``sigmoid(-Z) = 1 - sigmoid(Z)``.

    Parameters
    ----------
    output : {"sigmoid", "softmax"}
    Z, Y : ndarray of shape (n_samples, n_outputs)

    Returns
    -------
    losses : ndarray of shape (n_samples, n_outputs)
        In nats.

    References
    ----------
    Sections 6.2.2.2 and 6.2.2.3 of [2]_.

    Examples
    --------
    >>> coin = log_loss("softmax", np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    >>> coin.round(6).tolist()  # log 2
    [[0.693147, 0.0]]
    """
    if output == "softmax":
        return -Y * log_softmax(Z)
    return -Y * log_sigmoid(Z) - (1.0 - Y) * log_sigmoid(-Z)


def squared_error(Z: Array, Y: Array) -> Array:
    """Compute ``1/2 (Z - Y)^2``, equation 3 of [1]_.

    Takes what `log_loss` takes; the unit is the square of the targets' unit.

    Examples
    --------
    >>> squared_error(np.array([[1.0]]), np.array([[4.0]])).tolist()
    [[4.5]]
    """
    return 0.5 * (Z - Y) ** 2


def absolute_error(Z: Array, Y: Array) -> Array:
    """Compute ``|Z - Y|``, which a median makes smallest.

    Takes what `log_loss` takes; the unit is the targets' unit.

    Examples
    --------
    >>> absolute_error(np.array([[1.0]]), np.array([[4.0]])).tolist()
    [[3.0]]
    """
    return np.abs(Z - Y)


def huber(Z: Array, Y: Array, delta: float) -> Array:
    """Compute a squared error that goes on as a straight line, so that no row can pull hard.

    ::

        1/2 (Z - Y)^2                  where |Z - Y| <= delta
        delta (|Z - Y| - delta / 2)    beyond

    Takes what `log_loss` takes; `delta` has the targets' unit. From [3]_.

    Examples
    --------
    >>> huber(np.array([[1.0, 1.0]]), np.array([[1.5, 4.0]]), delta=1.0).tolist()
    [[0.125, 2.5]]
    """
    far = np.abs(Z - Y)
    return np.where(far <= delta, 0.5 * far**2, delta * (far - 0.5 * delta))


def quantile(Z: Array, Y: Array, level: float) -> Array:
    """Compute a lopsided absolute error, which a quantile of the targets makes smallest.

    ::

        level (Y - Z)          where the target is above Z
        (1 - level) (Z - Y)    where it is below

    Takes what `log_loss` takes, and a level in (0, 1). At 0.5 it is half the
    `absolute_error`. From section 2 of [4]_.

    Examples
    --------
    >>> quantile(np.array([[1.0, 1.0]]), np.array([[3.0, 0.0]]), level=0.75).tolist()
    [[1.5, 0.25]]
    """
    above = Y - Z
    return np.maximum(level * above, (level - 1.0) * above)


def poisson(Z: Array, Y: Array) -> Array:
    """Compute half the deviance of counts Y from means ``exp(Z)``.

    ::

        Y log(Y / exp Z) - Y + exp Z      with 0 log 0 = 0

    0 where the means are the targets, and else above. Takes what `log_loss` takes,
    with targets >= 0. Section 2.3 of [5]_, halved as scikit-learn does.

    Examples
    --------
    >>> poisson(np.zeros((1, 2)), np.array([[1.0, 0.0]])).tolist()
    [[0.0, 1.0]]
    """
    if Y.min() < 0.0:
        raise ValueError(
            f"targets must be >= 0 for the loss 'poisson'. Got {Y.min()}. "
            "Use output='identity' and 'squared_error' for numbers of either sign."
        )
    Y_log_Y = Y * np.log(np.where(Y > 0.0, Y, 1.0))
    return np.asarray(Y_log_Y - Y * Z - Y + np.exp(Z))


def log_cosh(Z: Array, Y: Array) -> Array:
    """Compute ``log cosh(Z - Y)``: half a square near 0, an absolute error less log 2 beyond.

    As `huber` with a bend that is smooth, and fixed at errors of about 1. From [6]_.
    Takes what `log_loss` takes.

    Examples
    --------
    >>> log_cosh(np.array([[1.0, 1000.0]]), np.zeros((1, 2))).round(4).tolist()
    [[0.4338, 999.3069]]
    """
    far = np.abs(Z - Y)
    # cosh e - 1 = 2 sinh(e/2)^2 keeps the digits of a small e; cosh overflows above 710.
    near = np.log1p(2.0 * np.sinh(np.minimum(far, 1.0) / 2.0) ** 2)
    return np.where(far < 1.0, near, far + np.log1p(np.exp(-2.0 * far)) - np.log(2.0))


def number_losses(loss: Loss, Z: Array, Y: Array, parameter: float) -> Array:
    """Compute a loss of numbers by its name; `parameter` is of those that have one.

    >>> number_losses("absolute_error", np.array([[1.0]]), np.array([[4.0]]), 0.0).tolist()
    [[3.0]]
    """
    if loss == "squared_error":
        return squared_error(Z, Y)
    if loss == "absolute_error":
        return absolute_error(Z, Y)
    if loss == "huber":
        return huber(Z, Y, parameter)
    if loss == "quantile":
        return quantile(Z, Y, parameter)
    if loss == "poisson":
        return poisson(Z, Y)
    if loss == "log_cosh":
        return log_cosh(Z, Y)
    raise _unknown(loss)


def misfit(network: NetworkSpec, Z: Array, Y: Array, m: Array) -> float:
    """Return the loss that the network is trained on, without a penalty.

    `m` are the rows' shares in the mean, of shape (n_samples,); they add up to 1.
    """
    if network.loss == "log_loss":
        losses = log_loss(network.output, Z, Y)
    else:
        losses = number_losses(network.loss, Z, Y, network.loss_parameter)
    return float(m @ losses.sum(axis=1))


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
    if network.loss == "log_cosh":
        return np.tanh(error)
    if network.loss == "huber":
        return np.clip(error, -network.loss_parameter, network.loss_parameter)
    if network.loss == "quantile":
        level = network.loss_parameter
        return np.where(error > 0.0, 1.0 - level, np.where(error < 0.0, -level, 0.0))
    if network.loss in ("log_loss", "squared_error", "poisson"):
        return error
    raise _unknown(network.loss)


def _unknown(loss: str) -> ValueError:
    return ValueError(f"the reference has no loss {loss!r}. Write it in {__name__}.")
