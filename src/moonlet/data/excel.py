"""Excel workbooks: the values of one sheet, with the types that its cells have."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from moonlet.data.excel_marks import check_marks
from moonlet.data.header import column_names, name_columns
from moonlet.data.messages import BadCellError, did_you_mean, listed, located, quoted
from moonlet.data.objects import object_cells
from moonlet.data.raw import Cells, RawTable
from moonlet.data.unpacking import check_members
from moonlet.data.written import written
from moonlet.exceptions import MissingExtraError, MoonletError

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

Row = tuple[int, list[Any]]  # its number, and its cells


def read_excel(stream: BinaryIO, source: str, sheet: str | None = None) -> RawTable:
    """Read a sheet of a workbook.

    Parameters
    ----------
    stream : binary file
    source : str
        What to call it in errors.
    sheet : str, optional
        By default the only one that is not empty.

    Raises
    ------
    MissingExtraError
        When openpyxl is not installed.
    DataError
        When it is damaged, has several sheets to choose from, has formulas that were never
        calculated, or is no table.
    """
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise MissingExtraError(
            f"{source}: reading Excel files needs openpyxl. "
            'Install it with `pip install "moonlet[excel]"`.'
        ) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl leaves out: forms, pictures, filters
        try:
            check_members(stream, source)
            book = load_workbook(stream, read_only=True, data_only=True)
            chosen = _choose(book, source, sheet)
            rows = _rows(chosen)
            formula = _uncalculated(load_workbook(stream, read_only=True), sheet, source, rows)
            below = range(rows[0][0] + 1, rows[-1][0] + 1) if rows else range(0)
            marked = check_marks(stream, chosen._worksheet_path.lstrip("/"), below, source)
        except MoonletError:
            raise
        except Exception as error:  # a damaged file makes openpyxl raise just about anything
            raise located(
                source,
                f"this is not an Excel workbook, or it is damaged: {quoted(str(error), 80)}. "
                "Save it again.",
            ) from None
    if marked is not None:
        raise marked
    if formula is not None:
        raise located(
            source,
            "a formula was never calculated. Open the file in a spreadsheet and save it.",
            line=formula[0],
            column=formula[1],
        )
    return _table(rows, source)


def _choose(book: Workbook, source: str, name: str | None) -> ReadOnlyWorksheet:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name is not None:
        if name not in sheets:
            raise located(
                source,
                f"there is no sheet {quoted(name)}.{did_you_mean(name, list(sheets))} "
                f"There are {listed(map(quoted, sheets))}.",
            )
        return sheets[name]
    filled = [
        title
        for title, sheet in sheets.items()
        if sheet.sheet_state == "visible" and next(_filled_rows(sheet), None)
    ]
    if not filled:
        raise located(source, "the file is empty. Expected a row of names, then rows.")
    if len(filled) > 1:
        raise located(
            source,
            f"there are {len(filled)} sheets: {listed(map(quoted, filled))}. Choose one as in "
            f"{quoted(f'{source}#{filled[0]}', 200)}.",
        )
    return sheets[filled[0]]


def _filled_rows(sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    """Rows with a cell in them, and their numbers; a text of spaces is no cell."""
    sheet.reset_dimensions()  # some programs write wrong ones, and openpyxl would believe them
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        values = [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells]
        if any(value is not None for value in values):
            yield number, values


def _rows(sheet: ReadOnlyWorksheet) -> list[Row]:
    rows = list(_filled_rows(sheet))
    width = max((len(values) for _, values in rows), default=0)
    for _, values in rows:
        values.extend([None] * (width - len(values)))
    return rows


def _uncalculated(
    book: Workbook, name: str | None, source: str, rows: list[Row]
) -> tuple[int, int] | None:
    """Row and column of a formula without a value: it would look like a gap."""
    gaps = {number: values for number, values in rows if None in values}
    if not gaps:
        return None
    sheet = _choose(book, source, name)
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(cells if number in gaps else (), start=1):
            if cell.data_type == "f" and gaps[number][column - 1] is None:
                return number, column
    return None


def _table(rows: list[Row], source: str) -> RawTable:
    if not rows:  # of a sheet that was named
        raise located(source, "the sheet is empty. Expected a row of names, then rows.")
    (line, header), *rest = rows
    if not rest:
        raise located(source, "there is a header but no row below it. Add rows.", line=line)
    names = column_names([written(cell) or "" for cell in header], line, source)
    columns: list[Cells] = []
    numbers = [number for number, _ in rest]
    for position, name in enumerate(names):
        try:
            columns.append(object_cells([values[position] for _, values in rest]))
        except BadCellError as bad:
            raise located(source, bad.message, line=numbers[bad.row], column=name) from None
    named, unnamed = name_columns(names, columns, line, source)
    return RawTable(source, named, lines=numbers, header_line=line, unnamed=unnamed)
