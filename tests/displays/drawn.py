"""Measures what a figure really draws."""

from __future__ import annotations

from itertools import combinations
from unittest import mock

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def texts_of(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is drawn, and where, in pixels.

    matplotlib keeps more: tick labels beyond the limits of an axis, for one.
    """
    drawn: list[tuple[str, Bbox]] = []
    draw = Text.draw

    def recording(text, renderer, *args, **kwargs):
        draw(text, renderer, *args, **kwargs)
        if text.get_visible() and text.get_text().strip():
            drawn.append((text.get_text(), text.get_window_extent(renderer)))

    with mock.patch.object(Text, "draw", recording):
        figure.canvas.draw()
    return drawn


def texts_outside(figure: Figure) -> list[str]:
    """Texts that the edge of the figure cuts."""
    paper = figure.bbox.padded(1)
    return [
        words
        for words, box in texts_of(figure)
        if box.x0 < paper.x0 or box.x1 > paper.x1 or box.y0 < paper.y0 or box.y1 > paper.y1
    ]


def texts_overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that are written over each other."""
    boxes = [(words, box.shrunk(0.9, 0.9)) for words, box in texts_of(figure)]
    return [
        (one, other)
        for (one, first), (other, second) in combinations(boxes, 2)
        if first.overlaps(second)
    ]
