"""How far predicted numbers lie from the true ones."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.specs import Array


class ResidualsDisplay(Display):
    """Predicted numbers against true ones, and what is left over against the predicted ones.

    Points on the dashed line are predicted exactly. What is left over should scatter about 0
    alike everywhere: a bend says that something was not learned, a funnel that some
    predictions are less certain than others. Make it with `from_estimator`.

    Parameters
    ----------
    truth, predicted : array-like of shape (n_samples,)

    Attributes
    ----------
    axes_ : ndarray of two Axes
    ax_ : Axes
        The first of them.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet.displays import ResidualsDisplay
    >>> display = ResidualsDisplay(truth=[1.0, 2.0, 3.0], predicted=[1.5, 2.0, 2.5]).plot()
    >>> display.residuals
    array([-0.5,  0. ,  0.5])
    """

    def __init__(self, *, truth: ArrayLike, predicted: ArrayLike) -> None:
        self.truth: Array = np.asarray(truth, dtype=np.float64)
        self.predicted: Array = np.asarray(predicted, dtype=np.float64)

    @property
    def residuals(self) -> Array:
        """True number less predicted number, row by row."""
        return self.truth - self.predicted

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: ArrayLike, *, axes: Any = None) -> Self:
        """Ask a fitted regressor about rows that it was not trained on.

        Parameters
        ----------
        estimator : fitted regressor
        X : array-like or DataFrame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        axes : sequence of two Axes, optional
            Where to draw.

        Returns
        -------
        display : ResidualsDisplay
        """
        return cls(truth=y, predicted=estimator.predict(X)).plot(axes=axes)

    def plot(self, *, axes: Any = None) -> Self:
        """Draw both.

        Parameters
        ----------
        axes : sequence of two Axes, optional
            Without, a figure of the display's own is made.

        Returns
        -------
        self : ResidualsDisplay
        """
        if axes is None:
            axes = new_figure(FIGURE_WIDTH, 3.8).subplots(1, 2)
        self.axes_ = np.asarray(axes, dtype=object).ravel()
        left, right = self.axes_
        self.ax_, self.figure_ = left, root_figure(left)
        look: dict[str, Any] = {
            "color": style.line_color(style.BLUE),
            "s": 18 if len(self.truth) <= 300 else 9,
            "alpha": 0.7,
            "linewidths": 0,
        }
        exact: dict[str, Any] = {"color": style.ink(), "linestyle": "dashed", "linewidth": 1.4}
        left.scatter(self.predicted, self.truth, **look)
        right.scatter(self.predicted, self.residuals, **look)
        both = np.concatenate([self.predicted, self.truth])
        left.plot([both.min(), both.max()], [both.min(), both.max()], **exact)
        right.axhline(0.0, **exact)
        left.set(xlabel="predicted", ylabel="true")
        right.set(xlabel="predicted", ylabel="true − predicted")
        for ax in self.axes_:
            ax.xaxis.set_major_locator(MaxNLocator(5))
            style.tidy(ax)
        return self
