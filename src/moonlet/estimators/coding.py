"""Between targets as they are given and what a network should give: for classes, for numbers.

What was found out about the targets of a `fit` is a frozen value, made once. Training, holding
rows out, a study and a model file ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from moonlet.estimators.labels import ClassWeight, TellsClasses, class_factors
from moonlet.estimators.rows import Rows
from moonlet.estimators.targets import coded_targets, network_output, smoothed
from moonlet.specs import Array, Output

__all__ = ["Coding", "LabelCoding", "ValueCoding"]


class Coding(Protocol):
    """What a network is to make of the targets of rows."""

    @property
    def output(self) -> Output:
        """What turns the values of its last layer into predictions."""

    @property
    def n_outputs(self) -> int:
        """Units of that layer."""

    def targets(self, rows: Rows) -> NDArray[Any]:
        """What it should give for each row."""

    def strata(self, rows: Rows) -> NDArray[Any] | None:
        """What to hold rows out evenly by."""

    def weighted(self, rows: Rows, training: Rows) -> Rows:
        """Rows with the weights that the estimator adds by itself, from what it trains on."""

    def factors(self, counts: NDArray[np.integer] | None) -> Array | None:
        """These weights by the positions of classes, so many rows of each; None if it adds none."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelCoding:
    """Class labels; a row's coded target is the position of its class, or 0 and 1 a label.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Sorted.
    output, n_outputs
        Of the network.
    several : bool
        Whether a row may have several labels.
    sparse : bool
        Whether these were given as a sparse matrix.
    label_smoothing : float
    class_weight : dict, "balanced" or None
    """

    classes: NDArray[Any]
    output: Output
    n_outputs: int
    several: bool = False
    sparse: bool = False
    label_smoothing: float = 0.0
    class_weight: ClassWeight = None

    def counts(self) -> tuple[int, int] | None:
        """The first and the last class where they are whole numbers without a gap."""
        if self.classes.dtype.kind not in "iu":
            return None
        first, last = int(self.classes[0]), int(self.classes[-1])
        return (first, last) if last - first == len(self.classes) - 1 else None

    @classmethod
    def of(
        cls,
        estimator: TellsClasses,
        classes: NDArray[Any],
        *,
        several: bool = False,
        sparse: bool = False,
    ) -> LabelCoding:
        """What a classifier makes of these classes; only its parameters are asked."""
        output: Output = "sigmoid"
        n_outputs = len(classes)
        if not several:
            output, n_outputs = network_output(estimator, len(classes))
        return cls(
            classes,
            output,
            n_outputs,
            several,
            sparse,
            estimator.label_smoothing,
            estimator.class_weight,
        )

    def targets(self, rows: Rows) -> NDArray[Any]:
        """What the network should give for each row: shares of the classes, or of yes and no."""
        dtype = getattr(rows.X, "dtype", np.float64)
        if self.several:
            return smoothed(rows.y.astype(dtype), 2, self.label_smoothing)
        return coded_targets(rows.y, self.n_outputs, dtype, self.label_smoothing)

    def strata(self, rows: Rows) -> NDArray[Any] | None:
        """The labels, where there are two at most."""
        # Like scikit-learn's, so that the same rows are held out; by name, for its messages.
        return self.classes[rows.y] if self.n_outputs == 1 and not self.several else None

    def weighted(self, rows: Rows, training: Rows) -> Rows:
        """Rows with the weights of their classes; "balanced" counts those to train on."""
        if self.class_weight is None:
            return rows
        counts = None if self.several else np.bincount(training.y, minlength=len(self.classes))
        return rows.weighted(cast("Array", self.factors(counts))[rows.y])

    def factors(self, counts: NDArray[np.integer] | None) -> Array | None:
        """What the rows of each class count for."""
        if self.class_weight is None:
            return None
        if counts is None:
            raise ValueError(
                "class_weight is for one label a row; y has several. Use sample_weight."
            )
        return class_factors(self.class_weight, self.classes, counts)


@dataclass(frozen=True, slots=True)
class ValueCoding:
    """Numbers; a row's coded target is they themselves.

    Parameters
    ----------
    output, n_outputs
        Of the network.
    """

    output: Output
    n_outputs: int = 1

    def targets(self, rows: Rows) -> NDArray[Any]:
        """The numbers."""
        return rows.y

    def strata(self, rows: Rows) -> NDArray[Any] | None:
        """Nothing to go by."""
        return None

    def weighted(self, rows: Rows, training: Rows) -> Rows:
        """The rows as they are."""
        return rows

    def factors(self, counts: NDArray[np.integer] | None) -> Array | None:
        """None."""
        return None
