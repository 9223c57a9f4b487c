"""Where the panels of a figure lie: each as large as what stands around them allows.

How it differs from matplotlib's constrained layout, which takes as long as the drawing itself:

1. Panels are measured once, at places that are nearly right, and not twice for every drawing;
   only where that changes their size by much, and so perhaps their ticks, they are measured again.
2. A column is as far from the next as its own labels ask for, a row likewise; there is no solver.
3. A legend of the figure that is centered lies above the panels, any other to their right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text
from numpy.typing import NDArray

from moonlet.specs import Array

# In inches: at the edge of the figure, and between what stands around two neighbors.
_PADDING = 0.04
_GAP = 0.08
# What usually stands around a panel, in inches: nothing; numbers beside it and below it; a label;
# a line of the title.
_NOTHING, _NUMBERS_BESIDE, _NUMBERS_BELOW, _LABEL, _LINE = 0.06, 0.38, 0.22, 0.21, 0.19
# A side that changes by more than this share may get other ticks, with longer labels.
_MUCH = 0.08
# However much stands around the panels, they get this share of the figure's side.
_LEAST = 0.2

# What stands around a panel or within the edges of a figure: left, bottom, right, top; in pixels.
Margins: TypeAlias = tuple[float, float, float, float]


class Layout(LayoutEngine):
    """Places the panels of one grid, with the figure's own labels and legends around it.

    A figure calls `execute` whenever it is drawn.
    """

    _adjust_compatible = False
    _colorbar_gridspec = False

    def __init__(self) -> None:
        super().__init__()
        self._is_begun = False

    def execute(self, fig: Figure) -> None:
        """Measure what stands around the panels, and place them."""
        panels = [ax for ax in fig.axes if ax.get_subplotspec() is not None]
        if not panels:
            return
        sides = _sides(panels, fig)
        if not self._is_begun:
            self._is_begun = True
            _place(panels, sides, (_usually_around(ax, fig.dpi) for ax in panels), fig.dpi)
            for ax in panels:
                _leave_empty_labels(ax)
        for _ in range(2):
            if _place(panels, sides, map(_around, panels), fig.dpi) <= _MUCH:
                return


@dataclass(slots=True, eq=False)
class _Side:
    """The columns of a grid, from left to right; or its rows, upward. In pixels.

    Parameters
    ----------
    size : float
        Of the figure.
    edges : pair of float
        What is taken at both ends: by padding, and by labels and legends of the figure.
    ratios : ndarray of shape (n,)
        Of the panels' sizes.
    spans : ndarray of shape (n_panels, 2)
        First and last column (or row) of each panel.

    Attributes
    ----------
    before, after : ndarray of shape (n,)
        What stands around the panels, the most of each column.
    """

    size: float
    edges: tuple[float, float]
    ratios: Array
    spans: NDArray[np.intp]
    before: Array = field(init=False)
    after: Array = field(init=False)

    def surround(self, before: Array, after: Array) -> None:
        """Take note of what stands before and after each panel."""
        self.before, self.after = np.zeros((2, len(self.ratios)))
        np.maximum.at(self.before, self.spans[:, 0], before)
        np.maximum.at(self.after, self.spans[:, 1], after)

    def places(self, gap: float) -> Array:
        """Where each panel begins and ends, as shares of the figure; of shape (n_panels, 2)."""
        taken = self.before + self.after
        room = self.size - sum(self.edges) - taken.sum() - gap * (len(taken) - 1)
        sizes = max(room, _LEAST * self.size) * self.ratios / self.ratios.sum()
        ends = self.edges[0] + np.cumsum(self.before + sizes)
        ends[1:] += np.cumsum(self.after + gap)[:-1]
        starts = ends - sizes
        return np.column_stack([starts[self.spans[:, 0]], ends[self.spans[:, 1]]]) / self.size


def _sides(panels: list[Axes], figure: Figure) -> tuple[_Side, _Side]:
    specs = [spec for ax in panels if (spec := ax.get_subplotspec()) is not None]
    grid = specs[0].get_gridspec()
    columns = np.array([(spec.colspan.start, spec.colspan.stop - 1) for spec in specs])
    # Rows are counted from above.
    rows = grid.nrows - 1 - np.array([(s.rowspan.stop - 1, s.rowspan.start) for s in specs])
    left, bottom, right, top = _edges(figure)
    return (
        _Side(figure.bbox.width, (left, right), np.array(grid.get_width_ratios()), columns),
        _Side(figure.bbox.height, (bottom, top), np.array(grid.get_height_ratios())[::-1], rows),
    )


def _edges(figure: Figure) -> Margins:
    """What the figure's own labels and legends take."""
    width, height = figure.bbox.width, figure.bbox.height
    left = bottom = right = top = 0.0
    for text in filter(Text.get_text, figure.texts):
        box = text.get_window_extent()
        if text.get_rotation() == 90.0:
            left = max(left, box.x1)
        elif box.y0 + box.y1 < height:
            bottom = max(bottom, box.y1)
        else:
            top = max(top, height - box.y0)
    for legend in figure.legends:
        box = legend.get_window_extent()
        if abs(box.x0 + box.x1 - width) < 2.0:
            top = max(top, height - box.y0)
        else:
            right = max(right, width - box.x0)
    padding = _PADDING * figure.dpi
    return left + padding, bottom + padding, right + padding, top + padding


