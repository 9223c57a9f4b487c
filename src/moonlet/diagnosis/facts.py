"""What rows and network say beyond the curves of a training.

Only what the findings ask for, and cheaply: it is the engine that looks (engine/facts.h), at a
thousand of the rows at most where it takes the rows themselves, spread evenly over the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from moonlet import engine
from moonlet.names import SOLVERS
from moonlet.specs import Activation, Array, TrainingSpec

__all__ = ["LayerFacts", "TrainingFacts"]


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What the units of a hidden layer do on the training rows.

    Parameters
    ----------
    activation : str
    n_units : int
    n_flat : int
        Units whose slope is below a twentieth of its largest value on 95 % of the rows: the
        gradient hardly passes through them.
    n_dead : int
        Units whose slope is below a thousandth on every row: it does not pass at all.
    """

    activation: Activation
    n_units: int
    n_flat: int
    n_dead: int


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFacts:
    """What the training rows and the trained network say beyond the curves.

    Parameters
    ----------
    n_rows : int
    columns_mean, columns_spread : ndarray of shape (n_features,)
        Mean and standard deviation of each column of X.
    base_loss : float
        The loss of the best answer that is the same for every row.
    layers : tuple of LayerFacts
        One for each hidden layer.
    target_size : float
        Root mean square of the largest target of a regression; 0 for classes and counts.
    class_shares, class_recalls : ndarray of shape (n_classes,), optional
        Share of each class in the weight of the rows, and the share of its rows that the
        network answers rightly. None where there are no classes, or several labels a row;
        recalls also where no class is rare.
    penalty : float
        What the penalty added to the loss where training ended. Losses on other rows are
        without it.
    curvature : float, optional
        Largest curvature of the loss where training ended, for solvers with steps of a fixed
        rate: descent is stable below a rate of 2 / curvature.
    class_names : tuple of str
        What to call the classes.
    """

    n_rows: int
    columns_mean: Array
    columns_spread: Array
    base_loss: float
    layers: tuple[LayerFacts, ...]
    target_size: float = 0.0
    penalty: float = 0.0
    class_shares: Array | None = None
    class_recalls: Array | None = None
    curvature: float | None = None
    class_names: tuple[str, ...] = ()

    @classmethod
    def of_trainer(cls, trainer: engine.Trainer) -> TrainingFacts:
        """Look at a network where its training stands, and at the rows that it is trained on.

        Parameters
        ----------
        trainer : Trainer
        """
        return cls._found(trainer.spec, trainer.parameters, trainer.data)

    @classmethod
    def of(
        cls,
        spec: TrainingSpec,
        parameters: ArrayLike,
        X: Any,
        targets: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> TrainingFacts:
        """Look at a network after its training.

        Parameters
        ----------
        spec : TrainingSpec
        parameters : array-like of shape (n_parameters,)
            Where training ended.
        X, targets, sample_weight
            The training rows, as `moonlet.engine.TrainingData` takes them.
        """
        return cls._found(spec, parameters, engine.TrainingData(X, targets, sample_weight))

    @classmethod
    def _found(
        cls, spec: TrainingSpec, parameters: ArrayLike, data: engine.TrainingData
    ) -> TrainingFacts:
        network = spec.network
        found = engine.facts(
            network,
            parameters,
            data,
            spec.alpha,
            l1_ratio=spec.l1_ratio,
            with_curvature=SOLVERS[spec.solver.name].follows_gradient,
        )
        return cls(layers=tuple(LayerFacts(*layer) for layer in found.pop("layers")), **found)
