"""How well a classifier tells each class from the others, whatever the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike
from sklearn.metrics import auc, roc_curve

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, new_figure, root_figure
from moonlet.displays.lettering import class_name, families
from moonlet.displays.probabilities import ProbabilitiesDisplay
from moonlet.specs import Array
from moonlet.study.intervals import area_interval

# More lines in color could not be told apart; those of the lowest areas get one.
_MOST_COLORED = 3
# In inches, beside a square as high as the figure. Where names make it wider, areas go below them.
_WIDEST_LEGEND = 3.5
_DASHES = ("solid", "dashed", "dashdot")


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """One class against all others.

    Parameters
    ----------
    name : str
        Of the class.
    false_positive, true_positive : ndarray of shape (n_thresholds,)
        Shares of the other classes' rows, and of this one's, that are taken for it.
    area : float
        Under the curve: how probable it is that a row of the class is given a higher
        probability of it than a row of another.
    interval : pair of float
        95 % interval of the area.
    """

    name: str
    false_positive: Array
    true_positive: Array
    area: float
    interval: tuple[float, float]


class RocCurveDisplay(ProbabilitiesDisplay):
    """Receiver operating characteristic, one class against the others.

    Of two classes there is one curve, the second's. Of more, each class has one; the three
    of the lowest areas are in color, and their mean (at equal shares of false alarms) is
    drawn bold. Make it with `from_estimator` or `from_predictions`.

    Parameters
    ----------
    curves : sequence of RocCurve
        In the order of the classes.
    n_classes : int

    Attributes
    ----------
    ax_ : Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet.displays import RocCurveDisplay
    >>> probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]])
    >>> display = RocCurveDisplay.from_predictions([0, 0, 1, 1], probabilities, [0, 1])
    >>> float(display.curves[0].area)
    0.75
    """

    def __init__(self, *, curves: Sequence[RocCurve], n_classes: int) -> None:
        self.curves = list(curves)
        self.n_classes = n_classes

    @property
    def mean_area(self) -> float:
        """Mean of the areas over the classes."""
        return float(np.mean([curve.area for curve in self.curves]))

    @property
    def hardest_first(self) -> list[RocCurve]:
        """The curves, that of the lowest area first."""
        return sorted(self.curves, key=lambda curve: curve.area)

    @classmethod
    def from_predictions(
        cls,
        y: ArrayLike,
        probabilities: Array,
        classes: ArrayLike,
        *,
        ax: Axes | None = None,
    ) -> Self:
        """Move the threshold on the probabilities, and count what is found, rightly and falsely.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Of two classes or more.
        probabilities : ndarray of shape (n_samples, n_classes)
        classes : array-like of shape (n_classes,)
            A class without a row in y has no curve.
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        display : RocCurveDisplay
        """
        names, truth = np.asarray(classes), np.asarray(y)
        curves = []
        for place, name in list(enumerate(names))[1 if len(names) == 2 else 0 :]:
            of_class = truth == name
            n_positive, n_negative = int(of_class.sum()), int((~of_class).sum())
            if n_positive and n_negative:
                false_positive, true_positive, _ = roc_curve(of_class, probabilities[:, place])
                area = float(auc(false_positive, true_positive))
                interval = area_interval(area, n_positive, n_negative)
                curves.append(RocCurve(str(name), false_positive, true_positive, area, interval))
        return cls(curves=curves, n_classes=len(names)).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : Axes, optional
            Without, a figure of the display's own is made.

        Returns
        -------
        self : RocCurveDisplay
        """
        alone = ax is None
        if ax is None:
            ax = new_figure(FIGURE_WIDTH, 4.2).subplots()
        self.ax_, self.figure_ = ax, root_figure(ax)
        colored = self.hardest_first[:_MOST_COLORED]
        others = self.hardest_first[_MOST_COLORED:]
        entries: list[Line2D] = []
        colored_lines: list[tuple[Line2D, RocCurve]] = []
        for curve in others:
            (grey,) = ax.plot(
                curve.false_positive, curve.true_positive, color=style.ink(), alpha=0.3, linewidth=1
            )
        if others:
            areas = " to ".join(dict.fromkeys(f"{others[end].area:.3f}" for end in (0, -1)))
            grey.set_label(f"{len(others)} other class{'es' * (len(others) > 1)}, {areas}")
            entries.append(grey)
        for index, curve in reversed(list(enumerate(colored))):
            (line,) = ax.plot(
                curve.false_positive,
                curve.true_positive,
                color=style.class_color(index),
                linestyle=_DASHES[index],
                linewidth=2,
                label=_in_legend(curve),
            )
            entries.append(line)
            colored_lines.append((line, curve))
        if len(self.curves) > 1:
            entries.append(self._draw_mean(ax))
        (chance,) = ax.plot([0, 1], [0, 1], color=style.ink(), linestyle="dotted", label="a guess")
        entries = [*reversed(entries), chance]
        ax.set(
            xlabel="others taken for the class",
            ylabel="rows of the class found",
            xlim=(-0.02, 1.02),
            ylim=(-0.02, 1.04),
            aspect="equal",
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        style.tidy(ax)
        look: dict[str, Any] = {
            "handles": entries,
            "title": "area below the curve (95 % interval)",
            "alignment": "left",
            "frameon": False,
            "prop": {"family": families(), "size": "medium"},
        }
        if not alone:
            ax.legend(loc="lower right", **look)
            return self
        legend = self.figure_.legend(loc="center right", **look)
        if legend.get_window_extent().width > _WIDEST_LEGEND * self.figure_.dpi:
            legend.remove()
            for line, curve in colored_lines:
                line.set_label(_in_legend(curve, "\n"))
            self.figure_.legend(loc="center right", **look)
        return self

    def _draw_mean(self, ax: Axes) -> Line2D:
        at = np.linspace(0.0, 1.0, 501)
        heights = [np.interp(at, c.false_positive, c.true_positive) for c in self.curves]
        (line,) = ax.plot(
            np.append(0.0, at),
            np.append(0.0, np.mean(heights, axis=0)),
            color=style.ink(),
            linewidth=2.6,
            alpha=0.85,
            label=f"mean of all classes, {self.mean_area:.3f}",
        )
        return line


def _in_legend(curve: RocCurve, after_name: str = ", ") -> str:
    low, high = curve.interval
    return f"{class_name(curve.name)}{after_name}{curve.area:.3f} ({low:.3f} to {high:.3f})"
