"""A picture of a study, with the words that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moonlet.displays.base import Display
from moonlet.displays.lettering import BOX

# 8 inches wide: 1,200 pixels, sharp at the 800 that a page shows, and some 100 kB each.
_DPI = 150
# Of many rows a sample is drawn: more points would cover each other.
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and what to say of it.

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    png : bytes
    width, height : int
        At which to show it, in CSS pixels.
    alt : str
        What it shows, for those who do not see it.
    caption : str
        How to read it.
    has_boxes : bool
        Whether letters of names are drawn as boxes, for want of a font.
    """

    name: str
    png: bytes
    width: int
    height: int
    alt: str
    caption: str
    has_boxes: bool = False

    @classmethod
    def of(cls, name: str, display: Display, *, alt: str, caption: str) -> Picture:
        """Take the picture that a Display has drawn."""
        width, height = display.figure_.get_size_inches() * 100
        boxes = display.has_boxes
        if boxes:
            caption += f" {BOX} is a letter that no font has on the machine that drew this."
        png = display.to_png(dpi=_DPI)
        return cls(name, png, int(width), int(height), alt, caption, boxes)


def sample(positions: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """Choose the rows to be drawn: all, or so many at random."""
    if len(positions) <= MOST_POINTS:
        return positions
    chosen = np.random.default_rng(seed).choice(positions, MOST_POINTS, replace=False)
    return np.sort(chosen)
