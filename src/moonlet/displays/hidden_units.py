"""What each hidden unit of a small network says about a plane, and how that adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from moonlet.displays import style
from moonlet.displays.answers import PlaneOfRows
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.displays.boundary_panel import (
    Points,
    draw_boundaries,
    draw_points,
    draw_shades,
    legend_entries,
    point_size,
)
from moonlet.displays.lettering import families, plain
from moonlet.displays.plane import Plane, plane_around
from moonlet.estimators.fitted import fitted_network
from moonlet.reference import forward_layers, sigmoid
from moonlet.specs import Array

MOST_UNITS = 8


class HiddenUnitsDisplay(Display):
    """The line that each hidden unit draws, and how the lines add up to the boundary.

    A network of one hidden layer and two classes adds up what its units say: each
    votes for one class on one side of a straight line and, where its activation goes
    below zero, for the other class on the other side. The upper row shows each unit's
    vote alone, the lower row the sum of the votes so far. Shades are the probability
    that such a sum would mean. Make it with `from_estimator`.

    Parameters
    ----------
    plane : Plane
    sums : ndarray of shape (n_y, n_x, n_units)
        What goes into each unit's activation; 0 along its line.
    votes : ndarray of shape (n_y, n_x, n_units)
        What each unit adds to the log odds of the second class.
    bias : float
        What the output layer adds to them by itself.
    classes : pair of str
    points : Points
    feature_names : pair of str

    Attributes
    ----------
    axes_ : ndarray of Axes of shape (2, n_units)
    ax_ : Axes
        The last one, which shows the whole network.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> from moonlet.data import load
    >>> from moonlet.displays import HiddenUnitsDisplay
    >>> X, y = load("moons")
    >>> network = MLPClassifier((3,), activation="tanh", solver="lbfgs", alpha=0.01,
    ...                         max_iter=1000, random_state=0).fit(X, y)
    >>> HiddenUnitsDisplay.from_estimator(network, X, y).axes_.shape
    (2, 3)
    """

    def __init__(
        self,
        *,
        plane: Plane,
        sums: Array,
        votes: Array,
        bias: float,
        classes: Sequence[str],
        points: Points,
        feature_names: tuple[str, str] = ("", ""),
    ) -> None:
        self.plane = plane
        self.sums = sums
        self.votes = votes
        self.bias = bias
        self.classes = list(classes)
        self.points = points
        self.feature_names = feature_names

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        features: tuple[int | str, int | str] | None = None,
        padding: float | None = 0.5,
    ) -> Self:
        """Ask every hidden unit about the plane and draw its answers.

        Parameters
        ----------
        estimator : fitted MLPClassifier, or Pipeline that ends in one
            Of one hidden layer with at most 8 units, for two classes.
        X : array-like or DataFrame of shape (n_samples, n_features)
            Rows to draw as points.
        y : array-like of shape (n_samples,)
        features, padding
            As for `BoundaryGridDisplay.from_estimators`.

        Returns
        -------
        display : HiddenUnitsDisplay

        Raises
        ------
        ValueError
            If the network has another shape.
        """
        *before, network = getattr(estimator, "steps", [("", estimator)])
        fitted = network[1]
        _refuse_what_does_not_add_up(fitted)
        columns = PlaneOfRows.of(X, features)
        positions = columns.positions(X)
        plane = plane_around(positions, padding)
        grid = np.stack(np.meshgrid(plane.x, plane.y), axis=-1)
        rows = columns.rows_at(grid.reshape(-1, 2))
        for _, step in before:
            rows = step.transform(rows)
        sums, votes, bias = _votes(fitted, np.asarray(rows, dtype=np.float64))
        shape = (*grid.shape[:2], -1)
        indices = np.searchsorted(fitted.classes_, np.asarray(y))
        return cls(
            plane=plane,
            sums=sums.reshape(shape),
            votes=votes.reshape(shape),
            bias=bias,
            classes=[str(name) for name in fitted.classes_],
            points=Points(positions, indices),
            feature_names=columns.labels,
        ).plot()

    def plot(self, *, axes: NDArray[np.object_] | None = None) -> Self:
        """Draw both rows.

        Parameters
        ----------
        axes : ndarray of Axes of shape (2, n_units), optional
            Where to draw. Without, a figure of the display's own is made.

        Returns
        -------
        self : HiddenUnitsDisplay

        Raises
        ------
        ValueError
            If `axes` has another shape.
        """
        n_units = self.votes.shape[-1]
        self.axes_ = self._new_axes() if axes is None else np.asarray(axes)
        if self.axes_.shape != (2, n_units):
            raise ValueError(
                f"axes must be an array of the shape (2, {n_units}): two rows, a column for each "
                f"unit. Got {self.axes_.shape} instead. Use figure.subplots(2, {n_units})."
            )
        self.ax_ = self.axes_[-1, -1]
        self.figure_ = root_figure(self.ax_)
        added = self.bias + np.cumsum(self.votes, axis=-1)
        for unit in range(n_units):
            alone, together = self.axes_[:, unit]
            vote = self.votes[..., unit]
            self._draw(
                alone, vote, f"unit {unit + 1}\n{_signed(vote.min())} to {_signed(vote.max())}"
            )
            self._draw_line(alone, unit)
            last = unit == n_units - 1
            words = ["unit 1" if unit == 0 else f"+ unit {unit + 1}", " = network" * last]
            self._draw(together, added[..., unit], "".join(words))
            draw_boundaries(
                together, self.plane, _as_probabilities(added[..., unit]), linestyle="solid"
            )
            for earlier in range(unit + 1):
                self._draw_line(together, earlier)
        return self

    def _new_axes(self) -> NDArray[np.object_]:
        n_units = self.votes.shape[-1]
        width = FIGURE_WIDTH * min(1.0, 0.4 + 0.2 * n_units)
        figure = new_figure(width, 2 * (0.65 * width / n_units + 0.4) + 0.5)
        axes = figure.subplots(2, n_units, sharex=True, sharey=True, squeeze=False)
        below, beside = (plain(name) for name in self.feature_names)
        for label in (figure.supxlabel(below), figure.supylabel(beside, x=0.005)):
            label.set(fontsize="medium", fontfamily=families())
        entries = legend_entries(self.classes, held_out=False, boundary=True, straight_line=True)
        entries[-1].set_label("a unit's line")
        figure.set_figheight(figure.get_figheight() + style.add_legend(figure, entries))
        return np.asarray(axes, dtype=object)

    def _draw(self, ax: Axes, log_odds: Array, title: str) -> None:
        ax.set_title(title, y=1.0, fontsize="medium")
        draw_shades(ax, self.plane, _as_probabilities(log_odds))
        draw_points(ax, self.points, 0.6 * point_size(ax, len(self.points.positions)))
        left, right, bottom, top = self.plane.extent
        ax.set(xlim=(left, right), ylim=(bottom, top))

    def _draw_line(self, ax: Axes, unit: int) -> None:
        sums = self.sums[..., unit]
        if sums.min() < 0.0 < sums.max():
            ax.contour(
                self.plane.x,
                self.plane.y,
                sums,
                levels=[0.0],
                colors=[style.ink()],
                linewidths=1.2,
                linestyles="dashed",
                zorder=5,
            )


def _refuse_what_does_not_add_up(network: Any) -> None:
    if not hasattr(network, "coefs_"):
        raise ValueError(
            f"estimator must be a fitted MLPClassifier. Got {type(network).__name__} without "
            "coefs_ instead. Call fit first."
        )
    sizes = tuple(len(W) for W in network.coefs_[1:])
    if len(sizes) != 1 or sizes[0] > MOST_UNITS:
        raise ValueError(
            f"estimator must have one hidden layer of at most {MOST_UNITS} units to be drawn unit "
            f"by unit. Got hidden layers of {sizes} instead. Draw its boundary with "
            "BoundaryGridDisplay."
        )
    n_classes = len(getattr(network, "classes_", ()))
    if n_classes != 2:
        raise ValueError(
            f"estimator must tell two classes apart: only their log odds are a sum over units. "
            f"Got {n_classes} classes instead. Draw its boundary with BoundaryGridDisplay."
        )


def _votes(network: Any, rows: Array) -> tuple[Array, Array, float]:
    """Return what goes into each unit, what each adds to the log odds, and the bias of these."""
    shape = fitted_network(network)
    Z, A = forward_layers(shape, shape.pack(network.coefs_, network.intercepts_), rows)
    W, b = network.coefs_[-1], network.intercepts_[-1]
    # Of two softmax units only the difference counts; a sigmoid's sum is the log odds.
    weights, bias = (W[:, 1] - W[:, 0], b[1] - b[0]) if W.shape[1] == 2 else (W[:, 0], b[0])
    return Z[0], A[1] * weights, float(bias)


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "−")


def _as_probabilities(log_odds: Array) -> Array:
    return np.stack([sigmoid(-log_odds), sigmoid(log_odds)], axis=-1)
