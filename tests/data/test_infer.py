"""From a table's cells to what each column holds: as text or with types, in one pass or two."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moonlet.data import Schema
from moonlet.data.raw import RawTable, Texts
from moonlet.exceptions import DataError


def columns(table, **options):
    return {column.name: column for column in Schema.of(table, **options).columns}


def texts(delimiter=None, **cells):
    return RawTable(
        "table.csv", {n: Texts.of(c) for n, c in cells.items()}, range(2, 9999), delimiter=delimiter
    )


TYPED = {
    "int64": (pd.Series([1, 5, 3]), "number"),
    "int8": (pd.Series([1, 5, 3], dtype="int8"), "number"),
    "uint64": (pd.Series([1, 5, 3], dtype="uint64"), "number"),
    "Int64": (pd.Series([1, None, 3], dtype="Int64"), "number"),
    "float64": (pd.Series([1.5, np.nan, 3]), "number"),
    "float32": (pd.Series([1.5, np.nan, 3], dtype="float32"), "number"),
    "bool": (pd.Series([True, False, True]), "yes/no"),
    "boolean": (pd.Series([True, None, False], dtype="boolean"), "yes/no"),
    "dates": (pd.Series(pd.to_datetime(["2024-01-31", None, "2024-02-01"])), "date"),
    "zoned": (pd.Series(pd.to_datetime(["2024-01-31", "2024-02-01", None], utc=True)), "date"),
    "spans": (pd.Series(pd.to_timedelta([1, 5, 3], unit="h")), "number"),
    "periods": (pd.Series(pd.period_range("2024-01", periods=3, freq="M")), "date"),
    "text": (pd.Series(["a", "b", "a"]), "category"),
    "numbers as text": (pd.Series(["1", "5", "3"]), "number"),
    "categories": (pd.Series(["a", "b", None], dtype="category"), "category"),
    "categories of numbers": (pd.Series([10, 20, 10], dtype="category"), "category"),
    "objects that are int": (pd.Series([1, 5, None], dtype=object), "number"),
    "objects that are Decimal": (
        pd.Series([Decimal("1.5"), None, Decimal(7)], dtype=object),
        "number",
    ),
    "objects that are bool": (pd.Series([True, None, False], dtype=object), "yes/no"),
    "objects that are dates": (
        pd.Series([datetime.date(2024, 1, 31), None, datetime.date(2024, 2, 1)], dtype=object),
        "date",
    ),
    "objects of several types": (pd.Series(["a", 1, "b"], dtype=object), "category"),
    "codes of 17 digits": (pd.Series([10**17, 10**17 + 1, 10**17]), "category"),
    "dates as numbers": (pd.Series([20240131, 20240201, 20240229]), "date"),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_a_column_with_a_type_is_what_its_type_says(name):
    values, kind = TYPED[name]
    found = columns(pd.DataFrame({"a": values, "n": [1.0, 2.0, 4.0]}), keep=["a"])["a"]
    assert found.kind == kind
    assert found.n_gaps == int(values.isna().sum())


@pytest.mark.parametrize("name", [name for name in TYPED if "categories of" not in name])
def test_its_text_says_the_same(name):
    values, kind = TYPED[name]
    frame = pd.DataFrame({"a": values, "n": [1.0, 2.0, 4.0]})
    if name == "spans":
        frame["a"] = frame["a"].dt.total_seconds() / 3600
    written = frame.astype(object).where(frame.notna(), "").astype(str)
    by_text = columns(written, keep=["a"])["a"]
    by_type = columns(frame, keep=["a"])["a"]
    assert by_text.kind == by_type.kind == kind
    assert by_text.labels == by_type.labels
    assert by_text.n_gaps == by_type.n_gaps


def test_what_one_column_shows_decides_for_another():
    sure, open_ = ["1,5", "2,25", "3"], ["1.234", "2.345", "3.456"]
    found = columns(texts(";", sure=sure, open_=open_))
    assert found["open_"].number.thousands == "."
    found = columns(texts(";", sure=["1.5", "2.25", "3"], open_=open_))
    assert found["open_"].number.thousands == ""
    # The order of the columns does not count.
    assert columns(texts(";", open_=open_, sure=sure))["open_"].number.thousands == "."


def test_columns_that_disagree_decide_for_none():
    with pytest.raises(DataError, match=r"line 2, column 'open_': '1\.234' may be"):
        Schema.of(texts(";", a=["1,5", "2,25"], b=["1.5", "2.25"], open_=["1.234", "2.345"]))


def test_a_refusal_names_line_column_and_cure():
    cells = [f"{i}.5" for i in range(30)]
    cells[7] = "x"
    with pytest.raises(DataError) as caught:
        Schema.of(texts(size=cells, y=["a", "b"] * 15))
    message = str(caught.value)
    assert message.startswith(
        "table.csv, line 9, column 'size': 'x' is not a number, but 29 of the"
    )
    assert "--gap x" in message
    assert "--kind size=category" in message


def test_a_name_that_a_shell_would_split_is_quoted_in_the_cure():
    cells = [f"{i}.5" for i in range(30)] + ["x"]
    with pytest.raises(DataError, match=r"--kind 'body mass'?=category"):
        Schema.of(texts(**{"body mass": cells}))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ignore": ["c"]}, r"there is no column 'c' \(ignore\)"),
        ({"keep": ["sise"]}, r"there is no column 'sise' \(keep\)\. Did you mean 'size'\?"),
        ({"kinds": {"c": "number"}}, r"there is no column 'c' \(kinds\)"),
        ({"target": "c"}, r"there is no column 'c' \(target\)"),
        ({"kinds": {"size": "numbr"}}, "there is no kind 'numbr'. Did you mean 'number'?"),
        ({"kinds": {"size": "date:%Q"}}, "there are no dates written as '%Q'"),
        ({"kinds": {"size": "date:"}}, "there are no dates written as ''"),
        ({"decimal": "x"}, "decimal must be one of"),
        ({"thousands": "0"}, "thousands must be one of"),
        ({"decimal": ",", "thousands": ","}, "decimal and thousands must differ"),
        ({"target": "kind", "ignore": ["kind"]}, "the target cannot be left out"),
    ],
)
def test_an_option_that_fits_nothing_is_refused(options, words):
    with pytest.raises(DataError, match=words):
        Schema.of(texts(size=["1", "2", "5"], kind=["a", "b", "a"]), **options)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(-(2**53) + 1, 2**53 - 1) | st.none(), min_size=3, max_size=3)
        .filter(any),
        min_size=1,
        max_size=4,
    )
)  # fmt: skip
def test_whole_numbers_are_the_same_by_type_and_by_text(rows):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"], dtype="Int64").assign(x=range(len(rows)))
    written = frame.astype(object).where(frame.notna(), "").astype(str)
    names = list(frame.columns)
    by_type, by_text = Schema.of(frame, keep=names), Schema.of(written, keep=names)
    assert [c.kind for c in by_type.columns] == [c.kind for c in by_text.columns]
    pd.testing.assert_frame_equal(
        pd.DataFrame(by_type.apply(frame)), pd.DataFrame(by_text.apply(written)), check_flags=False
    )
