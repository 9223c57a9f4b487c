"""Class labels as they are given, and as positions among the sorted classes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from moonlet.specs import Array

__all__ = ["ClassWeight", "TellsClasses", "class_factors", "read_labels", "without_gaps"]

ClassWeight = Mapping[Any, float] | Literal["balanced"] | None


class TellsClasses(Protocol):
    """What of a classifier's parameters decides how labels are read."""

    output: Literal["auto", "softmax"]
    class_weight: ClassWeight
    label_smoothing: float


_GAPS = "Input y contains NaN."


def without_gaps(y: Any) -> Any:
    """Give targets of nullable types the plain type that they have without gaps.

    Parameters
    ----------
    y : array-like

    Returns
    -------
    y : array-like
        As it was, unless it was of a nullable type of pandas: an Int64 is an int64 then.

    Raises
    ------
    ValueError
        If there are gaps: None, NaN, or pandas' NA.
    """
    plain = getattr(getattr(y, "dtype", None), "numpy_dtype", None)
    if plain is not None and hasattr(y, "isna"):
        if y.isna().any():
            raise ValueError(_GAPS)
        return y.to_numpy(dtype=plain)
    if isinstance(y, list | tuple):
        y = np.asarray(y)
    if hasattr(y, "to_numpy") and getattr(y, "dtype", None) == np.dtype(object):
        y = y.to_numpy()
    if isinstance(y, np.ndarray) and y.dtype == object and any(map(_is_gap, y.flat)):
        raise ValueError(_GAPS)
    return y


def read_labels(y: Any) -> tuple[NDArray[Any], bool]:
    """Check the labels of rows.

    Parameters
    ----------
    y : ndarray of shape (n_samples,) or (n_samples, n_labels), or sparse matrix of the latter

    Returns
    -------
    labels : ndarray of shape (n_samples,) or (n_samples, n_labels)
    several : bool
        Whether a row may have several labels: `labels` is then a matrix of 0 and 1.

    Raises
    ------
    ValueError
        If they are not labels.
    """
    # What type_of_target would find out about whole numbers in a row can be seen at once.
    if type(y) is np.ndarray and y.ndim == 1 and y.dtype.kind in "biu":
        return y, False
    if isinstance(y, np.ndarray) and y.ndim == 1 and y.dtype == object:
        n_texts = sum(isinstance(value, str) for value in y)
        if 0 < n_texts < len(y):
            raise ValueError(
                "y must be labels of one kind, all text or all numbers. Got mixed ones: turn them "
                "into text, for instance by y.astype(str)."
            )
        if n_texts == 0 and _are_whole_numbers(y):
            return y, False
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y.toarray() if sparse.issparse(y) else y, warn=True)
    kind = type_of_target(y, input_name="y")
    if kind not in ("binary", "multiclass", "multilabel-indicator"):
        check_classification_targets(y)  # raises, with a guess at what was meant
    if kind == "multiclass-multioutput":
        raise ValueError(
            "Multioutput target data is not supported: y must be one label a row, or a matrix of "
            f"0 and 1. Got a matrix of {y.shape[1]} columns with other labels. Fit a network for "
            "each column, with sklearn.multioutput.MultiOutputClassifier."
        )
    if kind != "multilabel-indicator":
        return y, False
    return np.asarray(y.toarray() if sparse.issparse(y) else y, dtype=np.int64), True


def class_factors(
    class_weight: Mapping[Any, float] | Literal["balanced"],
    classes: NDArray[Any],
    counts: NDArray[np.integer],
) -> Array:
    """Find what the rows of each class count for.

    Parameters
    ----------
    class_weight : dict or "balanced"
    classes : ndarray of shape (n_classes,)
    counts : ndarray of shape (n_classes,)
        How many of the rows to train on are of each: "balanced" goes by that.

    Returns
    -------
    factors : ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If a weight is negative, or a label in `class_weight` cannot be a class.

    Warns
    -----
    UserWarning
        If a label in `class_weight` is no class and some class has no weight: the one may be
        meant for the other. Where all classes have weights, the label is that of other rows.
    """
    if isinstance(class_weight, str):
        # scikit-learn's formula; a class without rows has nothing to weigh.
        balanced: Array = counts.sum() / np.count_nonzero(counts) / np.maximum(counts, 1)
        return balanced
    named = classes.tolist()
    absent = [label for label in class_weight if label not in named]
    if any(isinstance(label, str) != isinstance(named[0], str) for label in absent):
        raise ValueError(
            f"class_weight has weights for {absent}, which are no classes. The classes are {named}."
        )
    if absent and not all(label in class_weight for label in named):
        warnings.warn(
            f"class_weight has weights for {absent}, of which there are no rows; the classes "
            f"{[label for label in named if label not in class_weight]} have none and count 1.",
            UserWarning,
            stacklevel=7,
        )
    factors = np.array([class_weight.get(label, 1.0) for label in named], dtype=np.float64)
    if not (np.isfinite(factors).all() and (factors >= 0.0).all() and factors[counts > 0].any()):
        raise ValueError(
            "class_weight must be made of finite numbers >= 0, and some class that occurs must "
            f"have more than 0. Got {dict(class_weight)}."
        )
    return factors


def _is_gap(value: object) -> bool:
    if value is None:
        return True
    try:
        return bool(value != value)  # NaN and NaT
    except TypeError:  # pandas.NA, of which nobody can say
        return True
    except ValueError:  # an array: no gap, but no label either
        return False


def _are_whole_numbers(values: NDArray[Any]) -> bool:
    return all(isinstance(value, Real) and float(value).is_integer() for value in values)
