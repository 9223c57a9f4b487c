"""Rows on other machines: a training asks for their sums at a point, and is told them.

    trainer = Trainer(spec, RowsElsewhere(n_rows, n_features, n_outputs, sample), start)
    while (point := ask(trainer)) is not None:
        tell(trainer, the sums of `sum_up(network, data, point)` over all data there are)

The solver is that of every other training; only the sums come from elsewhere.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from numpy.typing import NDArray

from moonlet.engine.arrays import MOST_THREADS, core, core_network
from moonlet.engine.training import Trainer, TrainingData
from moonlet.specs import NetworkSpec

__all__ = ["RowSums", "ask", "sum_up", "tell"]


class RowSums(NamedTuple):
    """What rows add to a loss and its gradient.

    Parameters
    ----------
    loss : float
        Sum of the rows' losses times their weights.
    weight : float
        Sum of the weights.
    gradient : ndarray of shape (n_parameters,)
        Of that loss.
    """

    loss: float
    weight: float
    gradient: NDArray[Any]

    def plus(self, other: RowSums) -> RowSums:
        """The sums over both."""
        return RowSums(
            self.loss + other.loss, self.weight + other.weight, self.gradient + other.gradient
        )


def ask(trainer: Trainer) -> NDArray[Any] | None:
    """Go on to where the sums over all rows are needed.

    Parameters
    ----------
    trainer : Trainer
        With `RowsElsewhere`.

    Returns
    -------
    point : ndarray of shape (n_parameters,) or None
        The parameters to sum up at, asked for again until they are told; None where training
        has ended.
    """
    return cast("NDArray[Any] | None", core.ask(trainer._core))


def tell(trainer: Trainer, sums: RowSums) -> None:
    """Tell the sums over all rows at the point that was asked for last."""
    core.tell(trainer._core, *sums)


def sum_up(
    network: NetworkSpec, data: TrainingData, parameters: NDArray[Any], n_threads: int
) -> RowSums:
    """Sum up over some rows.

    Parameters
    ----------
    network : NetworkSpec
    data : TrainingData
    parameters : ndarray of shape (n_parameters,)
        In the type of the data.
    n_threads : int
        The result does not depend on it.
    """
    at_most = min(max(n_threads, 1), MOST_THREADS)
    return RowSums(*core.sums(core_network(network), data._core, parameters, at_most))
