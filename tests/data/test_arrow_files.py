from __future__ import annotations

import datetime as dt
import decimal
import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data.frames import raw_frame
from moonlet.data.opening import open_table
from moonlet.data.raw import RawTable, Texts, Typed
from moonlet.data.written import as_texts
from moonlet.exceptions import DataError, MissingExtraError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")


@pytest.fixture
def stored(tmp_path) -> Callable[..., Path]:
    """Writes columns as a Parquet file and gives its path."""

    def stored(columns, name: str = "table.parquet") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), path)
        return path

    return stored


def texts(table: RawTable) -> dict[str, list[str]]:
    return {name: as_texts(cells) for name, cells in table.columns.items()}


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        open_table(path)
    assert str(caught.value).isprintable()
    return str(caught.value).removeprefix(str(path)).lstrip(",: ")


def test_columns_keep_the_types_of_the_file(stored):
    moments = [dt.datetime(2024, 5, 1, 12, 30), None]
    table = open_table(
        stored(
            {
                "int": pa.array([1, None], pa.int32()),
                "float": pa.array(np.array([0.5, np.nan], np.float16)),
                "money": pa.array([decimal.Decimal("1.25"), None]),
                "flag": pa.array([True, None]),
                "text": ["a", ""],
                "long text": pa.array([" b ", None], pa.large_string()),
                "kind": pa.array(["x", None]).dictionary_encode(),
                "code": pa.array([7, None]).dictionary_encode(),
                "rate": pa.array([0.5, None]).dictionary_encode(),
                "day": [dt.date(2024, 5, 1), None],
                "time": moments,
                "zone": pa.array(moments, pa.timestamp("ms", "Europe/Paris")),
                "clock": [dt.time(9, 5), None],
                "span": [dt.timedelta(minutes=30), None],
                "nothing": pa.nulls(2),
            }
        )
    )
    assert texts(table) == {
        "int": ["1", ""],
        "float": ["0.5", ""],
        "money": ["1.25", ""],
        "flag": ["True", ""],
        "text": ["a", ""],
        "long text": ["b", ""],
        "kind": ["x", ""],
        "code": ["7", ""],
        "rate": ["0.5", ""],
        "day": ["2024-05-01", ""],
        "time": ["2024-05-01 12:30:00", ""],
        "zone": ["2024-05-01 14:30:00+02:00", ""],
        "clock": ["09:05:00", ""],
        "span": ["0.5", ""],
        "nothing": ["", ""],
    }
    typed = ["int", "float", "flag", "day", "time", "zone", "span"]
    assert [name for name, cells in table.columns.items() if isinstance(cells, Typed)] == typed
    categories = [
        name
        for name, cells in table.columns.items()
        if isinstance(cells, Texts) and cells.is_category
    ]
    assert categories == ["kind", "code", "rate"]


@pytest.mark.parametrize("values", [[10, 20, None], [0.5, 1.0, None], [True, False, None]])
def test_categories_of_pandas_stay_categories(tmp_path, values):
    frame = pd.DataFrame({"code": pd.Categorical(values), "n": [1, 2, 3]})
    for path in (tmp_path / "t.parquet", tmp_path / "t.feather"):
        frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_feather(path)
        cells = open_table(path).columns["code"]
        assert isinstance(cells, Texts)
        assert cells.is_category
        assert cells.cells() == as_texts(raw_frame(frame).columns["code"])
        assert isinstance(open_table(path).columns["n"], Typed)


@pytest.mark.parametrize("index", [pd.Index([5, 6]), pd.Index(list("uv"), name="id")])
def test_an_index_that_pandas_stored_is_no_column(tmp_path, index):
    pd.DataFrame({"a": [1, 2], "y": [0, 1]}, index=index).to_parquet(tmp_path / "t.parquet")
    assert list(open_table(tmp_path / "t.parquet").columns) == ["a", "y"]


def test_a_note_that_pandas_did_not_write_does_no_harm(stored):
    table = pa.table({"a": [1, 2]}).replace_schema_metadata({"pandas": '{"columns": 3}'})
    assert list(open_table(stored(table)).columns) == ["a"]


def test_whole_numbers_keep_all_their_digits(stored):
    numbers = [2**63 - 1, -(2**63), 2**53 + 1]
    assert texts(open_table(stored({"a": numbers})))["a"] == [str(number) for number in numbers]
    assert texts(open_table(stored({"a": [2**60, None]})))["a"] == [str(2**60), ""]


@pytest.mark.parametrize("ending", [".feather", ".arrow", ".arrows"])
@pytest.mark.parametrize("as_stream", [True, False])
def test_arrow_files_and_streams_are_read_under_any_of_their_names(tmp_path, ending, as_stream):
    table = pa.table({"a": [1, 2], "y": ["u", "v"]})
    path = tmp_path / f"table{ending}"
    open_writer = pa.ipc.new_stream if as_stream else pa.ipc.new_file
    with open_writer(path, table.schema) as writer:
        writer.write_table(table)
    assert texts(open_table(path)) == {"a": ["1", "2"], "y": ["u", "v"]}
    assert texts(open_table(io.BytesIO(path.read_bytes())))["y"] == ["u", "v"]


def test_a_compressed_feather_file_is_read(tmp_path):
    feather.write_feather(pa.table({"a": [1, 2]}), tmp_path / "t.feather", compression="zstd")
    assert texts(open_table(tmp_path / "t.feather")) == {"a": ["1", "2"]}


