"""From a file, a folder or a stream to a `RawTable`: what it is, and who reads it.

A name's ending says what a file should be, and its first bytes what it is. If
they differ, nothing is read: a file that is not what its owner thinks is not
read as its owner means.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from moonlet.data import contents as what
from moonlet.data.arrow_files import read_arrow, read_folder
from moonlet.data.contents import BYTES_TO_LOOK_AT, Contents, recognise
from moonlet.data.delimited import read_text, text_parts
from moonlet.data.excel import read_excel
from moonlet.data.messages import located
from moonlet.data.raw import RawTable
from moonlet.data.unpacking import ENDINGS as PACKED
from moonlet.data.unpacking import Unpacked
from moonlet.exceptions import DataError

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
UNPACKED = {
    **dict.fromkeys(TEXT_ENDINGS, what.TEXT),
    ".parquet": what.PARQUET,
    ".feather": what.ARROW,
    ".arrow": what.ARROW,
    ".arrows": what.ARROW_STREAM,
    ".xlsx": what.EXCEL,
    ".xlsm": what.EXCEL,
}
ENDINGS = tuple(UNPACKED)
STDIN = "-"


def open_table(
    source: str | Path | BinaryIO,
    *,
    encoding: str | None = None,
    comment: str | None = None,
    delimiter: str | None = None,
) -> RawTable:
    """Read a table as it is written, before anything is known of its columns.

    Parameters
    ----------
    source : str, Path or binary file
        A file named .csv, .tsv or .txt, as it is or packed (.gz, .xz, .bz2, .zst, .zip), .parquet,
        .feather, .arrow, .arrows or .xlsx (``data.xlsx#Sheet2`` is its sheet of that name); a
        folder of Parquet files; ``-`` for the standard input. What comes without a name is taken
        for what its first bytes say.
    encoding, comment, delimiter : str, optional
        Of a text file: see `moonlet.data.delimited.read_text`.

    Returns
    -------
    table : RawTable

    Raises
    ------
    DataError
        When it cannot be read, or not without guessing: the message names place and cure.
    MissingExtraError
        When the library for that kind of file is not installed.
    """
    options = {"encoding": encoding, "comment": comment, "delimiter": delimiter}
    if source == STDIN:
        return _read_nameless(sys.stdin.buffer, "standard input", options)
    if not isinstance(source, str | Path):
        return _read_nameless(source, str(getattr(source, "name", "the stream")), options)
    name, path = str(source), Path(source)
    sheet = None
    before, sign, after = name.rpartition("#")
    if sign and UNPACKED.get(Path(before).suffix.lower()) is what.EXCEL and not path.exists():
        path, sheet = Path(before), after
    with _located(name):
        if path.is_dir():
            return read_folder(path, name)
        with path.open("rb") as stream:
            if not stream.seekable():  # a pipe, as the shell's <(command) gives
                return _read_nameless(stream, name, options)
            return _read_named(stream, path, name, options, sheet)


def open_text_parts(
    path: Path,
    rows_a_part: int,
    *,
    encoding: str | None = None,
    comment: str | None = None,
) -> Iterator[RawTable]:
    """Read a text file, as it is or packed, part by part.

    Parameters
    ----------
    path : Path
    rows_a_part : int
    encoding, comment : str, optional
        See `moonlet.data.delimited.read_text`.

    Raises
    ------
    DataError
        As `open_table` does.
    """
    name = str(path)
    with _located(name), path.open("rb") as stream:
        expected, usual = _expected(stream, path, name)
        if not is_text(path):
            raise located(name, f"this is {expected.name}, no text.")
        text = stream if expected is what.TEXT else _unpacked(stream, expected, name)
        yield from text_parts(
            text,
            name,
            rows_a_part=rows_a_part,
            usual=usual,
            encoding=encoding,
            comment=comment,
        )


def stamp_of(path: Path, name: str) -> tuple[int, int]:
    """Size of a file, and when it was written: by that it is known again.

    Raises
    ------
    DataError
        If there is none.
    """
    with _located(name):
        status = path.stat()
    return status.st_size, status.st_mtime_ns


def check_stamp(path: Path, name: str, stamp: tuple[int, int]) -> None:
    """Refuse a file that is not as it was.

    Raises
    ------
    DataError
        If it was written since.
    """
    if stamp_of(path, name) != stamp:
        raise located(name, "it was written anew since it was looked at. Begin again.")


@contextmanager
def _located(name: str) -> Iterator[None]:
    """Say of which file it is that the system does not give it."""
    try:
        yield
    except FileNotFoundError:
        raise located(name, "there is no such file. Check the path.") from None
    except OSError as error:
        raise located(name, f"the file cannot be read ({error.strerror}).") from None


def is_text(path: Path) -> bool:
    """Whether a name is that of a text file, as it is or packed."""
    return path.suffix.lower() in (*TEXT_ENDINGS, *PACKED)


def _read_named(
    stream: BinaryIO, path: Path, source: str, options: dict[str, str | None], sheet: str | None
) -> RawTable:
    expected, usual = _expected(stream, path, source)
    return _read(stream, expected, source, options, usual, sheet)


def _expected(stream: BinaryIO, path: Path, source: str) -> tuple[Contents, str]:
    """What a file should be, which it is; and the sign that a text has between its cells."""
    ending = path.suffix.lower()
    inner = Path(path.stem).suffix.lower() if ending in PACKED else ending
    expected = PACKED.get(ending) or UNPACKED.get(ending)
    if expected is None or (ending in PACKED and inner not in ("", *TEXT_ENDINGS)):
        raise located(
            source,
            f"the name must end in {', '.join(ENDINGS)}; the first three may be packed and end in "
            f"{', '.join(PACKED)} too. Convert or rename it.",
        )
    found = _look(stream)
    # What is no text and nothing known is told by the reader of what it should be.
    if {found, expected} == {what.ARROW, what.ARROW_STREAM}:
        expected = found
    if (found, expected) == (what.ZIP, what.EXCEL):
        found = expected  # a workbook that is cut off
    if found not in (expected, what.TEXT):
        raise _unexpected(found, f"the name ends in {ending}, but", source)
    if found is what.TEXT and expected in PACKED.values():
        raise located(
            source, f"the name ends in {ending}, but it is not {expected.name}. Rename it."
        )
    return expected, "\t" if inner == ".tsv" else ","


def _read_nameless(stream: BinaryIO, source: str, options: dict[str, str | None]) -> RawTable:
    stream = io.BytesIO(stream.read())
    found = _look(stream)
    if not found.ending:
        raise _unexpected(found, "", source)
    return _read(stream, found, source, options, ",", None)


def _read(
    stream: BinaryIO,
    kind: Contents,
    source: str,
    options: dict[str, str | None],
    usual: str,
    sheet: str | None,
) -> RawTable:
    if kind in PACKED.values():
        stream, kind = _unpacked(stream, kind, source), what.TEXT
    if kind is what.TEXT:
        return read_text(stream, source, usual=usual, **options)
    if any(options.values()):
        raise located(source, f"{kind.name} has no encoding, comments or delimiter to be named.")
    if kind is what.EXCEL:
        return read_excel(stream, source, sheet)
    return read_arrow(stream, kind, source)


def _unpacked(stream: BinaryIO, kind: Contents, source: str) -> BinaryIO:
    """The text in a packed file."""
    # Buffered: reading in small pieces would cost a call of Python each.
    text = io.BufferedReader(Unpacked(stream, kind, source), 1 << 18)
    found = recognise(text.peek(BYTES_TO_LOOK_AT))
    if found is not what.TEXT:
        raise _unexpected(found, "what is packed in it is no text:", source)
    return cast(BinaryIO, text)


def _look(stream: BinaryIO) -> Contents:
    found = recognise(stream.read(BYTES_TO_LOOK_AT))
    if found is what.ZIP:
        try:
            names = zipfile.ZipFile(stream).namelist()
        except (zipfile.BadZipFile, OSError, NotImplementedError):
            names = []
        if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
            found = what.EXCEL
        elif "content.xml" in names:
            found = Contents("an OpenDocument file")
    stream.seek(0)
    return found


def _unexpected(found: Contents, but: str, source: str) -> DataError:
    cure = (
        f"Let its name end in {found.ending}."
        if found.ending
        else "moonlet does not read such files. Save the table as CSV or Parquet."
    )
    return located(source, f"{but} this is {found.name}. {cure}".lstrip())
