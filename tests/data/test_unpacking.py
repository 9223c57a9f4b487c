from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile

import pytest

from moonlet.data.opening import open_table
from moonlet.data.raw import Texts

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
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed), encoding="utf-8"))
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


def test_what_is_packed_must_be_text(refused):
    message = refused(gzip.compress(gzip.compress(CSV)), "table.csv.gz")
    assert message.startswith("what is packed in it is no text: this is a gzip file.")
