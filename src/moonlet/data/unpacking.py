"""Compressed files, unpacked while they are read.

A small file can hold petabytes of one letter. What unpacks to more than
`MOST_TIMES` its size is no table, so reading ends there.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from typing import BinaryIO, cast

from moonlet.data.contents import BZIP2, GZIP, XZ, ZIP, ZSTD, Contents
from moonlet.data.messages import listed, located, quoted
from moonlet.exceptions import DataError, MissingExtraError

ENDINGS = {".gz": GZIP, ".xz": XZ, ".bz2": BZIP2, ".zst": ZSTD, ".zip": ZIP}
MOST_TIMES = 250  # gzip's own limit is 1,030; tables of numbers shrink to a third or a tenth
SMALL = 1 << 28  # what unpacks to no more than this harms nobody


class Unpacked(io.RawIOBase):
    """What is in a compressed file.

    Parameters
    ----------
    stream : binary file
        Of the packed bytes, from its beginning; it can seek.
    contents : Contents
        How it is packed.
    source : str
        What to call the file in errors.

    Raises
    ------
    DataError
        When the file is damaged, unpacks to far more than its size, or is a zip file of anything
        but one file. Most of it while reading.
    """

    def __init__(self, stream: BinaryIO, contents: Contents, source: str) -> None:
        self._source = source
        self._contents = contents
        self._left = _limit(stream)
        self._inner = self._open(stream)

    def readable(self) -> bool:
        """Whether it can be read from."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Unpack as many bytes as there is room for."""
        try:
            data = self._inner.read(len(buffer))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise self._damaged(error) from None
        self._left -= len(data)
        if self._left < 0:
            raise _too_much(self._source)
        buffer[: len(data)] = data
        return len(data)

    def _open(self, stream: BinaryIO) -> BinaryIO:
        if self._contents is GZIP:
            return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
        if self._contents is XZ:
            return cast(BinaryIO, lzma.LZMAFile(stream))
        if self._contents is BZIP2:
            return cast(BinaryIO, bz2.BZ2File(stream))
        if self._contents is ZSTD:
            return self._open_zstd(stream)
        return self._open_zip(stream)

    def _open_zip(self, stream: BinaryIO) -> BinaryIO:
        try:
            archive = zipfile.ZipFile(stream)
            members = [
                name
                for name in archive.namelist()
                # macOS puts a second, hidden file beside each.
                if not name.endswith("/") and not name.startswith("__MACOSX/")
            ]
            if len(members) != 1:
                held = (
                    f"{len(members)} files: {listed(map(quoted, members))}" if members else "none"
                )
                raise located(
                    self._source,
                    f"a zip file must hold one table, and this holds {held}. Unpack it and name "
                    "one of them.",
                )
            return cast(BinaryIO, archive.open(members[0]))
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise self._damaged(error) from None
        except RuntimeError:  # zipfile's word for it
            raise located(self._source, "it is encrypted. Unpack it first.") from None

    def _open_zstd(self, stream: BinaryIO) -> BinaryIO:
        try:
            import pyarrow as pa
        except ImportError as error:
            raise MissingExtraError(
                f"{self._source}: reading zstd files needs pyarrow. "
                'Install it with `pip install "moonlet[parquet]"`.'
            ) from error
        return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"))

    def _damaged(self, error: Exception) -> DataError:
        return located(
            self._source,
            f"{self._contents.name} that is damaged: {quoted(str(error), 80)}. Fetch it again.",
        )


def check_members(stream: BinaryIO, source: str) -> None:
    """Refuse a zip file, such as an Excel workbook, whose files unpack to far more than its size.

    Raises
    ------
    DataError
    BadZipFile
        When it is no zip file.
    """
    with zipfile.ZipFile(stream) as archive:
        if sum(member.file_size for member in archive.infolist()) > _limit(stream):
            raise _too_much(source)


def _limit(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return max(MOST_TIMES * size, SMALL)


def _too_much(source: str) -> DataError:
    return located(
        source,
        f"it unpacks to more than {MOST_TIMES} times its size, as no table does. If it is one, "
        "save it as a .csv file and name that.",
    )
