"""Delimited text, read strictly: a table comes out as it stands in the file, or not at all.

The `csv` module splits, and not pandas, which shifts rows that are too long
into the index, fills up those that are too short, and numbers columns of one
name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from moonlet.data.decoding import Text
from moonlet.data.delimiter import find_delimiter, told_delimiter
from moonlet.data.header import (
    Announcement,
    column_names,
    is_empty,
    name_columns,
)
from moonlet.data.messages import located, quoted
from moonlet.data.raw import RawTable, Texts
from moonlet.data.records import BLANKS, Lines, Records, named
from moonlet.data.spelling import is_plain
from moonlet.data.turning import Columns
from moonlet.exceptions import DataError

LINES_TO_LOOK_AT = 100


def read_text(
    stream: BinaryIO,
    source: str,
    *,
    usual: str = ",",
    delimiter: str | None = None,
    encoding: str | None = None,
    comment: str | None = None,
) -> RawTable:
    """Read delimited text.

    Parameters
    ----------
    stream : binary file
    source : str
        What to call the file in errors.
    usual : str
        The sign expected between cells; another is taken when the lines show it.
    delimiter : str, optional
        The sign between cells, whatever the lines show; a space stands for spaces and tabs, as
        many as there are.
    encoding : str, optional
        UTF-8, or what the file's mark says, by default.
    comment : str, optional
        What begins a line that is passed over.

    Raises
    ------
    DataError
        With the file, line and column, for anything that is not a table with
        names over its columns and as many cells in every row.
    """
    (table,) = text_parts(
        stream, source, usual=usual, delimiter=delimiter, encoding=encoding, comment=comment
    )
    return table


def text_parts(
    stream: BinaryIO,
    source: str,
    *,
    rows_a_part: int | None = None,
    usual: str = ",",
    delimiter: str | None = None,
    encoding: str | None = None,
    comment: str | None = None,
) -> Iterator[RawTable]:
    """Read delimited text part by part, as `read_text` reads the whole.

    Parameters
    ----------
    rows_a_part : int, optional
        A part has so many rows, or some more; but for the last. All for None.
    stream, source, usual, delimiter, encoding, comment
        As for `read_text`.
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise located(source, f"one character stands between cells. Got {quoted(delimiter)}.")
    text = Text(stream, source, encoding)
    blocks = iter(text)
    head = _head(blocks)
    lines = Lines(chain([head] if head else [], blocks), comment)
    if told := told_delimiter(head):
        next(lines)
        sampled = head[len(lines.record[0]) :]
        delimiter = delimiter or told
    else:
        sampled = head
    if text.beyond:
        sampled = sampled[:-1] + text.beyond
    if delimiter is None:
        delimiter = find_delimiter(sampled, usual, text, source, comment=comment)
    yield from _tables(Records(lines, delimiter, text, source), rows_a_part or sys.maxsize)


def _head(blocks: Iterator[str]) -> str:
    head = ""
    while head.count("\n") + head.count("\r") < LINES_TO_LOOK_AT and (block := next(blocks, None)):
        head += block
    return head


def _tables(records: Records, rows_a_part: int) -> Iterator[RawTable]:
    source = records.source
    header = records.next()
    if header is None:
        raise located(source, "the file is empty. Expected a line of names, then rows.")
    line = records.lines.first
    records.names = [name.strip() for name in header if name.strip()]
    first_row = records.next()
    if first_row is None:
        raise located(source, "there is a header but no row below it. Add rows.", line=line)
    drawn = [part for cell in first_row if (part := cell.strip(" :"))]
    if drawn and all(len(part) > 2 and not part.strip("-=+") for part in drawn):
        raise records.error("this line is drawn for the eye and is no row. Delete it.")
    announced = Announcement.read(header, len(first_row))
    names = announced.names if announced else column_names(header, line, source)
    # A column more may be R's row names, or nothing but a delimiter at the end of each line.
    width = len(names) + (len(first_row) == len(names) + 1)
    quotes = records.lines.record[0].lstrip().startswith('"')
    too_wide = _width_error(records, first_row, names) if width > len(names) else None
    layout = _Layout(source, line, names, announced, too_wide, quotes, records.delimiter)
    columns = Columns(width)
    cells: list[str] | None = first_row
    while True:
        if cells is not None:
            if len(cells) != width:
                raise too_wide or _width_error(records, cells, names)
            columns.add(records.lines.first, cells)
        _add_plain_blocks(columns, records, rows_a_part)
        is_full = len(columns) >= rows_a_part
        cells = None if is_full else records.next()
        if cells is not None:
            continue
        if len(columns):
            yield layout.table(*columns.finish())
        if not is_full:
            return
        columns = Columns(width)


