"""What can still be read of a study's file that was cut off, as by a full disk or a broken copy.

SQLite refuses such a file as a whole. But its pages hang together by number, so
with the missing ones put back as zeros all others can be read: the rows before
the first damaged page in the order of the key, and those behind the last.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_KEY = ("hidden", "alpha", "fold", "restart")


# What SQLite says of a disk that takes no more, which is no damage of the file.
_OF_THE_DISK = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
# What SQLite raises at a damage; where its message quotes the damaged bytes, they are no text.
DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)


def read_text(raw: bytes) -> str:
    """Read a cell of text, damaged or not: bytes that are no text shall not end the reading."""
    return raw.decode("utf-8", "replace")


def is_of_the_disk(error: Exception) -> bool:
    """Whether an error says that the disk is full, and nothing of the file."""
    return getattr(error, "sqlite_errorcode", None) in _OF_THE_DISK


def is_whole(path: Path, connection: sqlite3.Connection) -> bool:
    """Whether every page of a database is there and makes sense."""
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        # SQLite silently reads a last page that is some bytes short as if zeros stood there.
        # Where there is a log, the page stands in that.
        with path.open("rb") as file:
            _, n_bytes = _size_in_header(file.read(100))
            if file.seek(0, 2) < n_bytes:
                return False
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except DAMAGE as error:
        if is_of_the_disk(error):
            raise
        return False


def _size_in_header(header: bytes) -> tuple[int, int]:
    """Bytes of a page, and of the whole database, as its first page tells."""
    # At 16 the size of a page (1 stands for 65,536), at 28 how many there are.
    page_size = int.from_bytes(header[16:18], "big")
    page_size = 65_536 if page_size == 1 else page_size
    return page_size, int.from_bytes(header[28:32], "big") * page_size


def salvage(
    path: Path, tables: Sequence[str]
) -> tuple[dict[str, str], dict[str, list[tuple[object, ...]]]] | None:
    """Read what is left of a damaged study's file, without changing it.

    Parameters
    ----------
    path : Path
    tables : sequence of str
        Tables of networks.

    Returns
    -------
    study : dict of str to str
    rows : dict of list of tuple
        Of each table, all that could be read.
        None in place of both where not even the study can be told.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".salvage-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        _put_back_missing_pages(copy)
        with closing(sqlite3.connect(copy)) as connection:
            connection.text_factory = read_text
            try:
                study = dict(connection.execute("SELECT name, value FROM study"))
            except DAMAGE:
                return None
            return study, {table: _readable_rows(connection, table) for table in tables}


def _put_back_missing_pages(path: Path) -> None:
    with path.open("r+b") as file:
        page_size, n_bytes = _size_in_header(file.read(100))
        there = file.seek(0, 2)
        if 0 < n_bytes - there <= 2 * 65_536:
            # A page of which the end is missing goes as a whole: half a row reads as another one.
            file.truncate(there - there % page_size)
            file.truncate(n_bytes)


def _readable_rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    rows: dict[tuple[object, ...], tuple[object, ...]] = {}
    for direction in ("ASC", "DESC"):
        order = ", ".join(f"{column} {direction}" for column in _KEY)
        try:
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608
                rows[row[: len(_KEY)]] = row
        except DAMAGE:
            continue
    return list(rows.values())
