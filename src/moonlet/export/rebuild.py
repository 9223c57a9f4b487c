"""From a model file's description and weights back to a fitted estimator."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from moonlet.estimators import MLPClassifier
from moonlet.estimators.base import network_output, training_spec
from moonlet.export.description import CLASSES, LEARNED, decode
from moonlet.specs import Array

__all__ = ["rebuild"]

# A hostile description could ask for more than a lifetime's work.
MAX_STEPS = 1_000


def rebuild(
    description: dict[str, Any], coefs: Sequence[Array], intercepts: Sequence[Array]
) -> MLPClassifier | Pipeline:
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
    if node["class"] == "MLPClassifier":
        return _network(node, coefs, intercepts)
    if node["class"] != "Pipeline":
        raise ValueError(f"neither a network nor a Pipeline: {node['class']!r}")
    *steps, (name, last) = node["steps"]
    network = _network(last, coefs, intercepts)
    if not steps:
        return Pipeline([(name, network)])
    front_node = {"class": "Pipeline", "steps": steps}
    if _count_steps(front_node) > MAX_STEPS:
        raise ValueError(f"more than {MAX_STEPS} steps")
    front = _unfitted(front_node)
    stand_in = _stand_in(description["names"], description["kinds"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns without a value: it was said in the real fit
        front.fit(stand_in)
        _teach(front, front_node)
        pipeline = Pipeline([*front.steps, (name, network)])
        if not np.isfinite(pipeline.predict_proba(stand_in)).all():
            raise ValueError("probabilities that are not numbers")
    return pipeline


def _network(
    node: dict[str, Any], coefs: Sequence[Array], intercepts: Sequence[Array]
) -> MLPClassifier:
    parameters = {name: decode(value) for name, value in node["parameters"].items()}
    parameters["hidden_layer_sizes"] = tuple(
        np.atleast_1d(parameters["hidden_layer_sizes"]).tolist()
    )
    if not isinstance(parameters["activation"], str):
        parameters["activation"] = tuple(parameters["activation"])
    network = MLPClassifier(**parameters)
    output, n_outputs = network_output(network, len(decode(node["learned"]["classes_"])))
    spec = training_spec(network, len(coefs[0]), n_outputs).network
    shapes = [((layer.fan_in, layer.fan_out), (layer.fan_out,)) for layer in spec.layers()]
    if [(W.shape, b.shape) for W, b in zip(coefs, intercepts, strict=True)] != shapes:
        raise ValueError("weights of other sizes than the network has")
    _set_learned(network, node)
    network.coefs_, network.intercepts_ = list(coefs), list(intercepts)
    network.n_layers_ = len(spec.layer_sizes)
    network.n_outputs_ = n_outputs
    network.out_activation_ = "logistic" if output == "sigmoid" else "softmax"
    if network.n_features_in_ != spec.n_inputs:
        raise ValueError("another number of features than the network has inputs")
    return network


def _unfitted(node: dict[str, Any]) -> Any:
    kind = CLASSES[node["class"]]
    if kind is MLPClassifier:
        raise ValueError("a network among the steps before the network")
    if kind is Pipeline:
        return Pipeline([(name, _unfitted(step)) for name, step in node["steps"]])
    parameters = {name: decode(value) for name, value in node["parameters"].items()}
    if kind is ColumnTransformer:
        parameters["transformers"] = [
            (name, "drop" if part == "drop" else _unfitted(part), columns)
            for name, part, columns in node["steps"]
        ]
        remainder = node["remainder"]
        parameters["remainder"] = "drop" if remainder == "drop" else _unfitted(remainder)
    elif kind is OneHotEncoder:
        # Told of them, a `fit` on a single row finds all categories.
        parameters["categories"] = decode(node["learned"]["categories_"])
    estimator = kind(**parameters)
    estimator._validate_params()
    return estimator


def _teach(fitted: Any, node: dict[str, Any]) -> None:
    if isinstance(fitted, Pipeline):
        for (_, step), (_, inner) in zip(fitted.steps, node["steps"], strict=True):
            _teach(step, inner)
        return
    if isinstance(fitted, ColumnTransformer):
        nodes = {name: part for name, part, _ in node["steps"]} | {"remainder": node["remainder"]}
        unfitted = [*fitted.transformers, ("remainder", fitted.remainder, None)]
        for name, part, *_ in [*unfitted, *fitted.transformers_]:
            if nodes[name] != "drop" and not isinstance(part, str):
                _teach(part, nodes[name])
        return
    if isinstance(fitted, OneHotEncoder):
        fitted.set_params(categories="auto")  # as it was; a later `fit` shall look for itself
    if hasattr(fitted, "n_features_in_"):
        _set_learned(fitted, node)


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
