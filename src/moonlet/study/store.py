"""A study on disk: one SQLite file, one row a network, and the table of results out as CSV.

Rows are committed as networks finish, by one connection of one process, so that
whatever ends a study (Ctrl-C, a lost machine) costs at most the networks in
training. What the study is, is written first and compared when the file is
opened again: the same study goes on, another one is refused.
"""

from __future__ import annotations

import csv
import io
import math
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from moonlet.atomic import replace_file
from moonlet.exceptions import StudyStoreError
from moonlet.study.executors import Executor, NetworkResult, Problem
from moonlet.study.lock import FileLock
from moonlet.study.plan import Job, Key, read_size_label, size_label

if TYPE_CHECKING:
    import pandas as pd

# "moon" in ASCII: tells a study's file from any other SQLite file.
_APPLICATION_ID = 0x6D6F6F6E
_LAYOUT = 2

# The study's grid; and the one network of it that is trained on further cuts of the rows.
Table: TypeAlias = Literal["networks", "repeats"]
NETWORKS: Table = "networks"
REPEATS: Table = "repeats"

_CREATE = (
    "CREATE TABLE study (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    *(
        f"CREATE TABLE {table} ("
        "hidden TEXT, alpha REAL, fold INTEGER, restart INTEGER, seed INTEGER, "
        "status TEXT, n_iter INTEGER, train_loss REAL, valid_loss REAL, valid_score REAL, "
        "gradient_norm REAL, seconds REAL, "
        "PRIMARY KEY (hidden, alpha, fold, restart)) WITHOUT ROWID"
        for table in (NETWORKS, REPEATS)
    ),
)


class StudyStore:
    """The file of a study; a context manager that closes it.

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
        If the file is no study's, another study's, damaged, or being written.
    """

    def __init__(self, path: str | os.PathLike[str], study: Mapping[str, str]) -> None:
        self.path = Path(path)
        self._lock = FileLock(self.path)
        try:
            self._connection = sqlite3.connect(self.path, isolation_level=None)
            try:
                self._open(dict(study))
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            self._lock.release()
            raise StudyStoreError(
                f"{self.path} cannot be used as a study's store: {error}. "
                "Name another file, or delete this one if it is not needed."
            ) from error
        except BaseException:
            self._lock.release()
            raise

    def _open(self, study: dict[str, str]) -> None:
        execute = self._connection.execute
        (application_id,) = execute("PRAGMA application_id").fetchone()
        (n_tables,) = execute("SELECT count(*) FROM sqlite_master").fetchone()
        if n_tables and application_id != _APPLICATION_ID:
            raise StudyStoreError(
                f"{self.path} is an SQLite file, but not a study's. Name another file."
            )
        execute("PRAGMA journal_mode = WAL")
        # With a write-ahead log this loses no commit when the process dies, only when power fails.
        execute("PRAGMA synchronous = NORMAL")
        if n_tables:
            self._compare(study)
            return
        execute("BEGIN IMMEDIATE")
        for statement in _CREATE:
            execute(statement)
        self._connection.executemany("INSERT INTO study VALUES (?, ?)", study.items())
        execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        execute(f"PRAGMA user_version = {_LAYOUT}")
        execute("COMMIT")

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
        try:
            rows = self._connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        except sqlite3.Error as error:
            raise StudyStoreError(
                f"{self.path} is damaged: {error}. Delete it to begin anew."
            ) from error
        return {result.key: result for result in map(_result, rows)}

    def add(self, results: Iterable[NetworkResult], table: Table = NETWORKS) -> None:
        """Commit networks, all or none."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                f"INSERT INTO {table} VALUES ({', '.join('?' * 12)})",  # noqa: S608 - only "?"
                map(_row, results),
            )
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise StudyStoreError(
                f"{self.path} cannot be written: {error}. What was committed before is kept; "
                "the study goes on from there when it is run again."
            ) from error


def run_missing(
    executor: Executor,
    problem: Problem,
    jobs: Sequence[Job],
    store: StudyStore | None,
    table: Table,
    heard: Callable[[Iterable[NetworkResult]], None] = lambda results: None,
) -> list[NetworkResult]:
    """Train the jobs that a store does not hold yet, and commit them as they finish.

    Parameters
    ----------
    executor : Executor
    problem : Problem
    jobs : sequence of Job
    store : StudyStore or None
    table : {"networks", "repeats"}
    heard : callable
        Given the results that were there, then the new ones once they are committed.

    Returns
    -------
    results : list of NetworkResult
        In the order of the jobs.
    """
    done = {} if store is None else store.results(table)
    heard(done.values())

    def keep(results: list[NetworkResult]) -> None:
        if store is not None:
            store.add(results, table)
        done.update((result.key, result) for result in results)
        heard(results)

    executor.run(problem, [job for job in jobs if job.key not in done], keep)
    return [done[job.key] for job in jobs]


def stored_seed(path: str | os.PathLike[str]) -> int | None:
    """Seed of the study in a file, None when there is none (yet)."""
    seed = _look_up(path, "SELECT value FROM study WHERE name = 'seed'")
    return None if seed is None else int(seed)


def count_stored(path: str | os.PathLike[str]) -> int:
    """How many trained networks a study's file keeps; 0 where there is no such file."""
    return int(_look_up(path, "SELECT count(*) FROM networks") or 0)


def _look_up(path: str | os.PathLike[str], query: str) -> str | int | None:
    """The one value that a query finds in a study's file, if it can be read."""
    if not Path(path).is_file():
        return None
    try:
        connection = sqlite3.connect(path)
        try:
            found = connection.execute(query).fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return None  # Opening it as a store says what is wrong with it.
    return found[0] if found else None


def write_csv(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV: whole or not at all, and safe to open in a spreadsheet.

    Text that a spreadsheet would take for a formula gets an apostrophe in
    front; numbers are written so that they read back as the same bits.

    Parameters
    ----------
    table : DataFrame
    path : str or path-like
        Replaced in one step if it is there.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(_cell, table.columns))
    writer.writerows(map(_cell, row) for row in table.itertuples(index=False, name=None))
    replace_file(path, text.getvalue().encode())


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return size_label(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value


def _row(result: NetworkResult) -> Sequence[object]:
    return (
        size_label(result.hidden),
        result.alpha,
        result.fold,
        result.restart,
        result.seed,
        result.status,
        result.n_iter,
        # SQLite keeps NaN as NULL.
        result.train_loss,
        result.valid_loss,
        result.valid_score,
        result.gradient_norm,
        result.seconds,
    )


def _result(row: Sequence[object]) -> NetworkResult:
    hidden, *rest = (math.nan if value is None else value for value in row)
    return NetworkResult(read_size_label(str(hidden)), *rest)  # type: ignore[arg-type]
