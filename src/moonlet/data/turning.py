"""Rows to columns: cells of text, kept in blocks joined by NUL characters.

Most blocks of most files have no quotes in them and as many delimiters in
every line. Those are split by the engine, which gives the cells that the `csv`
module gives, spaces around them aside, in a tenth of the time.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Sequence

import numpy as np

from moonlet import engine
from moonlet.data.raw import NUL, Texts
from moonlet.data.records import BLANKS

ROWS_A_BLOCK = 2000
_BLANKS = re.compile("[ \t]+")


class Columns:
    """Columns that rows are added to.

    Parameters
    ----------
    width : int
        How many.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._lines = array("q")
        self._joined: list[list[str]] = [[] for _ in range(width)]
        self._rows: list[list[str]] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: int, cells: list[str]) -> None:
        """Add a row of as many cells as there are columns."""
        self._lines.append(line)
        self._rows.append(cells)
        if len(self._rows) == ROWS_A_BLOCK:
            self._turn()

    def add_plain(self, block: str, delimiter: str, line: int) -> int:
        """Add all rows of a block of lines, if it is plain.

        Parameters
        ----------
        block : str
            Whole lines, without NUL characters.
        delimiter : str
        line : int
            The number of its first line.

        Returns
        -------
        n_lines : int
            0 when nothing was added: for quotes, blank or ragged lines, line ends of old
            Macintoshes, or lines longer than a cell may be.
        """
        if not delimiter.isascii() or self.width < 2 or '"' in block:
            return 0
        if "\r" in block:
            block = block.replace("\r\n", "\n")
            if "\r" in block:
                return 0
        if delimiter == BLANKS:
            block = "\n".join(_BLANKS.sub(BLANKS, row.strip(" \t")) for row in block.split("\n"))
        turned = engine.turn_plain_text(block, delimiter, self.width, csv.field_size_limit())
        if turned is None:
            return 0
        self._turn()
        texts, n_lines = turned
        for joined, text in zip(self._joined, texts, strict=True):
            joined.append(text)
        self._lines.frombytes(np.arange(line, line + n_lines, dtype=np.int64).tobytes())
        return n_lines

    def finish(self) -> tuple[list[Texts], Sequence[int]]:
        """Give the columns away, and the line on which each row began."""
        self._turn()
        texts = []
        for joined in self._joined:
            texts.append(Texts(NUL.join(joined)))
            joined.clear()
        return texts, self._lines

    def _turn(self) -> None:
        if self._rows:
            for joined, cells in zip(self._joined, zip(*self._rows, strict=True), strict=True):
                joined.append(NUL.join(cells))
            self._rows.clear()
