from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from moonlet.data.frames import raw_frame
from moonlet.data.opening import open_table
from moonlet.data.raw import Texts, Typed
from moonlet.data.written import as_texts
from moonlet.exceptions import DataError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")
pl = pytest.importorskip("polars")

DAY = dt.date(2024, 5, 1)
NOON = dt.datetime(2024, 5, 1, 12, 30)


def one(column) -> Texts | Typed:
    (cells,) = raw_frame(pd.DataFrame({"a": column})).columns.values()
    return cells


TYPED = {
    "int": (pd.Series([1, 2, -3]), "int64", ["1", "2", "-3"]),
    "uint64": (pd.Series([1, 2**64 - 1], dtype="uint64"), "uint64", ["1", str(2**64 - 1)]),
    "Int64": (pd.Series([1, None, 2**60], dtype="Int64"), "Int64", ["1", "", str(2**60)]),
    "float": (pd.Series([1.0, np.nan, 2.5]), "float64", ["1", "", "2.5"]),
    "Float64": (pd.Series([1.0, None, 2.5], dtype="Float64"), "float64", ["1", "", "2.5"]),
    "float32": (pd.Series([0.5, 2.0], dtype="float32"), "float64", ["0.5", "2"]),
    "bool": (pd.Series([True, False]), "bool", ["True", "False"]),
    "boolean": (pd.Series([True, None], dtype="boolean"), "boolean", ["True", ""]),
    "sparse": (pd.Series(pd.arrays.SparseArray([0.0, 1.5])), "float64", ["0", "1.5"]),
    "day": (pd.to_datetime(pd.Series(["2024-05-01", None])), "datetime64[us]", ["2024-05-01", ""]),
    "time": (
        pd.Series(np.array(["2024-05-01T12:30", "2024-05-02"], "M8[s]")),
        "datetime64[s]",
        ["2024-05-01 12:30:00", "2024-05-02 00:00:00"],
    ),
    "zone": (
        pd.Series(pd.DatetimeIndex(["2024-05-01"]).tz_localize("Asia/Tokyo")),
        "datetime64[us, Asia/Tokyo]",
        ["2024-05-01 00:00:00+09:00"],
    ),
    "period": (pd.Series(pd.period_range("2024-05", periods=2, freq="M")), "datetime64[us]",
               ["2024-05-01", "2024-06-01"]),
    "span": (pd.Series(pd.to_timedelta(["90min", None, "2h"])), "float64", ["1.5", "", "2"]),
    "objects: whole": (pd.Series([1, None, 2**60], dtype=object), "Int64", ["1", "", str(2**60)]),
    "objects: numbers": (pd.Series([1, np.nan, 2.5], dtype=object), "float64", ["1", "", "2.5"]),
    "objects: truth": (pd.Series([True, None, np.False_], dtype=object), "boolean",
                       ["True", "", "False"]),
    "objects: days": (pd.Series([DAY, None], dtype=object), "datetime64[us]", ["2024-05-01", ""]),
    "objects: NumPy's spans": (pd.Series([np.timedelta64(45, "m"), None], dtype=object), "float64",
                              ["0.75", ""]),
    "objects: times": (pd.Series([NOON, pd.NaT], dtype=object), "datetime64[us]",
                       ["2024-05-01 12:30:00", ""]),
    "objects: spans": (pd.Series([dt.timedelta(minutes=45), None], dtype=object), "float64",
                       ["0.75", ""]),
    "Arrow: whole": (pd.Series([1, None], dtype="int16[pyarrow]"), "Int16", ["1", ""]),
    "Arrow: float": (pd.Series([1.5, None], dtype="float[pyarrow]"), "float64", ["1.5", ""]),
    "Arrow: truth": (pd.Series([True, None], dtype="bool[pyarrow]"), "boolean", ["True", ""]),
    "Arrow: day": (pd.Series([DAY, None], dtype="date32[pyarrow]"), "datetime64[s]",
                   ["2024-05-01", ""]),
}  # fmt: skip


@pytest.mark.parametrize("case", TYPED)
def test_a_column_with_a_type_keeps_it(case):
    series, dtype, texts = TYPED[case]
    cells = one(series)
    assert isinstance(cells, Typed)
    assert str(cells.series.dtype) == dtype
    assert as_texts(cells) == texts
    assert len(cells) == len(series)


