"""Rows on their way to the engine: checked, held out, weighted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy import sparse
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import validate_data

from moonlet.estimators.network import Network
from moonlet.estimators.scikit_learns_own import check_sample_weight
from moonlet.specs import Array

__all__ = [
    "Rows",
    "as_csr",
    "check_rows",
    "check_rows_and_targets",
    "check_weight",
    "check_weight_in",
    "hold_out",
]

_BUILD_ANEW = "Build X anew from its rows, columns and values with scipy.sparse.coo_array."


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows to learn from, or to be judged by.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Positions of the labels among the classes; 0 and 1 for several labels a
        row; or values.
    weight : ndarray of shape (n_samples,), optional
    """

    X: Any
    y: NDArray[Any]
    weight: Array | None = None

    def __len__(self) -> int:
        return len(self.y)

    def weighted(self, factors: Array) -> Rows:
        """The rows with their weights multiplied."""
        return replace(self, weight=factors if self.weight is None else self.weight * factors)

    def take(self, positions: NDArray[np.integer]) -> Rows:
        """Some of the rows."""
        weight = None if self.weight is None else self.weight[positions]
        return Rows(self.X[positions], self.y[positions], weight)


def check_rows(estimator: Network, X: ArrayLike) -> Any:
    """Check rows to predict for; they keep their precision if they have one.

    Raises
    ------
    ValueError
        If they are not finite numbers, or other columns than in `fit`.
    """
    return validate_data(
        estimator,
        _in_native_order(as_csr(X)),
        accept_sparse="csr",
        dtype=(np.float64, np.float32),
        reset=False,
    )


def check_rows_and_targets(
    estimator: Network, X: ArrayLike, y: ArrayLike, *, dtype: DTypeLike | None, reset: bool
) -> tuple[Any, Any]:
    """Check rows and targets.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    X : array-like or sparse matrix of shape (n_samples, n_features)
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
    dtype : dtype or None
        The precision to come out with. None: float32 stays, all else becomes float64.
    reset : bool
        Remember the number of the columns and their names, else compare them.

    Returns
    -------
    X : ndarray or CSR matrix
    y : ndarray or CSR matrix

    Raises
    ------
    ValueError
        If they cannot be learned from; in scikit-learn's words.
    """
    return validate_data(  # type: ignore[no-any-return]
        estimator,
        _in_native_order(as_csr(X)),
        y,
        accept_sparse="csr",
        multi_output=True,
        dtype=(np.float64, np.float32) if dtype is None else dtype,
        reset=reset,
    )


def check_weight(weight: ArrayLike | None, X: Any) -> Array | None:
    """Check the weights of rows.

    Raises
    ------
    ValueError
        If one is negative, or all are zero.
    """
    if weight is None:
        return None
    checked: Array = check_sample_weight(weight, X, dtype=np.float64, ensure_non_negative=True)
    return checked


def check_weight_in(weight: Array | None, dtype: np.dtype[Any]) -> Array | None:
    """Check that weights are still some in the precision of the training.

    Raises
    ------
    ValueError
        If all become 0 in 32 bit, or one becomes infinite.
    """
    if weight is None or dtype != np.float32:
        return weight
    limits = np.finfo(np.float32)
    least, most, largest = float(limits.tiny), float(limits.max), float(weight.max())
    if least <= largest <= most:
        return weight
    raise ValueError(
        f"sample_weight must have its largest value in [{least:.3g}, {most:.3g}] "
        f"where X is float32, which holds no others. Got {largest:.3g}. Divide all weights by "
        "their mean, or give X as float64."
    )


def hold_out(
    rows: Rows,
    fraction: float,
    stratify: NDArray[Any] | None,
    random_state: np.random.RandomState,
) -> tuple[Rows, Rows]:
    """Split rows in those to train on and those to judge by, the same as scikit-learn's.

    Raises
    ------
    ValueError
        If one part would be too small, or would have no weight.
    """
    kept, held = train_test_split(
        np.arange(len(rows)), test_size=fraction, stratify=stratify, random_state=random_state
    )
    if len(held) < 2:
        raise ValueError(
            "The validation set is too small. Increase 'validation_fraction' or the size of "
            f"your dataset. validation_fraction={fraction:g} of {len(rows)} rows is {len(held)}."
        )
    parts = rows.take(kept), rows.take(held)
    for name, part in zip(("training", "validation"), parts, strict=True):
        if part.weight is not None and not part.weight.any():
            raise ValueError(
                f"All rows that fell to the {name} set have a sample_weight of 0. Use another "
                "random_state, give an eval_set, or leave rows without weight away."
            )
    return parts


def _in_native_order(X: Any) -> Any:
    # validate_data takes numbers in the other byte order for strangers, whatever their precision.
    dtype = getattr(X, "dtype", None)
    if not isinstance(dtype, np.dtype) or dtype.isnative:
        return X
    return X.astype(dtype.newbyteorder("="))


def as_csr(X: Any) -> Any:
    """Sparse rows of any format in CSR; all else as it is.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        If they name places that there are not. SciPy would read and write there.
    """
    if not sparse.issparse(X) or X.ndim != 2:
        return X
    if X.format in ("csr", "csc", "bsr"):
        _check_compressed(X)
    elif X.format == "coo":
        for axis, (name, coordinates) in enumerate({"row": X.row, "col": X.col}.items()):
            _check_whole(name, coordinates, X.format)
            _check_places(coordinates, X.shape[axis], X.format)
    if X.format == "csr":
        return X
    rows = X.tocsr()
    _check_compressed(rows)
    return rows


def _check_compressed(X: Any) -> None:
    kind, starts = X.format, X.indptr
    _check_whole("indptr", starts, kind)
    _check_whole("indices", X.indices, kind)
    if X.data.ndim != (3 if kind == "bsr" else 1):
        raise ValueError(
            f"The data of X in {kind.upper()} format must be in one dimension, or "
            f"in blocks in BSR. Got {X.data.ndim} dimensions instead. {_BUILD_ANEW}"
        )
    heights = getattr(X, "blocksize", (1, 1))
    shape = [n // height for n, height in zip(X.shape, heights, strict=True)]
    n_major, n_minor = shape if kind != "csc" else shape[::-1]
    n_values = min(len(X.indices), len(X.data))
    if (
        len(starts) != n_major + 1
        or starts[0] != 0
        or starts[-1] > n_values
        or np.any(starts[:-1] > starts[1:])
    ):
        raise ValueError(
            f"The indptr of X in {kind.upper()} format must be {n_major + 1} numbers that begin "
            f"with 0, do not fall and end with {n_values} or less. Got {len(starts)} others "
            f"instead. {_BUILD_ANEW}"
        )
    _check_places(X.indices[: starts[-1]], n_minor, kind)


def _check_whole(name: str, places: Any, kind: str) -> None:
    if places.ndim != 1 or places.dtype.kind not in "iu":
        raise ValueError(
            f"The {name} of X in {kind.upper()} format must be whole numbers in one dimension. Got "
            f"{places.dtype} in {places.ndim} dimension(s) instead. {_BUILD_ANEW}"
        )


def _check_places(places: NDArray[np.integer], end: int, kind: str) -> None:
    if len(places) and not (places.min() >= 0 and places.max() < end):
        raise ValueError(
            f"The indices of X in {kind.upper()} format must be from 0 to {end - 1}. Got "
            f"{places.min()} to {places.max()} instead. {_BUILD_ANEW}"
        )
