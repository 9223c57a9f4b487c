from __future__ import annotations

import errno
import fcntl
import os
import sys
from pathlib import Path
from types import SimpleNamespace

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


def test_on_windows_its_own_lock_is_asked_and_the_file_removed_once_it_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: set[int] = set()

    def locking(descriptor: int, mode: int, n_bytes: int) -> None:
        if (mode, n_bytes) != (2, 1) or os.fstat(descriptor).st_ino in held:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        held.add(os.fstat(descriptor).st_ino)

    really_unlink, still_open = Path.unlink, True

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if still_open:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        really_unlink(path, missing_ok)

    really_close = os.close

    def close(descriptor: int) -> None:
        nonlocal still_open
        really_close(descriptor)
        still_open = False

    path = tmp_path / "study.db"
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        windows.setitem(sys.modules, "msvcrt", SimpleNamespace(LK_NBLCK=2, locking=locking))
        lock = FileLock(path)
        with pytest.raises(StudyStoreError, match="being written by another study"):
            FileLock(path)
        windows.setattr(Path, "unlink", unlink)
        windows.setattr(os, "close", close)
        lock.release()
    assert os.listdir(tmp_path) == []
