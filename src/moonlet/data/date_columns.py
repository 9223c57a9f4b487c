"""Whether the texts of a column are dates, and of which style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

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
from moonlet.data.mixed import NUMBER_SHARE, refuse_if_mixed, shell_word


def read_dates(known: Mapping[str, int], kind: str | None) -> DateSpelling | None:
    """Find the style of a column's dates; None if it is no column of dates.

    Parameters
    ----------
    known : mapping of str to int
        How often each text stands in the column, gaps aside.
    kind : str, optional
        What the caller says of the column: "date", or "date:" and a pattern.

    Raises
    ------
    UndecidedError
        For dates in two ways of writing, or that can be read in two ways.
    """
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
        refuse_if_mixed(found[best], known, "a date", are_codes=False)
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
    # 20240131: only if every text is such a date, of these centuries, and there are some.
    if len(texts) < 3 or not all(
        len(text) == 8 and text[:2] in ("17", "18", "19", "20") for text in texts
    ):
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