@dataclass(slots=True)
class _Layout:
    """What stands over and beside the rows of a text file; the first part shows it for all.

    `too_wide` is an error, if rows have a cell more than there are names.
    """

    source: str
    line: int
    names: list[str]
    announced: Announcement | None
    too_wide: DataError | None
    quotes: bool
    delimiter: str
    empty_cell: bool = False

    def table(self, texts: list[Texts], lines: Sequence[int]) -> RawTable:
        """Put the names over the columns of a part."""
        if self.too_wide is not None and not self.empty_cell and len(self.names) < len(texts):
            self.empty_cell = is_empty(texts[-1])
            if not self.empty_cell and not _are_row_names(texts[0], self.delimiter, self.quotes):
                raise self.too_wide
            if not self.empty_cell:
                self.names = ["", *self.names]
        if self.empty_cell:
            if not is_empty(texts[-1]):
                row, cell = next(found for found in enumerate(texts[-1].cells()) if found[1])
                raise located(
                    self.source,
                    f"{quoted(cell)} has no name above it, and the rows before end there. Name "
                    "the column, or delete the cell.",
                    line=lines[row],
                )
            texts.pop()
        if self.announced:
            texts[-1] = self.announced.class_names(texts[-1], self.line, self.source)
        columns, unnamed = name_columns(self.names, texts, self.line, self.source)
        return RawTable(
            self.source,
            columns,
            lines=lines,
            header_line=None if self.announced else self.line,
            delimiter=self.delimiter,
            unnamed=unnamed,
        )


def _add_plain_blocks(columns: Columns, records: Records, most: int) -> None:
    lines = records.lines
    while len(columns) < most and (block := lines.block()):
        commented = lines.comment is not None and lines.comment in block
        added = 0
        if not commented and not lines.unfit:
            added = columns.add_plain(block, records.delimiter, lines.number + 1)
        if not added:
            lines.put_back(block)
            return
        lines.number += added


def _are_row_names(first: Texts, delimiter: str, quotes: bool) -> bool:
    """Whether the column that the header does not count is R's: ``write.table`` names all others.

    In a file without quotes the cell too many may as well come from a comma or a space within a
    text, or be the last one, whose name is missing. So there it takes tabs and names that are no
    numbers, or tabs or spaces and a count of the rows.
    """
    cells = first.cells()
    if len(set(cells)) < len(cells) or not all(cells):
        return False
    if quotes or delimiter not in ("\t", BLANKS):
        return quotes
    counted = cells == [str(row) for row in range(1, len(cells) + 1)]
    return counted or (delimiter == "\t" and not any(map(is_plain, cells)))


def _width_error(records: Records, cells: list[str], names: list[str]) -> DataError:
    width = len(names)
    said = f"{len(cells)} cells where {width} column{'s are' if width > 1 else ' is'} named"
    if names[0].startswith(("#", "%")):
        said += (
            f" by a line that may be a comment (--comment {names[0][0]!r} leaves such lines out)"
        )
    if len(cells) < width:
        return records.error(f"{said}. Add the missing cells, or delete the line.")
    return records.error(
        f"{said}; the first too many is {quoted(cells[width])}. Put cells that contain "
        f"{named(records.delimiter)} in quotes, or delete what is too much."
    )
