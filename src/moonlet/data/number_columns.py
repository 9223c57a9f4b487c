"""Whether the texts of a column are numbers, and by which spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from moonlet.data.messages import UndecidedError, quoted
from moonlet.data.mixed import NUMBER_SHARE, refuse_if_mixed, shell_word
from moonlet.data.signs import Hints, choose_signs, most_common_reading, readings
from moonlet.data.spelling import (
    MAGNITUDES,
    NumberSpelling,
    Written,
    hours,
    is_currency,
    is_infinity,
    is_padded,
    number,
    one_unit,
    take_apart,
)

MOST_CODES: Final = 10
REPEATED: Final = 3
MOST_UNITS: Final = 3
_DIGIT: Final = re.compile(r"\d")


def number_like(text: str) -> Written | None:
    """Take a number apart that has nothing but a currency in front of it; None for other texts."""
    written = take_apart(text)
    if written is None or not (written.before in ("", "%") or is_currency(written.before)):
        return None
    return written


def read_numbers(known: Mapping[str, int], hints: Hints, kind: str | None) -> NumberSpelling | None:
    """Find the spelling of a column's numbers; None if it is no column of numbers.

    Parameters
    ----------
    known : mapping of str to int
        How often each text stands in the column, gaps aside.
    hints : Hints
    kind : {"number"}, optional
        What the caller says of the column: then anything may stand around a number.

    Raises
    ------
    UndecidedError
        For numbers among words, of several units, or that can be read in two ways.
    """
    with_digits = [text for text in known if _DIGIT.search(text)]
    clock = {text: value for text in with_digits if (value := hours(text)) is not None}
    if len(clock) > len(known) / 2:
        refuse_if_mixed(clock, known, "a time", are_codes=False)
        return _clock(list(clock)) if len(clock) == len(known) else None
    take = take_apart if kind else number_like
    numbers = {text: written for text in with_digits if (written := take(text)) is not None}
    infinite = [text for text in known if is_infinity(text)]
    if not numbers:
        if kind is None:
            if len(with_digits) == len(known):
                _refuse_foreign_prefix(known)
            return None
        raise _no_number(known, numbers)
    if kind is None and (_are_codes(numbers) or _are_open_spans(numbers)):
        return None
    if kind is None:
        numbers = _of_units(numbers, known)
    are_codes = len(numbers) <= MOST_CODES and (
        all(w.core.isdigit() or w.after for w in numbers.values())
        or sum(known[text] for text in numbers) >= REPEATED * len(numbers)
    )
    refuse_if_mixed({**numbers, **dict.fromkeys(infinite)}, known, "a number", are_codes=are_codes)
    if len(numbers) + len(infinite) < len(known):
        if kind is None:
            return None
        raise _no_number(known, numbers)
    return _one_spelling(numbers, known, hints, kind)


def _are_codes(numbers: Mapping[str, Written]) -> bool:
    """Whether whole numbers are names: with a zero in front, or too long to be told apart.

    They are so among words, and where some have a letter behind: 007, 136A.
    """
    for w in numbers.values():
        bare = not (w.before or w.negative or {*w.marks} - {"quotes"})
        if not (w.core.isdigit() and bare and (not w.after or re.fullmatch("[A-Za-z]", w.after))):
            return False
    digits = [w.core for w in numbers.values() if not w.after and not w.exponent]
    return any(is_padded(core) or int(core) > 2**53 for core in digits)


def _are_open_spans(numbers: Mapping[str, Written]) -> bool:
    """Whether a minus behind each number is none, as in 1935- or in 24- beside 25+."""
    behind = [
        text
        for text, w in numbers.items()
        if "minus behind" in w.marks and readings([w], Hints())  # 1993.03.11 - is no number
    ]
    if not behind or any(not {"minus behind", "limits"} & {*w.marks} for w in numbers.values()):
        return False
    if len(numbers) > MOST_CODES:
        raise UndecidedError(
            behind[0],
            f"{quoted(behind[0])} may be a number below 0 or a span without an end, and no cell is "
            "without a sign. Say --kind COLUMN=number or --kind COLUMN=category.",
        )
    return True


def _of_units(numbers: Mapping[str, Written], known: Mapping[str, int]) -> dict[str, Written]:
    """Drop the numbers behind which stands a word that is no unit, as in an address.

    A column has few units. Where there are more, only those that most cells have are any. And a
    few numbers with a word of its own behind each are codes: 0_no, 1_yes.
    """
    cells: Counter[tuple[str, str]] = Counter()
    for text, written in numbers.items():
        cells[_unit(written)] += known[text]
    units = {unit for unit, _ in cells.most_common() if unit != ("", "")}
    if len(numbers) <= MOST_CODES and len(units) > 1:
        return {}
    if len(units) <= MOST_UNITS:
        return dict(numbers)
    units = {max(units, key=lambda unit: cells[unit]), ("", "")}
    return {text: written for text, written in numbers.items() if _unit(written) in units}


def _unit(written: Written) -> tuple[str, str]:
    after = written.after.casefold()
    return written.before, "k" if after in MAGNITUDES else after.removesuffix("s")


def _no_number(known: Mapping[str, int], numbers: Mapping[str, object]) -> UndecidedError:
    text = next(text for text in known if text not in numbers)
    return UndecidedError(
        text, f"{quoted(text)} is not a number. Say --gap {shell_word(text)} if it is a gap."
    )


def _refuse_foreign_prefix(known: Mapping[str, int]) -> None:
    # "x=1.5": refused rather than made a label a value.
    written = {text: w for text in known if (w := take_apart(text)) is not None}
    if len(written) < len(known) or len(known) <= MOST_CODES:
        return
    before = {w.before for w in written.values()}
    if len(before) == 1 and any({".", ","} & set(w.core.strip(".,")) for w in written.values()):
        text = next(iter(written))
        raise UndecidedError(
            text,
            f"{quoted(text)} looks like a number behind {quoted(before.pop())}. Say --kind "
            "COLUMN=number, or --kind COLUMN=category if these are labels.",
        )


def _clock(texts: Sequence[str]) -> NumberSpelling:
    longer = [text for text in texts if text.count(":") == 2]
    if longer and len(longer) < len(texts):
        short = max(
            (text for text in texts if text not in longer), key=lambda text: hours(text) or 0
        )
        if (hours(short) or 0) >= 24:
            raise UndecidedError(
                short,
                f"{quoted(short)} and {quoted(longer[0])} are times of different parts. Write all "
                "with hours, minutes and seconds.",
            )
    return NumberSpelling(clock=True)


def _one_spelling(
    numbers: Mapping[str, Written], known: Mapping[str, int], hints: Hints, kind: str | None
) -> NumberSpelling | None:
    written = list(numbers.values())
    signs = choose_signs(written, hints)
    if signs is None:
        _refuse_other_signs(numbers, hints, kind)
        return None
    spelling = NumberSpelling(*signs, marks=tuple(sorted({m for w in written for m in w.marks})))
    if kind:
        units = {(w.before, w.after) for w in written}
        before, after = next(iter(units)) if len(units) == 1 else ("", "")
        return NumberSpelling(*signs, before, after, loose=True, marks=spelling.marks)
    # A zero needs no unit; nothing but zeros has none.
    with_unit = [w for w in written if w.before or w.after or set(w.core) - set("0.,")] or written
    unit_before = one_unit(w.before for w in with_unit)
    unit_after = one_unit(w.after for w in with_unit)
    if unit_before is not None and unit_after is not None:
        return NumberSpelling(*signs, unit_before, unit_after, marks=spelling.marks)
    afters = {w.after.casefold() for w in with_unit}
    named = afters & MAGNITUDES.keys()
    if unit_before is not None and not afters - named - {""} and (len(named) > 1 or "k" in named):
        return NumberSpelling(*signs, unit_before, magnitudes=True, marks=spelling.marks)
    _refuse_mixed_units(numbers, with_unit)
    return None


def _refuse_other_signs(numbers: Mapping[str, Written], hints: Hints, kind: str | None) -> None:
    """Texts of digits that no pair of signs reads alike: 1.2.3, or 1,5 among 1.5."""
    said = bool(hints.decimal or hints.thousands)
    regular = [text for text, w in numbers.items() if readings([w], Hints())]
    if kind is None and len(regular) < (1.0 if said else NUMBER_SHARE) * len(numbers):
        return
    best = most_common_reading(list(numbers.values()), hints)
    fitting = {t for t, w in numbers.items() if best and number(w, *best) is not None}
    text = next(text for text in numbers if text not in fitting)
    raise UndecidedError(
        text,
        f"{quoted(text)} is written with other signs than the rest of the column. Write all "
        "numbers alike, or say other signs by --decimal and --thousands.",
    )


def _refuse_mixed_units(numbers: Mapping[str, Written], with_unit: Sequence[Written]) -> None:
    units = list(dict.fromkeys((w.before, w.after) for w in with_unit))
    have_fractions = any(set(w.core) & {".", ","} for w in numbers.values())
    if len(numbers) <= MOST_CODES or (len(units) > 3 and not have_fractions):
        return
    first, second = (
        next(t for t, w in numbers.items() if (w.before, w.after) == unit) for unit in units[:2]
    )
    raise UndecidedError(
        second,
        f"{quoted(first)} and {quoted(second)} do not have the same unit. Write all numbers alike, "
        "or say --kind COLUMN=number to take them as they stand, or --kind COLUMN=category.",
    )
