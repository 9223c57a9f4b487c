"""How the loss fell, how large the gradient was, and what went wrong on the way."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.markers import CARETUP
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, StrMethodFormatter

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.displays.lettering import families, plain
from moonlet.specs import Array

if TYPE_CHECKING:
    from moonlet.diagnosis import Finding

# Iterations: enough to see a cycle of period two, few enough to see each.
UNDER_THE_LENS = 24


@dataclass(frozen=True, slots=True, eq=False)
class LossHistory:
    """The training of one network.

    Parameters
    ----------
    name : str
        Empty if there is only one.
    loss_curve : ndarray of shape (n_iter,)
        The loss with which each iteration began: mean over rows, penalty included.
    gradient_norm_curve : ndarray of shape (n_iter,), optional
        Euclidean norm of the gradient with which it began.
    findings : tuple of Finding
    """

    name: str
    loss_curve: Array
    gradient_norm_curve: Array | None = None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, name: str, estimator: Any) -> Self:
        """Take the history of a fitted estimator, or of a Pipeline's last step."""
        steps = getattr(estimator, "steps", None)
        fitted = steps[-1][1] if steps else estimator
        if not hasattr(fitted, "loss_curve_"):
            raise ValueError(
                "estimator must be fitted and have a loss_curve_. "
                f"Got {type(fitted).__name__} without one instead."
            )
        norms = getattr(fitted, "gradient_norm_curve_", None)
        return cls(
            name,
            np.asarray(fitted.loss_curve_, dtype=np.float64),
            None if norms is None else np.asarray(norms, dtype=np.float64),
            tuple(getattr(fitted, "diagnosis_", ())),
        )

    @property
    def oscillates(self) -> bool:
        """Whether a look at single iterations is worth it."""
        long_enough = len(self.loss_curve) >= 2 * UNDER_THE_LENS
        return long_enough and any(finding.kind == "oscillating" for finding in self.findings)

    @property
    def lowest(self) -> int | None:
        """Where the loss was lowest, if training ended higher by more than can be rounding."""
        if len(self.loss_curve) < 2 or not np.isfinite(self.loss_curve).all():
            return None
        at = int(self.loss_curve.argmin())
        return at if self.loss_curve[-1] > self.loss_curve[at] * 1.001 else None


