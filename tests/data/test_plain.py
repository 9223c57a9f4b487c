"""Numbers with words for gaps among them, read at once."""

import numpy as np
import pytest

from moonlet.data.kinds import meaning
from moonlet.data.plain import read_plain
from moonlet.data.signs import Hints


@pytest.mark.parametrize(
    "cells",
    [
        ["NA", "NA", "NA", "1"],
        ["1", "NA", "", "NA", "NA", "2.5", "n/a", ".", "NA"],
        [" NA", "1", "NA ", "NA"],
        ["nan", "3", "NULL", "-", "?"],
    ],
)
def test_words_for_gaps_are_gaps_wherever_they_stand(cells):
    read = read_plain("\0".join(cells))
    expected = [float(cell) if cell.strip()[:1].isdigit() else np.nan for cell in cells]
    np.testing.assert_array_equal(read.numbers, expected)
    stripped = [cell.strip() for cell in cells]
    slow = meaning({cell: stripped.count(cell) for cell in stripped}, Hints())
    assert read.gap_words == slow.gap_words
    assert read.found.n_empty == sum(cell in ("", *slow.gap_words) for cell in stripped)


@pytest.mark.parametrize("cells", [["NA", "1", "NAN1"], ["a", "NA"], ["1 NA", "2"], ["1", "<2"]])
def test_anything_else_is_for_a_closer_look(cells):
    assert read_plain("\0".join(cells)) is None
