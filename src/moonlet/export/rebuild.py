"""From a model file's description and weights back to a fitted estimator."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from moonlet.data import Column, Schema, TableReader
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.fitted import adopt_weights
from moonlet.estimators.learned import OUTPUT
from moonlet.estimators.settings import training_spec
from moonlet.estimators.targets import network_output
from moonlet.export.description import CLASSES, LEARNED, decode
from moonlet.export.network import has_several_labels
from moonlet.export.supported import without_reader
from moonlet.specs import Array, Output

__all__ = ["rebuild"]

# A hostile description could ask for more than a lifetime's work.
MAX_STEPS = 1_000


Weights = Sequence[NDArray[np.floating]]


def rebuild(
    description: dict[str, Any], coefs: Weights, intercepts: Weights
) -> MLPClassifier | MLPRegressor | Pipeline:
    """Make a fitted estimator of what `describe` said of one.

    scikit-learn's transformers keep private what `fit` finds out about a
    table. So they are fitted, on a stand-in table of a single row with the
    right columns, and then given what the real ones had learned.

    Raises
    ------
    Exception
        Of any kind, if the description is not one that `describe` made.
    """
    node = description["estimator"]
    if node["class"] != "Pipeline":
        return _network(node, coefs, intercepts)
    *steps, (name, last) = node["steps"]
    network = _network(last, coefs, intercepts)
    if not steps:
        return Pipeline([(name, network)])
    front_node = {"class": "Pipeline", "steps": steps}
    if _count_steps(front_node) > MAX_STEPS:
        raise ValueError(f"more than {MAX_STEPS} steps")
    front = _unfitted(front_node)
    schema = without_reader(front.steps)[0]
    stand_in: Any = (
        _stand_in(description["names"], description["kinds"])
        if schema is None
        else _typed_stand_in(schema)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns without a value: it was said in the real fit
        front.fit(stand_in)
        _teach(front, front_node)
        pipeline = Pipeline([*front.steps, (name, network)])
        predict = getattr(pipeline, "predict_proba", pipeline.predict)
        if not np.isfinite(predict(stand_in)).all():
            raise ValueError("predictions that are not numbers")
    _restore(front, front_node)
    return pipeline


def _network(
    node: dict[str, Any], coefs: Weights, intercepts: Weights
) -> MLPClassifier | MLPRegressor:
    kind = CLASSES[node["class"]]
    if kind is not MLPClassifier and kind is not MLPRegressor:
        raise ValueError(f"no network: {node['class']!r}")
    network: MLPClassifier | MLPRegressor = kind(**_parameters(node))
    _set_learned(network, node)
    n_outputs = len(intercepts[-1])
    output = OUTPUT[network.out_activation_]
    spec = training_spec(network, len(coefs[0]), n_outputs, output).network
    shapes = [((layer.fan_in, layer.fan_out), (layer.fan_out,)) for layer in spec.layers()]
    if [(W.shape, b.shape) for W, b in zip(coefs, intercepts, strict=True)] != shapes:
        raise ValueError("weights of other sizes than the network has")
    if len({array.dtype for array in (*coefs, *intercepts)}) != 1:
        raise ValueError("weights of two precisions")
    network.n_layers_ = len(spec.layer_sizes)
    network.n_outputs_ = n_outputs
    if network.n_features_in_ != spec.n_inputs:
        raise ValueError("another number of features than the network has inputs")
    adopt_weights(network, coefs, intercepts)
    # A regressor's is that of its loss: making the spec has seen to it.
    if isinstance(network, MLPClassifier) and (output, n_outputs) != _output_of_classes(network):
        raise ValueError("another output than a classifier of such classes has")
    return network


def _output_of_classes(network: MLPClassifier) -> tuple[Output, int]:
    n_classes = len(network.classes_)
    several = has_several_labels(network)
    return ("sigmoid", n_classes) if several else network_output(network, n_classes)


def _parameters(node: dict[str, Any]) -> dict[str, Any]:
    """Parameters as they were given; what was a list or an array comes back as a tuple."""
    parameters = {name: decode(value) for name, value in node["parameters"].items()}
    for name, value in parameters.items():
        if isinstance(value, list | np.ndarray):
            parameters[name] = tuple(np.asarray(value).tolist())
    if isinstance(parameters.get("hidden_layer_sizes"), int):
        parameters["hidden_layer_sizes"] = (parameters["hidden_layer_sizes"],)
    return parameters


def _unfitted(node: dict[str, Any]) -> Any:
    kind: Any = CLASSES[node["class"]]
    if issubclass(kind, BaseMLP):
        raise ValueError("a network among the steps before the network")
    if kind is Pipeline:
        return Pipeline([(name, _unfitted(step)) for name, step in node["steps"]])
    if kind is TableReader:
        return TableReader(Schema.from_json(node["schema"]))
    parameters = _parameters(node)
    if kind is ColumnTransformer:
        parameters["transformers"] = [
            (name, "drop" if part == "drop" else _unfitted(part), columns)
            for name, part, columns in node["steps"]
        ]
        remainder = node["remainder"]
        parameters["remainder"] = "drop" if remainder == "drop" else _unfitted(remainder)
    elif kind in (OneHotEncoder, OrdinalEncoder):
        # Told of them, a `fit` on a single row finds all categories, its own unknown one apart.
        parameters["categories"] = decode(node["learned"]["categories_"])
        parameters |= _TOLERANT[kind]
    estimator = kind(**parameters)
    estimator._validate_params()
    return estimator


# What makes an encoder take the stand-in's values, which are no categories.
_TOLERANT: dict[type, dict[str, Any]] = {
    OneHotEncoder: {"handle_unknown": "ignore"},
    OrdinalEncoder: {"handle_unknown": "use_encoded_value", "unknown_value": -1},
}


def _teach(fitted: Any, node: dict[str, Any]) -> None:
    """Give the steps what the real ones had learned."""
    for step, inner in _pairs(fitted, node):
        if hasattr(step, "n_features_in_"):
            _set_learned(step, inner)


def _restore(fitted: Any, node: dict[str, Any]) -> None:
    """Give the encoders their own parameters back; a later `fit` shall look for itself."""
    for step, inner in _pairs(fitted, node):
        if isinstance(step, OneHotEncoder | OrdinalEncoder):
            step.set_params(**_parameters(inner), categories="auto")


def _pairs(fitted: Any, node: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each transformer, fitted and unfitted ones alike, with its description."""
    if isinstance(fitted, Pipeline):
        for (_, step), (_, inner) in zip(fitted.steps, node["steps"], strict=True):
            yield from _pairs(step, inner)
        return
    if not isinstance(fitted, ColumnTransformer):
        yield fitted, node
        return
    nodes = {name: part for name, part, _ in node["steps"]} | {"remainder": node["remainder"]}
    unfitted = [*fitted.transformers, ("remainder", fitted.remainder, None)]
    for name, part, *_ in [*unfitted, *fitted.transformers_]:
        if nodes[name] != "drop" and not isinstance(part, str):
            yield from _pairs(part, nodes[name])


