"""Dates as people write them, against `datetime`."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonlet.data import Schema
from moonlet.data.dates import (
    _SHAPES,
    PARTS,
    STYLES,
    DateSpelling,
    _moment,
    as_utc,
    begins_like_a_date,
    is_date,
    is_pattern,
    read,
    to_numbers,
    varying_parts,
)
from moonlet.data.raw import RawTable, Texts

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FULL = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December")  # fmt: skip
DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
MOMENTS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31, 23, 59, 59))

# How a day is written in each style; not by strftime, which knows the same words as strptime.
WRITTEN = {
    "ISO": [
        lambda d: f"{d.year:04}-{d.month:02}-{d.day:02}",
        lambda d: f"{d.year:04}/{d.month}/{d.day}",
        lambda d: f"{d.year:04}.{d.month:02}.{d.day:02}",
    ],
    "compact": [lambda d: f"{d.year:04}{d.month:02}{d.day:02}"],
    "day first": [
        lambda d: f"{d.day}/{d.month}/{d.year:04}",
        lambda d: f"{d.day:02}.{d.month:02}.{d.year:04}",
        lambda d: f"{d.day:02}-{d.month:02}-{d.year:04}",
    ],
    "month first": [
        lambda d: f"{d.month}/{d.day}/{d.year:04}",
        lambda d: f"{d.month:02}-{d.day:02}-{d.year:04}",
    ],
    "month by name": [
        lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year:04}",
        lambda d: f"{d.day:02}-{MONTHS[d.month - 1].upper()}-{d.year:04}",
        lambda d: f"{FULL[d.month - 1]} {d.day}, {d.year:04}",
        lambda d: f"{d.day}. {FULL[d.month - 1].lower()} {d.year:04}",
        lambda d: f"{MONTHS[d.month - 1]} {d.day} {d.year:04}",
    ],
}


@pytest.mark.parametrize("style", WRITTEN)
@settings(deadline=None)
@given(day=DAYS)
def test_a_day_is_read_in_its_style(style, day):
    for write in WRITTEN[style]:
        assert read(write(day), style) == datetime(day.year, day.month, day.day)


@settings(deadline=None)
@given(moment=MOMENTS, minutes=st.integers(-14 * 60, 14 * 60))
def test_a_moment_is_read_with_its_time_and_zone(moment, minutes):
    iso = moment.isoformat()
    assert read(iso, "ISO") == moment
    assert read(iso.replace("T", " "), "ISO") == moment
    zone = timezone(timedelta(minutes=minutes))
    zoned = moment.replace(tzinfo=zone)
    found = read(zoned.isoformat(), "ISO")
    assert found == zoned
    assert found.utcoffset() == zoned.utcoffset()
    if 1000 < moment.year < 9999:
        assert as_utc(found) == zoned.astimezone(UTC).replace(tzinfo=None)
        spelling = DateSpelling("ISO", zoned=True)
        assert spelling.value(zoned.isoformat()) == as_utc(found)
        assert DateSpelling("ISO").value(zoned.isoformat()) is None
        assert spelling.value(iso) is None


@pytest.mark.parametrize(
    ("text", "style", "moment"),
    [
        ("2024-01-31 12:30", "ISO", datetime(2024, 1, 31, 12, 30)),
        ("2024-01-31T12:30:15.25", "ISO", datetime(2024, 1, 31, 12, 30, 15, 250_000)),
        ("2024-01-31T12:30:15.123456789", "ISO", datetime(2024, 1, 31, 12, 30, 15, 123_456)),
        ("2024-01-31T12:30Z", "ISO", datetime(2024, 1, 31, 12, 30, tzinfo=UTC)),
        ("2024-01-31 12:30 UTC", "ISO", datetime(2024, 1, 31, 12, 30, tzinfo=UTC)),
        ("2024-01-31 12:30 AM", "ISO", datetime(2024, 1, 31, 0, 30)),
        ("31/1/2024, 1:05 pm", "day first", datetime(2024, 1, 31, 13, 5)),
        ("31.1.24", "day first", datetime(2024, 1, 31)),
        ("31.1.99", "day first", datetime(1999, 1, 31)),
        ("Wed, 31 Jan 2024", "month by name", datetime(2024, 1, 31)),
        ("31st January 2024", "month by name", datetime(2024, 1, 31)),
        ("Sept 5, 2024", "month by name", datetime(2024, 9, 5)),
        ("Jan 2024", "month by name", datetime(2024, 1, 1)),
        ("2024-05", "year and month", datetime(2024, 5, 1)),
        ("29.2.2024", "day first", datetime(2024, 2, 29)),
        # None of these is a date.
        ("29.2.2023", "day first", None),
        ("30 Feb 2024", "month by name", None),
        ("2024-13-01", "ISO", None),
        ("2024-00-10", "ISO", None),
        ("2024-01-31 24:00", "ISO", None),
        ("2024-01-31 12:60", "ISO", None),
        ("2024-01-31 13:00 PM", "ISO", None),
        ("2024-01-31T12:30+25:00", "ISO", None),
        ("2024-01/31", "ISO", None),
        ("1.31.2024", "month first", None),
        ("31 Foo 2024", "month by name", None),
        ("31.1.53", "day first", None),
        ("2024", "ISO", None),
        ("", "ISO", None),
        ("2024-01-31 soon", "ISO", None),
        ("٢٠٢٤-٠١-٣١", "ISO", None),
    ],
)
def test_a_text_is_this_moment_or_none(text, style, moment):
    found = read(text, style)
    assert found == moment
    assert (found and found.tzinfo) == (moment and moment.tzinfo)


@settings(deadline=None)
@given(st.text("0123456789-/.: TZ+JanFebAM", max_size=20))
def test_any_text_is_a_moment_or_none_in_any_style(text):
    for style in STYLES:
        assert isinstance(read(text, style), datetime | None)
    assert isinstance(is_date(text), bool)


@pytest.mark.parametrize(
    ("pattern", "is_one"),
    [
        ("%d/%m/%Y", True), ("%y%m%d", True), ("%b %d, %Y %I:%M %p", True), ("%Y", True),
        ("%Y-%m-%dT%H:%M:%S%z", True), ("%j %Y", True), ("", False), ("%d/%m", False),
        ("%H:%M", False), ("%Y%Y", False), ("%Q", False), ("%", False), ("%Y" * 60, False),
        (None, False), ("x", False),
    ],
)  # fmt: skip
def test_a_pattern_must_be_known_to_strptime_and_tell_the_year(pattern, is_one):
    assert is_pattern(pattern) == is_one


@settings(deadline=None)
@given(MOMENTS, st.sampled_from(["%Y-%m-%d", "%d|%m|%Y %H:%M", "%Y%j", "%m/%d/%Y %I:%M:%S %p"]))
def test_a_pattern_reads_what_strptime_reads(moment, pattern):
    text = moment.strftime(pattern)
    expected = datetime.strptime(text, pattern)
    assert DateSpelling(pattern=pattern).value(text) == expected


@settings(deadline=None)
@given(
    st.lists(MOMENTS | st.none(), min_size=1, max_size=8).filter(lambda found: any(found)),
    st.sets(st.sampled_from(PARTS)),
)
def test_the_numbers_of_a_date_are_those_of_datetime(moments, parts):
    dates = pd.Series(np.array(moments, dtype="datetime64[us]"))
    numbers = to_numbers(dates, [part for part in PARTS if part in parts])
    assert list(numbers) == ["", *(part for part in PARTS if part in parts)]
    for i, moment in enumerate(moments):
        found = {name: values[i] for name, values in numbers.items()}
        if moment is None:
            assert np.isnan(list(found.values())).all()
            continue
        days = (moment - datetime(1970, 1, 1)) / timedelta(days=1)
        assert found.pop("") == pytest.approx(days, rel=1e-15)
        told = {"month": moment.month, "weekday": moment.weekday(), "hour": moment.hour}
        assert found == {part: told[part] for part in parts}
    varied = {
        "month": {m.month for m in moments if m},
        "weekday": {m.weekday() for m in moments if m},
        "day": {m.day for m in moments if m},
        "hour": {m.hour for m in moments if m},
    }
    if len(varied["day"]) == 1:  # months, quarters: their weekday tells nothing
        varied["weekday"] = set()
    assert varying_parts(dates) == tuple(part for part in PARTS if len(varied[part]) > 1)


@settings(deadline=None)
@given(
    st.lists(st.dates(date(1970, 1, 1), date(2068, 12, 31)), min_size=3, max_size=12),
    st.sampled_from([(s, i) for s in WRITTEN for i in range(len(WRITTEN[s]))]),
    st.randoms(),
)
def test_a_column_of_days_is_read_whatever_its_style_and_order(days, way, random):
    style, which = way
    # A day above 12, and one that is no other date if its parts are exchanged.
    days = [*days, date(2024, 2, 29), date(2023, 12, 13)]
    random.shuffle(days)
    cells = [WRITTEN[style][which](day) for day in days]
    raw = RawTable("table", {"day": Texts.of(cells)})
    schema = Schema.of(raw)
    (column,) = schema.columns
    assert column.kind == "date"
    assert column.date.style == style
    read_as = schema.apply(raw)["day"]
    assert [stamp.date() for stamp in read_as] == days
    alone = RawTable("table", {"day": Texts.of(cells[:1])})
    assert schema.apply(alone)["day"][0].date() == days[0]


def test_spellings_are_told_in_words():
    assert DateSpelling("ISO").words == ""
    assert DateSpelling("day first").words == "day first"
    assert DateSpelling("ISO", zoned=True).words == "with time zone"
    assert DateSpelling(pattern="%d|%m|%Y").words == "%d|%m|%Y"


def by_shapes(text):
    for style, shape in _SHAPES:
        if style == "ISO" and (found := shape.fullmatch(text)):
            return _moment(found, style, any_century=False)
    return None


@pytest.mark.parametrize(
    "days", ["2024-02-29", "2023-02-29", "0001-01-01", "2024-W05-3", "2024-1-31"]
)
def test_the_quick_way_for_dates_of_programs_agrees_with_their_shape(days):
    times = ["", "T12:30", " 12:30", "x12:30", " 12:30:15", "T24:00:00", " 12.30.15", " 123015"]
    zones = ["", "Z", "z", "+02:00", "+0200", "-24:00", "+02:00:01"]
    for time, zone in itertools.product(times, zones):
        assert read(days + time + zone, "ISO") == by_shapes(days + time + zone), (time, zone)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1991 Jul", "1991-07-01"),
        ("1990,  July", "1990-07-01"),
        ("2013-Oct", "2013-10-01"),
        ("2013 Oct 05", "2013-10-05"),
    ],
)
def test_the_year_may_stand_before_a_months_name(text, date):
    assert read(text, "month by name") == pd.Timestamp(date)


def test_months_have_no_weekday():
    months = pd.Series(pd.date_range("2020-01-01", periods=30, freq="MS"))
    assert varying_parts(months) == ("month",)
    assert varying_parts(months + np.timedelta64(11, "h")) == ("month",)
    assert varying_parts(months + pd.to_timedelta(range(30), "D")) == ("month", "weekday")


@pytest.mark.parametrize(
    ("text", "begins"),
    [("2024-01-31 12:00 CEST", True), ("3 May 2024 12:00 h", True), ("0 days 00:00:00", False)],
)
def test_a_text_begins_like_a_date_only_if_its_month_is_one(text, begins):
    assert begins_like_a_date(text) is begins
