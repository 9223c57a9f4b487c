"""Which two columns matter most to a classifier.

References
----------
L. Breiman, "Random forests", Machine Learning 45, 2001, section 10: the
importance of a column is what shuffling it costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from moonlet.displays.answers import class_probabilities
from moonlet.specs import Array

_MOST_ROWS = 200
# Of a table that is asked about at once: 40 MB of numbers.
_MOST_CELLS = 5_000_000


def two_that_matter(
    estimator: Any, X: Any, y: NDArray[Any], classes: NDArray[Any], seed: int
) -> tuple[int, int] | None:
    """Find the two columns of numbers that matter most, in the table's order.

    Parameters
    ----------
    estimator : fitted classifier
    X : DataFrame or ndarray of shape (n_samples, n_features)
        Rows that it was not trained on; 200 of them are used at most.
    y : ndarray of shape (n_samples,)
    classes : ndarray of shape (n_classes,)
    seed : int
        For shuffling.

    Returns
    -------
    positions : pair of int, or None
        None if fewer than two columns hold numbers.
    """
    table = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    numbers = [
        position
        for position, kind in enumerate(table.dtypes)
        if is_numeric_dtype(kind) and not is_bool_dtype(kind)
    ]
    if len(numbers) < 2:
        return None
    if table.shape[1] == 2:
        return (0, 1)
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(table))[:_MOST_ROWS]
    rows, truth = table.iloc[chosen], np.searchsorted(classes, y[chosen])
    in_one_go = max(1, _MOST_CELLS // max(rows.size, 1))
    costs = np.concatenate(
        [
            _costs(estimator, rows, truth, classes, numbers[start : start + in_one_go], random)
            for start in range(0, len(numbers), in_one_go)
        ]
    )
    first, second = sorted(np.argsort(-costs, kind="stable")[:2])
    return numbers[first], numbers[second]


def _costs(
    estimator: Any,
    rows: pd.DataFrame,
    truth: NDArray[np.intp],
    classes: NDArray[Any],
    columns: list[int],
    random: np.random.Generator,
) -> Array:
    """Measure the mean log loss after shuffling each of some columns, all in one call."""
    n = len(rows)
    copies = rows.iloc[np.tile(np.arange(n), len(columns))].reset_index(drop=True)
    for turn, column in enumerate(columns):
        shuffled = copies.iloc[:, column].to_numpy(copy=True)
        shuffled[turn * n : (turn + 1) * n] = random.permutation(rows.iloc[:, column].to_numpy())
        copies.isetitem(column, shuffled)
    asked = copies if hasattr(estimator, "feature_names_in_") else copies.to_numpy()
    probabilities = class_probabilities(estimator, asked, classes)
    right = probabilities[np.arange(len(copies)), np.tile(truth, len(columns))]
    # A single row that is put wrong with certainty must not outweigh all others.
    losses = -np.log(np.clip(right, 1e-6, None))
    return np.asarray(losses.reshape(len(columns), n).mean(axis=1))
