"""From a cell to its value, by the schema alone."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Schema
from moonlet.data.raw import RawTable, Texts
from moonlet.exceptions import DataError

TRAINED = pd.DataFrame(
    {
        "share": ["10.5%", "7%", "n/a", "3.25 %"],
        "plain": ["1", "2.5", "", "-4"],
        "kind": ["elm", "007", "7", "NA"],
        "member": ["yes", "no", "no", "yes"],
        "day": ["31.1.2024", "1.2.2024", "29.2.2024", ""],
        "moment": ["2024-01-31T12:00Z", "2024-01-31T13:30+02:00", "2024-02-01T00:00Z", ""],
    }
)
SCHEMA = Schema.of(TRAINED)


def cell(column, value):
    """One cell, in a table of one row that has the other columns as gaps."""
    row = dict.fromkeys(TRAINED.columns, "")
    return SCHEMA.apply(pd.DataFrame({**{n: [v] for n, v in row.items()}, column: [value]}))[
        column
    ][0]


@pytest.mark.parametrize(
    ("column", "value", "meant"),
    [
        ("share", "13.4%", 13.4), ("share", " 13.4 % ", 13.4), ("share", 13.4, 13.4),
        ("share", "0", 0.0), ("share", "NA", np.nan), ("share", "-", np.nan),
        ("share", None, np.nan),
        ("plain", "1e3", 1000.0), ("plain", "+.5", 0.5), ("plain", "7", 7.0), ("plain", 7, 7.0),
        ("plain", True, 1.0), ("plain", "unknown", np.nan), ("plain", "\u00a0", np.nan),
        ("plain", "−5", -5.0), ("plain", "1e-400", 0.0),
        ("kind", "007", "007"), ("kind", "7", "7"), ("kind", 7, "7"), ("kind", "None", "None"),
        ("kind", "NA", "NA"), ("kind", " elm ", "elm"), ("kind", "ELM", "ELM"),
        ("kind", "7.0", "7.0"),
        ("kind", "never seen", "never seen"), ("kind", "", np.nan), ("kind", None, np.nan),
        ("member", "YES", 1.0), ("member", "no", 0.0), ("member", True, 1.0), ("member", 0, 0.0),
        ("member", "n/a", np.nan), ("member", 1.0, 1.0),
    ],
)  # fmt: skip
def test_a_cell_alone_is_read_by_the_schema(column, value, meant):
    found = cell(column, value)
    assert found == meant or (pd.isna(found) and pd.isna(meant))


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("1.3.2024", datetime.date(2024, 3, 1)),
        ("13.12.99", datetime.date(1999, 12, 13)),
        (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1)),
        (pd.Timestamp("2024-03-01"), datetime.date(2024, 3, 1)),
    ],
)
def test_a_day_alone_is_read_by_the_schema(value, meant):
    assert cell("day", value).date() == meant


def test_a_moment_is_told_by_the_clock_of_utc():
    assert cell("moment", "2024-06-01T12:00+05:30") == pd.Timestamp("2024-06-01 06:30")
    assert cell("moment", pd.Timestamp("2024-06-01 12:00", tz="Asia/Kolkata")) == pd.Timestamp(
        "2024-06-01 06:30"
    )


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("share", "13.4", "'13.4' is not a number (percent)"),
        ("share", "13.4 kg", "'13.4 kg' is not a number (percent)"),
        ("plain", "5%", "'5%' is not a number"),
        ("plain", "1,5", "'1,5' is not a number"),
        ("plain", "five", "'five' is not a number"),
        ("plain", "inf", "'inf' is infinite or too large"),
        ("plain", "1e400", "'1e400' is infinite or too large"),
        ("plain", float("inf"), "inf is infinite or too large"),
        ("plain", "1e200", "'1e200' is infinite or too large"),
        ("plain", pd.Timestamp("2024-01-31"), "dates where the model was trained on numbers"),
        ("member", "maybe", "'maybe' is not no or yes"),
        ("member", "oui", "'oui' is not no or yes"),
        ("member", 2, "'2' is not no or yes"),
        ("day", "2024-03-01", "'2024-03-01' is not a date written as day first"),
        ("day", "30.2.2024", "'30.2.2024' is not a date written as day first"),
        ("day", 45351, "'45351' is not a date"),
        ("moment", "2024-01-31T12:00", "is not a date written as ISO (with a time zone)"),
        ("moment", pd.Timestamp("2024-01-31"), "these dates tell no time zone"),
        ("day", pd.Timestamp("2024-01-31", tz="UTC"), "these dates tell a time zone"),
    ],
)  # fmt: skip
def test_a_cell_that_is_written_otherwise_is_refused_by_place(column, value, words):
    with pytest.raises(DataError) as caught:
        cell(column, value)
    message = str(caught.value)
    assert f"column '{column}': " in message
    assert words in message
    assert message.isprintable()


def test_the_first_bad_cell_is_named_with_its_line():
    raw = RawTable(
        "new.csv",
        {name: Texts.of(["", "", ""]) for name in TRAINED} | {"plain": Texts.of(["1", "", "x"])},
        lines=[2, 5, 9],
    )
    with pytest.raises(DataError, match=r"^new\.csv, line 9, column 'plain': 'x' is not a number"):
        SCHEMA.apply(raw)


@pytest.mark.parametrize("dtype", ["category", "string", object])
def test_text_is_read_alike_however_pandas_holds_it(dtype):
    pd.testing.assert_frame_equal(
        pd.DataFrame(SCHEMA.apply(TRAINED.astype(dtype))), pd.DataFrame(SCHEMA.apply(TRAINED))
    )


def test_gap_words_of_the_caller_are_gaps_later_too():
    table = pd.DataFrame({"n": ["1", "-999", "3"], "k": ["a", "none", "b"]})
    schema = Schema.of(table, gap=["-999", "none"])
    later = schema.apply(pd.DataFrame({"n": ["-999.0", "-999", "9"], "k": ["none", "b", "None"]}))
    assert later["n"].isna().tolist() == [True, True, False]
    assert later["k"].isna().tolist() == [True, False, False]
    unseen = Schema.of(pd.DataFrame({"n": ["1", "2"], "k": ["a", "b"]}), gap=["-999", "none"])
    assert unseen.apply(pd.DataFrame({"n": ["-999"], "k": ["none"]})).isna().all(axis=None)
    typed = schema.apply(pd.DataFrame({"n": [-999.0, 5.0, -999.0], "k": ["a", "b", "a"]}))
    assert typed["n"].isna().tolist() == [True, False, True]
