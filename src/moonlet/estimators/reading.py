"""The rows of a call, read: quickly where they are plain, else by scikit-learn's checks.

Reading changes nothing of the estimator: what is found out about columns and targets is a frozen
value, which becomes attributes when all else has gone well.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from moonlet.estimators import plain
from moonlet.estimators.known import Columns, Given, Known
from moonlet.estimators.labels import without_gaps
from moonlet.estimators.network import Network
from moonlet.estimators.rows import Rows, check_rows_and_targets, check_weight

__all__ = ["read", "watched_rows"]


def read(estimator: Network, given: Given, known: Known | None) -> tuple[Rows, Known]:
    """Check rows and targets, and tell what is known of them.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Is left as it is; only its parameters are asked.
    given : Given
    known : Known, optional
        What they are to go with.

    Raises
    ------
    ValueError
        If they cannot be learned from; in scikit-learn's words.
    """
    X, y, weight = given
    columns, dtype = (None, None) if known is None else (known.columns, known.dtype)
    if columns is None or columns.names is None:
        rows = plain.rows(X, dtype)
        if rows is not None and (columns is None or rows.shape[1] == columns.n_features):
            n_rows, width = rows.shape
            weights = None if weight is None else plain.weight(weight, n_rows)
            coded = estimator._code_plainly(y, n_rows, rows.dtype, known)
            if coded is not None and (weight is None) == (weights is None):
                read = Rows(rows, coded[0], weights)
                if known is not None and columns is not None and coded[1] is known.coding:
                    return read, known
                return read, Known(columns or Columns(width, None), coded[1], rows.dtype)
    reader = _reader(estimator, columns)
    checked, targets = check_rows_and_targets(
        reader, X, without_gaps(y), dtype=dtype, reset=columns is None
    )
    found = Columns(reader.n_features_in_, getattr(reader, "feature_names_in_", None))
    values, coding = estimator._code(targets, checked.dtype, known)
    return (
        Rows(checked, values, check_weight(weight, checked)),
        Known(found, coding, checked.dtype),
    )


def watched_rows(
    eval_set: tuple[ArrayLike, ...] | None,
    X_val: ArrayLike | None,
    y_val: ArrayLike | None,
    sample_weight_val: ArrayLike | None,
) -> Given | None:
    """Rows to be judged by, from either way to name them.

    Raises
    ------
    ValueError
        If both ways are taken, or one by half.
    """
    if X_val is None and y_val is None:
        if sample_weight_val is not None:
            raise ValueError("sample_weight_val is provided, but X_val was not provided.")
    elif y_val is None:
        raise ValueError("X_val is provided, but y_val was not provided.")
    elif X_val is None:
        raise ValueError("y_val is provided, but X_val was not provided.")
    elif eval_set is not None:
        raise ValueError(
            "eval_set and X_val name the same thing, rows to watch. Got both: give one of them."
        )
    else:
        return Given(X_val, y_val, sample_weight_val)
    if eval_set is None:
        return None
    if not isinstance(eval_set, tuple) or len(eval_set) not in (2, 3):
        raise ValueError(
            "eval_set must be a tuple (X, y) or (X, y, sample_weight) of rows to watch. "
            f"Got {type(eval_set).__name__}"
            f"{f' of {len(eval_set)}' if isinstance(eval_set, tuple | list) else ''} instead."
        )
    return Given(*eval_set)


def _reader(estimator: Network, columns: Columns | None) -> Any:
    """A stand-in for scikit-learn's checks, which leave on it what they find out."""
    stand_in: Any = estimator._twin({})
    stand_in._forget()
    if columns is not None:
        stand_in.n_features_in_ = columns.n_features
        if columns.names is not None:
            stand_in.feature_names_in_ = columns.names
    return stand_in
