from __future__ import annotations

import datetime
import decimal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data import load, make_preprocessor, read_table
from moonlet.exceptions import DataError, MissingExtraError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def stored(tmp_path):
    """Writes columns as a Parquet file and gives its path."""

    def stored(columns) -> Path:
        path = tmp_path / "table.parquet"
        pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), path)
        return path

    return stored


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(DataError) as caught:
        load(path, **options)
    assert str(caught.value).isprintable()
    return str(caught.value).removeprefix(str(path)).lstrip(",: ")


def test_numbers_categories_booleans_and_gaps(stored):
    path = stored(
        {
            "int": pa.array([1, None, 3, 4], pa.int32()),
            "float": pa.array([0.5, float("nan"), None, 2.0], pa.float32()),
            "money": pa.array([decimal.Decimal("1.25"), None, None, decimal.Decimal(2)]),
            "flag": pa.array([True, None, False, True]),
            "text": ["a", None, " b ", ""],
            "kind": pa.array(["x", None, "y", "x"]).dictionary_encode(),
            "nothing": pa.nulls(4),
            "y": ["no", "yes", "no", "yes"],
        }
    )
    X, y = load(path)
    gap = np.nan
    for name, values in {
        "int": [1, gap, 3, 4],
        "float": [0.5, gap, gap, 2],
        "money": [1.25, gap, gap, 2],
        "flag": [1, gap, 0, 1],
        "nothing": [gap] * 4,
    }.items():
        assert X[name].dtype == np.float64
        np.testing.assert_array_equal(X[name], values)
    for name, labels in {
        "text": ["a", None, "b", None],
        "kind": ["x", None, "y", "x"],
    }.items():
        assert isinstance(X[name].dtype, pd.CategoricalDtype)
        assert X[name].astype(object).where(X[name].notna(), None).tolist() == labels
    assert y.tolist() == ["no", "yes", "no", "yes"]
    assert np.isfinite(make_preprocessor(X).fit_transform(X)).all()


def test_it_gives_the_same_table_as_the_csv_file(stored, write):
    frame = pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", "y", None], "y": [True, False, True]})
    from_parquet = load(stored(pa.Table.from_pandas(frame)))
    from_csv = load(write(frame.assign(y=frame["y"].astype(int)).to_csv(index=False)))
    assert from_parquet.fingerprint() == from_csv.fingerprint()
    assert from_parquet.task == "classification"


def test_a_category_of_integers_is_still_a_category(tmp_path):
    code = pd.Categorical([10, 20, None, 10])
    y = pd.Categorical([1, 0, 1, 0])
    pd.DataFrame({"code": code, "n": [1, 2, 3, 4], "y": y}).to_parquet(tmp_path / "t.parquet")
    X, y = load(tmp_path / "t.parquet")
    assert X["code"].cat.categories.tolist() == ["10", "20"]
    assert X["code"].isna().tolist() == [False, False, True, False]
    assert X["n"].dtype == np.float64
    assert y.tolist() == ["1", "0", "1", "0"]


@pytest.mark.parametrize("index", [pd.Index([5, 6, 7]), pd.Index(list("uvw"), name="id")])
def test_an_index_that_pandas_stored_is_no_column(tmp_path, index):
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "y": ["n", "y", "n"]}, index=index)
    frame.to_parquet(tmp_path / "table.parquet")
    assert pq.read_table(tmp_path / "table.parquet").num_columns == 3
    assert load(tmp_path / "table.parquet").target == "y"


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path):
    folder = tmp_path / "year=2024"
    folder.mkdir()
    pq.write_table(pa.table({"a": [1, 2], "y": ["n", "y"]}), folder / "table.parquet")
    assert read_table(folder / "table.parquet").columns.tolist() == ["a", "y"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([datetime.date(2024, 1, 1)] * 2, "dates and times (date32[day]) are not understood. Turn"),
        ([datetime.datetime(2024, 1, 1)] * 2, "dates and times (timestamp[us]) are not"),
        ([datetime.timedelta(1)] * 2, "dates and times (duration[us]) are not understood"),
        ([[1, 2], [3]], "nested values (list<"),
        ([{"u": 1}, {"u": 2}], "nested values (struct<u: int64>) are not understood. Spread"),
        ([b"ab", b"c"], "values of type binary are not understood. Turn them into numbers"),
    ],
)
def test_what_is_neither_number_nor_label_is_refused(stored, values, words):
    assert refusal(stored({"a": values, "y": [0, 1]})).startswith(f"column 'a': {words}")


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e200])
def test_an_infinite_number_is_named_with_its_row(stored, value):
    message = refusal(stored({"a": [1.0, None, value], "y": [0, 1, 0]}))
    assert message.startswith("row 3, column 'a': ")
    assert "infinite or too large" in message


@pytest.mark.parametrize(
    ("columns", "options", "words"),
    [
        ({"a": [1.0, 2.0], "y": ["n", None]}, {}, "column 'y': the target is empty in row 2."),
        ({"a": [1.0, 2.0], "y": ["n", "n"]}, {}, "column 'y': the target has one class only, 'n'"),
        ({"a": [1.0, 2.0], "y": [1.5, 2.5]}, {"task": "classification"}, "row 1, column 'y': a cl"),
        ({"a": [1.0], "y": ["n"]}, {"target": "z"}, "there is no column 'z'"),
        (
            {"a": pa.array([], pa.float64()), "y": pa.array([], pa.string())},
            {},
            "there are columns",
        ),
        ({"": [1.0, 2.0], "y": ["n", "y"]}, {}, "column 1: the column has no name"),
    ],
)
def test_an_unfit_table_is_refused(stored, columns, options, words):
    assert refusal(stored(columns), **options).startswith(words)


def test_two_columns_of_one_name_are_refused(stored):
    path = stored(pa.Table.from_arrays([pa.array([1, 2])] * 3, names=["a", "a ", "y"]))
    assert refusal(path) == "column 'a': two columns have this name. Rename one."


def test_a_file_without_columns_is_refused(stored):
    assert refusal(stored(pa.table({}))).startswith("there are no columns")


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "overwritten"])
def test_a_damaged_file_is_refused(stored, damage):
    path = stored({"a": list(range(1000)), "y": ["no", "yes"] * 500})
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "text": b"a,y\n1,2\n",
            "cut": whole[: len(whole) // 2],
            "overwritten": whole[:40] + b"\xff" * 400 + whole[440:],
        }[damage]
    )
    assert refusal(path).startswith("this is not a Parquet file, or it is damaged: ")


def test_without_pyarrow_the_extra_is_named(stored, monkeypatch):
    path = stored({"a": [1, 2], "y": ["n", "y"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError) as caught:
        load(path)
    assert 'pip install "moonlet[parquet]"' in str(caught.value)


def test_a_missing_parquet_file_is_told_like_any_other(tmp_path):
    assert refusal(tmp_path / "nothing.parquet") == "there is no such file. Check the path."
