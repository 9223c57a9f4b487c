"""Rows that were decoded once, in a file without a name, block by block.

A block is its features and then its targets, so that both are read by one call. The file is gone
when it is closed, and when the process ends, however it ends.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet.blocks.first_pass import Ready
from moonlet.blocks.mapped import read_all
from moonlet.specs import Array

__all__ = ["RowCache", "cache_folder"]

# Features and targets of a block of the file: whole blocks of windows are made of such ones.
_BLOCK_BYTES = 1 << 18
_LOOK_EVERY = 1 << 28  # bytes, at the room that is left
_SPARE = 1 << 28  # bytes that others may need


def cache_folder() -> str:
    """Where a cache goes: TMPDIR if it is set, else where files that are large may lie."""
    # /tmp is memory on many machines.
    if not os.environ.get("TMPDIR") and os.access("/var/tmp", os.W_OK):  # noqa: S108
        return "/var/tmp"  # noqa: S108
    return tempfile.gettempdir()


class RowCache:
    """Rows in a file of blocks: written once from front to back, then read from any place.

    Parameters
    ----------
    n_features, n_targets : int
    dtype : dtype
        float32 or float64, of features and coded targets alike.
    n_rows : int, optional
        That will come, if that is known: the room for them is looked for at once.

    Raises
    ------
    OSError
        If there is no room.
    """

    def __init__(
        self, n_features: int, n_targets: int, dtype: np.dtype[Any], n_rows: int | None = None
    ) -> None:
        self.n_features, self.n_targets, self.dtype = n_features, n_targets, dtype
        self._width = n_features
        self._ready: Ready | None = None
        self.n_rows = 0
        self.folder = cache_folder()
        self._row_bytes = (n_features + n_targets) * dtype.itemsize
        self._block = int(np.clip(_BLOCK_BYTES // self._row_bytes, 1, 1024))
        # Positions of labels as they came, to those among the sorted classes.
        self._meant: NDArray[np.int64] | None = None
        self._waiting: list[tuple[NDArray[Any], NDArray[Any]]] = []
        self._n_waiting = 0
        self._looked_at = 0
        if n_rows is not None:
            self._look_for(n_rows * self._row_bytes)
        self._file = tempfile.TemporaryFile(dir=self.folder, buffering=0)  # noqa: SIM115

    @property
    def n_bytes(self) -> int:
        """Size of the file."""
        return self.n_rows * self._row_bytes

    def add(self, X: NDArray[Any], y: NDArray[Any]) -> None:
        """Add rows with their coded targets.

        Raises
        ------
        OSError
            If there is no room.
        """
        self._waiting.append((X, y.reshape(len(X), -1)))
        self._n_waiting += len(X)
        self.n_rows += len(X)
        if self._n_waiting >= self._block:
            self._write(self._n_waiting // self._block * self._block)

    def finish(self) -> None:
        """Write what is left: all rows are there."""
        self._write(self._n_waiting)

    def translate(self, meant: NDArray[np.int64] | None, ready: Ready | None = None) -> None:
        """Say what targets and features stand for, now that all have been seen.

        Parameters
        ----------
        meant : ndarray of shape (n_classes,) or None
            The position of each class among the sorted ones, for the number that it got when it
            came.
        ready : Ready, optional
            Makes features of what was added.
        """
        self._meant, self._ready = meant, ready
        self.n_features = self._width if ready is None else ready.n_features

    def close(self) -> None:
        """Remove it."""
        self._file.close()

    def read(self, begin: int, end: int, out: NDArray[Any]) -> None:
        """Put the features of a stretch of rows into `out`."""
        if self._ready is None:
            self._read(begin, end, out, None)
            return
        kept = np.empty((end - begin, self._width), dtype=self.dtype)
        self._read(begin, end, kept, None)
        self._ready(kept, out)

    def targets(self, stretches: Sequence[tuple[int, int]]) -> NDArray[Any]:
        """Targets of several stretches, coded."""
        n_rows = sum(end - begin for begin, end in stretches)
        y = np.empty((n_rows, self.n_targets), dtype=self.dtype)
        at = 0
        for begin, end in stretches:
            self._read(begin, end, None, y[at : at + end - begin])
            at += end - begin
        return y if self._meant is None else self._meant[y.ravel().astype(np.int64)]

    def weights(self, _: Sequence[tuple[int, int]]) -> Array | None:
        """None: batches have none."""
        return None

    def _read(self, begin: int, end: int, X: NDArray[Any] | None, y: NDArray[Any] | None) -> None:
        size, at = self.dtype.itemsize, begin
        while at < end:
            block = at // self._block
            first = block * self._block
            stop = min(first + self._block, end)
            n_here = min(self._block, self.n_rows - first)
            where = first * self._row_bytes
            some = slice(at - begin, stop - begin)
            if X is not None:
                place = where + (at - first) * self._width * size
                read_all(self._file.fileno(), [X[some]], place, "The cache of rows")
            if y is not None:
                place = where + (n_here * self._width + (at - first) * self.n_targets) * size
                read_all(self._file.fileno(), [y[some]], place, "The cache of rows")
            at = stop

    def _write(self, n_rows: int) -> None:
        if not n_rows:
            return
        X = np.concatenate([X for X, _ in self._waiting]).astype(self.dtype, copy=False)
        y = np.concatenate([y for _, y in self._waiting]).astype(self.dtype, copy=False)
        self._waiting = [(X[n_rows:], y[n_rows:])] if n_rows < len(X) else []
        self._n_waiting = len(X) - n_rows
        if self.n_bytes - self._looked_at >= _LOOK_EVERY:
            self._looked_at = self.n_bytes
            self._look_for(0)
        for begin in range(0, n_rows, self._block):
            end = min(begin + self._block, n_rows)
            self._put(np.ascontiguousarray(X[begin:end]), np.ascontiguousarray(y[begin:end]))

    def _put(self, *arrays: NDArray[Any]) -> None:
        try:
            for array in arrays:
                left = memoryview(array.data).cast("B")
                while left:
                    left = left[self._file.write(left) :]
        except OSError as error:
            raise self._no_room(str(error.strerror)) from error

    def _look_for(self, n_bytes: int) -> None:
        free = shutil.disk_usage(self.folder).free
        if n_bytes + _SPARE > free:
            raise self._no_room(f"{free / 1e9:.1f} GB are free")

    def _no_room(self, why: str) -> OSError:
        return OSError(
            f"The rows need a cache of {max(self.n_bytes, self._row_bytes) / 1e9:.1f} GB or more "
            f"in {Path(self.folder)}, where there is no room for it ({why}). Set TMPDIR to a "
            "folder with room, or take fewer columns."
        )
