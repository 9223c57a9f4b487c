"""What a file holds, by its first bytes: whatever its name says."""

from __future__ import annotations

import re
from dataclasses import dataclass

BYTES_TO_LOOK_AT = 4096


@dataclass(frozen=True)
class Contents:
    """A kind of file.

    Parameters
    ----------
    name : str
        As a sentence says it: "a gzip file".
    ending : str
        How its name must end for moonlet to read it; empty if it does not read such files.
    """

    name: str
    ending: str = ""


TEXT = Contents("text", ".csv, .tsv or .txt")
GZIP = Contents("a gzip file", ".csv.gz")
XZ = Contents("an xz file", ".csv.xz")
BZIP2 = Contents("a bzip2 file", ".csv.bz2")
ZSTD = Contents("a zstd file", ".csv.zst")
ZIP = Contents("a zip file", ".csv.zip")
EXCEL = Contents("an Excel workbook", ".xlsx")
PARQUET = Contents("a Parquet file", ".parquet")
ARROW = Contents("an Arrow file", ".feather or .arrow")
ARROW_STREAM = Contents("an Arrow stream", ".arrows")

_FIRST_BYTES = {
    b"\x1f\x8b": GZIP,
    b"\xfd7zXZ\0": XZ,
    b"BZh": BZIP2,
    b"\x28\xb5\x2f\xfd": ZSTD,
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,
    b"PAR1": PARQUET,
    b"ARROW1": ARROW,
    b"\xff\xff\xff\xff": ARROW_STREAM,
    b"FEA1": Contents("a Feather file of version 1"),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Contents("an old Excel (.xls) or other Office file"),
    b"7z\xbc\xaf\x27\x1c": Contents("a 7-Zip file"),
    b"Rar!": Contents("a RAR file"),
    b"%PDF": Contents("a PDF file"),
    b"SQLite format 3\0": Contents("an SQLite database"),
    b"\x89HDF\r\n\x1a\n": Contents("an HDF5 file"),
    b"CDF\x01": Contents("a NetCDF file"),
    b"\x93NUMPY": Contents("a NumPy (.npy) file"),
    b"ORC": Contents("an ORC file"),
    b"Obj\x01": Contents("an Avro file"),
    b"$FL": Contents("an SPSS file"),
    b"<stata_dta>": Contents("a Stata file"),
    b"\x89PNG": Contents("a PNG picture"),
    b"\xff\xd8\xff": Contents("a JPEG picture"),
    b"GIF8": Contents("a GIF picture"),
}
_MARKS = re.compile(rb"\A(\xef\xbb\xbf)?\s*")
_MARKUP = {
    re.compile(rb"<!doctype html|<html|<head|<body|<table", re.IGNORECASE): "an HTML page",
    re.compile(rb"<\?xml|<svg", re.IGNORECASE): "an XML file",
    re.compile(rb'[\[{]\s*[\[{"]'): "a JSON file",
    re.compile(rb"\{\\rtf"): "a rich text (.rtf) file",
    re.compile(rb"version https://git-lfs"): "a Git LFS pointer, not the file itself",
}
# "PAR1" may well be the name of a column, but this is in no text.
_BINARY = re.compile(rb"[\0-\x08\x0e-\x1f]")
# Protocol 2 and later. Earlier ones are text without a mark, and end as a table that has no shape.
_PICKLE = re.compile(rb"\x80[\x02-\x05]")


def recognise(head: bytes) -> Contents:
    """Say what begins with these bytes; what nothing else begins with is text.

    A pickle is only named, never loaded: loading one runs what it says.
    """
    if _PICKLE.match(head):
        return Contents("a pickle")
    for first_bytes, contents in _FIRST_BYTES.items():
        if head.startswith(first_bytes) and _BINARY.search(head):
            return contents
    begin = _MARKS.sub(b"", head, count=1)
    for pattern, name in _MARKUP.items():
        if pattern.match(begin):
            return Contents(name)
    return TEXT
