"""Text to records: the `csv` module splits, and this keeps count of lines and says what is wrong.

A record is what stands in one row; a quoted cell with line ends in it makes it
several lines long. `Lines` hands out lines to the `csv` module, or whole
blocks of them to whoever can take them at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from moonlet.data.decoding import Text
from moonlet.data.messages import located
from moonlet.exceptions import DataError

BLANKS = (
    " "  # the delimiter of files whose cells stand apart by spaces and tabs, as many as it takes
)
DELIMITERS = {
    ",": "a comma",
    "\t": "a tab",
    ";": "a semicolon",
    "|": "a vertical bar",
    BLANKS: "spaces",
}
_UNFIT = re.compile("[\0\ud800-\udfff]")  # NUL, and what `Text` puts for a byte that does not fit
_QUOTED_OR_TAB = re.compile(r'((?<![^ \t])"(?:[^"]|"")*")|\t')
_LINE_END = re.compile("\r\n?|\n")


def named(delimiter: str) -> str:
    """Say a delimiter in words."""
    return DELIMITERS.get(delimiter, repr(delimiter))


class Lines:
    """Lines of blocks of text, counted; or a whole block where one begins.

    Parameters
    ----------
    blocks : iterable of str
        Each of whole lines.
    comment : str, optional
        What begins a line that is passed over, between records.
    """

    def __init__(self, blocks: Iterable[str], comment: str | None = None) -> None:
        self.number = 0  # lines that are gone
        self.first = 1  # the line on which the current record begins
        self.record: list[str] = []  # its lines
        self.unfit = False  # whether a block had what no cell can hold
        self.comment = comment
        self._blocks = iter(blocks)
        self._lines = io.StringIO("")
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            line = self._lines.readline()
            if not line:
                self.put_back(self._next())
                continue
            self.number += 1
            if self.record:
                self.record.append(line)
                return line
            if self.comment is None or not line.lstrip().startswith(self.comment):
                self.first = self.number
                self.record.append(line)
                return line

    def block(self) -> str | None:
        """Take the next block, if the lines of the former are gone and there is another."""
        if self._lines.tell() < self._length:
            return None
        try:
            return self._next()
        except StopIteration:
            return None

    def put_back(self, block: str) -> None:
        """Hand out this block line by line."""
        self._lines = io.StringIO(block, newline="")
        self._length = len(block)

    def _next(self) -> str:
        block = next(self._blocks)
        if "\0" in block or not (block.isascii() or _UNFIT.search(block) is None):
            self.unfit = True
        return block


class Records:
    """Cells of record after record.

    Parameters
    ----------
    lines : Lines
    delimiter : str
    text : Text
        Knows what to say of a byte that cannot be read.
    source : str
        What to call the file in errors.
    """

    def __init__(self, lines: Lines, delimiter: str, text: Text, source: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.source = source
        self.names: list[str] = []  # of the columns, for errors, once they are known
        self._text = text
        self._lines = map(_apart, lines) if delimiter == BLANKS else lines
        self._reader = self._split(self._lines)

    def next(self) -> list[str] | None:
        """Cells of the next record that is not a blank line; it begins at `lines.first`.

        Raises
        ------
        DataError
            For quotes that do not fit, and characters that no cell can hold.
        """
        while True:
            self.lines.record.clear()
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                cells = self._spaces_behind_quotes() if "expected after" in str(error) else None
                if cells is None:
                    raise self._misquoted(str(error)) from None
            if cells is None:
                return None
            if self.lines.unfit:
                self._check_characters(cells)
            if self.delimiter == BLANKS and len(self.lines.record) > 1:
                raise self.error("a quoted cell has a line end in it. Write its row on one line.")
            if len(cells) > 1 or (cells and cells[0].strip()):
                return cells

    def error(self, message: str, column: str | int | None = None) -> DataError:
        """Build a `DataError` that names the record."""
        return located(self.source, message, line=self.lines.first, column=column)

    def _split(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=True)

    def _spaces_behind_quotes(self) -> list[str] | None:
        """Read the record again, if it is only spaces behind closing quotes that do not fit.

        The `csv` module takes them for text when it is not strict. To see that they were nothing
        else, they are struck out, and then the strict reading must come to the same cells.
        """
        begun = list(self.lines.record)
        sign = re.escape(self.delimiter)
        try:
            loose = next(self._split(chain(begun, self._lines), strict=False))
            struck = re.sub(rf'"[ \t]+(?={sign}|[\r\n]|\Z)', '"', "".join(self.lines.record))
            strict = list(self._split(io.StringIO(struck, newline="")))
        except csv.Error:
            return None
        loose = [cell.strip() for cell in loose]
        return loose if [[cell.strip() for cell in cells] for cells in strict] == [loose] else None

    def _check_characters(self, cells: list[str]) -> None:
        for number, cell in enumerate(cells, start=1):
            if found := _UNFIT.search(cell):
                before = cell[: found.start()]
                line = self.lines.first
                line += sum(len(_LINE_END.findall(text)) for text in (*cells[: number - 1], before))
                message = self._unfit_message(found[0], before)
                column = self.names[number - 1] if number <= len(self.names) else number
                raise located(self.source, message, line=line, column=column)

    def _unfit_message(self, character: str, before: str) -> str:
        if character != "\0":
            return self._text.refusal(before, self.delimiter)
        return (
            "there is a NUL character, which no text has. Save the file as UTF-8 text, or name its "
            "encoding with --encoding (utf-16-le is likely where every other byte is NUL)."
        )

    def _misquoted(self, error: str) -> DataError:
        record = "".join(self.lines.record)
        unfit = _UNFIT.search(record)
        if unfit and unfit[0] != "\0":
            before = re.split(rf'[{re.escape(self.delimiter)}"\r\n]', record[: unfit.start()])[-1]
            message = self._unfit_message(unfit[0], before)
            return located(self.source, message, line=self.lines.number)
        if "field limit" in error:
            return self.error(
                f"a cell is longer than {csv.field_size_limit()} characters. Shorten it, or close "
                "the quote that it began with."
            )
        if "unexpected end" in error:
            return self.error("a quote is opened and never closed. Close it.")
        if re.search(rf'"[ \t]+({re.escape(self.delimiter)}|$)', record, re.MULTILINE):
            return self.error("a space follows a closing quote. Delete the space.")
        return self.error("text follows a closing quote. Write a quote inside a quoted cell twice.")


def _apart(line: str) -> str:
    """Turn tabs outside quoted cells into spaces, and cut off what stands behind the last cell."""
    line = line.rstrip(" \t\r\n")
    return _QUOTED_OR_TAB.sub(lambda found: found[1] or BLANKS, line) if "\t" in line else line
