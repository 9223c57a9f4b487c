"""One driver at a time on a study's store."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from moonlet.exceptions import StudyStoreError, StudyWriteError


class FileLock:
    """The right to write a file, held from construction to `release`.

    It is a lock on a file beside it, ``<name>.lock``, which the operating system
    lets go when the process ends in whatever way. SQLite's own locks will not do:
    one held throughout would shut out readers as well.

    Parameters
    ----------
    path : Path

    Raises
    ------
    StudyStoreError
        If another process (or another study of this one) holds it, the folder is
        missing, or the file system knows no locks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        while True:
            try:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise StudyWriteError(
                        f"{path} cannot be written: {error.strerror}. Make room, or name another "
                        "file."
                    ) from error
                raise StudyStoreError(
                    f"{path} cannot be written: {error.strerror}. Make its folder, or name another."
                ) from error
            try:
                _lock(self._descriptor)
            except OSError as error:
                os.close(self._descriptor)
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise StudyStoreError(
                        f"{path} cannot be locked: {error.strerror}. Network file systems often "
                        "refuse it: keep the store on a disk of this machine."
                    ) from error
                raise StudyStoreError(
                    f"{path} is being written by another study. "
                    "Wait until that has ended, or name another file."
                ) from error
            if self._is_current():
                return
            # The holder before us removed the file between our opening and our locking it.
            os.close(self._descriptor)

    def release(self) -> None:
        """Give up the right; the lock's file goes."""
        # Removed while still held, so that nobody can lock a file about to vanish unnoticed.
        # Windows removes no file that is open, by us or by another study that looks at it.
        with suppress(PermissionError):
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        if sys.platform == "win32":
            with suppress(PermissionError):
                self._path.unlink(missing_ok=True)

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False


def _lock(descriptor: int) -> None:
    """Take the system's lock on an open file. OSError: EWOULDBLOCK or EACCES if it is held.

    Not by the filelock package: where a file system knows no locks it takes, in silence, a file
    instead, which a killed process leaves behind.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
