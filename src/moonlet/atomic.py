"""Files that are there whole or not at all. Imports nothing of moonlet."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

__all__ = ["replace_file"]

# What lies here is no file of its own, even where it leads to one: what is written goes on.
_STREAMS = (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd"))


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that at every moment the old one or the new one is there, whole.

    A link stays, and the file that it leads to is replaced; the new file has the old one's
    permissions, and its owner where that may be given. A pipe or a device such as
    /dev/stdout is written to, not replaced.

    Parameters
    ----------
    path : str or path-like
    content : bytes

    Raises
    ------
    OSError
        If it cannot be written; what was there is untouched then.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "note.txt")
    >>> replace_file(path, b"whole")
    >>> path.read_text()
    'whole'
    """
    named = Path(path)
    if named.parent.absolute() in _STREAMS or (named.exists() and not named.is_file()):
        # At the end: the shell's `>> file` keeps what the file holds.
        with named.open("ab") as stream:
            stream.write(content)
        return
    path = Path(os.path.realpath(named))
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(named))
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} for {path.name}. Make it first.")
    old = path.stat() if path.exists() else None
    # In the same folder: a file can't be moved in one step from one file system to another.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    # Nobody may read in the meantime what the old file would not have let them read.
    mode = 0o666 if old is None else 0o600
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            if old is not None:
                _take_over(file.fileno(), old)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if error.errno is not None:
            # The part's name would tell nobody anything.
            error.filename = str(named)
        raise
    finally:
        part.unlink(missing_ok=True)


def _take_over(file: int, old: os.stat_result) -> None:
    """Give a file the owner of another, where that is allowed, and its permissions."""
    mode = old.st_mode & 0o777
    new = os.fstat(file)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.chown(file, old.st_uid, old.st_gid)
        except PermissionError:
            # What the old file's group might do is not for the group of whoever writes.
            mode &= ~0o070
    os.chmod(file, mode)
