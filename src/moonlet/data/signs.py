"""Which sign is the decimal one, and which splits thousands: 1.234 is read two ways.

1. Each pair of signs that reads every cell of the column is a candidate;
   candidates that give the same values are one.
2. What the caller says decides, then what other columns of the file show.
3. Where only thousands and decimals of exactly three digits are left: the sign is
   the decimal one beside k, M and B that differ (2.406M, 745k); else a comma in
   a file that is split by commas, and so stands in quotes, splits thousands; a
   point in a file that is not split by semicolons is the decimal one; else some
   cells must be without the sign, as numbers below a thousand are. Nothing else
   decides, and the column is refused. So is one with points in a file that is not
   split by semicolons if whole numbers are written without one: whoever wrote
   them leaves noughts at the end away, and then one decimal in ten has fewer than
   three digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moonlet.data.messages import UndecidedError, quoted
from moonlet.data.spelling import (
    MAGNITUDES,
    Sign,
    Thousands,
    Written,
    candidates,
    is_plain,
    number,
)

Pair = tuple[Sign, Thousands]
# As many decimals of three digits, and none of fewer: 0.9 ** 20 is 12 %, 0.9 ** 40 is 1.5 %.
_MANY_DECIMALS = 20


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a table beside a column's own cells.

    Parameters
    ----------
    decimal, thousands : str or None
        What the caller says.
    elsewhere : {".", ","} or None
        The decimal sign that other columns show.
    delimiter : str or None
        Between the cells of a text file.
    gap : frozenset of str
        The caller's words for gaps.
    """

    decimal: str | None = None
    thousands: str | None = None
    elsewhere: str | None = None
    delimiter: str | None = None
    gap: frozenset[str] = frozenset()

    def is_gap(self, text: str) -> bool:
        """Whether a text is one of the caller's words for gaps, or the same number as one."""
        if not self.gap or text in self.gap:
            return bool(self.gap)
        return is_plain(text) and float(text) in self.gap_numbers

    @property
    def gap_numbers(self) -> frozenset[float]:
        """Those of the caller's words that are numbers, such as -999."""
        return frozenset(float(word) for word in self.gap if is_plain(word))


def readings(numbers: Sequence[Written], hints: Hints) -> dict[tuple[float, ...], Pair]:
    """List each set of values that some pair of signs gives, with the simplest such pair."""
    found: dict[tuple[float, ...], Pair] = {}
    for pair in candidates([n.core for n in numbers], hints.decimal, hints.thousands):
        values = tuple(value for n in numbers if (value := number(n, *pair)) is not None)
        if len(values) == len(numbers):
            found.setdefault(values, pair)
    return found


def choose_signs(numbers: Sequence[Written], hints: Hints) -> Pair | None:
    """Choose the pair of signs by which a column is read; None if none reads every cell.

    Raises
    ------
    UndecidedError
        When two readings are left.
    """
    pairs = list(readings(numbers, hints).values())
    if len(pairs) > 1 and hints.elsewhere:
        pairs = [pair for pair in pairs if pair[0] == hints.elsewhere] or pairs
    if len(pairs) <= 1:
        return pairs[0] if pairs else None
    point = next((pair for pair in pairs if pair[0] == "."), pairs[0])
    comma = next((pair for pair in pairs if pair[0] == ","), pairs[-1])
    sign = "," if any("," in n.core for n in numbers) else "."
    magnitudes = {n.after.casefold() for n in numbers if n.after}
    if len(magnitudes) > 1 and magnitudes <= MAGNITUDES.keys():
        return point if sign == "." else comma
    if sign == "," and hints.delimiter == ",":
        return point
    # Below a thousand there is no sign, from a thousand on there is one. A nought tells nothing.
    bare = [n.core for n in numbers if sign not in n.core and n.core.strip("0")]
    are_below = bool(bare) and all(len(core) <= 3 for core in bare)
    if sign == "." and hints.delimiter != ";":
        n_signs = len(numbers) - len(bare)
        if not are_below or n_signs < _MANY_DECIMALS:
            return point
    elif are_below and (sign == "." or hints.delimiter != ";"):
        return comma if sign == "." else point
    text = next(n.core for n in numbers if sign in n.core)
    raise UndecidedError(
        text,
        f"{quoted(text)} may be {_as(numbers, text, point)} or {_as(numbers, text, comma)}, and no "
        f"other cell tells. Say --decimal '{sign}' or --thousands '{sign}'.",
    )


def most_common_reading(numbers: Sequence[Written], hints: Hints) -> Pair | None:
    """Return the pair of signs that reads most of the cells."""
    pairs = candidates([n.core for n in numbers], hints.decimal, hints.thousands)
    fits = {pair: sum(number(n, *pair) is not None for n in numbers) for pair in pairs}
    return max(fits, key=lambda pair: fits[pair], default=None)


def shown_decimal(numbers: Sequence[Written]) -> Sign | None:
    """Return the decimal sign if the cells of a column leave no doubt of it and need one."""
    signs = {pair[0] for pair in readings(numbers, Hints()).values()}
    if len(signs) != 1 or not any(set(n.core) & {".", ","} for n in numbers):
        return None
    return signs.pop()


def _as(numbers: Sequence[Written], text: str, pair: Pair) -> str:
    written = next(n for n in numbers if n.core == text)
    value = number(written, *pair)
    return f"{value:g}" if value is not None and pair[1] == "" else f"{value:.0f}"
