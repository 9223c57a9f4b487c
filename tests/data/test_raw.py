"""Cells as a table gives them."""

import sys

import pytest

from moonlet.data.raw import RawTable, Texts

SPACES = [chr(i) for i in range(sys.maxunicode) if chr(i).isspace()] + [
    "\u200b",
    "\ufeff",
    "\u2060",
]


@pytest.mark.parametrize("inner", ["a b", "möwe x"])
def test_what_cannot_be_seen_around_a_cell_is_taken_away_wherever_the_cell_stands(inner):
    for space in SPACES:
        for around in (f"{space}{inner}", f"{inner}{space}", f"{space} {inner} {space}"):
            for position in range(3):
                cells = ["x", "", "y"]
                cells[position] = around
                expected = [*cells]
                expected[position] = inner
                assert Texts.of(cells).cells() == expected, repr(around)


def test_cells_with_nothing_around_stay_as_they_are():
    cells = ["a b", "", "c\u00e9 d", "1"]
    assert Texts.of(cells).cells() == cells
    assert Texts.of([""]).cells() == [""]


def test_an_error_names_the_line_or_counts_the_rows_from_1_and_from_where_a_part_begins():
    columns = {"a": Texts.of(["1", "2", "x"])}
    on_lines = RawTable("table.csv", columns, lines=[2, 3, 5])
    assert str(on_lines.error("no number", "a", 2)).startswith("table.csv, line 5, column 'a'")
    whole, part = RawTable("frame", columns), RawTable("frame", columns, first_row=40)
    assert str(whole.error("no number", "a", 0)).startswith("frame, row 1, column 'a'")
    assert str(whole.error("no number", "a", 2)).startswith("frame, row 3, column 'a'")
    assert str(part.error("no number", "a", 2)).startswith("frame, row 43, column 'a'")
    assert str(part.error("no number", "a")).startswith("frame, column 'a'")
