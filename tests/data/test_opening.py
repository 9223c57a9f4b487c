from __future__ import annotations

import io
import os
import threading

import pandas as pd
import pytest

from moonlet.data.opening import open_table
from moonlet.exceptions import DataError
from tests.data.test_unpacking import CSV, ROWS, texts


def test_a_file_a_stream_and_the_standard_input_are_the_same_table(write, monkeypatch):
    path = write(CSV)
    assert texts(open_table(path)) == texts(open_table(str(path))) == ROWS
    with path.open("rb") as stream:
        assert texts(open_table(stream)) == ROWS
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CSV), encoding="utf-8"))
    assert texts(open_table("-")) == ROWS


def test_a_stream_that_comes_bit_by_bit_is_read_to_its_end():

    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            for byte in CSV:
                pipe.write(bytes([byte]))

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reading, "rb") as pipe:
        assert texts(open_table(pipe)) == ROWS
    thread.join()


@pytest.mark.parametrize("name", ["T.CSV", "t.Txt", "t.tsv", "a.b.csv", "t #1.csv", "a#b"])
def test_names_of_text_files(write, refused, name):
    if name == "a#b":
        assert refused(CSV, name).startswith("the name must end in .csv, .tsv, .txt, .parquet")
    else:
        assert texts(open_table(write(CSV, name))) == ROWS


def test_a_pipe_with_a_name_is_read_too(tmp_path):

    path = tmp_path / "named.csv"
    os.mkfifo(path)
    thread = threading.Thread(target=lambda: path.write_bytes(CSV))
    thread.start()
    assert texts(open_table(path)) == ROWS
    thread.join()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("table.csv.gz", "the name ends in .gz, but it is not a gzip file. Rename it."),
        ("table.zip", "the name ends in .zip, but it is not a zip file. Rename it."),
        ("table.xlsx", "this is not an Excel workbook, or it is damaged"),
        ("table.parquet", "this is not a Parquet file, or it is damaged"),
        ("table.feather", "this is not an Arrow file, or it is damaged"),
        ("table.json", "the name must end in .csv, .tsv, .txt, .parquet, .feather, .arrow"),
        ("table.parquet.gz", "the name must end in .csv"),
        ("table", "the name must end in .csv"),
    ],
)
def test_text_that_claims_to_be_something_else_is_refused(refused, name, words):
    assert refused(CSV, name).startswith(words)


def test_what_is_not_there_or_cannot_be_read_is_told(tmp_path):
    with pytest.raises(DataError, match=r"none.csv: there is no such file. Check the path."):
        open_table(tmp_path / "none.csv")
    with pytest.raises(DataError, match=r"this is a folder without .parquet files. Name a file."):
        open_table(tmp_path)


def test_options_of_text_are_refused_for_other_files(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "table.parquet"
    pd.DataFrame({"a": [1, 2]}).to_parquet(path)
    with pytest.raises(DataError, match="a Parquet file has no encoding, comments or delimiter"):
        open_table(path, encoding="cp1252")
