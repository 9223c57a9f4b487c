"""How good networks of each size are on rows that they have not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.specs import Array
from moonlet.study.plan import Size, size_label

if TYPE_CHECKING:
    from moonlet.study import CapacityStudy


# Sizes that can be told below the curve.
_MOST_LABELS = 25

# What a legend explains: words, and the marks that they stand for.
Entries = dict[str, Artist | tuple[Artist, ...]]


class CapacityDisplay(Display):
    """The capacity curve: held-out loss by network size, beside the straight line.

    Bands are one standard error to either side. Make it with `from_study`.

    Parameters
    ----------
    sizes : sequence of int or tuple of int
        Hidden units, 0 for none; drawn in this order and equally spaced.
    held_out : array-like of shape (n_sizes,)
        Mean over the folds, in the study's measure (log loss in nats).
    held_out_error : array-like of shape (n_sizes,)
        Its standard error.
    train : array-like of shape (n_sizes,), optional
        The same on the rows trained on.
    line : float, optional
        The straight line on the same folds.
    line_error : float
        Its standard error.
    line_name : str
        What the straight line is.
    recommended : int or tuple of int, optional
        The size to mark.
    measure : str
        What the values are.

    Attributes
    ----------
    ax_ : Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet.displays import CapacityDisplay
    >>> display = CapacityDisplay(
    ...     sizes=(0, 3, (8, 8)), held_out=[0.3, 0.1, 0.1], held_out_error=[0.02, 0.01, 0.02]
    ... ).plot()
    >>> [label.get_text() for label in display.ax_.get_xticklabels()]
    ['0', '3', '8x8']
    """

    def __init__(
        self,
        *,
        sizes: Sequence[Size],
        held_out: ArrayLike,
        held_out_error: ArrayLike,
        train: ArrayLike | None = None,
        line: float | None = None,
        line_error: float = 0.0,
        line_name: str = "logistic regression",
        recommended: Size | None = None,
        measure: str = "held-out log loss",
    ) -> None:
        self.sizes = tuple(sizes)
        self.held_out: Array = np.asarray(held_out, dtype=np.float64)
        self.held_out_error: Array = np.asarray(held_out_error, dtype=np.float64)
        self.train: Array | None = None if train is None else np.asarray(train, dtype=np.float64)
        self.line = line
        self.line_error = line_error
        self.line_name = line_name
        self.recommended = recommended
        self.measure = measure

    @classmethod
    def from_study(cls, study: CapacityStudy, *, ax: Axes | None = None) -> Self:
        """Draw what a fitted study found, each size at its best alpha.

        Parameters
        ----------
        study : CapacityStudy
            Fitted.
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        display : CapacityDisplay
        """
        verdict = study.verdict_
        # Losses on the rows trained on are known; another scorer's values there are not.
        train = None
        if not verdict.measure.greater_is_better:
            rows = study.summary_
            losses = dict(
                zip(
                    zip(rows["hidden"], rows["alpha"], strict=True), rows["train_loss"], strict=True
                )
            )
            # The straight line among the sizes is none of the networks.
            train = [losses.get((size.hidden, size.alpha), np.nan) for size in verdict.sizes]
        display = cls(
            sizes=[size.hidden for size in verdict.sizes],
            held_out=[size.mean for size in verdict.sizes],
            held_out_error=[size.standard_error for size in verdict.sizes],
            train=train,
            line=verdict.line.mean,
            line_error=verdict.line.standard_error,
            line_name=verdict.measure.line,
            recommended=verdict.recommended.hidden,
            measure=verdict.measure.name,
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
        self : CapacityDisplay
        """
        if ax is None:
            ax = new_figure(FIGURE_WIDTH, 4.2).subplots()
        self.ax_ = ax
        self.figure_ = root_figure(ax)
        entries = self._draw_curves(ax) | self._draw_line(ax) | self._mark_recommended(ax)
        labels = [size_label(size) for size in self.sizes]
        shown = self._labelled
        crowded = sum(len(labels[at]) + 2 for at in shown) > 80
        ax.set_xticks(shown, [labels[at] for at in shown], rotation=30 if crowded else 0)
        ax.set(xlabel="hidden units", ylabel=self.measure.removeprefix("held-out "))
        ax.margins(x=0.04)
        style.tidy(ax)
        style.legend_above(ax, entries)
        return self

    @property
    def _places(self) -> Array:
        return np.arange(len(self.sizes), dtype=np.float64)

    @property
    def _labelled(self) -> list[int]:
        """Places whose size is told: all, or as many as can be read; the recommended always."""
        n = len(self.sizes)
        every = -(-n // _MOST_LABELS)
        shown = set(range(0, n, every))
        if self.recommended in self.sizes:
            at = self.sizes.index(self.recommended)
            # Its neighbors make room for it.
            shown = {place for place in shown if abs(place - at) >= every} | {at}
        return sorted(shown)

    def _draw_curves(self, ax: Axes) -> Entries:
        entries = style.held_out_curve(
            ax, self._places, self.held_out, self.held_out_error, self.train, self.measure
        )
        low, high = self.held_out - self.held_out_error, self.held_out + self.held_out_error
        # A size whose neighbors all diverged has no band around it, but still a bar.
        blue = style.line_color(style.BLUE)
        ax.vlines(self._places, low, high, color=blue, alpha=0.5, linewidth=1)
        return entries

    def _draw_line(self, ax: Axes) -> Entries:
        if self.line is None:
            return {}
        color = style.line_color(style.VERMILLION)
        low, high = self.line - self.line_error, self.line + self.line_error
        band = ax.axhspan(low, high, color=color, alpha=0.15, linewidth=0, zorder=0.5)
        line = ax.axhline(self.line, color=color, linestyle="dashed", linewidth=1.6)
        return {f"{self.line_name} ± standard error": (band, line)}

    def _mark_recommended(self, ax: Axes) -> Entries:
        if self.recommended is None or self.recommended not in self.sizes:
            return {}
        at = self.sizes.index(self.recommended)
        (ring,) = ax.plot(
            [self._places[at]],
            [self.held_out[at]],
            marker="o",
            markersize=15,
            markerfacecolor="none",
            markeredgecolor=style.ink(),
            markeredgewidth=1.8,
            linestyle="none",
        )
        return {"enough": ring}
