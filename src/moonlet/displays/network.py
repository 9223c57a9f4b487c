"""A network as circles and lines: its units, its weights with their signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from numpy.typing import NDArray

from moonlet.displays import style
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.displays.lettering import families, plain
from moonlet.specs import Array

# More circles than this above each other cannot be told apart: the middle is left out.
MOST_DRAWN = 12
# With more lines than this between two layers, numbers would be written over each other.
MOST_WRITTEN = 12
THICKEST = 6.0
RADIUS = 0.3
STEP = 3.4  # from layer to layer, where units stand 1 apart


class NetworkDisplay(Display):
    """A network diagram: a circle for each unit, a line for each weight.

    The thicker a line, the larger its weight in size, compared with the largest of all;
    solid lines are positive weights, dashed ones negative. Biases stand in the circles,
    and weights beside the lines where these are few. Of a layer of more than 12 units
    the middle is left out. Make it with `from_estimator`.

    Parameters
    ----------
    coefs : sequence of ndarray of shape (fan_in, fan_out)
        Weights, layer by layer.
    intercepts : sequence of ndarray of shape (fan_out,)
        Biases.
    input_names, output_names : sequence of str, optional

    Attributes
    ----------
    ax_ : Axes
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from moonlet.data import load
    >>> from moonlet.displays import NetworkDisplay
    >>> X, y = load("moons")
    >>> network = MLPClassifier((3,), activation="tanh", solver="lbfgs", alpha=0.01,
    ...                         max_iter=1000, random_state=0).fit(X, y)
    >>> display = NetworkDisplay.from_estimator(network)
    >>> display.input_names, display.output_names
    (['x0', 'x1'], ['class 1'])
    """

    def __init__(
        self,
        *,
        coefs: Sequence[NDArray[np.floating]],
        intercepts: Sequence[NDArray[np.floating]],
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
    ) -> None:
        self.coefs: list[Array] = [np.asarray(W, dtype=np.float64) for W in coefs]
        self.intercepts: list[Array] = [np.asarray(b, dtype=np.float64) for b in intercepts]
        n_inputs, n_outputs = len(self.coefs[0]), self.coefs[-1].shape[1]
        self.input_names = list(input_names or (f"x{i}" for i in range(n_inputs)))
        self.output_names = list(output_names or (f"output {i}" for i in range(n_outputs)))

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        feature_names: Sequence[str] | None = None,
        ax: Axes | None = None,
    ) -> Self:
        """Draw a fitted network.

        Parameters
        ----------
        estimator : fitted estimator
            With ``coefs_`` and ``intercepts_``, moonlet's or scikit-learn's. Of a
            Pipeline, the last step.
        feature_names : sequence of str, optional
            Names of the inputs. Defaults to the columns that the estimator was fitted
            on, if these had names.
        ax : Axes, optional
            Where to draw.

        Returns
        -------
        display : NetworkDisplay

        Raises
        ------
        ValueError
            If the estimator has no weights, or not as many inputs as names were given.
        """
        steps = getattr(estimator, "steps", None)
        fitted = steps[-1][1] if steps else estimator
        if not hasattr(fitted, "coefs_"):
            raise ValueError(
                "estimator must be fitted and have coefs_. "
                f"Got {type(fitted).__name__} without them instead."
            )
        n_inputs, n_outputs = len(fitted.coefs_[0]), fitted.coefs_[-1].shape[1]
        names = feature_names
        if names is None and steps is None:
            names = getattr(fitted, "feature_names_in_", None)
        if names is not None and len(names) != n_inputs:
            raise ValueError(
                f"feature_names must name the {n_inputs} inputs of the network. "
                f"Got {len(names)} names instead."
            )
        classes = [f"class {name}" for name in getattr(fitted, "classes_", ())]
        # One sigmoid unit gives the probability of the second class.
        outputs = classes[-1:] if n_outputs == 1 else classes
        return cls(
            coefs=fitted.coefs_,
            intercepts=fitted.intercepts_,
            input_names=None if names is None else [str(name) for name in names],
            output_names=outputs or None,
        ).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw the network.

        Parameters
        ----------
        ax : Axes, optional
            Without, a figure of the display's own is made.

        Returns
        -------
        self : NetworkDisplay
        """
        sizes = [len(self.coefs[0]), *(W.shape[1] for W in self.coefs)]
        drawn = [_drawn(size) for size in sizes]
        if ax is None:
            most = max(len(units) for units in drawn)
            ax = new_figure(FIGURE_WIDTH, max(2.4, 0.62 * most + 0.9)).subplots()
        self.ax_, self.figure_ = ax, root_figure(ax)
        places = [_places(units, layer) for layer, units in enumerate(drawn)]
        largest = max(float(np.abs(W).max()) for W in self.coefs) or 1.0
        for layer, W in enumerate(self.coefs):
            self._draw_weights(
                places[layer], places[layer + 1], W, drawn[layer : layer + 2], largest
            )
        for layer, units in enumerate(drawn):
            self._draw_units(layer, units, places[layer], sizes[layer])
        ax.set_axis_off()
        ax.set_aspect("equal")
        top = max(float(spots[:, 1].max()) for spots in places) + 0.75
        ax.set(xlim=(-1.4, STEP * (len(sizes) - 1) + 1.6), ylim=(-top, top))
        ax.legend(
            handles=[_stroke("positive weight", 1.0), _stroke("negative weight", -1.0)],
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=2,
            frameon=False,
            fontsize="medium",
        )
        return self

    def _draw_weights(
        self, left: Array, right: Array, W: Array, drawn: Sequence[NDArray[np.intp]], largest: float
    ) -> None:
        weights = W[np.ix_(*drawn)]
        for sign in (1.0, -1.0):
            at = np.argwhere(np.sign(weights) == sign)
            self.ax_.add_collection(
                LineCollection(
                    [(left[i], right[j]) for i, j in at],
                    colors=_sign_color(sign),
                    linewidths=[THICKEST * abs(weights[i, j]) / largest + 0.2 for i, j in at],
                    linestyles="solid" if sign > 0 else (0, (2.2, 1.0)),
                    alpha=0.85,
                    zorder=1,
                )
            )
        if weights.size > MOST_WRITTEN:
            return
        for (i, j), weight in np.ndenumerate(weights):
            # Near the side with more units the lines are further apart; in turns, so that the
            # numbers of lines that cross do not meet.
            share = 0.30 if len(left) >= len(right) else 0.70
            spot = left[i] + share * (right[j] - left[i])
            self.ax_.text(
                spot[0],
                spot[1],
                f"{weight:.1f}".replace("-", "−"),
                fontsize="small",
                ha="center",
                va="center",
                color=style.ink(),
                bbox={"facecolor": style.paper(), "edgecolor": "none", "pad": 0.8},
                zorder=2,
            )

    def _draw_units(self, layer: int, units: NDArray[np.intp], spots: Array, n_units: int) -> None:
        look: dict[str, Any] = {"ha": "center", "va": "center", "color": style.ink(), "zorder": 4}
        for unit, (x, y) in zip(units, spots, strict=True):
            self.ax_.add_patch(_circle(x, y))
            if layer > 0:
                bias = f"{self.intercepts[layer - 1][unit]:.1f}".replace("-", "−")
                self.ax_.text(x, y, bias, fontsize="small", **look)
        if len(units) < n_units:
            words = f"⋮ {n_units - len(units)} more"
            x, y = spots.mean(axis=0)
            self.ax_.text(x, y, words, fontsize="small", **look)
        for names, at, side in (
            (self.input_names, 0, -1),
            (self.output_names, len(self.coefs), 1),
        ):
            for unit, (x, y) in zip(units, spots, strict=True) if layer == at else ():
                self.ax_.text(
                    x + side * (RADIUS + 0.12),
                    y,
                    plain(names[unit], 18),
                    ha="left" if side > 0 else "right",
                    va="center",
                    fontsize="medium",
                    fontfamily=families(),
                )


