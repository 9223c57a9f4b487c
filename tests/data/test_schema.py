"""A schema is found once, kept and applied: alone, in company, in any order and from any source."""

from __future__ import annotations

import json
import warnings
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline

from moonlet import MLPClassifier
from moonlet.data import Column, Schema, load, make_preprocessor, read_table
from moonlet.data.raw import RawTable, Texts
from moonlet.exceptions import DataError


def _gaps(cells, word):
    """Every fourth cell or so is a gap."""
    return st.one_of(cells, cells, cells, st.sampled_from(["", word]))


def _day(day):
    return f"{day.day:02}.{day.month:02}.{day.year}"


_TENTHS = st.integers(-9999, 9999).map(lambda n: f"{n / 10:.1f}")
CELLS = {
    "number": _gaps(_TENTHS, "NA"),
    "percent": _gaps(_TENTHS.map(lambda cell: f"{cell}%"), "-"),
    "money": _gaps(st.integers(0, 10**7).map(lambda n: f"$ {n / 100:,.2f}"), "n/a"),
    "limit": _gaps(st.integers(1, 99).map(lambda n: "<10" if n < 10 else str(n)), "?"),
    "code": _gaps(st.sampled_from(["007", "7", "X", "NA", "none", "01", "é", "a;b", 'q"q']), ""),
    "member": _gaps(st.sampled_from(["Yes", "No"]), "unknown"),
    "day": _gaps(st.dates(date(1970, 1, 1), date(2060, 1, 1)).map(_day), "."),
    "moment": _gaps(
        st.datetimes(pd.Timestamp(1970, 1, 1), pd.Timestamp(2060, 1, 1)).map(
            lambda moment: moment.replace(microsecond=0).isoformat()
        ),
        "NaT",
    ),
}
# The first rows leave no doubt of any column's kind.
SURE = {
    "number": ["1.5", "-22.75"],
    "percent": ["1.5%", "-22.75%"],
    "money": ["$ 1,234.50", "$ 7.25"],
    "limit": ["<10", "12"],
    "code": ["007", "X"],
    "member": ["Yes", "No"],
    "day": ["31.12.2023", "29.02.2024"],
    "moment": ["2024-01-31T12:00:00", "2023-06-01T13:30:15"],
}


@st.composite
def tables(draw):
    """Columns of mixed kinds, as text."""
    kinds = draw(st.lists(st.sampled_from(list(CELLS)), min_size=2, max_size=5))
    n = draw(st.integers(1, 12))
    columns = {}
    for i, kind in enumerate(kinds):
        more = draw(st.lists(CELLS[kind], min_size=n, max_size=n))
        columns[f"{kind} {i}"] = [*SURE[kind], *more]
    return pd.DataFrame(columns, dtype=str)


def same(first, second):
    """Whether two readings have the same labels, and the same bits elsewhere."""
    assert list(first.columns) == list(second.columns)
    for name in first.columns:
        a, b = first[name], second[name]
        if isinstance(a.dtype, pd.CategoricalDtype):
            assert a.astype(object).where(a.notna(), None).tolist() == (
                b.astype(object).where(b.notna(), None).tolist()
            )
        else:
            assert a.dtype == b.dtype
            assert a.to_numpy().tobytes() == b.to_numpy().tobytes()


@settings(max_examples=40, deadline=None)
@given(tables(), st.data())
def test_a_row_is_read_the_same_alone_in_any_company_and_order(table, data):
    schema = Schema.of(table)
    whole = schema.apply(table)
    rows = data.draw(st.lists(st.integers(0, len(table) - 1), min_size=1, max_size=8))
    chosen = schema.apply(table.iloc[rows].reset_index(drop=True))
    same(chosen, whole.iloc[rows].reset_index(drop=True))
    for row in rows:
        same(schema.apply(table.iloc[[row]]), whole.iloc[[row]])
    others = table[[*table.columns[::-1]]].assign(more="x")
    same(schema.apply(others), whole)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables())
def test_csv_tsv_and_parquet_give_the_same_schema_and_bits(tmp_path, table):
    pytest.importorskip("pyarrow")
    schema = Schema.of(table)
    expected = schema.apply(table)
    table.to_csv(tmp_path / "t.csv", index=False)
    table.to_csv(tmp_path / "t.tsv", index=False, sep="\t", encoding="utf-16")
    table.to_csv(tmp_path / "t.csv.gz", index=False, sep=";")
    table.to_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.tsv", "t.csv.gz", "t.parquet"):
        raw = read_table(tmp_path / name)
        found = Schema.of(raw)
        assert found == schema, name
        same(found.apply(raw), expected)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_what_was_read_may_be_given_with_types(table):
    schema = Schema.of(table)
    expected = schema.apply(table)
    typed = pd.DataFrame({name: expected[name] for name in expected.columns})
    same(schema.apply(typed), expected)
    objects = typed.astype(object).where(typed.notna(), None)
    same(schema.apply(objects), expected)


