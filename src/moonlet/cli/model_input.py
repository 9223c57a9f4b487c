"""From any table to the columns that a model was trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from moonlet.exceptions import DataError


def features_for(
    estimator: Any, table: pd.DataFrame, source: str
) -> tuple[pd.DataFrame | NDArray[Any], list[str]]:
    """Pick the columns that an estimator knows, in its order and of its kinds.

    Parameters
    ----------
    estimator : MLPClassifier or Pipeline
        Fitted.
    table : DataFrame
        May have other columns as well.
    source : str
        What to call the table in errors.

    Returns
    -------
    features : DataFrame, or ndarray for an estimator fitted without names
    notes : list of str
        What a person should know of the values, though they can be worked with.

    Raises
    ------
    DataError
        If a column is missing, or holds labels where the model has numbers.
    """
    names = _names(estimator, table, source)
    missing = [name for name in names if name not in table.columns]
    if missing:
        which = ", ".join(repr(name) for name in missing)
        raise DataError(
            f"{source}: the model was trained on {'columns' if len(missing) > 1 else 'a column'} "
            f"{which}, which {'are' if len(missing) > 1 else 'is'} not there. "
            f"The columns are {', '.join(map(str, table.columns))}."
        )
    categories = _known_categories(estimator)
    columns = {
        name: _labels(table[name]) if name in categories else _numbers(table[name], source)
        for name in names
    }
    notes = [_note_on_unseen(name, columns[name], categories[name], source) for name in categories]
    features = pd.DataFrame(columns)
    named = hasattr(estimator, "feature_names_in_")
    return features if named else features.to_numpy(), [note for note in notes if note]


def _names(estimator: Any, table: pd.DataFrame, source: str) -> list[str]:
    if hasattr(estimator, "feature_names_in_"):
        return [str(name) for name in estimator.feature_names_in_]
    # Trained on an array in Python: there is nothing to go by but the order.
    if table.shape[1] != estimator.n_features_in_:
        raise DataError(
            f"{source}: {table.shape[1]} columns, but the model takes {estimator.n_features_in_} "
            "and knows no names. Leave exactly those, in the order of training."
        )
    return list(table.columns)


def _known_categories(estimator: Any) -> dict[str, Any]:
    if not isinstance(estimator, Pipeline) or not isinstance(estimator[0], ColumnTransformer):
        return {}
    return {
        str(name): known
        for _, part, names in estimator[0].transformers_
        for encoder in (part[-1] if isinstance(part, Pipeline) else part,)
        if isinstance(encoder, OneHotEncoder)
        for name, known in zip(names, encoder.categories_, strict=True)
        # Categories that are numbers are looked up as numbers.
        if np.asarray(known).dtype.kind in "OU"
    }


def _numbers(column: pd.Series[Any], source: str) -> pd.Series[Any]:
    if not is_numeric_dtype(column):
        given = column.dropna().iloc[0]
        raise DataError(
            f"{source}, column {column.name!r}: holds labels such as {str(given)!r:.40}, but the "
            "model was trained on numbers there. Correct the column."
        )
    return column


def _labels(column: pd.Series[Any]) -> pd.Series[Any]:
    if not is_numeric_dtype(column):
        return column
    # In training some label was no number, here all happen to be: 3.0 is the label "3".
    texts = [None if np.isnan(value) else f"{value:.17g}" for value in column.to_numpy(float)]
    return pd.Series(pd.Categorical(texts), name=column.name)


def _note_on_unseen(name: str, column: pd.Series[Any], known: Any, source: str) -> str | None:
    unseen = column[column.notna() & ~column.isin(list(known))]
    if unseen.empty:
        return None
    return (
        f"{source}, column {name!r}: {str(unseen.iloc[0])!r:.40} was not there in training; "
        f"{len(unseen):,} row{'s' * (len(unseen) != 1)} count as none of the known labels."
    )
