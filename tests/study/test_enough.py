from __future__ import annotations

import math
from typing import Any

import pytest

from moonlet.study.enough import smallest_enough
from moonlet.study.paired import PairedTest
from tests.study.test_rules import Sizes


def told(difference: float, error: float) -> PairedTest:
    return PairedTest(difference, error, (-math.inf, math.inf), math.nan, 0.5)


@pytest.mark.parametrize(
    ("difference", "enough"), [(0.125, 3), (math.nextafter(0.125, 1.0), 50), (-0.5, 3), (0.0, 3)]
)
def test_a_size_one_standard_error_behind_to_the_last_bit_is_still_enough(
    difference: float, enough: Any
) -> None:
    sizes = {3: told(difference, 0.125), 50: told(0.0, math.nan)}
    assert smallest_enough(Sizes(), sizes) == enough  # type: ignore[arg-type]


def test_the_best_is_enough_whatever_the_others_are() -> None:
    sizes = {3: told(0.2, 0.1), 20: told(0.0, math.nan), 50: told(0.3, 0.1)}
    assert smallest_enough(Sizes(), sizes) == 20  # type: ignore[arg-type]


def test_the_smallest_is_that_of_the_fewest_weights() -> None:
    sizes = {50: told(0.0, math.nan), 20: told(0.1, 0.2), 3: told(0.05, 0.2)}
    assert smallest_enough(Sizes(), sizes) == 3  # type: ignore[arg-type]
