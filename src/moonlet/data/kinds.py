"""What the texts of a column are: numbers, dates, yes and no, or labels.

The rule, in order, on the different texts of the whole column. The empty text is
a gap, everywhere; so are the caller's gap words.

1. Two labels that are a known pair of yes and no.
2. Dates, if all texts but gap words are dates of one style.
3. Whole numbers of which one has a zero in front (007) or is beyond 2**53 make
   labels, whatever stands among them. Otherwise numbers, if all texts but gap words
   are numbers of one spelling. A minus behind is one only where other cells have no
   sign: 1935- and 1940- are spans. More than three different units are words, all but
   the most frequent one: 12 Broad St is no number.
4. Where some texts are numbers (or dates) and others words: the column is refused
   when it looks like numbers with unknown marks in it, and is one of labels when
   it looks like labels some of which happen to be numbers. It looks like numbers
   if 80 % of the filled cells are; else, unless those numbers are at most ten that
   are whole or have a unit (codes, grades, doses), if half of the cells are and the
   words are few, or the words are a tenth of the numbers at most.
5. Everything else is labels. Among labels gap words are labels too: "None" may
   well be an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from moonlet.data.dates import (
    STYLES,
    DateSpelling,
    Style,
    are_seasons,
    begins_like_a_date,
    is_date,
    read,
)
from moonlet.data.messages import UndecidedError, quoted
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

Kind = Literal["number", "category", "yes/no", "date", "left out"]

NUMBER_SHARE: Final = 0.8
MOST_CODES: Final = 10
MOST_UNITS: Final = 3
_WORDS_FOR_GAPS: Final = (
    "nan na n/a #n/a <na> n.a. n.d. n/d nd null none nil nat ? ?? - -- --- – — . .. ... * ** "
    "missing unknown (none) (null) (blank) #null! #div/0! #value! #ref! #num! #name? \\n"
)
GAP_WORDS: Final = frozenset(_WORDS_FOR_GAPS.split()) | {
    "not available",
    "not applicable",
    "no data",
}

# The word for no, then the one for yes.
_PAIRED: Final = (
    "false/true no/yes n/y f/t off/on nein/ja non/oui no/sí no/si não/sim nao/sim nej/ja nee/ja "
    "нет/да 否/是 falsch/wahr faux/vrai いいえ/はい"
)
_PAIRS: Final = tuple(tuple(pair.split("/")) for pair in _PAIRED.split())
_DIGIT: Final = re.compile(r"\d")
TRUTH: Final = ("false", "true")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the texts of a column are.

    Parameters
    ----------
    kind : {"number", "category", "yes/no", "date"}
    number : NumberSpelling, optional
    date : DateSpelling, optional
    gap_words : tuple of str
        The words among the texts that stand for gaps.
    pair : tuple of str
        The texts for no and for yes.
    """

    kind: Kind
    number: NumberSpelling | None = None
    date: DateSpelling | None = None
    gap_words: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()


def meaning(counts: Mapping[str, int], hints: Hints, kind: str | None = None) -> Meaning | None:
    """Decide what texts mean.

    Parameters
    ----------
    counts : mapping of str to int
        How often each text stands in the column; without spaces around.
    hints : Hints
    kind : str, optional
        What the caller says: a kind, or "date:" and a pattern of `datetime.strptime`.

    Returns
    -------
    meaning : Meaning or None
        None for a column without any value.

    Raises
    ------
    UndecidedError
        When the rule above refuses.
    """
    filled = {text: n for text, n in counts.items() if text and not hints.is_gap(text)}
    known = {text: n for text, n in filled.items() if text.casefold() not in GAP_WORDS}
    if not known:
        return None
    named = tuple(text for text in counts if text and hints.is_gap(text))
    if kind == "category":
        return Meaning("category", gap_words=named)
    gaps = named + tuple(text for text in filled if text not in known)
    if kind in (None, "yes/no") and (pair := yes_and_no(known)):
        return Meaning("yes/no", gap_words=gaps, pair=pair)
    if kind == "yes/no":
        text = next(iter(known))
        raise UndecidedError(
            text, f"{quoted(text)} is no word for yes or no. Choose another --kind."
        )
    if (kind is None or kind.startswith("date")) and (date := _dates(known, kind)):
        return Meaning("date", date=date, gap_words=gaps)
    if kind in (None, "number") and (spelling := _numbers(known, hints, kind)):
        return Meaning("number", number=spelling, gap_words=gaps)
    return Meaning("category", gap_words=named)


