"""Which preprocessing steps a model file can hold, and the errors for all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.utils.validation import check_is_fitted

from moonlet.data import Schema, TableReader

__all__ = [
    "SUPPORTED",
    "Transformer",
    "check_supported",
    "chosen_by_name",
    "column_positions",
    "parts_of",
    "without_reader",
]

Transformer = (
    ColumnTransformer
    | FunctionTransformer
    | MaxAbsScaler
    | MinMaxScaler
    | OneHotEncoder
    | OrdinalEncoder
    | Pipeline
    | RobustScaler
    | SimpleImputer
    | StandardScaler
    | TableReader
)

# Exactly these classes: a subclass may compute something else. The values are those
# that a parameter must have for the graph to compute the same as the class.
SUPPORTED: Final[dict[type, dict[str, tuple[object, ...]]]] = {
    ColumnTransformer: {"transformer_weights": (None,)},
    FunctionTransformer: {"func": (None,)},  # what "passthrough" becomes in `fit`
    MaxAbsScaler: {},
    MinMaxScaler: {},
    OneHotEncoder: {
        "handle_unknown": ("ignore", "error"),
        "drop": (None,),
        "min_frequency": (None,),
        "max_categories": (None,),
    },
    OrdinalEncoder: {"min_frequency": (None,), "max_categories": (None,)},
    Pipeline: {},
    RobustScaler: {},
    SimpleImputer: {
        "add_indicator": (False,),
        "strategy": ("mean", "median", "most_frequent", "constant"),
    },
    StandardScaler: {},
    TableReader: {},
}


def check_supported(transformer: object, step: str) -> None:
    """Refuse what cannot be written, before anything is.

    Parameters
    ----------
    transformer : object
        A step before the network.
    step : str
        Its name; the names of steps within steps are joined by " > ".

    Raises
    ------
    ValueError
        If the step, or one within it, is of another class, or has parameters or
        categories that a model file cannot hold.
    NotFittedError
        If it is not fitted.
    """
    who = f"Step {step!r} ({type(transformer).__name__})"
    if type(transformer) not in SUPPORTED:
        names = ", ".join(sorted(known.__name__ for known in SUPPORTED))
        raise ValueError(
            f"{who} cannot be written as ONNX. The steps before the network can be {names}. "
            "Use those, for instance as moonlet.data.make_preprocessor does, and fit again."
        )
    check_is_fitted(transformer)
    for name, allowed in SUPPORTED[type(transformer)].items():
        given = getattr(transformer, name)
        if not any(given is value or given == value for value in allowed):
            raise ValueError(
                f"{who} cannot be written as ONNX with {name}={given!r}. "
                f"Use {' or '.join(f'{name}={value!r}' for value in allowed)} and fit again."
            )
    if isinstance(transformer, SimpleImputer):
        _check_gap_mark(who, transformer.missing_values)
        _check_values(who, transformer.statistics_)
    elif isinstance(transformer, OneHotEncoder | OrdinalEncoder):
        for known in transformer.categories_:
            _check_categories(who, known.tolist())
            _check_values(who, known)
    elif isinstance(transformer, Pipeline | ColumnTransformer):
        for name, part, _ in parts_of(transformer):
            check_supported(part, f"{step} > {name}")


def without_reader(
    steps: list[tuple[str, Any]],
) -> tuple[Schema | None, list[tuple[str, Any]]]:
    """Take the reader of tables from the front of a pipeline's steps, in steps within as well.

    What it does with text and dates is no part of a graph, which begins with numbers and labels.
    """
    if not steps:
        return None, steps
    (name, first), *others = steps
    if isinstance(first, TableReader):
        return getattr(first, "schema_", first.schema), others
    if isinstance(first, Pipeline):
        schema, inner = without_reader(first.steps)
        return schema, [*([(name, Pipeline(inner))] if inner else []), *others]
    return None, steps


def parts_of(composite: Pipeline | ColumnTransformer) -> Iterator[tuple[str, Any, list[int]]]:
    """Name, fitted transformer and columns of each part that columns go through.

    The columns are positions; a Pipeline's parts have none of their own.
    """
    if isinstance(composite, Pipeline):
        yield from ((name, step, []) for name, step in composite.steps)
        return
    for name, part, columns in composite.transformers_:
        positions = column_positions(composite, columns)
        # Without columns: chosen by a rule that no column met, and never fitted.
        if positions and part != "drop":
            yield name, part, positions


def chosen_by_name(columns: Any) -> bool:
    """Whether columns were chosen by their names, not their positions."""
    if isinstance(columns, slice):
        return isinstance(columns.start, str) or isinstance(columns.stop, str)
    return all(isinstance(column, str) for column in np.atleast_1d(columns))


def column_positions(chooser: ColumnTransformer, columns: Any) -> list[int]:
    """Positions of columns that were chosen in any of scikit-learn's ways."""
    everything = np.arange(chooser.n_features_in_)
    if not chosen_by_name(columns):
        chosen = columns if isinstance(columns, slice) else np.atleast_1d(columns)
        return [int(i) for i in everything[chosen]]
    if not isinstance(columns, slice) and np.size(columns) == 0:
        return []
    position = {name: i for i, name in enumerate(chooser.feature_names_in_)}
    if not isinstance(columns, slice):
        return [position[name] for name in np.atleast_1d(columns)]
    # A slice of names includes its end.
    start = None if columns.start is None else position[columns.start]
    stop = None if columns.stop is None else position[columns.stop] + 1
    return [int(i) for i in everything[start : stop : columns.step]]


def _check_gap_mark(who: str, mark: object) -> None:
    if not (mark is pd.NA or (isinstance(mark, float) and np.isnan(mark))):
        raise ValueError(
            f"{who} fills gaps marked {mark!r}. In an ONNX model gaps are NaN among numbers and "
            "empty among text. Mark them with NaN and fit again."
        )


def _check_values(who: str, values: NDArray[np.generic]) -> None:
    # numpy's numbers are not all Python's, so ask numpy.
    if not all(np.asarray(value).dtype.kind in "biufU" for value in values):
        raise ValueError(
            f"{who} works on values that are neither numbers nor text: {values.tolist()!r:.80}. "
            "Convert them to one or the other and fit again."
        )


def _check_categories(who: str, known: list[Any]) -> None:
    text = [isinstance(value, str) for value in known]
    if any(pd.isna(value) for value in known) or any(text) != all(text):
        raise ValueError(
            f"{who} has gaps among its categories, or text and numbers in one column: "
            f"{known!r:.80}. Put a SimpleImputer before it, or convert the column to text, "
            "and fit again."
        )
    if "" in known:
        raise ValueError(
            f"{who} has the empty text among its categories, which in an ONNX model is a gap. "
            "Give that category a name and fit again."
        )
