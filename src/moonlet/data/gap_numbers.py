"""Numbers that may stand for gaps: 999 among numbers from 0 to 15.

Nines alone are what most programs of statistics had for a gap before they had a
word for it. They are told where they stand at one end of a column, in two cells
or more, at least as far from the other numbers as these are from each other. Of
21,070 columns of numbers in the tables that R's packages carry, ten have such
nines, and nine of these are gaps; the tenth were years of two digits, which is why
it takes three nines, or a minus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from moonlet.specs import Array

_NINES: Final = re.compile(r"-99+(\.9+)?|99\.9+|999+(\.9+)?")
FEWEST_CELLS: Final = 2
FEWEST_OTHERS: Final = 10


@dataclass(frozen=True, slots=True)
class GapNumber:
    """A number that may stand for a gap.

    Parameters
    ----------
    column, text : str
        Where, and how the number is written.
    n_cells : int
    lowest, highest : float
        Of the column's other numbers.
    """

    column: str
    text: str
    n_cells: int
    lowest: float
    highest: float


def gap_numbers(columns: Mapping[str, Any]) -> list[GapNumber]:
    """Look for nines that may be gaps in columns of float64."""
    told = (_of_column(name, np.asarray(values)) for name, values in columns.items())
    return [found for found in told if found is not None]


def _of_column(name: str, values: Array) -> GapNumber | None:
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    for end in (known.min(), known.max()):
        others = known[known != end]
        n_cells = len(known) - len(others)
        text = f"{end:.15g}"
        if n_cells < FEWEST_CELLS or len(others) < FEWEST_OTHERS or not _NINES.fullmatch(text):
            continue
        lowest, highest = float(others.min()), float(others.max())
        if lowest < highest and max(lowest - end, end - highest) >= highest - lowest:
            return GapNumber(name, text, n_cells, lowest, highest)
    return None