WRITTEN = {
    "text": (pd.Series([" a ", None, ""]), False, ["a", "", ""]),
    "text objects": (pd.Series(["a", None, np.nan, pd.NA], dtype=object), False, ["a", "", "", ""]),
    "Arrow text": (pd.Series(["a", None], dtype="string[pyarrow]"), False, ["a", ""]),
    "Decimal": (pd.Series([Decimal("1.10"), None, Decimal("NaN")]), False, ["1.10", "", ""]),
    "Arrow decimal": (
        pd.Series([Decimal("1.1"), None], dtype=pd.ArrowDtype(pa.decimal128(9, 2))),
        False,
        ["1.10", ""],
    ),
    "beyond int64": (pd.Series([2**70, 1], dtype=object), False, [str(2**70), "1"]),
    "beyond a float": (pd.Series([2**53 + 1, 0.5], dtype=object), False, [str(2**53 + 1), "0.5"]),
    "mixed": (pd.Series([1, "1", 1.0, True, "x", DAY], dtype=object), False,
              ["1", "1", "1", "True", "x", "2024-05-01"]),
    "truth and numbers": (pd.Series([True, 2], dtype=object), False, ["True", "2"]),
    "clock": (pd.Series([dt.time(9, 5), None], dtype=object), False, ["09:05:00", ""]),
    "zones": (pd.Series([NOON.replace(tzinfo=dt.UTC), None], dtype=object), False,
              ["2024-05-01 12:30:00+00:00", ""]),
    "intervals": (pd.Series(pd.cut([1, 5], [0, 3, 6])), True, ["(0, 3]", "(3, 6]"]),
    "category": (pd.Series(["b", None, "a"], dtype="category"), True, ["b", "", "a"]),
    "category of whole numbers": (pd.Series(pd.Categorical([10, None, 7])), True, ["10", "", "7"]),
    "category of numbers": (pd.Series(pd.Categorical([1.0, None, 0.5])), True, ["1", "", "0.5"]),
    "category of truth": (pd.Series(pd.Categorical([True, None])), True, ["True", ""]),
    "category of days": (pd.Series(pd.Categorical([pd.Timestamp(DAY), None])), True,
                         ["2024-05-01", ""]),
    "category of nothing": (pd.Series(pd.Categorical([None, None])), True, ["", ""]),
    "nothing": (pd.Series([None, np.nan], dtype=object), False, ["", ""]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN)
def test_any_other_column_is_written_as_text(case):
    series, is_category, texts = WRITTEN[case]
    cells = one(series)
    assert isinstance(cells, Texts)
    assert cells.is_category == is_category
    assert as_texts(cells) == cells.cells() == texts


def everything() -> dict[str, list]:
    return {
        "whole": [1, None, 2**60],
        "number": [1.5, None, 1e300],
        "truth": [True, None, False],
        "text": ["x", None, " y "],
        "day": [DAY, None, DAY],
        "time": [NOON, None, NOON],
        "span": [dt.timedelta(hours=1.5), None, dt.timedelta(0)],
        "clock": [dt.time(9, 5), None, dt.time(23)],
        "decimal": [Decimal("1.10"), None, Decimal("-2.25")],
        "nothing": [None, None, None],
    }


def as_pandas() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(cells, dtype=object) for name, cells in everything().items()}
    )


@pytest.mark.parametrize(
    "make",
    [pl.DataFrame, pa.table, lambda columns: pa.RecordBatch.from_pydict(columns)],
    ids=["polars", "pyarrow", "a batch of pyarrow"],
)
def test_a_table_is_the_same_in_every_library(make):
    expected = raw_frame(as_pandas()).columns
    found = raw_frame(make(everything())).columns
    assert list(found) == list(expected)
    for name, cells in expected.items():
        assert as_texts(found[name]) == as_texts(cells), name
        assert type(found[name]) is type(cells), name


@pytest.mark.parametrize("ending", ["csv", "parquet", "feather"])
def test_a_table_is_the_same_in_every_file(ending, tmp_path):
    # pandas writes True, spans and seconds its own way.
    frame = as_pandas().drop(columns=["truth", "time", "span"])
    path = tmp_path / f"table.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        table = pa.table(everything()).drop_columns(["truth", "time", "span"])
        (pq.write_table if ending == "parquet" else feather.write_feather)(table, path)
    found = open_table(path).columns
    expected = raw_frame(frame).columns
    assert list(found) == list(expected)
    for name, cells in expected.items():
        assert as_texts(found[name]) == as_texts(cells), name


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["u", "v"])])
def test_categories_of_polars_stay_categories(dtype):
    cells = raw_frame(pl.DataFrame({"a": pl.Series(["u", None, "v"], dtype=dtype)})).columns["a"]
    assert isinstance(cells, Texts)
    assert cells.is_category
    assert cells.cells() == ["u", "", "v"]


def test_polars_without_pyarrow_comes_object_by_object(monkeypatch):
    frame = pl.DataFrame({"a": [1, None], "b": ["x", "y"], "c": [DAY, None]})
    expected = {name: as_texts(cells) for name, cells in raw_frame(frame).columns.items()}
    monkeypatch.setattr(
        "narwhals.DataFrame.to_arrow", lambda _: (_ for _ in ()).throw(ModuleNotFoundError)
    )
    assert {name: as_texts(cells) for name, cells in raw_frame(frame).columns.items()} == expected


