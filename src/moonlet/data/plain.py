"""Numbers as programs write them, with the words that programs write for gaps: read at once.

Most columns of most tables are such, and need no look at each cell by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from moonlet import engine
from moonlet.data.kinds import GAP_WORDS
from moonlet.data.raw import NUL
from moonlet.specs import Array

MOST_GAP_WORDS = 5


@dataclass(frozen=True, slots=True)
class PlainNumbers:
    """A column that was read at once.

    Parameters
    ----------
    numbers : ndarray of float64
        NaN for a gap.
    found : NumberText
        What `engine.read_number_text` saw; `n_empty` counts the words for gaps too.
    gap_words : tuple of str
        In the order in which they appear.
    """

    numbers: Array
    found: engine.NumberText
    gap_words: tuple[str, ...]


def read_plain(joined: str) -> PlainNumbers | None:
    r"""Read cells that are joined by NUL characters; None if one is neither number nor gap.

    Examples
    --------
    >>> read = read_plain("1\0NA\x002.5")
    >>> read.numbers, read.gap_words
    (array([1. , nan, 2.5]), ('NA',))
    """
    words: list[str] = []
    values, found = engine.read_number_text(joined)
    while not found.complete:
        cell = joined.split(NUL, found.n_read + 1)[found.n_read]
        word = cell.strip()
        if word.casefold() not in GAP_WORDS or len(words) == MOST_GAP_WORDS:
            return None
        words.append(word)
        # Twice: of neighbours, the first takes away the sign that the second begins with.
        once = f"{NUL}{joined}{NUL}".replace(f"{NUL}{cell}{NUL}", NUL + NUL)
        joined = once.replace(f"{NUL}{cell}{NUL}", NUL + NUL)[1:-1]
        values, found = engine.read_number_text(joined)
    return PlainNumbers(values, found, tuple(dict.fromkeys(words)))
