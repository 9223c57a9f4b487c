"""What can be seen at once of rows and targets that are plain arrays.

scikit-learn's checks take some hundred microseconds, a small network's training no more. What they
would find out about plain arrays of finite numbers is found out here; None means that somebody
should look more closely, and scikit-learn's checks and messages hold.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moonlet import engine

__all__ = ["Whole", "numbers", "rows", "weight", "whole_numbers"]

_ROWS = (np.dtype(np.float64), np.dtype(np.float32))
# A table of so many numbers in between is made without hesitation.
_SMALL_SPAN = 256


def rows(X: object, dtype: np.dtype[Any] | None) -> NDArray[Any] | None:
    """X, if it is a matrix of finite float64 or float32; or of this type, if one is given."""
    if type(X) is not np.ndarray or X.ndim != 2 or X.dtype not in _ROWS or X.size == 0:
        return None
    if dtype is not None and X.dtype != dtype:
        return None
    return X if engine.all_finite(X) else None


class Whole(NamedTuple):
    """Whole numbers that lie near each other.

    Parameters
    ----------
    places : ndarray of int64
        How far above the least of them each one is.
    least, most : int
    dtype : dtype
        That they had.
    """

    places: NDArray[np.int64]
    least: int
    most: int
    dtype: np.dtype[Any]

    def unique(self) -> tuple[NDArray[Any], NDArray[np.integer]]:
        """The sorted different values and which of them each one is, by counting.

        As `numpy.unique` gives them, which sorts.
        """
        span = self.most - self.least
        # Both ends are there.
        if span > 1 and not (there := np.bincount(self.places) > 0).all():
            positions = np.cumsum(there) - 1
            return (np.flatnonzero(there) + self.least).astype(self.dtype), positions[self.places]
        return (np.arange(span + 1) + self.least).astype(self.dtype), self.places


def whole_numbers(y: object, n_rows: int) -> Whole | None:
    """So many whole numbers, if y is that and they lie near each other."""
    if type(y) is not np.ndarray or y.ndim != 1 or len(y) != n_rows:
        return None
    dtype = y.dtype
    if not dtype.isnative or not (dtype.kind in "bi" or (dtype.kind == "u" and dtype.itemsize < 8)):
        return None
    values = np.ascontiguousarray(y, dtype=np.int64)
    least, most = engine.ends(values)
    if most - least > max(_SMALL_SPAN, 4 * n_rows):
        return None
    return Whole(values - least if least else values, least, most, dtype)


def numbers(y: object, n_rows: int) -> NDArray[Any] | None:
    """Y, if it is so many numbers; they may yet be infinite or none."""
    if type(y) is not np.ndarray or y.ndim != 1 or len(y) != n_rows or not y.dtype.isnative:
        return None
    return y if y.dtype.kind in "fiu" and y.dtype.itemsize in (4, 8) else None


def weight(given: object, n_rows: int) -> NDArray[Any] | None:
    """Weights of so many rows, if they are plain numbers none below 0 and some above it."""
    if type(given) is not np.ndarray or given.dtype != np.float64 or given.shape != (n_rows,):
        return None
    most = given.max()
    return given if given.min() >= 0.0 and 0.0 < most < np.inf else None
