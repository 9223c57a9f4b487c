"""Whether a classifier that says 80 % is right in 80 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike, NDArray

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, new_figure, root_figure
from moonlet.displays.probabilities import ProbabilitiesDisplay
from moonlet.specs import Array
from moonlet.study.intervals import proportion_interval

_N_BINS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Rows of which a classifier was about equally certain.

    Parameters
    ----------
    low, high : float
        Between which the probability of the predicted class lies.
    n_rows : int
        1 or more.
    confidence : float
        Its mean.
    share_right : float
        Of the rows, how many were put right.
    interval : pair of float
        95 % interval of that share.
    """

    low: float
    high: float
    n_rows: int
    confidence: float
    share_right: float
    interval: tuple[float, float]


class CalibrationDisplay(ProbabilitiesDisplay):
    """How often a classifier is right, by how certain it is; and how often it is how certain.

    The bars are 95 % intervals: long where few rows tell. Make it with
    `from_estimator` or `from_predictions`.

    Parameters
    ----------
    bins : sequence of ConfidenceBin
        Those that hold rows.
    n_classes : int
        No prediction is less certain than one in `n_classes`.

    Attributes
    ----------
    ax_ : Axes
        The share that is right.
    count_ax_ : Axes or None
        How many rows.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet.displays import CalibrationDisplay
    >>> probabilities = np.array([[0.95, 0.05], [0.98, 0.02], [0.35, 0.65]])
    >>> display = CalibrationDisplay.from_predictions([0, 0, 0], probabilities, [0, 1])
    >>> [(one.n_rows, one.share_right) for one in display.bins]
    [(1, 0.0), (2, 1.0)]
    """

    def __init__(self, *, bins: list[ConfidenceBin], n_classes: int) -> None:
        self.bins = list(bins)
        self.n_classes = n_classes

    @classmethod
    def from_predictions(
        cls,
        y: ArrayLike,
        probabilities: Array,
        classes: ArrayLike,
        *,
        ax: Axes | None = None,
    ) -> Self:
        """Compare probabilities with what came true.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
        probabilities : ndarray of shape (n_samples, n_classes)
        classes : array-like of shape (n_classes,)
        ax : Axes, optional
            Where to draw, without the counts.

        Returns
        -------
        display : CalibrationDisplay
        """
        names = np.asarray(classes)
        right = names[probabilities.argmax(axis=1)] == np.asarray(y)
        bins = _bins(probabilities.max(axis=1), right)
        return cls(bins=bins, n_classes=len(names)).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the shares, and in a figure of the display's own the counts below.

        Parameters
        ----------
        ax : Axes, optional

        Returns
        -------
        self : CalibrationDisplay
        """
        self.count_ax_: Axes | None = None
        if ax is None:
            ax, self.count_ax_ = new_figure(FIGURE_WIDTH, 4.6).subplots(
                2, 1, sharex=True, height_ratios=(3, 1)
            )
        self.ax_, self.figure_ = ax, root_figure(ax)
        start = np.floor(_N_BINS / self.n_classes) / _N_BINS
        (ideal,) = ax.plot([start, 1], [start, 1], color=style.ink(), linestyle="dashed")
        confidence = [one.confidence for one in self.bins]
        share = np.array([one.share_right for one in self.bins])
        low, high = np.array([one.interval for one in self.bins]).T
        marks = ax.errorbar(
            confidence,
            share,
            # Rounding may put the end of an interval on the wrong side of its share.
            yerr=np.maximum([share - low, high - share], 0.0),
            color=style.line_color(style.BLUE),
            marker="o",
            linestyle="none",
            capsize=4,
            linewidth=1.6,
        )
        ax.set(xlim=(start - 0.01, 1.01), ylim=(-0.03, 1.03), ylabel="right")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        style.tidy(ax)
        entries = {"right, with 95 % interval": marks, "as certain as it is right": ideal}
        style.legend_above(ax, entries)
        if self.count_ax_ is not None:
            self._draw_counts(self.count_ax_)
        (self.count_ax_ or ax).set_xlabel("certain (probability of the class that it predicts)")
        return self

    def _draw_counts(self, ax: Axes) -> None:
        bars = ax.bar(
            [one.low for one in self.bins],
            [one.n_rows for one in self.bins],
            width=[one.high - one.low for one in self.bins],
            align="edge",
            color=style.line_color(style.BLUE),
            alpha=0.35,
            edgecolor=style.paper(),
        )
        ax.bar_label(bars, [f"{one.n_rows:,}" for one in self.bins], padding=2)
        ax.margins(y=0.35)
        ax.set_ylabel("rows")
        ax.yaxis.set_major_locator(MaxNLocator(2, integer=True))
        style.tidy(ax)


def _bins(confidence: Array, right: NDArray[np.bool_]) -> list[ConfidenceBin]:
    edges = np.arange(_N_BINS + 1) / _N_BINS
    places = np.digitize(confidence, edges[1:-1])
    bins = []
    for place in np.unique(places):
        within = places == place
        share, n_rows = float(right[within].mean()), int(within.sum())
        bins.append(
            ConfidenceBin(
                float(edges[place]),
                float(edges[place + 1]),
                n_rows,
                float(confidence[within].mean()),
                share,
                proportion_interval(share, n_rows),
            )
        )
    return bins
