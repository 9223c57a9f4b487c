"""Rows on their way to the engine: checked, held out, weighted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight, validate_data

from moonlet.specs import Array

if TYPE_CHECKING:
    from moonlet.estimators.base import BaseMLP

__all__ = [
    "Rows",
    "check_rows",
    "check_rows_and_targets",
    "check_weight",
    "check_weight_in",
    "hold_out",
]


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


def check_rows(estimator: BaseMLP, X: ArrayLike) -> Any:
    """Check rows to predict for; they keep their precision if they have one.

    Raises
    ------
    ValueError
        If they are not finite numbers, or other columns than in `fit`.
    """
    return validate_data(
        estimator,
        _in_native_order(X),
        accept_sparse="csr",
        dtype=(np.float64, np.float32),
        reset=False,
    )


def check_rows_and_targets(
    estimator: BaseMLP, X: ArrayLike, y: ArrayLike, *, dtype: DTypeLike | None, reset: bool
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
        _in_native_order(X),
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
    checked: Array = _check_sample_weight(weight, X, dtype=np.float64, ensure_non_negative=True)
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
