"""How a column writes its dates, and the numbers that a network takes for them.

A column is in one format: cells of two formats, or with a time zone here and
none there, are refused. Whether 03/04/2024 is in March or April is told by the
cells (a day above 12) or by the caller, never guessed.

A date becomes the days since 1970-01-01 00:00, and the month (1 to 12), weekday
(0 is Monday) and hour, those of them that vary among the rows that the schema was
made of; the weekday only if the day of the month does, for it says nothing of months.
Cells that tell their time zone are moments, and all of this is in UTC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal

import numpy as np
import pandas as pd

from moonlet.specs import Array

Style = Literal[
    "ISO", "compact", "day first", "month first", "year first", "month by name", "year and month"
]
Part = Literal["month", "weekday", "hour"]
# Years of two digits up to here are of this century, those from 69 on of the former one; between
# these nobody can tell.
_NEAREST_CENTURY: Final = 30
PARTS: Final[tuple[Part, ...]] = ("month", "weekday", "hour")

# In the tongues of western Europe, without accents; no word stands for two months.
_MONTH_NAMES: Final = (
    "january jan januar janner janvier janv januari enero ene janeiro gennaio gen",
    "february feb februar feber fevrier fevr fev februari febrero fevereiro febbraio",
    "march mar marz maerz mrz mars maart mrt marzo marco marts",
    "april apr avril avr abril abr aprile",
    "may mai mei mayo maio maggio mag maj",
    "june jun juni juin junio junho giugno giu",
    "july jul juli juillet juil julio julho luglio lug",
    "august aug aout augustus agosto ago augusti",
    "september sep sept septembre septiembre setembro settembre set",
    "october oct oktober okt octobre octubre outubro out ottobre ott",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dezembro dicembre desember des",
)
_MONTHS: Final = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
}
_TIME = (
    r"(?:(?:[T :]|,\s*)\s*(?P<hour>\d{1,2})(?:(?P<colon>[:.]?)(?P<minute>\d{2})"
    r"(?:(?P=colon)(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?(?:\d{2})?)?)?"
)
_NAME = r"(?:de )?(?P<name>[a-z\u00c0-\u024f]{3,10})\.?(?: de)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"


def _compiled(date: str) -> re.Pattern[str]:
    return re.compile(_WEEKDAY + date + _TIME, re.ASCII | re.IGNORECASE)


_YEAR = r"(?P<year>\d{4})"
_ANY_YEAR = r"(?P<year>\d{4}|\d{2})"
_DAY = r"(?P<day>\d{1,2})"
_TH = r"(?:st|nd|rd|th|er)?"
_NUMBERS = r"(?P<first>\d{1,2})(?P<sep>[-/.])(?P<other>\d{1,2})(?P=sep)"
_SHAPES: Final[tuple[tuple[Style, re.Pattern[str]], ...]] = (
    ("ISO", _compiled(_YEAR + r"(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)" + _DAY)),
    ("ISO", _compiled(r"(?=\d{8}.)" + _YEAR + r"(?P<month>\d{2})(?P<day>\d{2})")),
    ("compact", _compiled(_YEAR + r"(?P<month>\d{2})(?P<day>\d{2})")),
    ("day first", _compiled(_NUMBERS + _ANY_YEAR)),
    ("year first", _compiled(r"(?P<year>\d{2})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)" + _DAY)),
    ("month by name", _compiled(_DAY + _TH + r"\.?[ /-]?" + _NAME + r"[ ,/-]?\s*" + _ANY_YEAR)),
    ("month by name", _compiled(_NAME + r"[ -]" + _DAY + _TH + r"(?:,\s*|\s+|-)" + _ANY_YEAR)),
    ("month by name", _compiled(_NAME + r"[ ,-]\s*" + _YEAR)),
    ("month by name", _compiled(_YEAR + r"[ ,-]\s*" + _NAME + r"(?:[ -]" + _DAY + ")?")),
    ("year and month", _compiled(_YEAR + r"(?P<sep>[-/])(?P<month>\d{2})")),
)
STYLES: Final[tuple[Style, ...]] = (*dict.fromkeys(style for style, _ in _SHAPES), "month first")


@dataclass(frozen=True, slots=True)
class DateSpelling:
    """How the dates of one column are written.

    Parameters
    ----------
    style : str
        One of the styles above; "" for dates that came with a type.
    zoned : bool
        Whether each cell tells its time zone.
    pattern : str
        In the words of `datetime.strptime`; then `style` does not count.
    parts : tuple of {"month", "weekday", "hour"}
        Which of them vary, and so become inputs beside the days since 1970.
    """

    style: Style | Literal[""] = ""
    zoned: bool = False
    pattern: str = ""
    parts: tuple[Part, ...] = ()

    def value(self, text: str) -> datetime | None:
        """Read one cell, in UTC where it tells its time zone; None if it is not written so.

        Examples
        --------
        >>> DateSpelling("day first").value("3/4/2024")
        datetime.datetime(2024, 4, 3, 0, 0)
        >>> DateSpelling("ISO", zoned=True).value("2024-04-03T01:00+02:00")
        datetime.datetime(2024, 4, 2, 23, 0)
        """
        read_as = (
            _by_pattern(text, self.pattern) if self.pattern else read(text, self.style or "ISO")
        )
        if read_as is None or (read_as.tzinfo is not None) != self.zoned:
            return None
        return as_utc(read_as)

    @property
    def words(self) -> str:
        """The spelling in words; empty for dates that came with a type."""
        style = self.pattern or ("" if self.style == "ISO" else self.style)
        return ", ".join(word for word in (style, "with time zone" if self.zoned else "") if word)


def as_utc(moment: datetime) -> datetime:
    """Tell a moment by the clock of UTC; what has no time zone stays as it is."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def read(text: str, style: str, *, any_century: bool = False) -> datetime | None:
    """Read a date of one style; None for anything else, the 30th of February included.

    The answer has a time zone if the text tells one. A year of two digits that may as well be of
    the other century is no date, unless the century does not matter.
    """
    if style == "ISO" and (moment := _as_programs_write(text)) is not None:
        return moment
    order = "day first" if style == "month first" else style
    for known, shape in _SHAPES:
        if known == order and (found := shape.fullmatch(text)):
            # Whoever writes dots puts the day first.
            if style == "month first" and found["sep"] == ".":
                return None
            return _moment(found, style, any_century=any_century)
    return None


