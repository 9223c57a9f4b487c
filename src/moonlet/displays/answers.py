"""What a fitted classifier answers: rows made from points of a plane, probabilities, scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.metrics import accuracy_score, log_loss

from moonlet.specs import Array

Score = Literal["accuracy", "log_loss"]


@dataclass(frozen=True, slots=True, eq=False)
class PlaneOfRows:
    """Two columns of a table as a plane; the other columns stand still.

    Parameters
    ----------
    typical : DataFrame of one row
        Medians of numbers, the most frequent value of everything else.
    columns : pair of int
        Positions of the two columns.
    named : bool
        Whether the classifier expects a DataFrame, or a plain matrix.
    """

    typical: pd.DataFrame
    columns: tuple[int, int]
    named: bool

    @classmethod
    def of(cls, X: Any, features: tuple[int | str, int | str] | None) -> Self:
        """Take the plane that `features` span in the table X.

        Raises
        ------
        ValueError
            If X has more than two columns and `features` does not name two of them.
        """
        named = isinstance(X, pd.DataFrame)
        table = X if named else pd.DataFrame(np.asarray(X))
        if features is None and table.shape[1] != 2:
            raise ValueError(
                f"X must have 2 columns to be drawn as a plane. Got {table.shape[1]} instead. "
                "Name the two to draw with features=(first, second)."
            )
        first, second = (0, 1) if features is None else features
        columns = (_position(table, first), _position(table, second))
        values = [_typical(table.iloc[:, position]) for position in range(table.shape[1])]
        typical = pd.concat(values, axis=1)
        typical.columns = table.columns
        return cls(typical, columns, named)

    @property
    def labels(self) -> tuple[str, str]:
        """What to write along the two axes; nothing for a plain matrix of two columns."""
        names = [str(self.typical.columns[position]) for position in self.columns]
        if not self.named:
            names = [f"feature {name}" for name in names] if self.n_held else ["", ""]
        return names[0], names[1]

    @property
    def n_held(self) -> int:
        """How many columns stand still."""
        return self.typical.shape[1] - 2

    def positions(self, X: Any) -> Array:
        """Where the rows of a table lie in the plane, shape (n_samples, 2)."""
        if isinstance(X, pd.DataFrame):
            return X.iloc[:, list(self.columns)].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(X, dtype=np.float64)[:, list(self.columns)]

    def rows_at(self, positions: Array) -> Any:
        """Typical rows moved to the given positions, as the classifier expects them."""
        rows = self.typical.iloc[np.zeros(len(positions), dtype=int)].reset_index(drop=True)
        for column, values in zip(self.columns, positions.T, strict=True):
            rows.isetitem(column, values)
        return rows if self.named else rows.to_numpy(dtype=np.float64)


def class_probabilities(estimator: Any, X: Any, classes: NDArray[Any]) -> Array:
    """Probabilities in the order of `classes`; 1 for the predicted class if there are none.

    Returns
    -------
    probabilities : ndarray of shape (n_samples, n_classes)
        0 for classes that the classifier has never seen.
    """
    if not hasattr(estimator, "predict_proba"):
        predicted = np.asarray(estimator.predict(X))
        return np.asarray(predicted[:, np.newaxis] == classes, dtype=np.float64)
    answers = np.asarray(estimator.predict_proba(X), dtype=np.float64)
    probabilities = np.zeros((len(answers), len(classes)))
    probabilities[:, np.searchsorted(classes, estimator.classes_)] = answers
    return probabilities


def score_in_words(
    estimator: Any, X: Any, y: ArrayLike, classes: NDArray[Any], score: Score
) -> str:
    """Accuracy or mean log loss (in nats), with its name."""
    if score == "accuracy":
        return f"accuracy {accuracy_score(np.asarray(y), estimator.predict(X)):.3f}"
    loss = log_loss(np.asarray(y), class_probabilities(estimator, X, classes), labels=classes)
    return f"log loss {loss:.3f}"


def _position(table: pd.DataFrame, feature: int | str) -> int:
    if isinstance(feature, str) and feature in table.columns:
        return list(table.columns).index(feature)
    whole = isinstance(feature, (int, np.integer)) and not isinstance(feature, bool)
    if whole and 0 <= int(feature) < table.shape[1]:
        return int(feature)
    raise ValueError(
        "features must be names of columns, or positions from 0 to "
        f"{table.shape[1] - 1}. Got {feature!r} instead."
    )


def _typical(column: pd.Series[Any]) -> pd.Series[Any]:
    """Reduce a column to the one value that stands for it."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        return pd.Series([column.median()])
    most_frequent = column.mode()
    # A column of nothing but gaps has no mode.
    one = (most_frequent if len(most_frequent) else column).iloc[:1].copy()
    one.index = pd.RangeIndex(1)
    return one
