"""Rows of an array that is larger than memory: a file that NumPy has mapped, as a rule.

A page that is not in memory is read by itself where it is touched: 5,000 to 12,000 rows a second in
random order. Blocks that are asked for by `os.preadv` come at millions.
"""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet import engine
from moonlet.specs import Array

__all__ = ["MappedRows", "mapping_of"]

_AS_IT_IS: int = getattr(os, "O_BINARY", 0)  # Windows would change ends of lines
_moving = threading.Lock()


class MappedRows:
    """Rows of an array, which are looked at when they are read.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        C-contiguous, float32 or float64; a `numpy.memmap` is read from its file.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    code : callable
        Codes the targets of some rows.
    weight : ndarray of shape (n_samples,), optional
    """

    def __init__(
        self,
        X: NDArray[Any],
        y: Any,
        code: Callable[[Any], NDArray[Any]],
        weight: Array | None,
    ) -> None:
        self.n_rows, self.n_features = X.shape
        self.dtype = X.dtype
        self._X, self._y, self._code, self._weight = X, y, code, weight
        whole: Any = mapping_of(X)
        self._at = _place_in_file(X, whole)
        self._path = "" if self._at is None else os.fspath(whole.filename)
        self._file = os.open(self._path, os.O_RDONLY | _AS_IT_IS) if self._at is not None else -1

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def read(self, begin: int, end: int, out: NDArray[Any]) -> None:
        """Put the features of a stretch of rows into `out`.

        Raises
        ------
        ValueError
            If they are not all finite, or the file has become shorter.
        """
        if self._at is None:
            np.copyto(out, self._X[begin:end])
        else:
            where = self._at + begin * self.n_features * self.dtype.itemsize
            read_all(self._file, [out], where, f"the file of X, {self._path}")
        if not engine.all_finite(out):
            row = begin + int(np.flatnonzero(~np.isfinite(out).all(axis=1))[0])
            raise ValueError(
                f"Input X contains NaN, infinity or a value too large for {self.dtype!r}: first in "
                f"row {row}. Fill gaps, for instance with sklearn.impute.SimpleImputer, or leave "
                "such rows out."
            )

    def targets(self, stretches: Sequence[tuple[int, int]]) -> NDArray[Any]:
        """Targets of several stretches, coded."""
        return self._code(np.concatenate([self._y[begin:end] for begin, end in stretches]))

    def weights(self, stretches: Sequence[tuple[int, int]]) -> Array | None:
        """Their weights, if they have some."""
        if self._weight is None:
            return None
        return np.concatenate([self._weight[begin:end] for begin, end in stretches])


def read_all(file: int, into: Sequence[NDArray[Any]], where: int, what: str) -> None:
    """Fill arrays with what stands at a place of a file.

    Raises
    ------
    ValueError
        If the file ends before.
    """
    left = [memoryview(array.data).cast("B") for array in into]
    while left:
        n_read = _read_into(file, left, where)
        if n_read == 0:
            raise ValueError(
                f"{what} has become shorter since training began. Leave it as it is until fit "
                "returns."
            )
        where += n_read
        while left and n_read >= len(left[0]):
            n_read -= len(left.pop(0))
        if n_read:
            left[0] = left[0][n_read:]


def _read_into(file: int, into: list[memoryview], where: int) -> int:
    """Fill some of what is to be filled from a place of a file: how many bytes."""
    if hasattr(os, "preadv"):
        return os.preadv(file, into, where)
    # On Windows a read moves the one place that a file has, so nobody else may read meanwhile.
    with _moving:
        os.lseek(file, where, os.SEEK_SET)
        found = os.read(file, len(into[0]))
    into[0][: len(found)] = found
    return len(found)


def mapping_of(X: NDArray[Any]) -> np.memmap[Any, Any] | None:
    """The mapped array that an array is, or is a view of."""
    below: object = X
    while isinstance(below, np.ndarray) and not isinstance(below, np.memmap):
        below = below.base
    return below if isinstance(below, np.memmap) else None


def _place_in_file(X: NDArray[Any], whole: Any) -> int | None:
    """Where an array begins in its file; None where it is not what stands in one."""
    # What was written to a copy-on-write mapping is in memory alone.
    if whole is None or whole.filename is None or whole.mode == "c" or not hasattr(os, "preadv"):
        return None
    if not os.path.isfile(whole.filename):
        return None
    # A view has the offset of the whole, and another address.
    start: int = whole.offset - whole.offset % mmap.ALLOCATIONGRANULARITY
    return start + X.ctypes.data - int(np.frombuffer(whole._mmap, dtype=np.uint8).ctypes.data)
