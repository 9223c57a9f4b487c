"""What the cells of a text column are: numbers, or labels of a category.

The rule. An empty cell is a gap, everywhere; spaces around a cell do not count.

- A column in which at least 80 % of the filled cells are numbers is a number
  column. A cell in it that is no number is an error, not a reason to turn the
  whole column into categories; so are infinity and numbers too large to work
  with.
- Any other column holds labels.
- In a number column the words of `GAP_WORDS` ("NaN", "NA", "null", "?" …) are
  gaps, and they do not count towards the 80 %. In a column of labels they are
  labels like all others: "None" may well be an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from moonlet.data.messages import BadCellError, quoted
from moonlet.specs import Array

NUMBER_SHARE = 0.8
GAP_WORDS = frozenset({"nan", "na", "n/a", "#n/a", "null", "none", "?"})
# Standardising squares and sums: 1e150 leaves room for 1e8 rows below 1.8e308.
LARGEST = 1e150

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_INFINITY = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_COMMA_NUMBER = re.compile(r"[+-]?[\d.]*,[\d.,]*\d(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def is_number(text: str) -> bool:
    """Whether the text is a finite decimal number, and nothing but that.

    `float` is more generous: it takes "1_000", "nan" and digits of any script.
    """
    return _NUMBER.fullmatch(text) is not None


def parse_column(joined: str) -> Array | pd.Categorical:
    r"""Numbers or labels from the cells of one column.

    Parameters
    ----------
    joined : str
        The cells, joined by NUL characters: a fraction of the memory that a
        list of them takes. Bytes that were not UTF-8 stand in it as the lone
        surrogates that ``errors="surrogateescape"`` makes of them.

    Returns
    -------
    column : ndarray of float64 or Categorical of str, of shape (n_rows,)
        Gaps are NaN.

    Raises
    ------
    BadCellError
        For the first cell that does not fit the rule above.

    Examples
    --------
    >>> from moonlet.data.cells import parse_column
    >>> parse_column("1\0\0002.5")
    array([1. , nan, 2.5])
    >>> parse_column("no\0yes\0no").tolist()
    ['no', 'yes', 'no']
    """
    cells = joined.split("\0")
    if joined.isascii() and "_" not in joined:
        numbers = _clean_numbers(cells)
        if numbers is not None:
            return numbers
    if bad := undecodable(joined):
        raise BadCellError(joined.count("\0", 0, bad[0]), not_utf8(bad[1]))
    return _sort_out([cell.strip() for cell in cells])


def labels(texts: Iterable[str | None]) -> pd.Categorical:
    """Make a category column; None and the empty text are gaps."""
    return pd.Categorical([text or None for text in texts])


def check_size(numbers: Array, texts: Sequence[str] | None = None) -> None:
    """Refuse infinities and numbers whose square overflows; `texts` are the cells as written."""
    too_large = np.flatnonzero(np.abs(numbers) > LARGEST)
    if too_large.size:
        row = int(too_large[0])
        given = quoted(texts[row]) if texts else repr(float(numbers[row]))
        raise BadCellError(
            row,
            f"{given} is infinite or too large to work with (the limit is {LARGEST:g}). "
            "Correct it, or leave the cell empty.",
        )


def undecodable(text: str) -> tuple[int, int] | None:
    """Position and value of the first byte that was not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return error.start, ord(text[error.start]) - 0xDC00
    return None


def not_utf8(byte: int) -> str:
    """Say what is to be said of a byte that is not UTF-8."""
    return f"byte 0x{byte:02X} is not UTF-8. Save the file as UTF-8 text."


def _clean_numbers(cells: list[str]) -> Array | None:
    # The quick way for what most columns are: plain numbers and empty cells.
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return None
    n_gaps = np.count_nonzero(np.isnan(numbers))
    if n_gaps and n_gaps != cells.count(""):
        return None  # float() took a "nan"
    return None if (np.abs(numbers) > LARGEST).any() else numbers


def _sort_out(texts: list[str]) -> Array | pd.Categorical:
    counts = Counter(text for text in texts if text)
    if not counts:
        return np.full(len(texts), np.nan)
    numbers = {text for text in counts if is_number(text) or _INFINITY.fullmatch(text)}
    commas = {text for text in counts if _COMMA_NUMBER.fullmatch(text)}
    words = {text for text in counts.keys() - numbers - commas if text.casefold() not in GAP_WORDS}
    n_numbers, n_commas, n_words = (
        sum(counts[text] for text in group) for group in (numbers, commas, words)
    )
    n_known = n_numbers + n_commas + n_words
    if not (numbers or commas) or n_numbers + n_commas < NUMBER_SHARE * n_known:
        return labels(texts)
    for row, text in enumerate(texts):
        if text in commas:
            raise BadCellError(
                row,
                f"{quoted(text)} is written with a comma. Write numbers with a decimal point "
                "and without separators of thousands.",
            )
        if text in words:
            raise BadCellError(
                row,
                f"{quoted(text)} is not a number, but {n_numbers + n_commas} of the column's "
                f"{n_known} filled cells are. Correct it, or leave the cell empty.",
            )
    values = np.array([float(text) if text in numbers else np.nan for text in texts])
    check_size(values, texts)
    return values
