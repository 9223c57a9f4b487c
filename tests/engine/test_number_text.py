"""Numbers from text: to the bit what Python's `float` makes of each cell."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonlet.data import Schema
from moonlet.data.raw import RawTable, Texts
from moonlet.engine import read_number_text

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def assert_as_float(cells):
    """All cells are read, and to the bits of `float`."""
    values, found = read_number_text("\0".join(cells))
    expected = np.array([float(cell) if cell.strip(" \t") else math.nan for cell in cells])
    filled = ~np.isnan(expected)
    assert found.complete
    assert found.n_read == len(cells)
    assert found.n_empty == int((~filled).sum())
    wrong = np.flatnonzero(values.view(np.uint64)[filled] != expected.view(np.uint64)[filled])
    assert wrong.size == 0, [cells[np.flatnonzero(filled)[at]] for at in wrong[:3]]
    assert np.isnan(values[~filled]).all()


def shortest_texts(random, n):
    """Doubles of all sizes, denormal ones too, in the ways that programs write them."""
    bits = random.integers(0, 2**64, size=n, dtype=np.uint64)
    numbers = bits.view(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    styles = (repr, "{:.17g}".format, "{:.20e}".format, "{:+.3E}".format, "{:.25g}".format)
    texts = [styles[i % len(styles)](number) for i, number in enumerate(numbers.tolist())]
    return [text for text in texts if math.isfinite(float(text)) and float(text) != 0.0]


def digit_texts(random, n):
    """Digits of any length, with a point anywhere and an exponent here and there."""
    digits = "".join(map(str, random.integers(0, 10, size=20 * n)))
    lengths = random.integers(1, 26, size=n)
    points = random.integers(0, 26, size=n)
    powers = random.integers(-290, 250, size=n)
    texts = []
    for i in range(n):
        text = digits[20 * i : 20 * i + lengths[i]] or "0"
        at = min(points[i], len(text))
        if i % 4:
            text = f"{text[:at]}.{text[at:]}"
        if i % 3 == 0:
            text += f"e{powers[i]}"
        texts.append(text if i % 5 else f"-{text}")
    return texts


def halfway_texts(random, n):
    """The exact decimals between two neighbouring doubles, and a last digit beside them."""
    texts = []
    for exponent in random.integers(-200, 200, size=n).tolist():
        number = math.ldexp(1.0 + random.random(), exponent)
        between = (Fraction(number) + Fraction(math.nextafter(number, math.inf))) / 2
        # A fraction whose denominator is a power of two has as many decimals as that power.
        places = between.denominator.bit_length() - 1
        digits = str(between.numerator * 5**places).rjust(places + 1, "0")
        cut = len(digits) - places
        whole, fraction = digits[:cut], digits[cut:]
        texts.append(f"{whole}.{fraction}" if fraction else whole)
        texts.append(f"{whole}.{fraction}0000000001")
        below = str(int(digits) * 10 - 1).rjust(places + 2, "0")
        texts.append(f"{below[: len(below) - places - 1]}.{below[len(below) - places - 1 :]}")
    return texts


def test_a_hundred_thousand_texts_are_read_to_the_bits_of_float():
    random = np.random.default_rng(0)
    assert_as_float(shortest_texts(random, 60_000))
    assert_as_float(digit_texts(random, 40_000))
    assert_as_float(halfway_texts(random, 1_500))


@pytest.mark.slow
def test_millions_of_texts_are_read_to_the_bits_of_float():
    for seed in range(1, 6):
        random = np.random.default_rng(seed)
        assert_as_float(shortest_texts(random, 200_000))
        assert_as_float(digit_texts(random, 100_000))
        assert_as_float(halfway_texts(random, 2_000))


@pytest.mark.parametrize(
    "text",
    [
        "5e-324", "4.9406564584124654e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
        "1.7976931348623157e308", "1.7976931348623158e+308", "9007199254740993", "1e23", "-0",
        "-0.0", "+.5", "5.", "0e999999999999", "0" * 400 + "1", "0." + "0" * 300 + "1",
        "1" + "0" * 300, "123456789" * 80 + "e-700", "3." + "3" * 5_000,
        "8.5e-324", "0.1" + "0" * 800 + "1",
    ],
)  # fmt: skip
def test_extreme_numbers_are_read_to_the_bits_of_float(text):
    assert_as_float([text])


@pytest.mark.parametrize("text", ["1e-400", "-1e-400", "1e-324", "1e400", "-1e999999999999999999"])
def test_what_no_double_is_near_ends_the_reading_or_is_what_float_makes_of_it(text):
    values, found = read_number_text(f"1\0{text}\0002")
    if found.complete:
        assert values.tolist() == [1.0, float(text), 2.0]
        assert math.copysign(1.0, values[1]) == math.copysign(1.0, float(text))
    else:
        assert (found.n_read, values[0]) == (1, 1.0)


def test_a_number_too_small_for_a_double_is_zero_in_a_table():
    raw = RawTable("table", {"a": Texts.of(["1", "1e-400", "2.5"]), "y": Texts.of(["3", "4", "7"])})
    assert Schema.of(raw).apply(raw)["a"].tolist() == [1.0, 0.0, 2.5]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1))
def test_what_python_writes_comes_back_to_the_bit(cells):
    tiny = [cell for cell in cells if float(cell) == 0.0 or abs(float(cell)) > 1e-307]
    assert_as_float([*tiny, ""])


@settings(max_examples=500, deadline=None)
@given(st.lists(st.text("0123456789+-.eE \t,_x\xa0٣", max_size=6), min_size=1, max_size=6))
def test_the_first_cell_that_is_no_plain_number_ends_the_reading(cells):
    values, found = read_number_text("\0".join(cells))
    good = [PLAIN.fullmatch(cell.strip(" \t")) or not cell.strip(" \t") for cell in cells]
    # An exponent of many digits makes infinity or nothing, which may end the reading, too.
    fits = [
        bool(ok) and (not cell.strip(" \t") or 1e-300 < abs(float(cell)) < 1e300
                      or not set(cell) & set("123456789"))
        for ok, cell in zip(good, cells, strict=True)
    ]  # fmt: skip
    n_read = int(found.n_read)
    assert all(good[:n_read])
    assert n_read >= next((i for i, fit in enumerate(fits) if not fit), len(cells))
    assert found.complete == (n_read == len(cells))
    for cell, value in zip(cells[:n_read], values, strict=False):
        assert float(cell) == value if cell.strip(" \t") else math.isnan(value)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.from_regex(PLAIN, fullmatch=True), min_size=1, max_size=5))
def test_what_was_found_is_what_the_texts_show(cells):
    cells = [cell for cell in cells if cell.isascii() and len(cell) < 20] or ["1"]
    _, found = read_number_text("\0".join(cells))
    cells = cells[: found.n_read]
    bare = [cell.lstrip("+-") for cell in cells]
    whole = [cell for cell in bare if cell.isdecimal()]
    dotted = [cell for cell in bare if "." in cell]
    grouped = [cell for cell in dotted if re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", cell)]
    assert found.padded == any(len(cell) > 1 and cell[0] == "0" for cell in whole)
    assert found.beyond_exact == any(float(cell) >= 2.0**53 for cell in whole)
    assert found.dotted == bool(dotted)
    assert found.point_shown == (len(grouped) < len(dotted))
    assert found.undotted == (len(dotted) < len(bare))
