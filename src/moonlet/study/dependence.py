"""Rows that are not strangers to each other: copies, groups, an order.

Held-out rows judge fairly only where they have nothing to do with the rows trained on.
What the caller names is obeyed; copies are seen here; and where rows look as if they belonged
together and nothing was named, the verdict asks.

How the test of the order differs from the textbook's test of runs:

1. It is one-sided: too few runs are what rows that belong together make. Too many harm nothing.
2. A file that is sorted by class has as many runs as classes. That is how files are written, and
   says nothing of where rows come from: p is 1.
3. Its level is 0.001, and all that it does is ask: an order by chance is not to shake a verdict.

References
----------
A. Wald and J. Wolfowitz, "On a test whether two samples are from the same population",
Annals of Mathematical Statistics 11, 1940 (the number of runs); its mean and variance for
several classes: A. M. Mood, "The distribution theory of runs", Annals of Mathematical
Statistics 11, 1940.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import ndtr
from sklearn.utils import check_consistent_length, column_or_1d

from moonlet.exceptions import DataError

# Fewer different rows than this cannot be cut into folds: a table of a few yes and no has copies
# that are rows of their own.
_FEWEST_DIFFERENT = 50
# Copies are asked about where they are at least this share of the rows.
_MANY_COPIES = 0.05
# How improbable an order of y must be by chance to be asked about.
_LEVEL = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Belonging:
    """Which rows belong together.

    Parameters
    ----------
    groups : ndarray of int of shape (n_samples,), optional
        The group of each row.
    time : ndarray of shape (n_samples,), optional
        When each row came; only the order counts.
    copies : ndarray of int of shape (n_samples,), optional
        For each row the position of the first that is the same.
    """

    groups: NDArray[np.intp] | None = None
    time: NDArray[Any] | None = None
    copies: NDArray[np.intp] | None = None

    def firsts(self, positions: NDArray[np.intp]) -> NDArray[np.intp]:
        """Of rows that are the same, one."""
        if self.copies is None:
            return positions
        return np.asarray(positions[self.copies[positions] == positions])

    def with_copies(self, firsts: NDArray[np.intp]) -> NDArray[np.intp]:
        """All rows that are the same as some."""
        if self.copies is None:
            return np.sort(firsts)
        return np.flatnonzero(np.isin(self.copies, firsts))


def read_belonging(X: Any, values: NDArray[Any], groups: Any, time: Any) -> Belonging:
    """Check what the caller names, and look for copies.

    Raises
    ------
    ValueError
        If both are named.
    DataError
        If one has gaps.
    """
    if groups is not None and time is not None:
        raise ValueError(
            "groups and time cannot both be given. Give time where later rows are to be "
            "predicted from earlier ones, groups where rows of one group belong together."
        )
    if groups is not None:
        return Belonging(groups=_codes(X, groups, "groups"))
    if time is not None:
        return Belonging(time=_codes(X, time, "time"))
    copies = _first_of_its_kind(X, values)
    n_different = int((copies == np.arange(len(copies))).sum())
    if n_different == len(copies) or n_different < _FEWEST_DIFFERENT:
        return Belonging()
    return Belonging(copies=copies)


def questions(X: Any, values: NDArray[Any], *, is_numeric: bool, named: bool) -> tuple[str, ...]:
    """Ask whether rows belong together, where it looks so and nothing was named."""
    if named:
        return ()
    asked = []
    n_copies = int(_repeated(X).sum())
    if n_copies >= max(2, _MANY_COPIES * len(values)):
        asked.append(
            f"Do rows belong together? {n_copies:,} of {len(values):,} rows stand more than once "
            "in X. If several are of one person, thing or day, this answer may be false: name "
            "the group (groups=, --groups)."
        )
    p_value = order_p_value(values, is_numeric=is_numeric)
    if p_value < _LEVEL:
        asked.append(
            "Do rows that follow each other belong together? y runs in the order of the rows as "
            "it hardly would by chance. If they are of one person or one day, or one after "
            "another in time, this answer may be false: name the group (groups=, --groups) or "
            "the time (time=, --time)."
        )
    return tuple(asked)


def _repeated(X: Any) -> NDArray[np.bool_]:
    """Whether each row stands more than once in X."""
    if sparse.issparse(X):
        frame = pd.DataFrame({"row": _sparse_rows(X)})
    else:
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    return np.asarray(frame.duplicated(keep=False))


def _sparse_rows(X: Any) -> list[bytes]:
    """What is in each row of a CSR matrix in canonical format."""
    parts = zip(X.indptr[:-1], X.indptr[1:], strict=True)
    return [X.indices[a:b].tobytes() + X.data[a:b].tobytes() for a, b in parts]


def order_p_value(values: NDArray[Any], *, is_numeric: bool) -> float:
    """How probable it is by chance that neighbouring rows are as alike as they are.

    By the number of runs: of equal classes, or of numbers on one side of the median.
    1 where classes are sorted, as many files have them.

    Examples
    --------
    >>> order_p_value(np.repeat([0, 1, 0, 1], 10), is_numeric=False) < 0.001
    True
    >>> order_p_value(np.repeat([0, 1], 10), is_numeric=False)
    1.0
    """
    if is_numeric:
        middle = np.median(values)
        kinds = (values > middle).astype(int)[values != middle]
    else:
        kinds = values
    n = len(kinds)
    if n < 10:
        return 1.0
    n_runs = 1 + int((kinds[1:] != kinds[:-1]).sum())
    counts = np.bincount(kinds).astype(np.float64)
    counts = counts[counts > 0]
    if len(counts) < 2 or (not is_numeric and n_runs == len(counts)):
        return 1.0
    squares, cubes = float((counts**2).sum()), float((counts**3).sum())
    expected = n + 1 - squares / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n * n * (n - 1))
    if variance <= 0.0:
        return 1.0
    return float(ndtr((n_runs + 0.5 - expected) / math.sqrt(variance)))


def _codes(X: Any, given: Any, name: str) -> NDArray[np.intp]:
    values = column_or_1d(np.asarray(given))
    check_consistent_length(X, values)
    n_gaps = int(pd.isna(values).sum())
    if n_gaps:
        raise DataError(f"{name} must be known for every row. Got {n_gaps} without. Drop those.")
    # Sorted, so that a time's order is kept.
    codes, _ = pd.factorize(values, sort=True)
    return np.asarray(codes, dtype=np.intp)


def _first_of_its_kind(X: Any, values: NDArray[Any]) -> NDArray[np.intp]:
    """For each row the position of the first that is the same in X and y."""
    if sparse.issparse(X):
        seen: dict[tuple[bytes, Any], int] = {}
        rows = zip(_sparse_rows(X), values.tolist(), strict=True)
        return np.array([seen.setdefault(row, at) for at, row in enumerate(rows)], dtype=np.intp)
    frame = X.reset_index(drop=True) if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    frame = frame.set_axis(range(frame.shape[1]), axis=1)
    frame[frame.shape[1]] = values
    firsts = np.arange(len(frame))
    repeated = np.flatnonzero(frame.duplicated(keep=False).to_numpy())
    if len(repeated):
        some = frame.iloc[repeated]
        kinds = some.groupby(list(some.columns), dropna=False, sort=False, observed=True).ngroup()
        _, first, inverse = np.unique(kinds, return_index=True, return_inverse=True)
        firsts[repeated] = repeated[first][inverse]
    return firsts
