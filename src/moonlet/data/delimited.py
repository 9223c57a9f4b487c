"""CSV and TSV files, read strictly: a table comes out as it stands in the file, or not at all.

The structure is read by the `csv` module, which keeps count of the lines, and
not by pandas, which shifts rows that are too long into the index, fills up those
that are too short, and numbers columns of one name. Cells are kept as joined
text until their column is complete, since only then is it known what it holds.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import pandas as pd

from moonlet.data.cells import parse_column
from moonlet.data.header import NAME_THE_COLUMNS, Announcement, column_names, looks_like_data
from moonlet.data.messages import BadCellError, located, quoted
from moonlet.data.table import Table
from moonlet.exceptions import DataError
from moonlet.specs import Array

DELIMITERS = {",": "a comma", "\t": "a tab", ";": "a semicolon", "|": "a vertical bar"}
SAMPLED_RECORDS = 20
ROWS_A_BLOCK = 2000

Record = tuple[int, list[str]]  # the line on which it begins, and its cells


def read_delimited(path: Path, source: str) -> Table:
    """Read a .csv or .tsv file.

    Parameters
    ----------
    path : Path
        A comma is expected between cells (a tab for .tsv); another sign is
        taken when the lines show it.
    source : str
        What to call the file in errors.

    Raises
    ------
    DataError
        With the file, line and column, for anything that is not a table with
        names over its columns and as many cells in every row.
    """
    data = _utf8(path.read_bytes(), source)
    delimiter = _delimiter(data, "\t" if path.suffix.lower() == ".tsv" else ",", source)
    records = _records(data, delimiter, source)
    first, first_row = next(records, None), next(records, None)
    if first is None:
        raise located(source, "the file is empty. Expected a line of names, then rows.")
    line, header = first
    if first_row is None:
        raise located(source, "there is a header but no row below it. Add rows.", line=line)
    announced = Announcement.read(header, len(first_row[1]))
    names = announced.names if announced else column_names(header, line, source)
    joined, lines = _columns(chain([first_row], records), len(names), delimiter, source)
    columns: dict[str, Array | pd.Categorical] = {}
    for name, blocks in zip(names, joined, strict=True):
        try:
            columns[name] = parse_column("\0".join(blocks))
        except BadCellError as bad:
            raise located(source, bad.message, line=lines[bad.row], column=name) from None
        blocks.clear()
    if announced:
        columns["target"] = announced.class_names(columns["target"], line, source)
    elif looks_like_data(columns):
        raise located(source, f"it looks like a row, not like names. {NAME_THE_COLUMNS}", line=line)
    return Table(source, pd.DataFrame(columns), lines)


def _utf8(data: bytes, source: str) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise located(
                source, "it begins like UTF-16 text but is not. Save the file as UTF-8 text."
            ) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (at := data.find(b"\0")) >= 0:
        raise located(
            source,
            "there is a NUL byte: this is not UTF-8 text. Save the file as UTF-8 text.",
            line=1 + len(re.findall(rb"\r\n?|\n", data[:at])),
        )
    return data


def _records(data: bytes, delimiter: str, source: str) -> Iterator[Record]:
    """Go through records and the lines on which they begin; blank lines are passed over."""
    # Bytes that are not UTF-8 go through as surrogates, and parse_column tells their place.
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", "surrogateescape", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > 1 or (cells and cells[0].strip()):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise located(source, _quoting_message(str(error)), line=line) from None


def _quoting_message(error: str) -> str:
    if "field limit" in error:
        return (
            f"a cell is longer than {csv.field_size_limit()} characters. Shorten it, or close "
            "the quote that it began with."
        )
    if "unexpected end" in error:
        return "a quote is opened and never closed. Close it."
    return "text follows a closing quote. Write a quote inside a quoted cell twice."


def _delimiter(data: bytes, usual: str, source: str) -> str:
    """Find the sign that splits the first records into one common number of cells, two or more.

    If none does, the one that splits the header into most cells.
    """
    widths = {sign: _widths(data, sign, source) for sign in DELIMITERS}
    fitting = [sign for sign, found in widths.items() if found[0] > 1 and len(set(found)) == 1]
    if len(fitting) > 1:
        readings = " or ".join(f"{widths[sign][0]} with {DELIMITERS[sign]}" for sign in fitting)
        raise located(
            source,
            f"the lines can be split into columns in more than one way: {readings}. Put cells "
            "that contain such a sign in quotes.",
        )
    if fitting:
        return fitting[0]
    return max(DELIMITERS, key=lambda sign: (widths[sign][0], sign == usual))


def _widths(data: bytes, delimiter: str, source: str) -> list[int]:
    """How many cells the first records have, up to the first that cannot be read."""
    found = []
    with suppress(DataError):
        for _, cells in islice(_records(data, delimiter, source), SAMPLED_RECORDS):
            found.append(len(cells))  # one by one: what was found must survive the error
    return found or [0]


def _columns(
    records: Iterable[Record], width: int, delimiter: str, source: str
) -> tuple[list[list[str]], Sequence[int]]:
    """Turn rows into columns: cells in blocks joined by NUL characters, and each row's line."""
    columns: list[list[str]] = [[] for _ in range(width)]
    lines = array("q")
    block: list[list[str]] = []

    def move() -> None:
        for blocks, cells in zip(columns, zip(*block, strict=True), strict=True):
            blocks.append("\0".join(cells))
        block.clear()

    for line, cells in records:
        if len(cells) != width:
            raise located(source, _width_message(cells, width, delimiter), line=line)
        lines.append(line)
        block.append(cells)
        if len(block) == ROWS_A_BLOCK:
            move()
    if block:
        move()
    return columns, lines


def _width_message(cells: list[str], width: int, delimiter: str) -> str:
    if len(cells) < width:
        return (
            f"{len(cells)} cells where {width} columns are named. Add the missing cells, or "
            "delete the line."
        )
    return (
        f"{len(cells)} cells where {width} columns are named; the first too many is "
        f"{quoted(cells[width])}. Put cells that contain {DELIMITERS[delimiter]} in quotes, or "
        "delete what is too much."
    )
