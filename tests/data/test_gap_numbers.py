"""Numbers that may stand for gaps."""

import numpy as np
import pytest

from moonlet.data.gap_numbers import GapNumber, gap_numbers

REST = np.arange(0.0, 16.0)


@pytest.mark.parametrize("nines", [999.0, -999.0, -99.0, 9999.0, 99.9, -99.99, 999.9])
def test_nines_far_from_the_other_numbers_are_told(nines):
    values = np.concatenate([REST, [nines, nines, np.nan]])
    assert gap_numbers({"a": values}) == [GapNumber("a", f"{nines:.15g}", 2, 0.0, 15.0)]


@pytest.mark.parametrize(
    "values",
    [
        [*REST, 999.0],  # once
        [*REST, 99.0, 99.0],  # a year, or an age
        [*REST, 1000.0, 1000.0],
        [*(990.0 + REST), 999.0],  # among the others
        [*(60 * REST), 999.0, 999.0],  # as near to them as they are to each other
        [999.0, 999.0, 1.0],  # hardly any others
        [np.nan, np.nan],
        [],
    ],
)
def test_other_numbers_are_not(values):
    assert gap_numbers({"a": np.array(values)}) == []
