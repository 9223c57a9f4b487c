"""What a network says of rows: its answers, losses and gradient."""

from __future__ import annotations

from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.engine.arrays import (
    Rows,
    core,
    core_network,
    rows_of,
)
from moonlet.engine.training import TrainingData
from moonlet.specs import Array, NetworkSpec


def loss_and_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    data: TrainingData,
    alpha: float = 0.0,
    *,
    l1_ratio: float = 0.0,
    dropout: float = 0.0,
    seed: int = 0,
    epoch: int = 0,
) -> tuple[float, Array]:
    """Loss and its gradient at the given parameters, as full-batch training computes them.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    data : TrainingData
    alpha : float, default=0.0
        Strength of the penalty.
    l1_ratio : float, default=0.0
        Share of it that is on the weights' size, in [0, 1].
    dropout : float, default=0.0
        Share of the hidden units to leave out, in [0, 1).
    seed, epoch : int
        Which ones: see `moonlet.reference.dropout_masks`.

    Returns
    -------
    loss : float
        Mean over rows, penalty included.
    gradient : ndarray of shape (n_parameters,)
        Laid out as the parameters are. Where a weight is 0 and its size costs, the
        slope nearest to 0 of those on its two sides and between.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    wanted = core_network(network, may_drop=dropout > 0.0)
    return core.loss_and_gradient(wanted, flat, data._core, alpha, l1_ratio, dropout, seed, epoch)


def log_losses(probabilities: ArrayLike) -> Array:
    """Log loss of each row, in nats, from the probability that its class was given.

    Probabilities are kept one machine epsilon of 64 bits away from 0 and 1, as scikit-learn keeps
    them, so that a single row cannot cost more than 36.04: see docs/decisions/0013.

    Examples
    --------
    >>> log_losses([1.0, 0.5, 0.0]).round(2)
    array([ 0.  ,  0.69, 36.04])
    """
    return core.log_losses(np.ascontiguousarray(probabilities, dtype=np.float64))


def predict(network: NetworkSpec, parameters: ArrayLike, X: Rows) -> NDArray[Any]:
    """What the network gives for each row, after its output function.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    X : array-like or CSR matrix of shape (n_samples, n_features)

    Returns
    -------
    outputs : ndarray of shape (n_samples, n_outputs)
        Probabilities for softmax and sigmoid, values for identity, values above 0
        for exp; float32 for X in float32.
    """
    rows = rows_of(X)
    flat = np.ascontiguousarray(parameters, dtype=rows[0].dtype)
    outputs: NDArray[Any] = core.predict(core_network(network), flat, *rows)
    return outputs


class Predictor(Protocol):
    """A network that is asked many times; None: somebody should look closer."""

    def __call__(self, X: object) -> NDArray[Any] | None:
        """Answer the rows of a matrix."""

    def csr(
        self, data: object, indices: object, indptr: object, n_rows: int, width: int
    ) -> NDArray[Any] | None:
        """Answer the rows of a CSR matrix."""


def predictor(
    network: NetworkSpec, parameters: NDArray[Any], *, both_classes: bool = False
) -> Predictor:
    """Make what answers a row or so at a time, many times, or the rows of a CSR matrix.

    Parameters
    ----------
    network : NetworkSpec
    parameters : ndarray of shape (n_parameters,)
        Contiguous, float32 or float64. Used where they lie: a change shows in the answers.
    both_classes : bool, default=False
        For a single sigmoid unit: give the probability of the other class as well, first.

    Returns
    -------
    answer : Predictor
        Takes rows. Gives outputs like those of `predict`, or None for anything but a plain
        matrix of finite numbers, of the parameters' type and the network's width, which is small
        if it is not C-contiguous. Its `csr` takes the parts of a CSR matrix, and checks them.
    """
    kind: Any = core.Predictor32 if parameters.dtype == np.float32 else core.Predictor64
    return cast(Predictor, kind(core_network(network), parameters, both_classes))