def _set_learned(estimator: Any, node: dict[str, Any]) -> None:
    for name, value in node["learned"].items():
        if name not in LEARNED.get(type(estimator), ()):
            raise ValueError(f"{type(estimator).__name__} learns no {name}")
        learned = decode(value)
        if (
            isinstance(learned, np.ndarray)
            and learned.dtype.kind == "f"
            and np.isinf(learned).any()
        ):
            raise ValueError(f"infinity in {name}")
        setattr(estimator, name, learned)


def _typed_stand_in(schema: Schema) -> pd.DataFrame:
    """Make one row that a schema reads."""
    return pd.DataFrame({c.name: _typed_cell(c) for c in schema.features}, index=[0])


def _typed_cell(column: Column) -> Any:
    if column.date is not None:
        return [pd.Timestamp(0, tz="UTC" if column.date.zoned else None)]
    return pd.Categorical(column.labels[:1]) if column.kind == "category" else [0.0]


def _stand_in(names: list[str] | None, kinds: list[str]) -> pd.DataFrame | Array:
    values = {"number": 0.0, "text": "", "object": 0, "empty": np.nan, "unused": np.nan}
    columns = list(range(len(kinds))) if names is None else names
    row = pd.DataFrame([[values[kind] for kind in kinds]], columns=columns, dtype=object)
    as_object = np.array([kind in ("text", "object") for kind in kinds])
    # In two pieces, for a table of thousands of columns is slow to change one by one.
    numbers = row.loc[:, ~as_object].astype(np.float64)
    row = pd.concat([numbers, row.loc[:, as_object]], axis=1)[columns]
    return row.to_numpy() if names is None else row


def _count_steps(node: Any) -> int:
    if not isinstance(node, dict):
        return 0
    inner = [step[1] for step in node.get("steps", [])] + [node.get("remainder")]
    return 1 + sum(_count_steps(step) for step in inner)
