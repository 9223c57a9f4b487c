"""A study on disk: one SQLite file, one row a network.

Rows are committed as networks finish, by one connection of one process, so that
whatever ends a study (Ctrl-C, a lost machine) costs at most the networks in
training. What the study is, is written first and compared when the file is
opened again: the same study goes on, another one is refused.
"""

from __future__ import annotations

import hashlib
import math
import os
import sqlite3
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias

from moonlet.exceptions import StudyStoreError, StudyWriteError
from moonlet.study.lock import FileLock
from moonlet.study.plan import Key, read_size_label, size_label
from moonlet.study.salvage import is_of_the_disk, is_whole, read_text, salvage
from moonlet.study.training import NetworkResult

# "moon" in ASCII: tells a study's file from any other SQLite file.
_APPLICATION_ID = 0x6D6F6F6E
_LAYOUT = 3

# The folds of the first cut; and those of further cuts, for the settings that may be the best.
Table: TypeAlias = Literal["networks", "repeats"]
NETWORKS: Table = "networks"
REPEATS: Table = "repeats"

# What ends with a sentence and has a store ends with this.
GO_ON = (
    "go on from the store: the same command with --resume, or the same study with the same store="
)

_COLUMNS = (
    "hidden TEXT, alpha REAL, fold INTEGER, restart INTEGER, seed INTEGER, "
    "status TEXT, n_iter INTEGER, train_loss REAL, valid_loss REAL, valid_score REAL, "
    "gradient_norm REAL, seconds REAL, raw BLOB, checksum BLOB, "
    "PRIMARY KEY (hidden, alpha, fold, restart)"
)
_CREATE = {
    "study": "CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "networks": f"CREATE TABLE networks ({_COLUMNS}) WITHOUT ROWID",
    "repeats": f"CREATE TABLE repeats ({_COLUMNS}) WITHOUT ROWID",
}


