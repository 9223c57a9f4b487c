"""1.234 is read two ways: what decides, and what is refused."""

from __future__ import annotations

import pytest

from moonlet.data.messages import UndecidedError
from moonlet.data.signs import Hints, choose_signs, most_common_reading, readings, shown_decimal
from moonlet.data.spelling import take_apart

COMMAS = Hints(delimiter=",")
SEMICOLONS = Hints(delimiter=";")
NOTHING = Hints()


def written(cells):
    return [take_apart(cell) for cell in cells.split("|")]


# Cells, what is known beside them, and the signs; None where the column is refused.
CASES = [
    ("1|2|30", NOTHING, (".", "")),
    ("1.5|2|30", NOTHING, (".", "")),
    ("1,5|2|30", SEMICOLONS, (",", "")),
    ("1,5|22,75|3,125", COMMAS, (",", "")),
    ("1.5|22.75|3.125", SEMICOLONS, (".", "")),
    ("1,234.5|7", NOTHING, (".", ",")),
    ("1.234,5|7", NOTHING, (",", ".")),
    ("1,234,567|7", NOTHING, (".", ",")),
    ("1.234.567|7", NOTHING, (",", ".")),
    ("12,34,567|7", NOTHING, (".", ",")),
    ("1 234|7", NOTHING, (".", " ")),
    ("1 234,5|7", NOTHING, (",", " ")),
    ("1'234.5|7", NOTHING, (".", "'")),
    ("0.125|1.234", SEMICOLONS, (".", "")),
    ("0,125|1,234", COMMAS, (",", "")),
    (".125|1.234", SEMICOLONS, (".", "")),
    # In quotes between commas, a comma before three digits parts thousands.
    ("1,234|12,500", COMMAS, (".", ",")),
    ("1,234|12,500", NOTHING, None),
    # A point in a file that is not split by semicolons is the decimal one.
    ("1.234|2.345", COMMAS, (".", "")),
    ("1.234|2.345", Hints(delimiter="\t"), (".", "")),
    ("1.234|2.345", SEMICOLONS, None),
    ("345|1.234|12.500", SEMICOLONS, (",", ".")),
    ("1345|1.234|12.500", SEMICOLONS, None),
    ("0|1.234|12.500", SEMICOLONS, None),
    ("345|1,234|12,500", SEMICOLONS, None),
    # What other columns show.
    ("1.234|2.345", Hints(delimiter=";", elsewhere=","), (",", ".")),
    ("1.234|2.345", Hints(delimiter=";", elsewhere="."), (".", "")),
    ("1,234|2,345", Hints(delimiter=";", elsewhere=","), (",", "")),
    ("1,234|2,345", Hints(delimiter=";", elsewhere="."), (".", ",")),
    # But a column's own cells come first.
    ("1.5|2.345", Hints(delimiter=";", elsewhere=","), (".", "")),
    # What the caller says comes before everything.
    ("1.234|2.345", Hints(decimal="."), (".", "")),
    ("1.234|2.345", Hints(thousands="."), (",", ".")),
    ("1,234|2,345", Hints(decimal=",", delimiter=","), (",", "")),
    ("1,234|2,345", Hints(thousands=","), (".", ",")),
    # No pair of signs reads all.
    ("1.5|1,5", NOTHING, "none"),
    ("1.2.3|4", NOTHING, "none"),
    ("1.234,5|1,234.5", NOTHING, "none"),
    ("1,23,4|5", NOTHING, "none"),
    ("1.5|2", Hints(decimal=","), "none"),
    ("1.5|2", Hints(thousands="."), "none"),
    # Whatever the caller says of signs, a column may have none of them.
    ("1|2|30", Hints(thousands="."), (".", "")),
    ("1|2|30", Hints(thousands=" ", decimal=","), (",", "")),
    ("1,5|2", Hints(thousands="."), (",", "")),
    ("1.5|2", Hints(thousands=","), (".", "")),
]


@pytest.mark.parametrize(("cells", "hints", "signs"), CASES)
def test_signs_are_those_that_every_cell_has_or_the_column_is_refused(cells, hints, signs):
    if signs is None:
        with pytest.raises(UndecidedError, match=r"--decimal .* or --thousands ") as caught:
            choose_signs(written(cells), hints)
        assert caught.value.text in cells.split("|")
    else:
        assert choose_signs(written(cells), hints) == (None if signs == "none" else signs)


@pytest.mark.parametrize(("cells", "hints", "signs"), CASES)
def test_the_order_of_the_cells_does_not_count(cells, hints, signs):
    backwards = "|".join(reversed(cells.split("|")))
    if signs is None:
        with pytest.raises(UndecidedError):
            choose_signs(written(backwards), hints)
    else:
        assert choose_signs(written(backwards), hints) == (None if signs == "none" else signs)


def test_a_refusal_tells_both_numbers():
    with pytest.raises(UndecidedError) as caught:
        choose_signs(written("1.234|2.345"), SEMICOLONS)
    assert "'1.234' may be 1.234 or 1234" in caught.value.message


def test_pairs_that_give_the_same_numbers_are_one_reading():
    assert list(readings(written("1|2"), NOTHING).values()) == [(".", "")]
    both = readings(written("1.234|5"), NOTHING)
    assert set(both) == {(1.234, 5.0), (1234.0, 5.0)}


@pytest.mark.parametrize(
    ("cells", "sign"),
    [("1,5|2", ","), ("1.5|2", "."), ("1.234|5", None), ("1|2", None), ("1.234,5|7", ","),
     ("1,234.5|7", "."), ("1.234.567|7", ","), ("1 234|7", None), ("1.5|1,5", None)],
)  # fmt: skip
def test_a_column_shows_its_decimal_sign_only_where_there_is_no_doubt(cells, sign):
    assert shown_decimal(written(cells)) == sign


def test_the_reading_of_most_cells_finds_the_one_that_does_not_fit():
    assert most_common_reading(written("1,5|2,5|1.5"), NOTHING) == (",", "")
    assert most_common_reading(written("1,234.5|2,345.5|1,5"), NOTHING) == (".", ",")


def test_words_and_equal_numbers_of_the_caller_are_gaps():
    hints = Hints(gap=frozenset({"-999", "k. A."}))
    assert all(map(hints.is_gap, ["-999", "-999.0", "-999.00", "-9.99e2", "k. A."]))
    assert not any(map(hints.is_gap, ["999", "-99", "k.A.", "", "-998.999"]))
