"""Numbers and dates in spellings drawn at random: they come back as they were, or are refused.

The oracle is the value that a cell was written from. There is no case in between: no label, no
column left out, no other number.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pandas as pd
import pytest

from moonlet.data import load
from moonlet.exceptions import DataError

DRAWS_A_SEED = 40
GAPS = ["", "-", "NA", "n/a", "?", ".", "null", "#DIV/0!", "–", "missing"]
UNKNOWN = ["k. A.", "s/d", "н/д", "xx", "REFUSED", "not tested", "9999?"]
BEFORE = ["$", "€", "£", "CHF ", "R$ ", "US$", "USD "]
AFTER = [" %", "%", " €", " kg", "mg/L", " °C", " zł", " m²", " km/h", "‰"]
_DATES = (
    "%Y-%m-%d|%Y/%m/%d|%Y.%m.%d|%d.%m.%Y|%d/%m/%Y|%m/%d/%Y|%d-%m-%Y|%m-%d-%Y|%Y%m%d|%d.%m.%y|"
    "%d/%m/%y|%m/%d/%y|%y-%m-%d|%d-%b-%Y|%d-%b-%y|%d%b%Y|%d %b %Y|%d %B %Y|%a, %d %b %Y|"
    "%b %d, %Y|%B %d, %Y"
)
DATES = _DATES.split("|")
TIMES = ["", "", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %I:%M %p", "T%H:%M:%SZ", " %H:%M CET"]


@pytest.mark.parametrize("seed", range(10))
def test_numbers_come_back_or_are_refused(tmp_path, seed):
    draw, read = Random(seed), 0  # noqa: S311  # draws of a test
    for _ in range(DRAWS_A_SEED):
        delimiter, cells, values = numbers(draw)
        path = write(tmp_path / "numbers.csv", cells, delimiter)
        if (dataset := loaded(path)) is None:
            continue
        read += 1
        assert dataset.schema.columns[0].kind == "number", cells[:9]
        np.testing.assert_allclose(
            dataset.X["v"], np.array(values, dtype=float), rtol=1e-15, err_msg=str(cells[:9])
        )
    assert read > DRAWS_A_SEED / 3


@pytest.mark.parametrize("seed", range(10))
def test_dates_come_back_or_are_refused(tmp_path, seed):
    draw, read = Random(seed), 0  # noqa: S311  # draws of a test
    for _ in range(DRAWS_A_SEED):
        cells, moments = dates(draw)
        path = write(tmp_path / "dates.csv", cells, ",")
        if (dataset := loaded(path)) is None:
            continue
        read += 1
        assert dataset.schema.columns[0].kind == "date", cells[:9]
        meant = pd.Series(moments, dtype="datetime64[us]", name="v")
        pd.testing.assert_series_equal(dataset.X["v"], meant, obj=str(cells[:9]))
    assert read > DRAWS_A_SEED / 3


def loaded(path):
    """Load a table; None where it is refused, with an option that decides."""
    try:
        return load(path)
    except DataError as error:
        refused = str(error)
    assert "--" in refused, refused
    return None


def write(path, cells, delimiter):
    buffer = io.StringIO()
    table = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    table.writerow(["v", "z", "y"])
    table.writerows([cell, row * 7 % 11, "ab"[row % 2]] for row, cell in enumerate(cells))
    path.write_text(buffer.getvalue(), encoding="utf-8")
    return path


def numbers(draw):
    """Draw a delimiter, cells in one spelling, and the values that they were written from."""
    delimiter = draw.choice(",;\t")
    decimal = draw.choice(".,")
    # Thousands and three decimals look alike; which of them is meant is tested by example.
    places = draw.choice([0, 1, 2])
    thousands = draw.choice(["", "", " ", "\u00a0", "\u202f", "\u2009", "'", "’", ".", ","])
    if thousands == decimal or (thousands in (".", ",") and not places):
        thousands = ""
    minus = draw.choice(["", "", "-", "−", "behind", "brackets"])
    before = draw.choice(BEFORE) if draw.random() < 0.3 else ""
    after = draw.choice(AFTER) if not before and draw.random() < 0.4 else ""
    limit = draw.choice(["", "", "", "<", ">", "+"])
    gap = draw.choice(GAPS + UNKNOWN)
    share = draw.choice([0, 0, 0.05, 0.2, 0.35])
    largest = draw.choice([1000, 100_000, 10_000_000])
    cells, values = [], []
    for _ in range(draw.choice([60, 150])):
        if draw.random() < share:
            cells.append(gap)
            values.append(None)
            continue
        value = Decimal(draw.randrange(largest * 10**places)) / 10**places
        body = f"{value:,.{places}f}".translate({ord(","): thousands, ord("."): decimal})
        text = f"{before}{body}{after}"
        negative = minus and value and draw.random() < 0.4
        if negative:
            text = {
                "behind": f"{before}{body}-" if before else f"{text}-",
                "brackets": f"({text})",
            }.get(minus, f"{minus}{text}")
        elif limit and draw.random() < 0.1:
            text = f"{text}+" if limit == "+" else f"{limit}{text}"
        cells.append(text)
        values.append(-float(value) if negative else float(value))
    return delimiter, cells, values


def dates(draw):
    """Draw cells in one format, and the moments that they were written from."""
    date, time = draw.choice(DATES), draw.choice(TIMES)
    # Years of two digits below 31 are of this century, and those from 31 to 68 refused.
    first = datetime(draw.choice([1971, 2015] if "%y" in date else [1905, 1971, 2015]), 1, 1)
    days = draw.choice([60, 3000])
    share = draw.choice([0, 0, 0.1, 0.3])
    cells, moments = [], []
    for _ in range(draw.choice([40, 100])):
        if draw.random() < share:
            cells.append(draw.choice(GAPS[:3]))
            moments.append(None)
            continue
        moment = first + timedelta(seconds=draw.randrange(days * 86_400))
        cells.append(moment.strftime(date + time))
        kept = {"second": 0} if "%S" not in time else {}
        moments.append(moment.replace(**(kept if time else {"hour": 0, "minute": 0, "second": 0})))
    return cells, moments
