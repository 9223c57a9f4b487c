"""A picture of a study, with the words that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moonlet.displays.base import Display

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
    """

    name: str
    png: bytes
    width: int
    height: int
    alt: str
    caption: str

    @classmethod
    def of(cls, name: str, display: Display, *, alt: str, caption: str) -> Picture:
        """Take the picture that a Display has drawn."""
        width, height = display.figure_.get_size_inches() * 100
        return cls(name, display.to_png(dpi=_DPI), int(width), int(height), alt, caption)


def sample(positions: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """Choose the rows to be drawn: all, or so many at random."""
    if len(positions) <= MOST_POINTS:
        return positions
    chosen = np.random.default_rng(seed).choice(positions, MOST_POINTS, replace=False)
    return np.sort(chosen)
