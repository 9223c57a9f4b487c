"""The text of tables: plain lines into columns, and columns into numbers."""

from __future__ import annotations

from moonlet.engine.arrays import (
    core,
)
from moonlet.specs import Array

NumberText = core.NumberText


def read_number_text(joined: str) -> tuple[Array, NumberText]:
    r"""Read decimal numbers from the text of a table's column.

    Parameters
    ----------
    joined : str
        Cells, joined by NUL characters.

    Returns
    -------
    values : ndarray of float64 of shape (n_cells,)
        Exactly rounded, NaN for an empty cell; those from the first cell on that is no number
        as programs write it are 0.
    found : NumberText
        n_read, n_empty (cells), complete (whether all could be read), and of those read: padded
        (one is of digits behind a zero), beyond_exact (a whole one above 2**53), dotted,
        undotted (one has a point, one has none), point_shown (the point splits no thousands).

    Examples
    --------
    >>> from moonlet.engine import read_number_text
    >>> values, found = read_number_text("1\0\0002.5")
    >>> values, found.n_empty
    (array([1. , nan, 2.5]), 1)
    """
    return core.read_number_text(joined)


def turn_plain_text(
    block: str, delimiter: str, width: int, longest: int
) -> tuple[list[str], int] | None:
    r"""Turn lines of cells into columns, for text without quotes.

    Parameters
    ----------
    block : str
        Lines that end in "\n", the last one perhaps not.
    delimiter : str
        One character of ASCII.
    width : int
        Cells in each line.
    longest : int
        Bytes that a line may have at most.

    Returns
    -------
    turned : (list of str, int) or None
        The cells of each column, joined by NUL characters, and the number of lines; None if a
        line is empty, too long, or of another width.

    Examples
    --------
    >>> from moonlet.engine import turn_plain_text
    >>> turn_plain_text("1,a\n2,b\n", ",", 2, 100)
    (['1\x002', 'a\x00b'], 2)
    """
    return core.turn_plain_text(block, delimiter, width, longest)