def _drawn(size: int) -> NDArray[np.intp]:
    """Positions of the units that are drawn: all, or those at both ends."""
    if size <= MOST_DRAWN:
        return np.arange(size, dtype=np.intp)
    ends = (MOST_DRAWN - 1) // 2
    return np.concatenate([np.arange(ends), np.arange(size - ends, size)])


def _places(units: NDArray[np.intp], layer: int) -> Array:
    """Centers of a layer's circles, the first unit on top; a gap where units are left out."""
    gap = np.cumsum(np.diff(units, prepend=units[0]) > 1)
    heights = np.arange(len(units)) + gap
    return np.column_stack([np.full(len(units), STEP * layer), heights.mean() - heights])


def _circle(x: float, y: float) -> Circle:
    return Circle(
        (x, y), RADIUS, facecolor=style.paper(), edgecolor=style.ink(), linewidth=1.2, zorder=3
    )


def _sign_color(sign: float) -> str:
    return style.line_color(style.VERMILLION if sign > 0 else style.BLUE)


def _stroke(label: str, sign: float) -> Line2D:
    return Line2D(
        [],
        [],
        color=_sign_color(sign),
        linewidth=2.5,
        linestyle="solid" if sign > 0 else (0, (2.2, 1.0)),
        label=label,
    )
