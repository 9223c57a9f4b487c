"""What a model file says beyond its graph: classes, parameters, what was learned.

The graph alone would do for predictions; the description makes an estimator of
it again. It is JSON, a node for each estimator. Weights are in the graph only;
the history of the training is in neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

from moonlet.data import TableReader
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.base import BaseMLP
from moonlet.export.supported import SUPPORTED, chosen_by_name, column_positions

__all__ = ["CLASSES", "LEARNED", "Json", "decode", "describe"]

Json = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

CLASSES: Final[dict[str, type]] = {
    known.__name__: known for known in (*SUPPORTED, MLPClassifier, MLPRegressor)
}

# Parameters that decide what `transform` gives, and its names. Others, such as
# n_jobs or memory, say how, and are no business of a file from elsewhere.
_PARAMETERS: Final[dict[type, tuple[str, ...]]] = {
    ColumnTransformer: ("sparse_threshold", "verbose_feature_names_out"),
    FunctionTransformer: ("feature_names_out",),
    MaxAbsScaler: ("clip",),
    MinMaxScaler: ("feature_range", "clip"),
    OneHotEncoder: ("handle_unknown", "sparse_output"),
    OrdinalEncoder: ("handle_unknown", "unknown_value"),
    RobustScaler: ("with_centering", "with_scaling"),
    SimpleImputer: ("strategy", "fill_value", "keep_empty_features", "missing_values"),
    StandardScaler: ("with_mean", "with_std"),
}

_OF_NETWORKS: Final = (
    "feature_names_in_",
    "n_features_in_",
    "out_activation_",
    "n_iter_",
    "t_",
    "loss_",
    "best_loss_",
    "stop_reason_",
)

LEARNED: Final[dict[type, tuple[str, ...]]] = {
    MLPClassifier: ("classes_", *_OF_NETWORKS),
    MLPRegressor: _OF_NETWORKS,
    MaxAbsScaler: ("max_abs_", "scale_", "n_samples_seen_"),
    MinMaxScaler: ("min_", "scale_", "data_min_", "data_max_", "data_range_", "n_samples_seen_"),
    OneHotEncoder: ("categories_",),
    OrdinalEncoder: ("categories_",),
    RobustScaler: ("center_", "scale_"),
    SimpleImputer: ("statistics_",),
    StandardScaler: ("mean_", "var_", "scale_", "n_samples_seen_"),
}


def describe(estimator: object) -> dict[str, Json]:
    """Describe a fitted estimator and those within it.

    Raises
    ------
    ValueError
        If a parameter has a value that JSON cannot hold.
    """
    node: dict[str, Json] = {"class": type(estimator).__name__}
    if isinstance(estimator, TableReader):
        return node | {"schema": estimator.schema_.to_json(), "learned": {}}
    if isinstance(estimator, Pipeline):
        return node | {"steps": [[name, describe(step)] for name, step in estimator.steps]}
    given = estimator.get_params(deep=False)  # type: ignore[attr-defined]
    names = _PARAMETERS.get(type(estimator), ())
    if isinstance(estimator, BaseMLP):
        names = tuple(given)
        if isinstance(estimator.random_state, np.random.RandomState):
            given["random_state"] = None  # spent by the fit, so it could not be had again
    node["parameters"] = {name: _encode(name, given[name]) for name in names}
    learned = [name for name in LEARNED.get(type(estimator), ()) if hasattr(estimator, name)]
    node["learned"] = {name: _encode(name, getattr(estimator, name)) for name in learned}
    if isinstance(estimator, ColumnTransformer):
        parts = {name: _part(estimator, *rest) for name, *rest in estimator.transformers_}
        node["remainder"] = parts.pop("remainder", ["drop"])[0]
        node["steps"] = [[name, *part] for name, part in parts.items()]
    return node


def decode(value: Json) -> Any:
    """Return the value that `describe` wrote: an array, pandas' NA, or plain Python.

    Raises
    ------
    ValueError, TypeError, OverflowError
        If it is not one that `describe` writes.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value == {"gap": "NA"}:
        return pd.NA
    if "pairs" in value:
        return {decode(key): decode(inner) for key, inner in value["pairs"]}
    dtype, values = value["dtype"], value["values"]
    if dtype not in _DTYPES:
        raise ValueError(f"unknown dtype {dtype!r}")
    # Text takes its own length, never one that the file claims.
    return np.array(values, dtype=str if dtype == "str" else dtype)


_DTYPES: Final = frozenset(
    {"bool", "str", "object", "float32", "float64"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)


def _part(chooser: ColumnTransformer, part: Any, columns: Any) -> list[Json]:
    positions = column_positions(chooser, columns)
    what = "drop" if part == "drop" or not positions else describe(part)
    if chosen_by_name(columns):
        return [what, [str(chooser.feature_names_in_[i]) for i in positions]]
    return [what, list(positions)]


def _encode(name: str, value: Any) -> Json:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return _encode(name, value.item())
    if value is pd.NA:
        return {"gap": "NA"}
    if isinstance(value, np.ndarray):
        return {"dtype": _dtype(name, value), "values": [_encode(name, v) for v in value.tolist()]}
    if isinstance(value, Mapping):  # class_weight: JSON would make text of its keys
        return {"pairs": [[_encode(name, key), _encode(name, value[key])] for key in value]}
    if isinstance(value, list | tuple):
        return [_encode(name, item) for item in value]
    raise ValueError(f"A model file cannot hold {name}={value!r:.80}. Use a number or a name.")


def _dtype(name: str, values: NDArray[np.generic]) -> str:
    dtype = "str" if values.dtype.kind == "U" else values.dtype.name
    if dtype not in _DTYPES:
        raise ValueError(
            f"A model file cannot hold {name} of dtype {dtype}. Use another and fit again."
        )
    return dtype
