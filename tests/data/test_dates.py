"""Dates as columns write them, and the numbers that a network takes for them."""

import itertools

import numpy as np
import pandas as pd
import pytest

from moonlet.data.dates import _SHAPES, _moment, read, varying_parts


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
