"""Whether more rows would help: held-out loss by the number of rows trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter
from numpy.typing import ArrayLike

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.specs import Array

if TYPE_CHECKING:
    from moonlet.study import LearningCurve


class LearningCurveDisplay(Display):
    """A network of one size, trained on more and more rows.

    The band is one standard error to either side. Make it with `from_curve`.

    Parameters
    ----------
    n_rows : array-like of shape (n_points,)
        Rows trained on, rising.
    held_out : array-like of shape (n_points,)
        Mean over the folds.
    held_out_error : array-like of shape (n_points,)
        Its standard error.
    train : array-like of shape (n_points,), optional
        The same on the rows trained on.
    measure : str
        What the values are.

    Attributes
    ----------
    ax_ : Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet.displays import LearningCurveDisplay
    >>> display = LearningCurveDisplay(
    ...     n_rows=[30, 60, 120], held_out=[0.6, 0.4, 0.3], held_out_error=[0.2, 0.1, 0.05]
    ... ).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['30', '60', '120']
    """

    def __init__(
        self,
        *,
        n_rows: ArrayLike,
        held_out: ArrayLike,
        held_out_error: ArrayLike,
        train: ArrayLike | None = None,
        measure: str = "held-out log loss",
    ) -> None:
        self.n_rows: Array = np.asarray(n_rows, dtype=np.float64)
        self.held_out: Array = np.asarray(held_out, dtype=np.float64)
        self.held_out_error: Array = np.asarray(held_out_error, dtype=np.float64)
        self.train: Array | None = None if train is None else np.asarray(train, dtype=np.float64)
        self.measure = measure

    @classmethod
    def from_curve(
        cls, curve: LearningCurve, *, measure: str, with_train: bool = True, ax: Axes | None = None
    ) -> Self:
        """Draw what `moonlet.study.learning_curve` found.

        Parameters
        ----------
        curve : LearningCurve
        measure : str
            What the held-out values are.
        with_train : bool
            Whether losses on the rows trained on can be compared with them.
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        display : LearningCurveDisplay
        """
        display = cls(
            n_rows=curve.n_rows,
            held_out=curve.held_out.mean(axis=1),
            held_out_error=curve.held_out_error,
            train=curve.train_loss.mean(axis=1) if with_train else None,
            measure=measure,
        )
        return display.plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the curve.

        Parameters
        ----------
        ax : Axes, optional
            Without, a figure of the display's own is made.

        Returns
        -------
        self : LearningCurveDisplay
        """
        if ax is None:
            ax = new_figure(FIGURE_WIDTH, 3.4).subplots()
        self.ax_, self.figure_ = ax, root_figure(ax)
        entries = style.held_out_curve(
            ax, self.n_rows, self.held_out, self.held_out_error, self.train, self.measure
        )
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(list(self.n_rows)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        ax.set(xlabel="rows trained on", ylabel=self.measure.removeprefix("held-out "))
        style.tidy(ax)
        style.legend_above(ax, entries)
        return self
