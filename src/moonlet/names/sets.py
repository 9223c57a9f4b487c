"""Data that moonlet brings: toy sets, which the engine draws, and the sets of scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class ToyFacts:
    """What is true of a toy set: points in a plane that `engine/toys.h` draws.

    Parameters
    ----------
    words : str
        What there is to see.
    noise : float
        Its usual noise.
    n_classes : int or None
        How many classes it has when nothing is said; None where that cannot be chosen.
    is_numeric : bool
        Whether a number is to be predicted.
    """

    words: str
    noise: float
    n_classes: int | None = None
    is_numeric: bool = False


TOYS: Final[Mapping[str, ToyFacts]] = {
    "moons": ToyFacts("two half circles that reach into each other", noise=0.2),
    "circles": ToyFacts("one circle within a circle of twice its size", noise=0.1),
    "blobs": ToyFacts("round clouds; noise is their standard deviation", noise=1.0, n_classes=3),
    "spirals": ToyFacts(
        "arms of 1.75 turns within the unit circle, one a class", noise=0.03, n_classes=2
    ),
    "xor": ToyFacts("four quarters of a square, opposite ones alike", noise=0.1),
    "line": ToyFacts("a square with a straight border", noise=0.05),
    "parabola": ToyFacts("a square with a parabola for a border", noise=0.05),
    "cubic": ToyFacts(
        "a square with a cubic for a border, which rises, falls and rises", noise=0.05
    ),
    "corner": ToyFacts(
        "a square with a corner for a border, that of an absolute value", noise=0.05
    ),
    "sine": ToyFacts("a square with one wave of a sine for a border", noise=0.05),
    "plane": ToyFacts("a number, the sum of both features", noise=0.1, is_numeric=True),
    "hills": ToyFacts(
        "a number, two hills and two hollows, each over a quarter of a square",
        noise=0.1,
        is_numeric=True,
    ),
    "wave": ToyFacts(
        "a number, the sine of the sum of both features, two waves of it",
        noise=0.1,
        is_numeric=True,
    ),
}


@dataclass(frozen=True, slots=True)
class BundledFacts:
    """What is true of a set that scikit-learn ships, under the name of its loader.

    Parameters
    ----------
    words : str
        What its rows are, and what is to be predicted of them.
    is_numeric : bool
        Whether a number is to be predicted.
    weight : {"light", "middling", "heavy"}
        In a lab in a single file: a heavy one goes along only where the file is about it, and a
        middling one not beside a heavy one.
    """

    words: str
    is_numeric: bool = False
    weight: Literal["light", "middling", "heavy"] = "light"


BUNDLED: Final[Mapping[str, BundledFacts]] = {
    "iris": BundledFacts("flowers by four lengths; which of three species"),
    "wine": BundledFacts("wines by their chemistry; which of three growers"),
    "breast_cancer": BundledFacts(
        "cells under the microscope; malignant or benign", weight="heavy"
    ),
    "digits": BundledFacts("pictures of 8 × 8 pixels; which digit was written", weight="heavy"),
    "diabetes": BundledFacts(
        "patients by age, body and blood; the disease a year later, as a number",
        is_numeric=True,
        weight="middling",
    ),
}
