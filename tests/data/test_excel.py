from __future__ import annotations

import datetime as dt
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from moonlet.data.opening import open_table
from moonlet.data.raw import RawTable, Texts, Typed
from moonlet.data.written import as_texts
from moonlet.exceptions import DataError, MissingExtraError

openpyxl = pytest.importorskip("openpyxl")

ROWS = [["size", "kind", "y"], [1, "a", "no"], [2.5, None, "yes"], [3, " b ", "no"]]


@pytest.fixture
def workbook(tmp_path) -> Callable[..., Path]:
    """Writes sheets of rows as an Excel workbook and gives its path."""

    def workbook(*sheets: list[list], name: str = "table.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets, start=1):
            sheet = book.create_sheet(f"Sheet{number}")
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return workbook


def texts(table: RawTable) -> dict[str, list[str]]:
    return {name: as_texts(cells) for name, cells in table.columns.items()}


def refusal(path: Path | str) -> str:
    with pytest.raises(DataError) as caught:
        open_table(path)
    assert str(caught.value).isprintable()
    return str(caught.value).removeprefix(str(path)).lstrip(",: ")


def test_cells_keep_their_types(workbook):
    moment, day = dt.datetime(2024, 5, 1, 12, 30), dt.datetime(2024, 5, 2)
    header = ["whole", "number", "truth", "text", "time", "day", "clock", "mixed", "error", "none"]
    rows = [
        [1, 1.5, True, "x", moment, day, dt.time(9, 5), 1, 0.5, None],
        [2, 2, False, None, None, day, None, "a", "#N/A", None],
    ]
    table = open_table(workbook([header, *rows]))
    assert texts(table) == {
        "whole": ["1", "2"],
        "number": ["1.5", "2"],
        "truth": ["True", "False"],
        "text": ["x", ""],
        "time": ["2024-05-01 12:30:00", ""],
        "day": ["2024-05-02", "2024-05-02"],
        "clock": ["09:05:00", ""],
        "mixed": ["1", "a"],
        "error": ["0.5", "#N/A"],
        "none": ["", ""],
    }
    kinds = [type(cells) for cells in table.columns.values()]
    assert kinds == [*[Typed] * 3, Texts, Typed, Typed, *[Texts] * 4]


def test_it_is_the_table_that_the_csv_file_is(workbook, write):
    csv = "size,kind,y\n1,a,no\n2.5,,yes\n3, b ,no\n"
    assert texts(open_table(workbook(ROWS))) == texts(open_table(write(csv)))


def test_blank_rows_and_columns_around_the_table_do_not_count(workbook):
    rows = [[None] * 5, *[[None, *row, "  "] for row in ROWS], [None] * 9, [None, 4, "c", "no"]]
    table = open_table(workbook(rows))
    assert list(table.columns) == ["size", "kind", "y"]
    assert list(table.lines) == [3, 4, 5, 7]
    assert table.header_line == 2
    assert str(table.error("is bad.", "kind", 3)).endswith("line 7, column 'kind': is bad.")


def test_a_first_column_without_a_name_and_years_as_names(workbook):
    table = open_table(workbook([[None, "country", 2019, 2020], [0, "A", 1, 2], [1, "B", 3, 4]]))
    assert list(table.columns) == ["row", "country", "2019", "2020"]
    assert table.unnamed == "row"


def test_of_several_sheets_one_must_be_chosen(workbook):
    path = workbook(ROWS, [["a", "y"], [5, "u"]], [])
    message = refusal(path)
    assert message == (f"there are 2 sheets: 'Sheet1', 'Sheet2'. Choose one as in '{path}#Sheet1'.")
    assert texts(open_table(f"{path}#Sheet2")) == {"a": ["5"], "y": ["u"]}
    assert refusal(f"{path}#Sheet3").startswith("the sheet is empty. Expected a row of names")
    message = refusal(f"{path}#Sheet4")
    assert message.startswith("there is no sheet 'Sheet4'. Did you mean 'Sheet")
    assert message.endswith("There are 'Sheet1', 'Sheet2', 'Sheet3'.")


def test_a_hidden_sheet_is_no_choice_unless_it_is_named(workbook):
    path = workbook(ROWS, [["a", "y"], [5, "u"]])
    book = openpyxl.load_workbook(path)
    book["Sheet2"].sheet_state = "hidden"
    book.save(path)
    assert list(open_table(path).columns) == ["size", "kind", "y"]
    assert list(open_table(f"{path}#Sheet2").columns) == ["a", "y"]


def test_a_file_may_have_a_number_sign_in_its_name(workbook):
    assert list(open_table(workbook(ROWS, name="my #1.xlsx")).columns) == ["size", "kind", "y"]


def test_a_formula_that_was_never_calculated_is_not_taken_for_a_gap(workbook):
    message = refusal(workbook([["a", "y"], [1, "u"], ["=A2+1", "v"]]))
    assert message == (
        "line 3, column 1: a formula was never calculated. Open the file in a spreadsheet and save "
        "it."
    )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "the file is empty. Expected a row of names"),
        ([[" "]], "the file is empty"),
        ([["a", "y"]], "line 1: there is a header but no row below it. Add rows."),
        ([["a", None, "y"], [1, 2, 3]], "line 1, column 2: the column has no name. Give it one"),
        ([["a", "a", "y"], [1, 2, 3]], "line 1, column 'a': 2 columns have this name"),
        ([[1, 2, 0], [3, 4, 1]], "line 1, column 1: '1' is a number where a name is expected."),
        ([["Sales of 2023"], ["a", "y"], [1, 2]], "line 1, column 2: the column has no name."),
    ],
)
def test_what_is_no_table_is_refused(workbook, rows, words):
    assert refusal(workbook(rows)).startswith(words)


@pytest.mark.parametrize("damage", ["cut", "changed", "another"])
def test_a_damaged_workbook_is_refused(workbook, damage):
    path = workbook([["a", "y"], *([i, i % 2] for i in range(500))])
    whole = path.read_bytes()
    middle = len(whole) // 2
    if damage == "another":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook")
    else:
        changed = whole[:middle] + b"\xff" * 60 + whole[middle + 60 :]
        path.write_bytes(whole[:middle] if damage == "cut" else changed)
    assert refusal(path).startswith("this is not an Excel workbook, or it is damaged: ")


def test_a_workbook_that_would_fill_the_memory_is_not_unpacked(workbook, monkeypatch):
    path = workbook(ROWS)
    monkeypatch.setattr("moonlet.data.unpacking.SMALL", 1 << 20)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bmp", b"\0" * 20_000_000)
    assert refusal(path).startswith("it unpacks to more than 250 times its size, as no table does")


def test_without_openpyxl_the_extra_is_named(workbook, monkeypatch):
    path = workbook(ROWS)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r'pip install "moonlet\[excel\]"'):
        open_table(path)
