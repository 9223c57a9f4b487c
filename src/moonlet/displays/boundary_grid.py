"""What classifiers make of a plane, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from moonlet.displays import style
from moonlet.displays.answers import PlaneOfRows, Score, class_probabilities, score_in_words
from moonlet.displays.base import FIGURE_WIDTH, Display, new_figure, root_figure
from moonlet.displays.boundary_panel import (
    BoundaryPanel,
    Points,
    draw_boundaries,
    draw_points,
    draw_shades,
    legend_entries,
    point_size,
)
from moonlet.displays.lettering import families, plain
from moonlet.displays.plane import Plane, plane_around, probabilities_on
from moonlet.specs import Array


class BoundaryGridDisplay(Display):
    """Decision boundaries over one plane, a panel for each classifier.

    Shades say how probable the most probable class is; the line is where two
    classes are equally probable (0.5 where there are two). Rows that the
    classifiers were trained on are filled, held-out rows hollow. Make it with
    `from_estimators` or `from_estimator`.

    Parameters
    ----------
    plane : Plane
    panels : sequence of BoundaryPanel
    classes : sequence of str
        Their names, in the order of the probabilities.
    points : sequence of Points
    straight_line : ndarray of shape (n_y, n_x, n_classes), optional
        Probabilities of a linear classifier; its boundary is overlaid, dashed.
    feature_names : pair of str
    n_held : int
        How many features beside these two stand still, at their median.

    Attributes
    ----------
    axes_ : ndarray of Axes
        One a panel.
    ax_ : Axes
        The first of them.
    figure_ : matplotlib.figure.Figure

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from sklearn.linear_model import LogisticRegression
    >>> from moonlet.displays import BoundaryGridDisplay
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> line = LogisticRegression().fit(X, y)
    >>> display = BoundaryGridDisplay.from_estimators({"points": None, "a line": line}, X, y)
    >>> [ax.get_title() for ax in display.axes_]
    ['points', 'a line']
    """

    def __init__(
        self,
        *,
        plane: Plane,
        panels: Sequence[BoundaryPanel],
        classes: Sequence[str],
        points: Sequence[Points],
        straight_line: Array | None = None,
        feature_names: tuple[str, str] = ("", ""),
        n_held: int = 0,
    ) -> None:
        self.plane = plane
        self.panels = list(panels)
        self.classes = list(classes)
        self.points = list(points)
        self.straight_line = straight_line
        self.feature_names = feature_names
        self.n_held = n_held

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, Any],
        X: ArrayLike,
        y: ArrayLike,
        *,
        X_test: ArrayLike | None = None,
        y_test: ArrayLike | None = None,
        straight_line: Any = None,
        features: tuple[int | str, int | str] | None = None,
        score: Score | None = None,
        padding: float | None = 0.5,
        axes: Sequence[Axes] | NDArray[np.object_] | None = None,
        n_columns: int = 4,
    ) -> Self:
        """Ask fitted classifiers about the plane and draw their answers.

        Parameters
        ----------
        estimators : mapping of str to fitted classifier or None
            By title. None draws the points alone.
        X : array-like or DataFrame of shape (n_samples, n_features)
            Rows that they were trained on.
        y : array-like of shape (n_samples,)
        X_test, y_test : array-likes, optional
            Rows that they were not trained on.
        straight_line : fitted linear classifier, optional
            Its boundary is overlaid on every panel.
        features : pair of column names or positions, optional
            The plane, where X has more than two columns. The others are held
            at their median, what is not a number at its most frequent value.
        score : {"accuracy", "log_loss"}, optional
            Told below each title: of the held-out rows if there are any.
        padding : float or None
            Margin around the points, in the features' units. None: a seventh
            of each feature's range.
        axes : sequence of Axes, optional
            Where to draw, one a panel.
        n_columns : int
            Panels side by side, in a figure of the display's own.

        Returns
        -------
        display : BoundaryGridDisplay

        Raises
        ------
        ValueError
            If X has more than two columns and `features` does not name two.
        """
        columns = PlaneOfRows.of(X, features)
        held_out = X_test is not None and y_test is not None
        labels, test_labels = np.asarray(y), np.asarray(y_test if held_out else y)
        classes = np.unique(np.concatenate([labels, test_labels]))
        points = [Points(columns.positions(X), np.searchsorted(classes, labels))]
        if held_out:
            indices = np.searchsorted(classes, test_labels)
            points.append(Points(columns.positions(X_test), indices, held_out=True))
        plane = plane_around(np.vstack([rows.positions for rows in points]), padding)

        def answers(estimator: Any) -> Array:
            return probabilities_on(
                plane,
                lambda spots: class_probabilities(estimator, columns.rows_at(spots), classes),
            )

        def full_title(title: str, estimator: Any) -> str:
            if score is None:
                return title
            judged = (X_test, test_labels) if held_out else (X, labels)
            words = score_in_words(estimator, *judged, classes, score)
            return f"{title}\n{'held-out ' if held_out else ''}{words}"

        panels = [
            BoundaryPanel(title, None)
            if estimator is None
            else BoundaryPanel(full_title(title, estimator), answers(estimator))
            for title, estimator in estimators.items()
        ]
        display = cls(
            plane=plane,
            panels=panels,
            classes=[str(name) for name in classes],
            points=points,
            straight_line=None if straight_line is None else answers(straight_line),
            feature_names=columns.labels,
            n_held=columns.n_held,
        )
        return display.plot(axes=axes, n_columns=n_columns)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        title: str = "",
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """As `from_estimators`, for one fitted classifier; None draws the points alone.

        Parameters
        ----------
        estimator : fitted classifier or None
        X, y : array-likes
        title : str
        ax : Axes, optional
            Where to draw.
        **options
            Those of `from_estimators`.

        Returns
        -------
        display : BoundaryGridDisplay
        """
        axes = None if ax is None else [ax]
        return cls.from_estimators({title: estimator}, X, y, axes=axes, **options)

    def plot(
        self,
        *,
        axes: Sequence[Axes] | NDArray[np.object_] | None = None,
        n_columns: int = 4,
    ) -> Self:
        """Draw the panels.

        Parameters
        ----------
        axes : sequence of Axes, optional
            One a panel. Without, a figure of the display's own is made, with a
            legend.
        n_columns : int
            Panels side by side in such a figure.

        Returns
        -------
        self : BoundaryGridDisplay

        Raises
        ------
        ValueError
            If there are not as many `axes` as panels.
        """
        self.axes_ = self._new_axes(n_columns) if axes is None else np.ravel(np.asarray(axes))
        if len(self.axes_) != len(self.panels):
            raise ValueError(
                f"axes must hold one Axes for each of the {len(self.panels)} panels. "
                f"Got {len(self.axes_)} instead."
            )
        self.ax_ = self.axes_[0]
        self.figure_ = root_figure(self.ax_)
        for ax, panel in zip(self.axes_, self.panels, strict=True):
            self._draw(ax, panel)
            if axes is not None:
                ax.set_xlabel(self._labels[0], fontfamily=families())
                ax.set_ylabel(self._labels[1], fontfamily=families())
        return self

    @property
    def _labels(self) -> tuple[str, str]:
        first, second = (plain(name) for name in self.feature_names)
        others = "feature at its" if self.n_held == 1 else f"{self.n_held} features at their"
        held = f"\nthe other {others} median" if self.n_held else ""
        return first + held, second

    def _new_axes(self, n_columns: int) -> NDArray[np.object_]:
        n_panels = len(self.panels)
        n_columns = min(n_columns, n_panels)
        n_rows = -(-n_panels // n_columns)
        width = FIGURE_WIDTH * min(1.0, 0.4 + 0.3 * n_columns)
        # A title of two lines and tick labels take as much of a small panel as of a large one.
        height = n_rows * (0.65 * width / n_columns + 0.45) + (0.5 if self.n_held else 0.25)
        figure = new_figure(width, height)
        grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False).ravel()
        below, beside = (
            figure.supxlabel(self._labels[0]),
            figure.supylabel(self._labels[1], x=0.005),
        )
        for label in (below, beside):
            label.set(fontsize="medium", fontfamily=families())
        # What stands upright must fit the height of the panels.
        for longest in range(36, 4, -4):
            if beside.get_window_extent().height > 0.95 * figure.bbox.height:
                beside.set_text(plain(self.feature_names[1], longest))
        entries = legend_entries(
            self.classes,
            held_out=any(points.held_out for points in self.points),
            boundary=any(panel.probabilities is not None for panel in self.panels),
            straight_line=self.straight_line is not None,
        )
        for spare in grid[n_panels:]:
            spare.set_axis_off()
        # A panel above an empty place is the lowest of its column.
        for ax in grid[max(n_panels - n_columns, 0) : n_panels]:
            ax.tick_params(labelbottom=True)
        spare_place = grid[-1] if len(grid) > n_panels else None
        figure.set_figheight(height + style.add_legend(figure, entries, spare_place))
        return np.asarray(grid[:n_panels], dtype=object)

    def _draw(self, ax: Axes, panel: BoundaryPanel) -> None:
        title = "\n".join(plain(line) for line in panel.title.split("\n"))
        ax.set_title(title, y=1.0, fontsize="medium", fontfamily=families())
        if panel.probabilities is not None:
            draw_shades(ax, self.plane, panel.probabilities)
            draw_boundaries(ax, self.plane, panel.probabilities, linestyle="solid")
        if self.straight_line is not None:
            draw_boundaries(ax, self.plane, self.straight_line, linestyle="dashed")
        size = point_size(ax, sum(len(points.positions) for points in self.points))
        for points in self.points:
            draw_points(ax, points, size)
        left, right, bottom, top = self.plane.extent
        ax.set(xlim=(left, right), ylim=(bottom, top))
