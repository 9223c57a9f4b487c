"""The first step of a pipeline: any table, read by the schema of the one that it was fitted on."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from moonlet.data.column import Column
from moonlet.data.dates import PARTS, to_numbers
from moonlet.data.messages import quoted
from moonlet.data.schema import Schema
from moonlet.exceptions import DataError


class TableReader(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Reads tables by a schema: text or typed, rows in any company and order.

    Parameters
    ----------
    schema : Schema, optional
        When None, `fit` finds it out.

    Attributes
    ----------
    schema_ : Schema
    feature_names_in_ : ndarray of str of shape (n_features,)
    n_features_in_ : int

    Examples
    --------
    >>> import pandas as pd
    >>> from moonlet.data import TableReader
    >>> days = pd.DataFrame({"day": ["2024-01-31", "2024-02-29"]})
    >>> TableReader().fit_transform(days)
           day  day, month  day, weekday
    0  19753.0         1.0           2.0
    1  19782.0         2.0           3.0
    """

    def __init__(self, schema: Schema | None = None) -> None:
        self.schema = schema

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find out what the columns hold, unless it was said.

        Raises
        ------
        DataError
            If a column can be read in two ways.
        """
        self.schema_ = Schema.of(X) if self.schema is None else self.schema
        names = [column.name for column in self.schema_.features]
        inputs = Counter(name for c in self.schema_.features for name in input_names(c))
        if twice := next((name for name, n in inputs.items() if n > 1), None):
            raise DataError(
                f"a part of a date would be called {quoted(twice)}, as a column is. Rename one."
            )
        self.feature_names_in_ = np.array(names, dtype=object)
        self.n_features_in_ = len(names)
        return self

    def transform(self, X: Any) -> pd.DataFrame:
        """Read a table.

        Returns
        -------
        inputs : DataFrame of shape (n_rows, n_inputs)
            Of float64 and categories: a date is the days since 1970-01-01, and its month, weekday
            and hour where they vary.

        Raises
        ------
        DataError
            If a column is missing, or a cell is not written as its column is.
        """
        check_is_fitted(self)
        features = self.schema_.apply(X)
        dated = [column for column in self.schema_.features if column.kind == "date"]
        if not dated:
            return features
        columns: dict[str, Any] = {}
        for column in self.schema_.features:
            columns |= _inputs_of(column, features[column.name])
        return pd.DataFrame(columns, index=features.index, copy=False)

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Names of the inputs."""
        check_is_fitted(self)
        names = [name for column in self.schema_.features for name in input_names(column)]
        return np.array(names, dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.string = tags.input_tags.categorical = True
        return tags


def input_names(column: Column) -> list[str]:
    """Name the inputs that a column becomes."""
    parts = column.date.parts if column.date else ()
    return [column.name, *(f"{column.name}, {part}" for part in PARTS if part in parts)]


def _inputs_of(column: Column, values: pd.Series) -> dict[str, Any]:
    if column.date is None:
        return {column.name: values}
    numbers = to_numbers(values, [part for part in PARTS if part in column.date.parts])
    return dict(zip(input_names(column), numbers.values(), strict=True))
