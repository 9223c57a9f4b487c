"""Colors, markers and themes that all pictures share.

The colors are those of Okabe and Ito, which stay apart for every common kind
of color blindness; markers differ as well, so that a picture survives a black
and white printer. Ink and paper are matplotlib's own settings (`text.color`,
`axes.facecolor`), so that a user's dark style is followed.

References
----------
M. Okabe and K. Ito, "Color Universal Design", 2008,
https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import Container
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D

from moonlet.displays.lettering import families
from moonlet.specs import Array

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
SKY = "#56B4E9"
PURPLE = "#CC79A7"
YELLOW = "#F0E442"

CLASS_COLORS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, YELLOW)
# Eight against seven colors: color and marker together repeat after 56 classes only.
CLASS_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")


def ink() -> str:
    """Return the color of text and of lines that carry no class."""
    return to_hex(mpl.rcParams["text.color"])


def paper() -> str:
    """Return the color that lies under the data."""
    return to_hex(mpl.rcParams["axes.facecolor"])


def line_color(color: str) -> str:
    """Lighten a color where the paper is dark, so that a thin line still stands out."""
    if np.mean(to_rgb(paper())) > 0.5:
        return color
    red, green, blue = (channel + 0.3 * (1.0 - channel) for channel in to_rgb(color))
    return to_hex((red, green, blue))


def class_color(index: int) -> str:
    """Return the color of a class, by its position among the classes."""
    return line_color(CLASS_COLORS[index % len(CLASS_COLORS)])


def class_marker(index: int) -> str:
    """Return the marker of a class, by its position among the classes."""
    return CLASS_MARKERS[index % len(CLASS_MARKERS)]


def tidy(ax: Axes) -> None:
    """Take away what carries no data: the upper and right frame; a faint grid across."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=ink(), alpha=0.15, linewidth=0.8)
    ax.set_axisbelow(True)


def held_out_curve(
    ax: Axes, x: Array, held_out: Array, error: Array, train: Array | None, measure: str
) -> dict[str, Artist | tuple[Artist, ...]]:
    """Draw held-out values with their standard errors, and the losses on the rows trained on.

    Returns
    -------
    entries : dict
        For the legend.
    """
    color = line_color(BLUE)
    band = ax.fill_between(
        x, held_out - error, held_out + error, color=color, alpha=0.2, linewidth=0
    )
    (curve,) = ax.plot(x, held_out, color=color, marker="o", linewidth=2)
    entries: dict[str, Artist | tuple[Artist, ...]] = {f"{measure} ± standard error": (band, curve)}
    if train is not None:
        (entries["on the rows trained on"],) = ax.plot(
            x, train, color=ink(), marker="^", linestyle=":", alpha=0.7
        )
    return entries


def legend_above(ax: Axes, entries: Mapping[str, Artist | Container | tuple[Artist, ...]]) -> None:
    """Explain marks above the axes, two side by side; those of a tuple lie on one another."""
    ax.legend(
        list(entries.values()),
        list(entries),
        handler_map={tuple: HandlerTuple(ndivide=1)},
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        frameon=False,
        fontsize="medium",
    )


def add_legend(figure: Figure, entries: Sequence[Line2D], spare: Axes | None = None) -> float:
    """Put a legend in the spare place of a grid if it fits there, otherwise above everything.

    Parameters
    ----------
    figure : Figure
    entries : sequence of Line2D
    spare : Axes, optional
        An empty place in a grid of panels.

    Returns
    -------
    height : float
        What the panels lose to it, in inches.
    """
    look: dict[str, Any] = {
        "handles": list(entries),
        "frameon": False,
        "prop": {"family": families(), "size": "medium"},
    }
    if spare is not None:
        legend = spare.legend(loc="center", **look)
        room = spare.get_window_extent().padded(20)
        needed = legend.get_window_extent()
        if needed.width <= room.width and needed.height <= room.height:
            legend.set_in_layout(False)
            return 0.0
        legend.remove()
    for n_columns in range(len(entries), 1, -1):
        legend = figure.legend(loc="upper center", ncols=n_columns, **look)
        if legend.get_window_extent().width <= figure.bbox.width:
            return float(legend.get_window_extent().height / figure.dpi)
        legend.remove()
    legend = figure.legend(loc="upper center", **look)
    return float(legend.get_window_extent().height / figure.dpi)
