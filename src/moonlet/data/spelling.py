"""How a column writes its numbers: decimal sign, thousands, unit, currency; one way for all cells.

How it differs from what readers of tables usually do:

1. A spelling is a property of the column, found once from all of its cells. A single cell is
   then read by it, never by its neighbours.
2. Readings compete. Each combination of decimal sign and sign of thousands that fits every cell
   is a candidate; candidates that give the same values are one. If two remain, what the rest of
   the file shows decides, and where nothing does the column is refused, not guessed.
3. A unit, a currency or a per cent sign is part of the spelling: a column that has it in some
   cells only is refused, but for zeros.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Sign = Literal[".", ","]
Thousands = Literal["", ",", ".", " ", "'"]

# Standardising squares and sums: 1e150 leaves room for 1e8 rows below 1.8e308.
LARGEST: Final = 1e150

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_INFINITY = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_CLOCK = re.compile(
    r"(?:([+-]?\d{1,6}) days?,? )?"
    r"([+-]?)(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?\s*([ap]\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_STOPWATCH = re.compile(r"(\d{1,3}):([0-5]\d\.\d+)", re.ASCII)
# No two signs between digits: "4, 13" is no number.
_CORE = re.compile(r"(?:\d+(?:[.,' ]\d+)*[.,]?|[.,]\d+)(?:[eEdD][+-]?\d+)?", re.ASCII)
# A currency may stand outside of the brackets.
_BRACKETED = re.compile(r"([^\d(]*)\(([^()]*\d[^()]*)\)([^\d)]*)")
_LIMIT = re.compile(r"(?:<=|>=|[<>≤≥≈~])\s*")
# A unit may end in a power, as in kg/m2; otherwise digits behind a number make no number of it.
_AFTER = re.compile(r"[^\d]{0,20}(?<=m)[23]?|[^\d]{0,20}", re.ASCII)

# Signs of minus other than "-"; spaces other than " "; the typographic apostrophe.
_ALIKE: Final = str.maketrans(
    dict.fromkeys("−‐‑‒–﹣－", "-")
    | dict.fromkeys("\xa0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000", " ")
    | {"\u066b": ".", "\u066c": ","}  # Arabic signs
    | {"\u2019": "'", "\u02bc": "'", "\uff0c": ",", "\uff0e": "."}
)
_CURRENCY_NAMES: Final = (
    "usd eur gbp jpy cny rmb inr chf cad aud nzd sek nok dkk pln czk huf rub brl mxn zar krw try "
    "rs rs. kr kr. zł kč ft fr. sfr. лв руб руб."
)
_CURRENCY_WORDS: Final = frozenset(_CURRENCY_NAMES.split())
MAGNITUDES: Final = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9}


def is_plain(text: str) -> bool:
    """Whether a text is a finite decimal number as programs write it, and nothing but that.

    `float` is more generous: it takes "1_000", "nan" and digits of any script.
    """
    return _PLAIN.fullmatch(text) is not None


def is_infinity(text: str) -> bool:
    """Whether a text is a word for infinity."""
    return _INFINITY.fullmatch(text) is not None


def is_padded(text: str) -> bool:
    """Whether a text is of digits with a zero in front, as codes and postcodes are."""
    return len(text) > 1 and text[0] == "0" and text.isdecimal()


@dataclass(frozen=True, slots=True)
class Written:
    """A cell taken apart: the digits and their separators, and what stands around them.

    Parameters
    ----------
    core : str
        Digits and separators, without exponent.
    exponent : int
    negative : bool
    before, after : str
        Currency or unit; as written, without spaces around.
    marks : tuple of str
        Of MARKS: what else there was.
    """

    core: str
    exponent: int = 0
    negative: bool = False
    before: str = ""
    after: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberSpelling:
    """How the numbers of one column are written.

    Parameters
    ----------
    decimal : {".", ","}
    thousands : {"", ",", ".", " ", "'"}
        " " stands for any space, "'" for either apostrophe.
    before, after : str
        What stands in front of and behind each number: a currency, "%", a unit.
    clock : bool
        Whether numbers are hours and minutes, as 1:30.
    magnitudes : bool
        Whether k, M and B behind a number multiply it.
    loose : bool
        Whether anything may stand around a number: the caller said that these are numbers.
    marks : tuple of str
        What else some cell has: limits, brackets, quotes, minus signs behind.
    """

    decimal: Sign = "."
    thousands: Thousands = ""
    before: str = ""
    after: str = ""
    clock: bool = False
    magnitudes: bool = False
    loose: bool = False
    marks: tuple[str, ...] = ()

    def value(self, text: str) -> float | None:
        """Read one cell; None if it is not written so.

        Examples
        --------
        >>> NumberSpelling(decimal=",", thousands=".", after="€").value("1.234,50 €")
        1234.5
        """
        if self.clock:
            return hours(text)
        if self == PLAIN and is_plain(text):
            return float(text)
        written = take_apart(text)
        if written is None:
            return None
        factor = 1.0
        if self.magnitudes:
            factor = MAGNITUDES.get(written.after.casefold(), 0.0) if written.after else 1.0
        value = number(written, self.decimal, self.thousands)
        if value is None or not factor:
            return None
        fits = same_unit(written.before, self.before) and (
            self.magnitudes or same_unit(written.after, self.after)
        )
        bare_zero = value == 0.0 and not written.before and not written.after
        return value * factor if fits or bare_zero or self.loose else None

    @property
    def words(self) -> str:
        """The spelling in words; empty for plain numbers."""
        said = []
        if self.clock:
            said.append("hours:minutes")
        if "%" in (self.before, self.after):
            said.append("percent")
        said += [repr(unit) + where for unit, where in self._units()]
        if self.magnitudes:
            said.append("k, M and B multiply")
        if self.thousands:
            said.append(f"thousands by {THOUSANDS[self.thousands]}")
        if self.decimal == ",":
            said.append("decimal comma")
        return ", ".join([*said, *self.marks])

    def _units(self) -> list[tuple[str, str]]:
        units = [(self.before, " before"), (self.after, " after")]
        return [(unit, where) for unit, where in units if unit and unit != "%"]


PLAIN: Final = NumberSpelling()
THOUSANDS: Final[dict[str, str]] = {
    "": "",
    ",": "comma",
    ".": "dot",
    " ": "space",
    "'": "apostrophe",
}


def take_apart(text: str) -> Written | None:
    """Find the number in a cell and what stands around it; None where there is none, or two.

    Examples
    --------
    >>> take_apart("(1,234.5 €)")
    Written(core='1,234.5', exponent=0, negative=True, before='', after='€', marks=('brackets',))
    >>> take_apart("2024-01-31") is None
    True
    """
    rest, marks = _ascii(text).strip(), []
    if len(rest) > 2 and rest[0] == rest[-1] and rest[0] in "'\"":
        rest = rest[1:-1].strip()
        marks.append("quotes")
    elif rest.startswith("'") and rest[1:2] in tuple("0123456789+-."):
        rest = rest[1:]
        marks.append("quotes")
    if limit := _LIMIT.match(rest):
        rest = rest[limit.end() :]
        marks.append("limits")
    bracketed = _BRACKETED.fullmatch(rest)
    negative = bracketed is not None
    if bracketed:
        rest = "".join(bracketed.groups())
        marks.append("brackets")
    found = _CORE.search(rest)
    if found is None:
        return None
    before, after = rest[: found.start()].strip(), rest[found.end() :].strip()
    core = found.group()
    if core[-1] in ".," and after[:1].isalpha() and rest[found.end()].isspace():
        return None  # "1. White" is a label with its number, and no number with a unit
    for sign in "+-":
        # In front of the currency or behind it; but "A-5" is no number below 0.
        if before.startswith(sign) or (before.endswith(sign) and is_currency(before[:-1].strip())):
            before = before.removeprefix(sign).removesuffix(sign).strip()
            negative ^= sign == "-"
            break
    if after.startswith("-") and core[-1] in ".,":  # as in "CHF 5.-"
        after = after[1:].strip()
    elif after == "-" or (after.endswith("-") and is_currency(after[:-1].strip())):
        after, negative = after[:-1].strip(), not negative
        marks.append("minus behind")
    elif after.startswith("+"):
        after = after[1:].strip()
        marks.append("limits")
    if any(sign.isdigit() for sign in before) or not _AFTER.fullmatch(after):
        return None
    core, _, exponent = core.lower().replace("d", "e").partition("e")
    return Written(core, int(exponent or 0), negative, before, after, tuple(marks))


def number(written: Written, decimal: str, thousands: str) -> float | None:
    """Read a number's digits by one pair of signs; None if they do not fit.

    Examples
    --------
    >>> number(take_apart("12.500"), ".", ""), number(take_apart("12.500"), ",", ".")
    (12.5, 12500.0)
    """
    whole, _, fraction = written.core.partition(decimal)
    if thousands and thousands in whole:
        groups = whole.split(thousands)
        inner = {len(group) for group in groups[1:-1]}
        # Groups of three, or as in India: of three at the end and of two before.
        regular = inner <= {3} or inner <= {2}
        if not (regular and len(groups[-1]) == 3 and 1 <= len(groups[0]) <= 3):
            return None
        if groups[0].startswith("0"):
            return None
        whole = "".join(groups)
    if not ((whole.isdigit() or not whole) and (fraction.isdigit() or not fraction)):
        return None
    value = float(f"{whole or 0}.{fraction or 0}e{written.exponent}")
    return -value if written.negative else value


def hours(text: str) -> float | None:
    """Read 1:30, 1:30:15, 1:30 PM, 2 days 01:30:00, or minutes as 1:23.456, as hours; else None."""
    plain = _ascii(text).strip()
    if found := _STOPWATCH.fullmatch(plain):
        return int(found[1]) / 60 + float(found[2]) / 3600
    found = _CLOCK.fullmatch(plain)
    if found is None:
        return None
    days, sign, h, m, s, half = found.groups()
    if half:
        if days or sign or not 1 <= int(h) <= 12:
            return None
        h = int(h) % 12 + (12 if half[0] in "pP" else 0)
    value = int(h) + int(m) / 60 + float(s or 0) / 3600
    # As pandas writes spans of time: a second before midnight is -1 days +23:59:59.
    return 24 * int(days or 0) + (-value if sign == "-" else value)


def is_currency(text: str) -> bool:
    """Whether a text is a known currency, by sign (with letters before it, as US$) or by name."""
    if text.casefold() in _CURRENCY_WORDS:
        return True
    return (
        0 < len(text) <= 4
        and unicodedata.category(text[-1]) == "Sc"
        and (len(text) == 1 or text[:-1].isalpha())
    )


def same_unit(first: str, second: str) -> bool:
    """Whether two units are one: "day" and "days" are, "cm" and "in" are not."""
    return first == second or (
        len(first) > 1 and len(second) > 1 and first.removesuffix("s") == second.removesuffix("s")
    )


def one_unit(units: Iterable[str]) -> str | None:
    """Return the unit that all have in common, the longest form of it; None if they differ."""
    ordered = sorted(set(units), key=len, reverse=True)
    return ordered[0] if all(same_unit(ordered[0], unit) for unit in ordered) else None


def candidates(
    cores: Sequence[str], decimal: str | None, thousands: str | None
) -> list[tuple[Sign, Thousands]]:
    """List the pairs of signs that are worth trying for these digits, the simplest first."""
    used = set().union(*cores) & set(",. '")
    pairs: list[tuple[Sign, Thousands]] = [(".", ""), (",", "")]
    pairs += [(".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'")]
    return [
        (d, t)
        for d, t in pairs
        if (not t or t in used)
        and (d == "." or d in used or t == "." or decimal == ",")
        and decimal in (None, d)
        # A sign that the caller names for thousands need not be there, below a thousand.
        and (thousands in (None, t) or (not t and thousands not in used))
    ]


def _ascii(text: str) -> str:
    """Write digits of any script, minus signs and spaces as ASCII has them."""
    if text.isascii():
        return text
    text = text.translate(_ALIKE)
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign
        for sign in text
    )