def yes_and_no(texts: Mapping[str, int] | Sequence[str]) -> tuple[str, ...]:
    """Return the texts for no and yes, if these are a known pair; else nothing."""
    if len(texts) != 2:
        return ()
    folded = {text.casefold(): text for text in texts}
    for pair in _PAIRS:
        if folded.keys() == set(pair):
            return tuple(folded[word] for word in pair)
    return ()


def number_like(text: str) -> Written | None:
    """Take a number apart that has nothing but a currency in front of it; None for other texts."""
    written = take_apart(text)
    if written is None or not (written.before in ("", "%") or is_currency(written.before)):
        return None
    return written


def _looks_like_numbers(n_in: int, d_in: int, n_out: int, d_out: int, *, are_codes: bool) -> bool:
    # n counts cells and d different texts, of those that are numbers (in) and the rest (out).
    if n_in >= NUMBER_SHARE * (n_in + n_out):
        return True
    if are_codes:
        return False
    return (n_in >= n_out and d_out <= max(5, d_in // 5)) or d_out <= d_in // 10


def _refuse_if_numbers(
    inside: Mapping[str, object], known: Mapping[str, int], what: str, *, are_codes: bool
) -> None:
    """Refuse a column of numbers (or dates) with unknown words in it; pass over labels."""
    words = [text for text in known if text not in inside]
    n_in = sum(known[text] for text in inside)
    n_out = sum(known[text] for text in words)
    if words and _looks_like_numbers(n_in, len(inside), n_out, len(words), are_codes=are_codes):
        text = max(words, key=lambda word: known[word])
        raise UndecidedError(
            text,
            f"{quoted(text)} is not {what}, but {n_in:,} of the column's {n_in + n_out:,} filled "
            f"cells are. Correct it, or say --gap {shell_word(text)} if it stands for a gap, or "
            "--kind COLUMN=category if these are labels.",
        )


def shell_word(text: str) -> str:
    """Write a word as it can be typed behind an option."""
    plain = text.isalnum() and len(text) <= 20
    return text if plain else quoted(text, 20)


def _dates(known: Mapping[str, int], kind: str | None) -> DateSpelling | None:
    if kind and kind.startswith("date:"):
        return _by_pattern(known, DateSpelling(pattern=kind.removeprefix("date:")))
    texts = list(known)
    step = max(1, len(texts) // 50)
    if kind is None and not any(is_date(text) for text in texts[::step]):
        if all(begins_like_a_date(text) for text in texts):
            raise UndecidedError(
                texts[0],
                f"{quoted(texts[0])} begins like a date and goes on in a way that is not known. "
                "Write dates as 2024-01-31 12:00, say --kind COLUMN=category, or --ignore it.",
            )
        return _compact(texts)
    found: dict[Style, dict[str, datetime]] = {}
    for style in STYLES:
        if style == "compact" and not kind:
            continue
        moments = ((text, read(text, style, any_century=True)) for text in texts)
        found[style] = {text: moment for text, moment in moments if moment is not None}
        if style == "ISO" and len(found[style]) == len(texts):
            break  # with the year of four digits first, no other style fits
    fitting = [style for style, moments in found.items() if len(moments) == len(texts)]
    if fitting == ["year and month"] and are_seasons(texts):
        return None
    if len(fitting) > 1:
        raise _in_two_orders(texts[0], fitting)
    if fitting:
        if unclear := next((text for text in texts if read(text, fitting[0]) is None), None):
            raise UndecidedError(
                unclear,
                f"{quoted(unclear)} may be of this century or the last one. Write years with four "
                "digits, or say --kind COLUMN=date: with a pattern, where %y is 1969 to 2068.",
            )
        return DateSpelling(fitting[0], zoned=_one_zoning(found[fitting[0]]))
    any_style = {text: True for moments in found.values() for text in moments}
    best = max(found, key=lambda style: len(found[style]))
    if len(found[best]) == len(any_style) or kind:
        _refuse_if_numbers(found[best], known, "a date", are_codes=False)
    elif len(any_style) >= NUMBER_SHARE * len(texts):
        other = next(text for text in any_style if text not in found[best])
        raise UndecidedError(
            other,
            f"{quoted(other)} and {quoted(next(iter(found[best])))} are dates in two ways of "
            "writing. Write all in one, or leave the column out.",
        )
    if kind:
        text = next(text for text in texts if text not in found[best])
        raise UndecidedError(text, f"{quoted(text)} is not a date. Choose another --kind.")
    return None


def _in_two_orders(text: str, styles: Sequence[str]) -> UndecidedError:
    sign = next(character for character in text if not character.isdigit())
    year = "%Y" if len(text.split(sign)[2].split()[0]) == 4 else "%y"
    patterns = {
        "day first": f"%d{sign}%m{sign}{year}",
        "month first": f"%m{sign}%d{sign}{year}",
        "year first": f"%y{sign}%m{sign}%d",
    }
    cures = " or ".join(f"--kind COLUMN=date:{patterns[style]}" for style in styles)
    return UndecidedError(
        text,
        f"{quoted(text)} may have its {' or its '.join(style.split()[0] for style in styles)} "
        f"first, and no other cell tells which. Say {cures}.",
    )


def _compact(texts: Sequence[str]) -> DateSpelling | None:
    # 20240131: only if every text is such a date, of these two centuries, and there are some.
    if len(texts) < 3 or not all(len(text) == 8 and text[:2] in ("19", "20") for text in texts):
        return None
    ok = all(text.isdecimal() and read(text, "compact") is not None for text in texts)
    return DateSpelling("compact") if ok else None


def _by_pattern(known: Mapping[str, int], spelling: DateSpelling) -> DateSpelling:
    zoned = replace(spelling, zoned=True)
    for text in known:
        if spelling.value(text) is None and zoned.value(text) is None:
            raise UndecidedError(
                text,
                f"{quoted(text)} is not a date written as {spelling.pattern}. Correct it, say "
                f"--gap {shell_word(text)}, or another pattern.",
            )
    with_zone = [zoned.value(text) is not None for text in known]
    return zoned if all(with_zone) else spelling


def _one_zoning(moments: Mapping[str, object]) -> bool:
    zoned = {text: getattr(moment, "tzinfo", None) is not None for text, moment in moments.items()}
    if len(set(zoned.values())) > 1:
        text = next(text for text, told in zoned.items() if not told)
        raise UndecidedError(
            text,
            f"{quoted(text)} tells no time zone, other cells do. Write all in one way, or leave "
            "the column out.",
        )
    return next(iter(zoned.values()))


def _numbers(known: Mapping[str, int], hints: Hints, kind: str | None) -> NumberSpelling | None:
    with_digits = [text for text in known if _DIGIT.search(text)]
    clock = {text: value for text in with_digits if (value := hours(text)) is not None}
    if len(clock) > len(known) / 2:
        _refuse_if_numbers(clock, known, "a time", are_codes=False)
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
    are_codes = len(numbers) <= MOST_CODES and all(
        w.core.isdigit() or w.after for w in numbers.values()
    )
    _refuse_if_numbers(
        {**numbers, **dict.fromkeys(infinite)}, known, "a number", are_codes=are_codes
    )
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
    behind = [text for text, w in numbers.items() if "minus behind" in w.marks]
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

    A column has few units. Where there are more, only those that most cells have are any.
    """
    cells: Counter[tuple[str, str]] = Counter()
    for text, written in numbers.items():
        cells[_unit(written)] += known[text]
    units = {unit for unit, _ in cells.most_common() if unit != ("", "")}
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
