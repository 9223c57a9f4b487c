from __future__ import annotations

import re

import pytest

from moonlet.data import excel_marks
from moonlet.data.opening import open_table
from moonlet.exceptions import DataError

openpyxl = pytest.importorskip("openpyxl")

ROWS = [["kind", "size", "y"], ["a", 1, 0], ["b", 2, 1], ["a", 3, 0], ["b", 4, 1]]


@pytest.fixture
def sheet():
    sheet = openpyxl.Workbook().active
    for row in ROWS:
        sheet.append(row)
    return sheet


@pytest.fixture(params=[60, 1 << 20])
def opened(request, sheet, tmp_path, monkeypatch):
    """Saves the sheet and opens it, in small pieces and large."""
    monkeypatch.setattr(excel_marks, "_BYTES_A_BLOCK", request.param)

    def opened():
        sheet.parent.save(tmp_path / "t.xlsx")
        return open_table(tmp_path / "t.xlsx")

    return opened


def test_merged_cells_are_not_read_as_a_value_and_gaps(sheet, opened):
    sheet.merge_cells("A3:A4")
    said = "line 3: cells A3:A4 are merged, and only the first has the value. Part them, and fill"
    with pytest.raises(DataError, match=re.escape(said)):
        opened()


def test_cells_that_are_merged_beside_the_table_do_no_harm(sheet, opened):
    sheet.merge_cells("A9:C9")
    assert opened().columns["kind"].cells() == ["a", "b", "a", "b"]


def test_rows_that_a_filter_hides_are_neither_read_nor_left_out(sheet, opened):
    sheet.row_dimensions[4].hidden = True
    with pytest.raises(
        DataError, match=r"line 4: the row is hidden. Show or delete what is hidden"
    ):
        opened()
    sheet.row_dimensions[5].hidden = True
    with pytest.raises(DataError, match=r"line 4: 2 rows from here on are hidden. Show or delete"):
        opened()


def test_a_hidden_row_without_cells_does_no_harm(sheet, opened):
    sheet.row_dimensions[30].hidden = True
    assert len(opened().lines) == 4


def test_a_text_about_hidden_rows_is_text(sheet, opened):
    sheet["A2"] = '<row r="3" hidden="1"><mergeCell ref="A2:A3"/>'
    assert opened().columns["kind"].cells()[0] == sheet["A2"].value
