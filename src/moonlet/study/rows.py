"""What is given to a study's ``fit``, checked; and rows taken from it."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, is_regressor
from sklearn.utils import check_array, check_consistent_length, column_or_1d
from sklearn.utils.multiclass import type_of_target

from moonlet.data import Schema
from moonlet.data.target import decide_task
from moonlet.estimators.rows import as_csr
from moonlet.exceptions import DataError

Indices: TypeAlias = NDArray[np.intp]


def read_features(X: Any) -> Any:
    """Check a table of features: an array of numbers as it is, any other by its schema.

    Gaps are allowed, they are imputed inside the folds; but in sparse rows, which become CSR.
    """
    if sparse.issparse(X):
        return _read_sparse(X)
    if not hasattr(X, "columns"):
        X = check_array(X, dtype=None, ensure_all_finite="allow-nan", input_name="X")
        if X.dtype.kind in "biuf":
            return X
    return Schema.of(X).apply(X)


def _read_sparse(X: Any) -> Any:
    rows = check_array(
        as_csr(X), accept_sparse="csr", dtype=(np.float64, np.float32), input_name="X"
    )
    if not rows.has_canonical_format:
        # Equal rows are to look alike.
        rows = rows.copy()
        rows.sum_duplicates()
    return rows


def reads_numbers(estimator: Any, y: Any) -> bool:
    """Whether a study predicts numbers: its estimator says so, or else y, as in `load`."""
    if estimator is not None:
        # What is no estimator at all is refused with the other parameters.
        return isinstance(estimator, BaseEstimator) and bool(is_regressor(estimator))
    values = np.asarray(y)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return False
    return decide_task(values) == "regression"


def read_numbers(X: Any, y: Any) -> NDArray[np.float64]:
    """Check the numbers to predict.

    Raises
    ------
    DataError
        If they have gaps, are no numbers, or are all the same.
    """
    check_consistent_length(X, y)
    given = column_or_1d(y, warn=True)
    try:
        values = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"y must hold numbers for a regression. Got {given[0]!r}. "
            "For classes use moonlet.MLPClassifier."
        ) from None
    n_gaps = int((~np.isfinite(values)).sum())
    if n_gaps:
        raise DataError(
            f"y must have a finite number in every row. Got {n_gaps} without one. Drop those rows."
        )
    if len(values) and values.min() == values.max():
        raise DataError(f"y must vary. Got {values[0]:g} in every row. Is it the right target?")
    return values


def read_classes(X: Any, y: Any) -> tuple[NDArray[Any], Indices]:
    """Check the labels.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Sorted.
    class_indices : ndarray of shape (n_samples,)
        The class of each row, as a position in `classes`.

    Raises
    ------
    DataError
        If they have gaps, are real numbers, or are all the same.
    """
    import pandas as pd

    check_consistent_length(X, y)
    labels = column_or_1d(y, warn=True)
    n_gaps = int(pd.isna(labels).sum())
    if n_gaps:
        raise DataError(
            f"y must have a label in every row. Got {n_gaps} without one. Drop those rows."
        )
    kind = type_of_target(labels, input_name="y")
    if kind == "continuous":
        raise DataError(
            "Unknown label type: continuous. y must hold classes: text, or whole numbers. Got "
            f"real numbers, such as {labels[np.argmax(labels % 1 != 0)]!s}, instead. To predict "
            "numbers use estimator=MLPRegressor(...); numpy.digitize cuts them into classes."
        )
    if kind not in ("binary", "multiclass"):
        raise DataError(
            f"Unknown label type: {kind}. y must hold classes: text, or whole numbers, not both."
        )
    classes, class_indices = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise DataError(
            f"y must have two classes or more. Got one class, {classes[0]!s}, instead. "
            "Is it the right target?"
        )
    return classes, class_indices


def read_weight(weight: Any, n_rows: int) -> NDArray[np.float64] | None:
    """Check the weights of rows.

    Raises
    ------
    DataError
        If one is negative or no number, or none is above 0.
    """
    if weight is None:
        return None
    values = column_or_1d(np.asarray(weight, dtype=np.float64))
    if len(values) != n_rows:
        raise DataError(
            f"sample_weight must have one number a row. Got {len(values)} for {n_rows} rows."
        )
    if not np.isfinite(values).all() or values.min() < 0.0 or not values.any():
        raise DataError(
            "sample_weight must hold finite numbers of 0 or more, some above 0. "
            f"Got {values.min()!s} at the least."
        )
    return np.asarray(values)


def take(X: Any, positions: Indices) -> Any:
    """Rows of a DataFrame, an array or a CSR matrix, by position."""
    return X.iloc[positions] if hasattr(X, "iloc") else X[positions]
