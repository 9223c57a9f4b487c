"""A table as it came: named columns of cells, as text or with a type, and where each row stood.

What the cells mean is decided elsewhere, once, by `moonlet.data.schema`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from moonlet.data.messages import located
from moonlet.exceptions import DataError

NUL = "\0"


# Signs without width that copied text has around it: marks of direction and of byte order, joiners.
_UNSEEN = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
    "\ufeff"
)


# All that Python strips but " ", and what has no width.
_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_WIDE_BLANKS = "".join(filter(str.isspace, map(chr, range(0x80, 0x3001)))) + _UNSEEN


def stripped(text: str) -> str:
    """Take away what cannot be seen around a text: spaces of any kind and signs without width."""
    while text != (text := text.strip().strip(_UNSEEN)):
        pass
    return text


def _is_stripped(joined: str) -> bool:
    # Sought in all cells at once: a hundred times as quick as to strip each one.
    if joined.startswith(" ") or joined.endswith(" "):
        return False
    signs = _BLANKS if joined.isascii() else _BLANKS + _WIDE_BLANKS
    return not any(sign in joined for sign in (f" {NUL}", f"{NUL} ", *signs))


@dataclass(frozen=True, eq=False)
class Texts:
    """Cells as they are written; the empty text is a gap.

    Parameters
    ----------
    joined : str
        The cells, joined by NUL characters: a fraction of the memory that a list of them takes.
        No cell has a NUL character in it; spaces around a cell are still there. Not for a
        column without cells.
    is_category : bool
        Whether the source itself says that these are categories (pandas, Arrow), whatever they
        look like.
    """

    joined: str = field(repr=False)
    is_category: bool = False

    @classmethod
    def of(cls, cells: Iterable[str], *, is_category: bool = False) -> Texts:
        """Join cells."""
        return cls(NUL.join(cells), is_category)

    def cells(self) -> list[str]:
        """Each cell, without the spaces around it."""
        if _is_stripped(self.joined):
            return self.joined.split(NUL)
        if self.joined.isascii():
            return [cell.strip() for cell in self.joined.split(NUL)]
        return [stripped(cell) for cell in self.joined.split(NUL)]

    def __len__(self) -> int:
        return self.joined.count(NUL) + 1


@dataclass(frozen=True, eq=False)
class Typed:
    """Cells that came with a type.

    Parameters
    ----------
    series : Series
        Of float64 (a gap is NaN), of an integer type (NumPy's, or pandas' nullable one), of
        bool or boolean, or of datetime64, with or without a time zone (a gap is NaT).
    """

    series: pd.Series = field(repr=False)

    def __len__(self) -> int:
        return len(self.series)


Cells = Texts | Typed


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table before anything is known of its columns.

    Parameters
    ----------
    source : str
        The file or data set, as the caller named it.
    columns : dict of str to Texts or Typed
        Of the same length, one row or more each; names are unlike, not empty and without
        spaces around them.
    lines : sequence of int, optional
        The line of the file on which each row begins. Without it, rows are counted.
    header_line : int, optional
        The line that gave the names, if it may be a row in truth: whoever knows what the
        columns hold must ask `moonlet.data.header`.
    delimiter : str, optional
        What stood between the cells of a text file; a space for spaces and tabs, as many as it
        takes.
    unnamed : str, optional
        The first column, if the file gave it no name and this one is ours: the numbers or names
        of rows that pandas and R write.
    first_row : int
        Rows of the whole table that stand before, where this is a part of one without lines.
    """

    source: str
    columns: dict[str, Cells]
    lines: Sequence[int] | None = None
    header_line: int | None = None
    delimiter: str | None = None
    unnamed: str | None = None
    first_row: int = 0

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        if self.lines is not None:
            return len(self.lines)
        return len(next(iter(self.columns.values())))

    def error(self, message: str, column: str | None = None, row: int | None = None) -> DataError:
        """Build a `DataError` that names the place; `row` counts from 0."""
        if row is None:
            return located(self.source, message, column=column)
        if self.lines is None:
            return located(self.source, message, row=self.first_row + row + 1, column=column)
        return located(self.source, message, line=self.lines[row], column=column)
