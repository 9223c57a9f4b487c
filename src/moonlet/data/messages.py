"""The wording of a `DataError`: where it is, what was given, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from moonlet.exceptions import DataError

LISTED = 8


class BadCellError(Exception):
    """A cell that cannot be read. Whoever knows the file turns it into a `DataError`."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(row, message)
        self.row = row
        self.message = message


class UndecidedError(Exception):
    """A column whose cells can be read in several ways, or not all in one.

    Parameters
    ----------
    text : str
        The cell that shows it; empty where none does alone.
    message : str
        What is wrong, and the option that decides it.
    """

    def __init__(self, text: str, message: str) -> None:
        super().__init__(text, message)
        self.text = text
        self.message = message


def located(
    source: str,
    message: str,
    *,
    line: int | None = None,
    row: int | None = None,
    column: str | int | None = None,
) -> DataError:
    """Build a `DataError` that begins with the place: file, line (or row) and column.

    Lines, rows and numbered columns count from 1, as an editor shows them.
    """
    place = source
    if line is not None:
        place += f", line {line}"
    if row is not None:
        place += f", row {row}"
    if column is not None:
        place += f", column {quoted(column) if isinstance(column, str) else column}"
    return DataError(f"{place}: {message}")


def quoted(text: str, longest: int = 40) -> str:
    """Make a text fit into one line: escaped, and cut when it is long."""
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")


def listed(items: Iterable[object]) -> str:
    """Name the first few items and how many more there are."""
    texts = [str(item) for item in items]
    more = len(texts) - LISTED
    return ", ".join(texts[:LISTED]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(given: str, allowed: Sequence[str]) -> str:
    """`" Did you mean 'moons'?"`, or nothing when no allowed word is close."""
    folded = {word.casefold(): word for word in allowed}
    close = get_close_matches(given.casefold(), list(folded), n=1)
    return f" Did you mean {quoted(folded[close[0]])}?" if close else ""