def test_a_folder_of_parts_is_one_table_in_the_order_of_their_numbers(stored, tmp_path):
    for number in (10, 9, 1):
        stored({"a": [number], "k": pa.array([f"k{number}"]).dictionary_encode()},
               f"parts/part-{number}.parquet")  # fmt: skip
    stored({"k": ["k2"], "a": [2]}, "parts/part-2.parquet")
    for name in ("_SUCCESS", "_metadata", ".part-1.parquet.crc"):
        (tmp_path / "parts" / name).write_bytes(b"")
    (tmp_path / "parts" / "notes.txt").write_text("not a part")
    with pytest.raises(DataError, match=r"the parts differ in the types of their columns"):
        open_table(tmp_path / "parts")
    stored({"k": pa.array(["k2"]).dictionary_encode(), "a": [2]}, "parts/part-2.parquet")
    table = open_table(tmp_path / "parts")
    assert texts(table) == {"a": ["1", "2", "9", "10"], "k": ["k1", "k2", "k9", "k10"]}
    assert str(table.source) == str(tmp_path / "parts")


def test_a_part_may_have_no_value_in_a_column_at_all(stored, tmp_path):
    stored({"a": [1.5]}, "parts/1.parquet")
    stored({"a": pa.nulls(1)}, "parts/2.parquet")
    assert texts(open_table(tmp_path / "parts")) == {"a": ["1.5", ""]}


def test_parts_with_other_columns_are_refused_by_name(stored, tmp_path):
    stored({"a": [1], "b": [1]}, "parts/1.parquet")
    stored({"a": [1], "c": [1]}, "parts/2.parquet")
    assert refusal(tmp_path / "parts") == (
        "1.parquet and 2.parquet differ in columns: 'b', 'c' stand in one of them only. Write them "
        "alike."
    )


def test_a_folder_of_folders_is_refused_by_their_names(stored, tmp_path):
    (tmp_path / "parts").mkdir()
    stored({"a": [1]}, "parts/year=2024/1.parquet")
    assert refusal(tmp_path / "parts").startswith("there are folders in it: 'year=2024'. A folder")


def test_a_damaged_part_is_named(stored, tmp_path):
    stored({"a": [1]}, "parts/1.parquet")
    (tmp_path / "parts" / "2.parquet").write_bytes(b"PAR1")
    assert refusal(tmp_path / "parts").startswith("/2.parquet: this is not a Parquet file, or it i")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[1, 2], [3]], "nested values (list<"),
        ([{"u": 1}, {"u": 2}], "nested values (struct<u: int64>) are not understood. Spread"),
        ([b"ab", b"c"], "values of type binary are not understood. Turn them into numbers"),
        (["a", "b\0"], "there is a NUL character"),
    ],
)
def test_what_no_table_can_hold_is_refused(stored, values, words):
    message = refusal(stored({"a": values, "y": [0, 1]}))
    assert message.removeprefix("row 2, ").startswith(f"column 'a': {words}")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"a": pa.array([], pa.float64())}, "there are columns but no rows"),
        ({"": [1.0, 2.0], "y": ["n", "y"]}, "column 1: the column has no name"),
        ({}, "there are no columns"),
        (
            pa.Table.from_arrays([pa.array([1, 2])] * 3, names=["a", "a ", "y"]),
            "column 'a': two columns have this name. Rename one.",
        ),
    ],
)
def test_an_unfit_table_is_refused(stored, columns, words):
    assert refusal(stored(columns)).startswith(words)


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "overwritten"])
@pytest.mark.parametrize("ending", [".parquet", ".feather"])
def test_a_damaged_file_is_refused(tmp_path, damage, ending):
    path = tmp_path / f"table{ending}"
    table = pa.table({"a": np.arange(1000), "y": ["no", "yes"] * 500})
    (pq.write_table if ending == ".parquet" else feather.write_feather)(table, path)
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "text": b"a,y\n1,2\n",
            "cut": whole[: len(whole) // 2],
            "overwritten": whole[:40] + b"\xff" * 400 + whole[440:],
        }[damage]
    )
    if damage == "overwritten" and ending == ".feather":
        pytest.skip("Arrow's own files have no checksums")
    name = "a Parquet file" if ending == ".parquet" else "an Arrow file"
    assert refusal(path).startswith(f"this is not {name}, or it is damaged: ")


def test_a_length_that_no_memory_holds_is_damage(tmp_path):
    table = pa.table({"a": np.arange(40), "y": ["no", "yes"] * 20})
    path = tmp_path / "table.arrows"
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)
    whole = path.read_bytes()
    at = whole.rindex((320).to_bytes(8, "little"))  # the bytes of the column of numbers
    path.write_bytes(whole[:at] + (1 << 60).to_bytes(8, "little") + whole[at + 8 :])
    assert refusal(path).startswith("this is not an Arrow stream, or it is damaged: ")


@pytest.mark.parametrize("ending", [".parquet", ".feather"])
def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch, ending):
    path = tmp_path / f"table{ending}"
    frame = pd.DataFrame({"a": [1, 2]})
    frame.to_parquet(path) if ending == ".parquet" else frame.to_feather(path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'pip install "moonlet\[parquet\]"'):
        open_table(path)
