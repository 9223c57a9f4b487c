"""A picture of how good a classifier's probabilities are, on rows that it was not trained on."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from moonlet.displays.answers import class_probabilities
from moonlet.displays.base import Display
from moonlet.specs import Array

__all__ = ["ProbabilitiesDisplay"]


class ProbabilitiesDisplay(Display):
    """Base of the Displays that are made from probabilities, an estimator's or anybody's."""

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, y: ArrayLike, *, ax: Axes | None = None
    ) -> Self:
        """Ask a fitted classifier about rows that it was not trained on.

        Parameters
        ----------
        estimator : fitted classifier
            With ``predict_proba``.
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        ax : Axes, optional
            Where to draw; what takes a second one is left out.

        Returns
        -------
        display : Display
        """
        classes = np.asarray(estimator.classes_)
        return cls.from_predictions(y, class_probabilities(estimator, X, classes), classes, ax=ax)

    @classmethod
    @abstractmethod
    def from_predictions(
        cls, y: ArrayLike, probabilities: Array, classes: ArrayLike, *, ax: Axes | None = None
    ) -> Self:
        """Draw probabilities beside what came true."""
