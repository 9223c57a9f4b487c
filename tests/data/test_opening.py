from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data.opening import open_table
from moonlet.data.raw import Texts
from moonlet.exceptions import DataError

CSV = b"size,kind,y\n1,a,no\n2.5,b,yes\n,,no\n"
ROWS = {"size": ["1", "2.5", ""], "kind": ["a", "b", ""], "y": ["no", "yes", "no"]}


def texts(table) -> dict[str, list[str]]:
    assert all(isinstance(column, Texts) for column in table.columns.values())
    return {name: column.cells() for name, column in table.columns.items()}


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    pa = pytest.importorskip("pyarrow")
    return pa.Codec("zstd").compress(data, asbytes=True)


PACKED = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstd,
    ".zip": lambda data: zipped(("folder/", b""), ("table.csv", data), ("__MACOSX/x", b"")),
}


@pytest.mark.parametrize("ending", PACKED)
@pytest.mark.parametrize("inner", [".csv", ".txt", ""])
def test_a_packed_file_is_read_as_the_file_in_it(write, ending, inner):
    table = open_table(write(PACKED[ending](CSV), f"table{inner}{ending}"))
    assert texts(table) == ROWS
    assert table.delimiter == ","


@pytest.mark.parametrize("ending", PACKED)
def test_a_packed_stream_needs_no_name(ending, monkeypatch):
    packed = PACKED[ending](CSV)
    assert texts(open_table(io.BytesIO(packed))) == ROWS
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed)))
    table = open_table("-")
    assert texts(table) == ROWS
    assert table.source == "standard input"


@pytest.mark.parametrize("ending", [".gz", ".xz", ".bz2", ".zst", ".zip"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_packed_file_is_refused(refused, ending, damage):
    whole = PACKED[ending](b"a,y\n" + b"".join(b"%d,%d\n" % (i * i, i % 2) for i in range(999)))
    middle = len(whole) // 2
    changed = whole[:middle] + bytes(255 - byte for byte in whole[middle : middle + 40])
    bad = whole[:middle] if damage == "cut" else changed + whole[middle + 40 :]
    message = refused(bad, f"table.csv{ending}")
    assert "that is damaged: " in message


def test_a_zip_file_of_several_files_names_them(refused):
    message = refused(zipped(("a.csv", CSV), ("b.csv", CSV)), "tables.zip")
    assert message.startswith("a zip file must hold one table, and this holds 2 files: 'a.csv', 'b")
    assert refused(zipped(), "tables.zip").startswith("a zip file must hold one table, and this")


def test_all_members_of_a_gzip_file_are_read(write):
    # bgzip writes many; a reader that stops after the first loses rows (pola-rs/polars#1126).
    pieces = gzip.compress(CSV[:20]) + gzip.compress(CSV[20:30]) + gzip.compress(CSV[30:])
    assert texts(open_table(write(pieces, "table.csv.gz"))) == ROWS


def test_a_zip_bomb_is_not_unpacked(refused, monkeypatch):
    monkeypatch.setattr("moonlet.data.unpacking.SMALL", 1 << 20)
    rows = b"a,y\n" + b"1,0\n" * 2_000_000
    message = refused(gzip.compress(rows, 9), "table.csv.gz")
    assert message.startswith("it unpacks to more than 250 times its size, as no table does.")
    ordinary = b"a,y\n" + b"".join(b"%d,%d\n" % (i, i % 2) for i in range(300_000))
    assert len(open_table(io.BytesIO(gzip.compress(ordinary))).columns) == 2


def sqlite(folder: Path) -> bytes:
    sqlite3.connect(folder / "x.db").execute("create table t (a)").connection.close()
    return (folder / "x.db").read_bytes()


@pytest.mark.parametrize(
    ("contents", "name"),
    [
        (gzip.compress(CSV), "a gzip file. Let its name end in .csv.gz."),
        (lzma.compress(CSV), "an xz file. Let its name end in .csv.xz."),
        (bz2.compress(CSV), "a bzip2 file. Let its name end in .csv.bz2."),
        (zipped(("a.csv", CSV)), "a zip file. Let its name end in .csv.zip."),
        (zipped(("xl/workbook.xml", b"")), "an Excel workbook. Let its name end in .xlsx."),
        (zipped(("content.xml", b"")), "an OpenDocument file. moonlet does not read such files. S"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an old Excel (.xls) or other Office file. moon"),
        (b"%PDF-1.7\n\0\1", "a PDF file. moonlet does not read such files. Save the table as CSV"),
        (b"\n<!DOCTYPE html>\n<html>", "an HTML page. moonlet does not read"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "an XML file"),
        (b'[{"a": 1}]', "a JSON file"),
        (b'{"a": 1}\n{"a": 2}\n', "a JSON file"),
        (pickle.dumps(pd.DataFrame({"a": [1]})), "a pickle. moonlet does not read such files."),
        (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer, not the file itsel"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",  # packed bytes hold the time
)
def test_what_is_no_text_is_named_by_its_first_bytes(refused, contents, name):
    assert refused(contents).startswith(f"the name ends in .csv, but this is {name}")


def test_a_database_and_an_array_are_named_too(refused, tmp_path):
    assert "this is an SQLite database" in refused(sqlite(tmp_path))
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    assert "this is a NumPy (.npy) file" in refused(file.getvalue(), "table.tsv")


@pytest.mark.parametrize("name", ["PAR1", "BZh", "ORC", "GIF8", "$FL", "PK", "%PDF", "Rar!"])
def test_a_column_may_be_named_as_other_files_begin(write, name):
    assert list(open_table(write(f"{name},y\n1,2\n")).columns) == [name, "y"]


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


def test_what_is_packed_must_be_text(refused):
    message = refused(gzip.compress(gzip.compress(CSV)), "table.csv.gz")
    assert message.startswith("what is packed in it is no text: this is a gzip file.")


def test_a_pickle_is_never_loaded(refused, tmp_path):
    class Mischief:
        def __reduce__(self):
            return Path.touch, (tmp_path / "loaded",)

    assert "a pickle" in refused(pickle.dumps(Mischief()))
    assert not (tmp_path / "loaded").exists()


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
