"""The results as a picture: ratios on a logarithmic axis."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.results import Results, Row, rows
from moonlet.atomic import replace_file
from moonlet.displays.style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION

__all__ = ["draw", "figure"]

LOOKS = {
    "NumPy loop": ("s", BLUE),
    "scikit-learn": ("o", ORANGE),
    "PyTorch": ("^", VERMILLION),
    "JAX": ("D", GREEN),
    "OpenBLAS": ("v", SKY),
    "moonlet": ("P", PURPLE),
    "limit": ("X", "#555555"),
}
NAMES = {"moonlet": "moonlet itself", "limit": "time allowed over time taken"}
ASIDE = 0.4  # how dark a ratio is that only explains another one
INK = "#222222"


def figure(results: Results) -> Figure:
    """One line a case, one marker a ratio; a tick where the promised ratio lies.

    On white paper whatever the page around it: it is read in light and dark themes alike.
    """
    made = [row for row in rows(results) if row.ratio is not None]
    lines = list(dict.fromkeys(row.case for row in made))
    # A line's height is that of its marks, and of its name when it has one mark only.
    heights = [max(2, sum(row.case == case for row in made)) + 0.4 for case in lines]
    ends = np.cumsum([0.0, *heights])
    drawn = Figure(figsize=(9.0, 1.4 + 0.15 * ends[-1]), layout="constrained", facecolor="white")
    ax = drawn.subplots()
    middles = (ends[:-1] + ends[1:]) / 2
    for position, (case, middle) in enumerate(zip(lines, middles, strict=True)):
        if position % 2:
            ax.axhspan(*ends[position : position + 2], color="#000000", alpha=0.045, linewidth=0)
        here = [row for row in made if row.case == case]
        for place, row in enumerate(here):
            _mark(ax, row, middle + place - (len(here) - 1) / 2)
    ax.axvline(1.0, color=INK, linewidth=1.0)
    ax.set(
        xscale="log",
        ylim=(ends[-1], 0.0),
        xlabel="times as fast as the peer, in the same run (bars: least to largest round)",
    )
    ax.set_yticks(middles, lines)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.grid(axis="x", color=INK, alpha=0.15)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    drawn.legend(handles=_legend(made), loc="outside upper center", ncols=4, frameon=False)
    return drawn


def draw(results: Results, path: Path) -> None:
    """Replace the PNG in one step."""
    png = io.BytesIO()
    figure(results).savefig(png, format="png", dpi=150, metadata={"Software": None})
    replace_file(path, png.getvalue())


def _mark(ax: Any, row: Row, y: float) -> None:
    library = _library(row)
    marker, color = LOOKS[library]
    aside = row.status == "told" and row.peer != library
    look = {"color": color, "alpha": ASIDE if aside else 1.0}
    if row.at_least is not None:
        # From the promise to the figure, so that the eye pairs them.
        ax.plot([row.at_least, row.ratio], [y, y], linewidth=0.9, linestyle=":", **look)
        ax.plot([row.at_least] * 2, [y - 0.45, y + 0.45], color=INK, linewidth=1.8)
    ax.plot([row.low, row.high], [y, y], linewidth=2.2, solid_capstyle="butt", **look)
    # Hollow where a promise was missed.
    face = "white" if row.status == "missed" else color
    ax.plot(row.ratio, y, marker, markerfacecolor=face, markersize=6.0, **look)


def _library(row: Row) -> str:
    # What is no other library's is a variant of moonlet's, or a part of it.
    return row.library if row.library in LOOKS else "moonlet"


def _legend(made: list[Row]) -> list[Line2D]:
    def entry(marker: str, color: str, label: str, **more: Any) -> Line2D:
        return Line2D([], [], color=color, marker=marker, linestyle="none", label=label, **more)

    present = set(map(_library, made))
    entries = [
        entry(*look, NAMES.get(library, library))
        for library, look in LOOKS.items()
        if library in present
    ]
    entries.append(entry("|", INK, "promised at least", markersize=10, markeredgewidth=1.8))
    if any(row.status == "missed" for row in made):
        entries.append(entry("o", INK, "hollow: promise missed", markerfacecolor="white"))
    return entries
