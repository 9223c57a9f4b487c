from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data.opening import open_table
from tests.data.test_unpacking import CSV, zipped


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


def test_a_pickle_is_never_loaded(refused, tmp_path):
    class Mischief:
        def __reduce__(self):
            return Path.touch, (tmp_path / "loaded",)

    assert "a pickle" in refused(pickle.dumps(Mischief()))
    assert not (tmp_path / "loaded").exists()