@pytest.mark.parametrize(
    ("array", "columns"),
    [
        (np.arange(4).reshape(2, 2), {"x0": ["0", "2"], "x1": ["1", "3"]}),
        (np.array([[1.5, np.nan]]), {"x0": ["1.5"], "x1": [""]}),
        (np.array([[True], [False]]), {"x0": ["True", "False"]}),
        (np.array([["a", "1"], ["b", "2"]]), {"x0": ["a", "b"], "x1": ["1", "2"]}),
        (np.array([[1, "a"], [2.5, None]], dtype=object), {"x0": ["1", "2.5"], "x1": ["a", ""]}),
        (np.array([(1, 2.5)], dtype=[("n", int), ("v", float)]), {"n": ["1"], "v": ["2.5"]}),
        (np.array([["2024-05-01"]], "M8[D]"), {"x0": ["2024-05-01"]}),
    ],
)
def test_an_array_is_a_table_of_its_columns(array, columns):
    found = raw_frame(array).columns
    assert {name: as_texts(cells) for name, cells in found.items()} == columns


def test_names_become_text_and_the_index_is_no_column():
    frame = pd.DataFrame([[1, 2, 3]], columns=[0, " b ", 2019.0], index=pd.Index(["r"], name="id"))
    assert list(raw_frame(frame).columns) == ["0", "b", "2019"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            np.zeros(3),
            ": an array of 1 dimension is no table. Expected 2, rows and columns; X.resh",
        ),
        (np.zeros((2, 2, 2)), ": an array of 3 dimensions is no table"),
        (
            {1, 2},
            ": expected a DataFrame (of pandas, polars, pyarrow and others) or a 2-dimension",
        ),
        ("table.csv", ": expected a DataFrame"),
        (None, ": expected a DataFrame"),
        (pd.Series([1]), ": expected a DataFrame"),
        (pl.LazyFrame({"a": [1]}), ": a LazyFrame has no rows yet. Collect it into a DataFrame"),
        (pd.DataFrame(), ": there are no columns"),
        (pd.DataFrame({"a": []}), ": there are columns but no rows. Add rows."),
        (pa.table({"a": pa.array([], pa.int64())}), ": there are columns but no rows. Add rows."),
        (
            pd.DataFrame({("a", "b"): [1]}),
            ", column 1: the name has several levels: \"('a', 'b')\".",
        ),
        (pd.DataFrame([[1, 2]], columns=["a", "a "]), ", column 'a': two columns have this name."),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), ", column '1': two columns have this name."),
        (pd.DataFrame({None: [1]}), ", column 1: the column has no name."),
        (pd.DataFrame({"a": [1, 2j]}), ", column 'a': complex numbers are not understood."),
        (pd.DataFrame({"a": [None, [1]]}), ", row 2, column 'a': '[1]' is a list. Spread it over"),
        (pd.DataFrame({"a": ["x", {"b": 1}]}), ", row 2, column 'a': \"{'b': 1}\" is a dict."),
        (
            pd.DataFrame({"a": [b"x"]}),
            ", row 1, column 'a': \"b'x'\" is a bytes. Expected a number",
        ),
        (pd.DataFrame({"a": [object]}), ", row 1, column 'a': \"<class 'object'>\" is a type."),
        (pd.DataFrame({"a": ["x", "y\0"]}), ", row 2, column 'a': there is a NUL character"),
        (pl.DataFrame({"a": ["x", "y\0"]}), ", row 2, column 'a': there is a NUL character"),
        (pl.DataFrame({"a": [[1]]}), ", column 'a': nested values (large_list<item: int64>) are"),
        (pl.DataFrame({"a": [{"b": 1}]}), ", column 'a': nested values (struct<b: int64>) are not"),
        (pl.DataFrame({"a": [b"x"]}), ", column 'a': values of type large_binary are not"),
        (
            pd.DataFrame({"a": pd.Categorical(["1", 1])}),
            ", column 'a': two categories are written '1'. Rename one of them.",
        ),
    ],
    ids=str,
)
def test_what_is_no_table_is_refused(table, words):
    with pytest.raises(DataError) as caught:
        raw_frame(table, "frame")
    assert str(caught.value).startswith("frame" + words)
    assert str(caught.value).isprintable()


def test_rows_in_lists_are_a_table_as_an_array_is():
    table = raw_frame([[1.5, "a"], (2.5, "b"), [None, "a"]])
    assert list(table.columns) == ["x0", "x1"]
    assert table.columns["x0"].series.tolist()[:2] == [1.5, 2.5]
    assert table.columns["x1"].cells() == ["a", "b", "a"]


@pytest.mark.parametrize("rows", [[], [1, 2], [[1, 2], [3]], [[], []], ["ab", "cd"], [[1], 2]])
def test_a_list_that_is_no_table_is_refused(rows):
    with pytest.raises(DataError, match="a list is a table if it has rows of one length"):
        raw_frame(rows)
