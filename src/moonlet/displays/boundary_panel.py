"""One picture of a plane: shades, the lines between classes, the points on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from moonlet.displays import style
from moonlet.displays.base import root_figure
from moonlet.displays.lettering import class_name
from moonlet.displays.plane import Plane
from moonlet.specs import Array

# The paper shines through even where a classifier is certain, or points would
# drown in the color of their own class.
DEEPEST_SHADE = 0.42


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryPanel:
    """One classifier's answers.

    Parameters
    ----------
    title : str
    probabilities : ndarray of shape (n_y, n_x, n_classes) or None
        Over the display's plane. None: points only.
    """

    title: str
    probabilities: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Rows of a table as points of the plane.

    Parameters
    ----------
    positions : ndarray of shape (n_samples, 2)
    class_indices : ndarray of shape (n_samples,)
    held_out : bool
        Drawn hollow: the classifiers have not seen them.
    """

    positions: Array
    class_indices: NDArray[np.intp]
    held_out: bool = False


def draw_shades(ax: Axes, plane: Plane, probabilities: Array) -> None:
    """Color each place by its most probable class, the deeper the more certain."""
    n_classes = probabilities.shape[-1]
    certainty = (probabilities.max(axis=-1) * n_classes - 1) / max(n_classes - 1, 1)
    colors = np.array([to_rgb(style.class_color(index)) for index in range(n_classes)])
    paper = np.array(to_rgb(style.paper()))
    depth = DEEPEST_SHADE * certainty.clip(0, 1)[..., np.newaxis]
    shades = paper + depth * (colors[probabilities.argmax(axis=-1)] - paper)
    ax.imshow(
        np.rint(255 * shades).astype(np.uint8),
        origin="lower",
        extent=plane.extent,
        aspect="auto",
        interpolation="bilinear",
    )


def draw_boundaries(
    ax: Axes, plane: Plane, probabilities: Array, *, linestyle: Literal["solid", "dashed"]
) -> None:
    """Draw the line on which two classes are equally probable."""
    for margin in _margins(probabilities):
        ax.contour(
            plane.x,
            plane.y,
            margin,
            levels=[0.0],
            colors=[style.ink()],
            linewidths=1.6 if linestyle == "solid" else 1.2,
            linestyles=linestyle,
            zorder=5,  # Over the points: a boundary that winds between them must be seen.
        )


def point_size(ax: Axes, n_points: int) -> float:
    """Area of a marker, in points squared.

    In a small panel, or where they are many, markers must leave gaps to see
    through.
    """
    width = root_figure(ax).get_figwidth() * ax.get_position().width
    return float(np.clip(width * 1400 / max(n_points, 1), 5, 20))


def draw_points(ax: Axes, points: Points, size: float) -> None:
    """Draw rows in the color and with the marker of their class."""
    for index in np.unique(points.class_indices):
        x, y = points.positions[points.class_indices == index].T
        color = style.class_color(int(index))
        ax.scatter(
            x,
            y,
            s=size * (1.4 if points.held_out else 1),
            marker=style.class_marker(int(index)),
            facecolors=style.paper() if points.held_out else color,
            edgecolors=color if points.held_out else style.paper(),
            linewidths=(0.26 if points.held_out else 0.12) * size**0.5,
            zorder=4 if points.held_out else 3,
        )


def legend_entries(
    classes: list[str], *, held_out: bool, boundary: bool, straight_line: bool
) -> list[Line2D]:
    """Say what the marks mean: classes first, then train and test, then lines."""
    entries = [
        _dot(class_name(name), style.class_marker(index), style.class_color(index))
        for index, name in enumerate(classes)
    ]
    if held_out:
        entries.append(_dot("trained on", "o", style.ink()))
        entries.append(_dot("held out", "o", style.ink(), hollow=True))
    if boundary:
        words = "probability 0.5" if len(classes) == 2 else "equally probable"
        entries.append(Line2D([], [], color=style.ink(), linewidth=1.6, label=words))
    if straight_line:
        entries.append(
            Line2D(
                [], [], color=style.ink(), linewidth=1.2, linestyle="dashed", label="straight line"
            )
        )
    return entries


def _margins(probabilities: Array) -> Iterator[np.ma.MaskedArray]:
    """For each class, its log odds against the best of those after it.

    Log odds of a network are nearly linear across a cell, where a probability
    leaps; so a line drawn between grid points has no steps. Masked where some
    class before it is more probable than all of these, so that every border
    comes once: dashes drawn twice would close their gaps.
    """
    # No further from certainty than doubles can tell apart.
    logs = np.log(np.maximum(probabilities, 1e-16))
    for index in range(logs.shape[-1] - 1):
        own, later = logs[..., index], logs[..., index + 1 :].max(axis=-1)
        earlier = logs[..., :index].max(axis=-1, initial=-np.inf)
        margin = np.ma.masked_where(earlier > np.maximum(own, later), own - later)
        if margin.count() and margin.min() < 0 < margin.max():
            yield margin


def _dot(label: str, marker: str, color: str, *, hollow: bool = False) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=6,
        markerfacecolor=style.paper() if hollow else color,
        markeredgecolor=color,
        label=label,
    )
