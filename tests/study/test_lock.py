from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from moonlet.exceptions import StudyStoreError
from moonlet.study.lock import FileLock
from moonlet.study.store import StudyStore


def test_a_second_driver_of_the_same_store_is_refused(tmp_path: Path) -> None:
    with (
        StudyStore(tmp_path / "study.db", {}),
        pytest.raises(StudyStoreError, match=r"study\.db is being written by another study"),
    ):
        StudyStore(tmp_path / "study.db", {})
    StudyStore(tmp_path / "study.db", {}).close()


def test_two_stores_in_one_folder_are_no_hindrance_to_each_other(tmp_path: Path) -> None:
    with StudyStore(tmp_path / "a.db", {}), StudyStore(tmp_path / "b.db", {}):
        pass
    assert sorted(os.listdir(tmp_path)) == ["a.db", "b.db"]


def test_a_lock_leaves_nothing_behind(tmp_path: Path) -> None:
    FileLock(tmp_path / "study.db").release()
    assert os.listdir(tmp_path) == []


def test_a_lock_left_by_a_killed_process_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "study.db.lock").touch()
    FileLock(tmp_path / "study.db").release()


def test_a_lock_file_replaced_in_between_is_not_mistaken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open
    opened: list[int] = []

    def open_and_lose_the_first(path: Path, *how: int) -> int:
        descriptor = really_open(path, *how)
        opened.append(descriptor)
        if len(opened) == 1:
            path.unlink()  # As its holder does when it ends.
        return descriptor

    monkeypatch.setattr(os, "open", open_and_lose_the_first)
    lock = FileLock(tmp_path / "study.db")
    assert len(opened) == 2
    with pytest.raises(StudyStoreError, match="another study"):
        FileLock(tmp_path / "study.db")
    lock.release()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.ENOLCK, r"cannot be locked: .* Network file systems often refuse it"),
        (errno.EOPNOTSUPP, r"cannot be locked: .* keep the store on a disk of this machine"),
        (errno.EWOULDBLOCK, "is being written by another study"),
    ],
)
def test_a_file_system_without_locks_is_not_taken_for_another_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    def refuse(*how: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StudyStoreError, match=said):
        FileLock(tmp_path / "study.db")