class LossCurveDisplay(Display):
    """Loss and gradient norm by iteration, with the findings of the diagnosis.

    The lowest loss is marked where training ended higher; the last iterations of
    a descent that oscillates are shown one by one. Make it with `from_estimator`, or with
    `from_estimators` to compare.

    Parameters
    ----------
    histories : sequence of LossHistory

    Attributes
    ----------
    ax_ : Axes
        The loss.
    gradient_ax_ : Axes or None
        The gradient norm.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from moonlet.displays import LossCurveDisplay
    >>> network = MLPClassifier((), solver="lbfgs", max_iter=50)
    >>> network = network.fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1])
    >>> display = LossCurveDisplay.from_estimator(network)
    >>> len(display.ax_.lines[0].get_ydata()) == len(network.loss_curve_)
    True
    """

    def __init__(self, *, histories: Sequence[LossHistory]) -> None:
        self.histories = list(histories)

    @classmethod
    def from_estimator(
        cls, estimator: Any, *, ax: Axes | None = None, gradient_ax: Axes | None = None
    ) -> Self:
        """Draw the history of a fitted estimator.

        Parameters
        ----------
        estimator : fitted estimator
            With ``loss_curve_``; ``gradient_norm_curve_`` and ``diagnosis_``
            are drawn where they are present. Of a Pipeline, the last step.
        ax, gradient_ax : Axes, optional
            As in `plot`.

        Returns
        -------
        display : LossCurveDisplay

        Raises
        ------
        ValueError
            If the estimator has no ``loss_curve_``.
        """
        return cls.from_estimators({"": estimator}, ax=ax, gradient_ax=gradient_ax)

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, Any],
        *,
        ax: Axes | None = None,
        gradient_ax: Axes | None = None,
    ) -> Self:
        """As `from_estimator`, for several at once, by name."""
        histories = [LossHistory.of(name, estimator) for name, estimator in estimators.items()]
        return cls(histories=histories).plot(ax, gradient_ax=gradient_ax)

    def plot(self, ax: Axes | None = None, *, gradient_ax: Axes | None = None) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw the loss. Without, a figure of the display's own is
            made, with the gradient norm in a second panel and the findings in
            words below.
        gradient_ax : Axes, optional
            Where to draw the gradient norm when `ax` is given.

        Returns
        -------
        self : LossCurveDisplay
        """
        lens: Axes | None = None
        if ax is None:
            ax, gradient_ax, lens = self._new_axes()
        self.ax_, self.gradient_ax_, self.figure_ = ax, gradient_ax, root_figure(ax)
        for index, history in enumerate(self.histories):
            (line,) = ax.plot(history.loss_curve, color=style.class_color(index), linewidth=1.6)
            if len(history.loss_curve) == 1:
                line.set_marker("o")
            line.set_label(plain(history.name) or "_only one")
            if lens is not None and history.oscillates:
                _draw_last_passes(lens, history, style.class_color(index))
            if gradient_ax is not None and history.gradient_norm_curve is not None:
                color = style.class_color(index)
                gradient_ax.plot(history.gradient_norm_curve, color=color, linewidth=1.2)
        for history in self.histories:
            _mark_lowest(ax, history)
        _label(ax, "loss", [history.loss_curve for history in self.histories])
        if ax.get_legend_handles_labels()[0]:
            look = {"family": families(), "size": "medium"}
            ax.legend(loc="upper right", edgecolor="none", framealpha=1.0, prop=look)
        if gradient_ax is not None:
            _label(gradient_ax, "gradient norm", self._gradient_norms)
        (ax if gradient_ax is None else gradient_ax).set_xlabel("iteration")
        return self

    @property
    def _gradient_norms(self) -> list[Array]:
        curves = [history.gradient_norm_curve for history in self.histories]
        return [curve for curve in curves if curve is not None]

    def _new_axes(self) -> tuple[Axes, Axes | None, Axes | None]:
        lines = [line for history in self.histories for line in _findings_in_lines(history)]
        rows = ["loss", "loss", "gradient"] if self._gradient_norms else ["loss"]
        figure = new_figure(FIGURE_WIDTH, 2.4 + 0.8 * len(rows) + 0.2 * len(lines))
        oscillates = any(history.oscillates for history in self.histories)
        panels = figure.subplot_mosaic(
            [[row, row, "lens"] if oscillates else [row] for row in rows]
        )
        if "gradient" in panels:
            panels["gradient"].sharex(panels["loss"])
            panels["loss"].tick_params(labelbottom=False)
        if lines:
            words = figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize="medium")
            words.set_fontfamily(families())
        return panels["loss"], panels.get("gradient"), panels.get("lens")


def _mark_lowest(ax: Axes, history: LossHistory) -> None:
    at = history.lowest
    if at is None:
        return
    lowest = history.loss_curve[at]
    ax.margins(y=0.12)  # Room for the mark below the curve.
    ax.plot(
        [at],
        [lowest],
        marker=CARETUP,
        color=style.ink(),
        markersize=7,
        linestyle="none",
        label=f"lowest: {lowest:.4f} at iteration {at:,}",
    )


def _draw_last_passes(lens: Axes, history: LossHistory, color: str) -> None:
    start = len(history.loss_curve) - UNDER_THE_LENS
    lens.plot(
        np.arange(start, len(history.loss_curve)),
        history.loss_curve[start:],
        color=color,
        linewidth=1.2,
        marker="o",
        markersize=3.5,
    )
    lens.set_title(f"loss, the last {UNDER_THE_LENS} iterations", fontsize="medium")
    lens.set_xlabel("iteration")
    lens.ticklabel_format(useOffset=False)
    lens.xaxis.set_major_locator(MaxNLocator(2, integer=True))
    lens.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    lens.yaxis.set_major_locator(MaxNLocator(5))
    style.tidy(lens)


def _findings_in_lines(history: LossHistory) -> list[str]:
    name = f"{history.name}: " if history.name else ""
    return [
        plain(line, longest=100)
        for finding in history.findings
        for line in textwrap.wrap(f"{name}{finding}", 100)
    ]


def _label(ax: Axes, quantity: str, curves: list[Array]) -> None:
    ax.set_ylabel(quantity)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    values = np.concatenate(curves)
    values = values[np.isfinite(values)]
    if len(values) and values.min() > 0:
        if values.max() > 1e12 * values.min():
            # A loss that ran off to 1e300 would leave no room to see where it began to.
            ax.set_ylim(values.min() / 2, values.min() * 1e12)
        ax.set_yscale("log")
        ratio = values.max() / values.min()
        subs: tuple[float, ...] = (1.0,) if ratio > 30 else (1.0, 2.0, 5.0)
        if ratio < 5:
            subs = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
        ax.yaxis.set_major_locator(LogLocator(subs=subs))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
    style.tidy(ax)