class StudyStore:
    """The file of a study; a context manager that closes it.

    Every row carries a checksum of what was written: one that does not read back the same is
    as if it were not there, and its network is trained again.

    Parameters
    ----------
    path : str or path-like
        Made if it is not there. Keep it off network file systems: SQLite's
        write-ahead log does not work there.
    study : mapping of str to str
        What the study is: its grid, its rows' fingerprint, its versions.

    Raises
    ------
    StudyStoreError
        If the file is no study's, another study's, damaged beyond mending, or being written.

    Warns
    -----
    UserWarning
        If the file's end was missing: what could be read is kept, and told.
    """

    def __init__(self, path: str | os.PathLike[str], study: Mapping[str, str]) -> None:
        self.path = Path(path)
        self._lock = FileLock(self.path)
        try:
            self._connection = self._connect()
            try:
                if not is_whole(self.path, self._connection):
                    self._mend("its end is missing, or a page of it makes no sense")
                self._open(dict(study))
                self._read_or_mend()
                self._inode = self.path.stat().st_ino
            except BaseException:
                self._connection.close()
                raise
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._lock.release()
            if is_of_the_disk(error):
                raise StudyWriteError(
                    f"{self.path} cannot be written: {error}. Make room, or name another file."
                ) from error
            raise StudyStoreError(
                f"{self.path} cannot be used as a study's store: {error}. "
                "Name another file, or delete this one if it is not needed."
            ) from error
        except BaseException:
            self._lock.release()
            raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.text_factory = read_text
        return connection

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        # With a write-ahead log this loses no commit when the process dies, only when power fails.
        self._connection.execute("PRAGMA synchronous = NORMAL")

    def _mend(self, reason: str) -> None:
        """Put a store of what can be read in the place of a damaged one, and say so."""
        self._connection.close()
        left = salvage(self.path, (NETWORKS, REPEATS)) if _is_ours(self.path) else None
        self._connection = self._connect()
        if left is None:
            return  # Opening it says what is wrong.
        study, rows = left
        rows = {table: [row for row in some if _is_sound(row)] for table, some in rows.items()}
        mended = self.path.with_name(f".mended-{self.path.name}")
        mended.unlink(missing_ok=True)
        with closing(sqlite3.connect(mended, isolation_level=None)) as connection:
            _create(connection, study, rows)
        self._connection.close()
        damaged = self.path.with_name(f"{self.path.name}.damaged")
        self.path.replace(damaged)
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        mended.replace(self.path)
        self._connection = self._connect()
        warnings.warn(
            f"{self.path} was damaged: {reason}. {len(rows[NETWORKS]):,} networks could "
            f"be read, and {len(rows[REPEATS]):,} of further cuts; those lost are trained again. "
            f"The damaged file is kept as {damaged}.",
            stacklevel=2,
        )

    def _read_or_mend(self) -> None:
        """Read all rows; if some are not what was written, go on without them."""
        for _ in range(2):
            rows = {table: self._rows(table) for table in (NETWORKS, REPEATS)}
            if all(_is_sound(row) for some in rows.values() for row in some):
                break
            self._mend("rows of it are not what was written")
            self._prepare()
        self._known = {table: _by_key(some) for table, some in rows.items()}

    def _open(self, study: dict[str, str]) -> None:
        execute = self._connection.execute
        (application_id,) = execute("PRAGMA application_id").fetchone()
        (n_tables,) = execute("SELECT count(*) FROM sqlite_master").fetchone()
        if n_tables and application_id != _APPLICATION_ID:
            raise StudyStoreError(
                f"{self.path} is an SQLite file, but not a study's. Name another file."
            )
        self._prepare()
        if n_tables:
            self._compare(study)
            made = dict(execute("SELECT name, sql FROM sqlite_master WHERE type != 'index'"))
            if made != _CREATE:
                raise StudyStoreError(
                    f"{self.path} has been changed by other hands: its tables are not those of a "
                    "study. Name another file, or delete this one to begin anew."
                )
            return
        _create(self._connection, study)

    def _compare(self, study: dict[str, str]) -> None:
        (layout,) = self._connection.execute("PRAGMA user_version").fetchone()
        if layout != _LAYOUT:
            raise StudyStoreError(
                f"{self.path} has layout {layout}; this version of moonlet reads {_LAYOUT}. "
                "Go on with the version that wrote it, or name another file."
            )
        stored = dict(self._connection.execute("SELECT name, value FROM study"))
        changed = [
            f"{name} was {stored.get(name, 'absent')}, is {study.get(name, 'absent')}"
            for name in dict.fromkeys([*study, *stored])
            if stored.get(name) != study.get(name)
        ]
        if changed:
            raise StudyStoreError(
                f"{self.path} holds another study: {'; '.join(changed)}. "
                "Name another file, or delete this one to begin anew."
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was added stays in it."""
        self._connection.close()
        self._lock.release()

    def results(self, table: Table = NETWORKS) -> dict[Key, NetworkResult]:
        """All networks in a table, by key."""
        return dict(self._known[table])

    def _rows(self, table: Table) -> list[tuple[object, ...]]:
        try:
            return self._connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise StudyStoreError(
                f"{self.path} is damaged: {error}. Delete it to begin anew."
            ) from error

    def add(self, results: Iterable[NetworkResult], table: Table = NETWORKS) -> None:
        """Commit networks, all or none."""
        results = list(results)
        self._expect_to_be_there()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_insertion(table), map(_row, results))
            self._connection.execute("COMMIT")
            self._known[table].update((result.key, result) for result in results)
        except BaseException as error:
            # Ctrl-C may come between any two steps, just before COMMIT or just after it.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error):
                self._known[table] = _by_key(self._rows(table))
                raise
            raise StudyWriteError(
                f"{self.path} cannot be written: {error}. What was committed before is kept: "
                f"make room, then {GO_ON}."
            ) from error

    def _expect_to_be_there(self) -> None:
        # SQLite goes on writing a file that nobody can find any more.
        try:
            there = self.path.stat().st_ino == self._inode
        except OSError:
            there = False
        if not there:
            raise StudyWriteError(
                f"{self.path} has been removed or replaced while the study was writing it. "
                "Run the study again, in a folder that stays."
            )


def _create(
    connection: sqlite3.Connection,
    study: Mapping[str, str],
    rows: Mapping[str, Sequence[Sequence[object]]] | None = None,
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in _CREATE.values():
        connection.execute(statement)
    connection.executemany("INSERT INTO study VALUES (?, ?)", study.items())
    for table, given in (rows or {}).items():
        connection.executemany(_insertion(table), given)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_LAYOUT}")
    connection.execute("COMMIT")


def _insertion(table: str) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * 14)})"  # noqa: S608 - only "?"


def _is_ours(path: Path) -> bool:
    # The application's id stands at 68 in the header: no other file is to be moved away.
    with path.open("rb") as file:
        return file.read(100)[68:72] == _APPLICATION_ID.to_bytes(4, "big")


def stored_seed(path: str | os.PathLike[str]) -> int | None:
    """Seed of the study in a file, None when there is none (yet)."""
    seed = _look_up(path, "SELECT value FROM study WHERE name = 'seed'")
    return None if seed is None else int(seed)


def count_stored(path: str | os.PathLike[str]) -> int:
    """How many trained networks a study's file keeps; 0 where there is no such file."""
    both = "SELECT (SELECT count(*) FROM networks) + (SELECT count(*) FROM repeats)"
    return int(_look_up(path, both) or 0)


def _look_up(path: str | os.PathLike[str], query: str) -> str | int | None:
    """The one value that a query finds in a study's file, if it can be read."""
    if not Path(path).is_file():
        return None
    try:
        # Who may only read mends no log of a study that was killed: that is left to its store.
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = connection.execute(query).fetchone()
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError):
        return None  # Opening it as a store says what is wrong with it.
    return found[0] if found else None


def _row(result: NetworkResult) -> tuple[object, ...]:
    values = (
        size_label(result.hidden),
        result.alpha,
        result.fold,
        result.restart,
        result.seed,
        result.status,
        result.n_iter,
        # SQLite keeps NaN as NULL.
        *(None if math.isnan(value) else value for value in _numbers(result)),
        result.raw,
    )
    return (*values, _checksum(values))


def _numbers(result: NetworkResult) -> tuple[float, ...]:
    return (
        result.train_loss,
        result.valid_loss,
        result.valid_score,
        result.gradient_norm,
        result.seconds,
    )


def _is_sound(row: Sequence[object]) -> bool:
    """Whether a row is what was once written: its values, and their types."""
    return row[-1] == _checksum(row[:-1])


def _checksum(values: Sequence[object]) -> bytes:
    return hashlib.blake2b(repr(tuple(values)).encode(), digest_size=8).digest()


def _by_key(rows: Iterable[Sequence[object]]) -> dict[Key, NetworkResult]:
    return {result.key: result for result in map(_result, rows)}


def _result(row: Sequence[object]) -> NetworkResult:
    hidden, *rest = (math.nan if value is None else value for value in row[:-1])
    return NetworkResult(read_size_label(str(hidden)), *rest)  # type: ignore[arg-type]