def _usually_around(ax: Axes, dpi: float) -> Margins:
    """Guess what stands around a panel."""
    left = bottom = right = top = _NOTHING
    if ax.axison:
        if ax.yaxis.get_tick_params().get("labelleft"):
            left = _NUMBERS_BESIDE
        if ax.xaxis.get_tick_params().get("labelbottom"):
            bottom = _NUMBERS_BELOW
        left += _LABEL * bool(ax.get_ylabel())
        bottom += _LABEL * bool(ax.get_xlabel())
    if title := ax.get_title():
        top += _LINE * (title.count("\n") + 1)
    left, bottom, right, top = (dpi * size for size in (left, bottom, right, top))
    if legend := ax.get_legend():
        top += max(0.0, legend.get_window_extent().y1 - ax.get_window_extent().y1)
    return left, bottom, right, top


def _around(ax: Axes) -> Margins:
    """Measure what stands around a panel."""
    outer = ax.get_tightbbox(for_layout_only=True)
    # Where the aspect is fixed this is the smaller box that is drawn.
    box = ax.get_window_extent()
    if outer is None:
        return 0.0, 0.0, 0.0, 0.0
    return box.x0 - outer.x0, box.y0 - outer.y0, outer.x1 - box.x1, outer.y1 - box.y1


def _place(
    panels: list[Axes], sides: tuple[_Side, _Side], margins: Iterable[Margins], dpi: float
) -> float:
    """Move the panels; return by which share the size of one changes at most."""
    left, bottom, right, top = np.array(list(margins)).T
    across, upward = sides
    across.surround(left, right)
    upward.surround(bottom, top)
    gap, most = _GAP * dpi, 0.0
    for ax, (x0, x1), (y0, y1) in zip(panels, across.places(gap), upward.places(gap), strict=True):
        old = ax.get_position(original=True)
        ax.set_position((x0, y0, x1 - x0, y1 - y0))
        ax.set_in_layout(True)  # else it would not count where a picture is cut to its content
        most = max(most, abs((x1 - x0) / old.width - 1.0), abs((y1 - y0) / old.height - 1.0))
    return most


def _leave_empty_labels(ax: Axes) -> None:
    """Put labels without words somewhere: to find them a place takes as long as all the rest."""
    for axis in (ax.xaxis, ax.yaxis):
        if not axis.get_label_text():
            axis.set_label_coords(0.0, 0.0)
