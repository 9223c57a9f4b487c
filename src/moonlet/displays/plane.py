"""Class probabilities over a plane, evaluated coarse to fine.

The tutorial asks the network at every point of a fine grid. Nearly all of
those answers could have been foreseen: far from the boundary the probability
hardly changes. Here a coarse grid is asked first, its spacing is halved again
and again, and only cells in which something happens are asked anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet.specs import Array

Cells = NDArray[np.bool_]

COARSE_POINTS = 65
DOUBLINGS = 2
# A cell whose corners agree to this is interpolated: what that misses cannot be seen in a shade.
CALM = 0.1


@dataclass(frozen=True, slots=True)
class Plane:
    """A regular grid over two features.

    Parameters
    ----------
    x : ndarray of shape (n_x,)
        Grid values of the first feature, rising.
    y : ndarray of shape (n_y,)
        Grid values of the second feature, rising.
    """

    x: Array
    y: Array

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top."""
        return float(self.x[0]), float(self.x[-1]), float(self.y[0]), float(self.y[-1])


def plane_around(points: Array, padding: float | None = 0.5) -> Plane:
    """Lay the finest grid around points, with a margin.

    Parameters
    ----------
    points : ndarray of shape (n_samples, 2)
        NaN for gaps.
    padding : float or None
        The margin in the features' units, 0.5 as in the tutorial. None: a
        seventh of each feature's range, which is about as much for the moons
        and fits features of any scale.

    Returns
    -------
    plane : Plane
        257 by 257 points.
    """
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = (high - low) / 7 if padding is None else np.full(2, padding)
    margin[high + margin <= low - margin] = 0.5  # All rows alike: any width will do.
    n_points = (COARSE_POINTS - 1) * 2**DOUBLINGS + 1
    sides = np.linspace(low - margin, high + margin, n_points)
    return Plane(sides[:, 0], sides[:, 1])


def probabilities_on(plane: Plane, predict: Callable[[Array], Array]) -> Array:
    """Find the class probabilities at every point of a plane.

    Parameters
    ----------
    plane : Plane
        As `plane_around` makes it: sides of ``64 * 2**k + 1`` points.
    predict : callable
        From points of shape (n, 2) to probabilities of shape (n, n_classes).

    Returns
    -------
    probabilities : ndarray of shape (n_y, n_x, n_classes)
        Exact wherever the class changes; elsewhere bilinear between points
        that differ by less than 0.1.
    """
    step = (len(plane.x) - 1) // (COARSE_POINTS - 1)
    values = _ask(predict, *np.meshgrid(plane.x[::step], plane.y[::step]))
    while step > 1:
        step //= 2
        restless = _restless(values)
        values = _between(values)
        asked = _points_of(restless)
        # Those of the coarser grid are known already.
        asked[::2, ::2] = False
        if asked.any():
            x, y = np.meshgrid(plane.x[::step], plane.y[::step])
            values[asked] = _ask(predict, x[asked], y[asked])
    return values


def _ask(predict: Callable[[Array], Array], x: Array, y: Array) -> Array:
    answers = predict(np.column_stack([x.ravel(), y.ravel()]))
    return answers.reshape(*x.shape, -1)


def _corners(grid: NDArray[Any]) -> NDArray[Any]:
    return np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1], grid[1:, 1:]])


def _restless(values: Array) -> Cells:
    """Which cells, of shape (n_y - 1, n_x - 1), have corners that do not agree."""
    spread = np.ptp(_corners(values), axis=0).max(axis=-1)
    changes = np.ptp(_corners(values.argmax(axis=-1)), axis=0) > 0
    return np.asarray((spread > CALM) | changes)


def _between(values: Array) -> Array:
    """Halve the spacing: the new points are means of their neighbors."""
    rows, columns, n_classes = values.shape
    fine = np.empty((2 * rows - 1, 2 * columns - 1, n_classes))
    fine[::2, ::2] = values
    fine[1::2, ::2] = (values[:-1] + values[1:]) / 2
    fine[:, 1::2] = (fine[:, :-1:2] + fine[:, 2::2]) / 2
    return fine


def _points_of(cells: Cells) -> Cells:
    """Which points of the grid of half the spacing lie in or on one of the cells."""
    rows, columns = cells.shape
    points = np.zeros((2 * rows + 1, 2 * columns + 1), dtype=bool)
    for down in range(3):
        for right in range(3):
            points[down : down + 2 * rows : 2, right : right + 2 * columns : 2] |= cells
    return points
