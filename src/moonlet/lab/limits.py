"""What a message may hold at most, and the sizes of the pictures in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

GRID = 100  # cells of the boundary's picture, along each side
UNIT_GRID = 20  # and of a hidden unit's
SWEEP_GRID = 50
SHOWN_UNITS = 8  # of each layer, in the picture of the network
SWEEP_SIZES = (1, 2, 3, 4, 5, 20, 50)
MOST_BYTES = 4_000_000  # of one message from the page


@dataclass(frozen=True, slots=True)
class Between:
    """A number's limits, both allowed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """A text's or list's length."""

    length: int


Number: TypeAlias = Annotated[float, Between(-1e6, 1e6)]
Seed: TypeAlias = Annotated[int, Between(0, 2**32 - 1)]
Name: TypeAlias = Annotated[str, AtMost(200)]
