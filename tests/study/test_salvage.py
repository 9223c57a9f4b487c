from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from moonlet.exceptions import StudyWriteError
from moonlet.study.salvage import is_of_the_disk, is_whole
from moonlet.study.store import StudyStore
from tests.study.test_store import STUDY, result


class Failing:
    """A connection that fails as SQLite does, at one statement."""

    def __init__(self, connection: Any, at: str, code: int) -> None:
        self.connection = connection
        self.at = at
        self.code = code

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if statement.startswith(self.at):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = self.code
            raise error
        return self.connection.execute(statement, *values)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE])
def test_a_full_disk_is_no_damage_of_a_whole_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path = tmp_path / "study.db"
    with StudyStore(path, STUDY) as store:
        store.add([result()])
    connect = StudyStore._connect
    monkeypatch.setattr(
        StudyStore,
        "_connect",
        lambda store: Failing(connect(store), "PRAGMA quick_check", code),
    )
    with pytest.raises(StudyWriteError, match="cannot be written: database or disk is full"):
        StudyStore(path, STUDY)
    monkeypatch.undo()
    assert [one.name for one in tmp_path.iterdir()] == ["study.db"]
    with StudyStore(path, STUDY) as store:
        assert list(store.results()) == [result().key]


def test_a_page_that_makes_no_sense_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    with StudyStore(path, STUDY) as store:
        store.add([result()])
    with closing(sqlite3.connect(path)) as connection:
        broken = Failing(connection, "PRAGMA quick_check", sqlite3.SQLITE_CORRUPT)
        assert not is_whole(path, broken)  # type: ignore[arg-type]
    assert not is_of_the_disk(ValueError("no error of SQLite's"))
