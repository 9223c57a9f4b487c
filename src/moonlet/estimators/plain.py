"""What can be seen at once of rows and targets that are plain arrays.

scikit-learn's checks take some hundred microseconds, a small network's training no more. What they
would find out about plain arrays of finite numbers is found out here; None means that somebody
should look more closely, and scikit-learn's checks and messages hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moonlet import engine

__all__ = ["numbers", "rows", "weight", "whole_numbers"]

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


def whole_numbers(y: object, n_rows: int) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """The sorted different values of so many whole numbers, and which of them each one is.

    As `numpy.unique` gives them, which sorts; here they are counted.
    """
    if type(y) is not np.ndarray or y.ndim != 1 or len(y) != n_rows:
        return None
    kind, size = y.dtype.kind, y.dtype.itemsize
    if not y.dtype.isnative or not (kind in "bi" or (kind == "u" and size < 8)):
        return None
    values = y.astype(np.int64, copy=False)
    least = int(values.min())
    span = int(values.max()) - least
    if span > max(_SMALL_SPAN, 4 * n_rows):
        return None
    places = values - least if least else values
    there = np.bincount(places) > 0
    if there.all():
        return np.arange(least, least + span + 1).astype(y.dtype), places
    positions = np.cumsum(there) - 1
    return (np.flatnonzero(there) + least).astype(y.dtype), positions[places]


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
