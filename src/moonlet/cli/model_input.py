"""The schema by which a model reads a table: its own, or what can be told of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from moonlet.data import Column, Schema, TableReader
from moonlet.data.raw import RawTable
from moonlet.data.spelling import PLAIN
from moonlet.exceptions import DataError


def schema_of(estimator: Any, raw: RawTable) -> Schema:
    """Return the schema by which a fitted estimator reads tables.

    An estimator that was trained on an array or by other means than `make_preprocessor` has none:
    its columns are numbers, but for those whose categories it knows.

    Raises
    ------
    DataError
        If it knows no names and the table has another number of columns.
    """
    first = estimator
    while isinstance(first, Pipeline):
        first = first[0]
    if isinstance(first, TableReader):
        return first.schema_
    categories = _known_categories(estimator)
    columns = [
        Column(name, "category", labels=categories[name])
        if name in categories
        else Column(name, "number", number=PLAIN)
        for name in _names(estimator, raw)
    ]
    return Schema(tuple(columns))


def unseen_labels(schema: Schema, features: Any, source: str) -> list[str]:
    """What a person should know of labels that were not there in training."""
    return [
        f"{source}, column {name!r}: {label!r:.40} was not there in training; {n:,} "
        f"row{'s' * (n != 1)} count as none of the known labels."
        for name, (label, n) in schema.unseen(features).items()
    ]


def _names(estimator: Any, raw: RawTable) -> list[str]:
    if hasattr(estimator, "feature_names_in_"):
        return [str(name) for name in estimator.feature_names_in_]
    # Trained on an array in Python: there is nothing to go by but the order.
    if len(raw.columns) != estimator.n_features_in_:
        raise DataError(
            f"{raw.source}: {len(raw.columns)} columns, but the model takes "
            f"{estimator.n_features_in_} and knows no names. Leave exactly those, in the order of "
            "training."
        )
    return list(raw.columns)


def _known_categories(estimator: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(estimator, Pipeline) or not isinstance(estimator[0], ColumnTransformer):
        return {}
    return {
        str(name): tuple(map(str, known))
        for _, part, names in estimator[0].transformers_
        for encoder in (part[-1] if isinstance(part, Pipeline) else part,)
        if isinstance(encoder, OneHotEncoder | OrdinalEncoder)
        for name, known in zip(names, encoder.categories_, strict=True)
        # Categories that are numbers are looked up as numbers.
        if np.asarray(known).dtype.kind in "OU"
    }
