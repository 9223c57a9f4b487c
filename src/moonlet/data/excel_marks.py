"""What a sheet shows otherwise than its cells say: merged cells and hidden rows.

openpyxl passes them over where it reads row by row. But four merged cells are one value to whoever
looks at them and three gaps to whoever reads them, and rows that a filter hides look as if they
were not there.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from moonlet.data.messages import located
from moonlet.exceptions import DataError

_BYTES_A_BLOCK = 1 << 20
_LONGEST_TAG = 4096
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+(\d+):[A-Z]+(\d+))"')
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'\sr="(\d+)"')


def check_marks(stream: BinaryIO, part: str, rows: range, source: str) -> DataError | None:
    """Look for merged cells and hidden rows among some rows of a sheet.

    Parameters
    ----------
    stream : binary file
        Of the workbook.
    part : str
        The name of the sheet's file in it.
    rows : range
        Numbers of the rows that matter.
    source : str
        What to call the workbook in errors.

    Returns
    -------
    error : DataError or None
    """
    hidden: list[int] = []
    for text in _pieces(stream, part):
        for merged in _MERGED.finditer(text):
            first, last = int(merged[2]), int(merged[3])
            if first < rows.stop and last >= rows.start:
                return located(
                    source,
                    f"cells {merged[1].decode()} are merged, and only the first has the value. "
                    "Part them, and fill each.",
                    line=max(first, rows.start),
                )
        for row in _ROW.finditer(text):
            number = _NUMBER.search(row[0])
            if number and _HIDDEN.search(row[0]) and int(number[1]) in rows:
                hidden.append(int(number[1]))
    if not hidden:
        return None
    which = "the row is" if len(set(hidden)) == 1 else f"{len(set(hidden))} rows from here on are"
    return located(source, f"{which} hidden. Show or delete what is hidden.", line=hidden[0])


def _pieces(stream: BinaryIO, part: str) -> Iterator[bytes]:
    """Pieces of the file that overlap, so that each tag is whole in one of them."""
    with zipfile.ZipFile(stream) as archive, archive.open(part) as file:
        tail = b""
        while block := file.read(_BYTES_A_BLOCK):
            text = tail + block
            yield text
            tail = text[-_LONGEST_TAG:]