@settings(max_examples=20, deadline=None)
@given(tables(), st.data())
def test_text_and_types_give_a_network_the_same_inputs_and_weights(table, data):
    read = Schema.of(table).apply(table)
    typed = pd.DataFrame({name: read[name] for name in read.columns})
    y = [0, 1] + [data.draw(st.integers(0, 1)) for _ in range(len(table) - 2)]
    weights = []
    for X in (table, read, typed):
        network = MLPClassifier((2,), solver="lbfgs", max_iter=5, tol=0, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            pipeline = make_pipeline(make_preprocessor(X), network).fit(X, y)
        weights.append(b"".join(W.tobytes() for W in pipeline[-1].coefs_))
    assert weights[0] == weights[1] == weights[2]


@settings(max_examples=40, deadline=None)
@given(tables())
def test_a_schema_comes_back_from_json(table):
    schema = Schema.of(table)
    back = Schema.from_json(json.loads(json.dumps(schema.to_json())))
    assert back == schema
    assert hash(back) == hash(schema)
    same(back.apply(table), schema.apply(table))


def test_the_columns_of_a_schema_tell_what_was_found():
    raw = RawTable(
        "table.csv",
        {
            "who": Texts.of([f"person {i}" for i in range(20)]),
            "share": Texts.of([f"{i}.5%" if i % 4 else "n/a" for i in range(20)]),
            "kind": Texts.of(["elm", "oak", "", "NA"] * 5),
            "member": Texts.of(["yes", "no", "no", "?"] * 5),
            "day": Texts.of([f"{i + 1}.1.2024" for i in range(20)]),
        },
    )
    told = {c.name: (c.kind, c.spelling, c.n_labels, c.n_gaps) for c in Schema.of(raw).columns}
    assert told == {
        "who": ("left out", "", 20, 0),
        "share": ("number", "percent", 0, 5),
        "kind": ("category", "", 3, 5),
        "member": ("yes/no", "", 2, 5),
        "day": ("date", "day first", 0, 0),
    }
    columns = Schema.of(raw).columns
    assert all(isinstance(column, Column) for column in columns)
    assert isinstance(columns, tuple)


def test_a_missing_column_is_named_with_the_ones_that_are_there():
    schema = Schema.of(pd.DataFrame({"width": [1, 2, 5], "kind": ["a", "b", "a"]}))
    with pytest.raises(
        DataError, match=r"a column 'width', which is not there\. Did you mean 'Widht"
    ):
        schema.apply(pd.DataFrame({"Widht": [1], "kind": ["a"]}))
    with pytest.raises(DataError, match="columns 'width', 'kind', which are not there"):
        schema.apply(pd.DataFrame({"x": [1]}))


def test_labels_that_were_not_there_are_counted():
    schema = Schema.of(pd.DataFrame({"kind": ["a", "b", "a"], "n": [1, 2, 5]}))
    read = schema.apply(pd.DataFrame({"kind": ["c", "a", "d", "", "c"], "n": [1] * 5}))
    assert schema.unseen(read) == {"kind": ("c", 3)}
    assert schema.unseen(read.iloc[[1, 3]]) == {}


def test_any_frame_may_be_asked():
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    cells = {"n": ["1.5%", "2%", "7%"], "k": ["x", "y", "x"]}
    frame = pd.DataFrame(cells)
    expected = Schema.of(frame)
    for other in (pl.DataFrame(cells), pa.table(cells), frame.astype("category"),
                  frame.astype(object), frame.convert_dtypes(dtype_backend="pyarrow")):  # fmt: skip
        if isinstance(other, pd.DataFrame) and other["n"].dtype == "category":
            continue  # who makes categories of numbers means categories
        assert Schema.of(other) == expected
        same(expected.apply(other), expected.apply(frame))


def test_the_columns_of_an_array_go_by_their_places():
    schema = Schema.of(np.array([["1,5", "a"], ["2,25", "b"]], dtype=object))
    assert [column.name for column in schema.columns] == ["x0", "x1"]
    read = schema.apply(np.array([["7,75", "b"]], dtype=object))
    assert read["x0"].tolist() == [7.75]
    named = Schema.of(pd.DataFrame({"width": ["1,5", "2,25"], "kind": ["a", "b"]}))
    assert named.apply(np.array([["7,75", "b"]], dtype=object))["width"].tolist() == [7.75]


def test_the_target_is_not_asked_for_later(write):
    dataset = load(write("n,y\n1,a\n2,b\n5,a\n"))
    assert dataset.schema.target_column.name == "y"
    assert [column.name for column in dataset.schema.features] == ["n"]
    assert dataset.schema.apply(pd.DataFrame({"n": ["7"]}))["n"].tolist() == [7.0]