def is_date(text: str) -> bool:
    """Whether a text is a date in some style; eight digits alone are not."""
    return any(read(text, style, any_century=True) for style in STYLES if style != "compact")


def begins_like_a_date(text: str) -> bool:
    """Whether a text begins with a date and a time and goes on in a way that is not known here."""
    return any(
        (found := shape.match(text)) and found["minute"] and _month_is_known(found)
        for style, shape in _SHAPES
        if style in ("ISO", "day first", "month by name")
    ) and not is_date(text)


def are_seasons(texts: Iterable[str]) -> bool:
    """Whether texts that could be years and months are seasons: 2009-10, 2010-11."""
    return all(int(text[2:4]) + 1 == int(text[5:]) for text in texts)


def to_numbers(dates: pd.Series, parts: Sequence[Part]) -> dict[str, Array]:
    """Turn dates into the numbers of this module's docstring.

    Parameters
    ----------
    dates : Series of datetime64, without a time zone
    parts : sequence of {"month", "weekday", "hour"}

    Returns
    -------
    numbers : dict of str to ndarray of float64
        "" for the days since 1970, then the parts. A gap is NaN.
    """
    gaps = dates.isna().to_numpy()
    moments = dates.to_numpy().astype("datetime64[us]")
    days = moments.astype("int64") / 86_400_000_000
    numbers = {"": np.where(gaps, np.nan, days)}
    for part in parts:
        numbers[part] = _part(dates, part).to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def varying_parts(dates: pd.Series) -> tuple[Part, ...]:
    """List which of month, weekday and hour differ among dates, and tell something."""
    varies = {part: len(_part(dates, part).dropna().unique()) > 1 for part in PARTS}
    varies["weekday"] &= len(dates.dt.day.dropna().unique()) > 1
    return tuple(part for part in PARTS if varies[part])


def _part(dates: pd.Series, part: Part) -> pd.Series:
    return getattr(dates.dt, "day_of_week" if part == "weekday" else part)  # type: ignore[no-any-return]


def _as_programs_write(text: str) -> datetime | None:
    # What most columns of dates are, and thirty times as quick as the shapes above.
    # `fromisoformat` alone takes weeks too, and any sign before the time.
    if text[4:5] != "-" or text[7:8] != "-" or len(text) not in (10, 16, 19, 20, 25):
        return None
    if len(text) > 10 and (text[10] not in " T" or text[13] != ":"):
        return None
    # From Python 3.14 on it takes 24:00 for 0:00 of the next day.
    if text[19:20] not in ("", "Z", "+", "-") or text[11:13] == "24":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _month_is_known(found: re.Match[str]) -> bool:
    name = found.groupdict().get("name")
    return name is None or _month_of(name) > 0


def _month_of(name: str) -> int:
    plain = unicodedata.normalize("NFD", name.casefold())
    return _MONTHS.get("".join(sign for sign in plain if sign.isalpha()), 0)


def _moment(found: re.Match[str], style: str, *, any_century: bool) -> datetime | None:
    told = found.groupdict()
    if name := told.get("name"):
        month = _month_of(name)
        day = int(told.get("day") or 1)
    elif style in ("day first", "month first"):
        first, second = int(told["first"]), int(told["other"])
        day, month = (first, second) if style == "day first" else (second, first)
    else:
        month, day = int(told["month"]), int(told.get("day") or 1)
    year = int(told["year"])
    if len(told["year"]) == 2:
        if _NEAREST_CENTURY < year < 69 and not any_century:
            return None  # 1953 or 2053: POSIX says 2053, and owners of births mean 1953
        year += 2000 if year < 69 else 1900  # as POSIX has it
    hour = int(told["hour"] or 0)
    if told["hour"] and not (told["minute"] or told["half"] or told["zone"]):
        return None  # a number behind a date: 2015-06-14 9 is no time, 2015-06-14T09Z is
    if half := told["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    try:
        return datetime(
            year,
            month,
            day,
            hour,
            int(told["minute"] or 0),
            int(told["second"] or 0),
            int((told["fraction"] or "0").ljust(6, "0")[:6]),
            _zone(told["zone"]),
        )
    except ValueError:
        return None


def _zone(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:] if len(zone) > 3 else 0)
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def is_pattern(pattern: object) -> bool:
    """Whether `datetime.strptime` knows a pattern, and it tells the year."""
    first_day = datetime(2001, 1, 1, tzinfo=UTC)
    if not isinstance(pattern, str) or len(pattern) > 100:
        return False
    try:
        text = first_day.strftime(pattern)
        # 2007 has the same weekdays. strptime warns of days without a year, so it is not asked.
        if text == first_day.replace(year=2007).strftime(pattern):
            return False
        return datetime.strptime(text, pattern).date() == first_day.date()
    except (ValueError, re.error):  # the latter for a part that is there twice
        return False


def _by_pattern(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)  # the caller's pattern decides
    except ValueError:
        return None
