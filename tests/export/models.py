"""Fitted networks and tables with text and gaps, and onnxruntime to judge what becomes of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
from numpy.typing import NDArray
from onnx import ModelProto
from sklearn.pipeline import Pipeline

from moonlet import MLPClassifier, MLPRegressor
from moonlet.data import make_preprocessor


def random_network(
    n_features: int,
    hidden: tuple[int, ...],
    classes: Any,
    seed: int = 0,
    *,
    several_labels: bool = False,
    dtype: Any = np.float64,
    **parameters: Any,
) -> MLPClassifier:
    """A fitted classifier with random weights: fitted state is public attributes alone."""
    network = MLPClassifier(hidden, random_state=seed, **parameters)
    network.classes_ = np.asarray(classes)
    n_classes = len(network.classes_)
    one_unit = n_classes < 2 or (n_classes == 2 and network.output == "auto")
    n_outputs = n_classes if several_labels or not one_unit else 1
    network.out_activation_ = "logistic" if several_labels or one_unit else "softmax"
    return _with_random_weights(network, [n_features, *hidden, n_outputs], seed, dtype)


def random_regressor(
    n_features: int,
    hidden: tuple[int, ...],
    n_outputs: int = 1,
    seed: int = 0,
    *,
    dtype: Any = np.float64,
    **parameters: Any,
) -> MLPRegressor:
    """A fitted regressor with random weights."""
    network = MLPRegressor(hidden_layer_sizes=hidden, random_state=seed, **parameters)
    network.out_activation_ = "exp" if network.loss == "poisson" else "identity"
    return _with_random_weights(network, [n_features, *hidden, n_outputs], seed, dtype)


def _with_random_weights(network: Any, sizes: list[int], seed: int, dtype: Any) -> Any:
    random = np.random.default_rng(seed)
    network.coefs_ = [random.normal(size=shape).astype(dtype) for shape in pairwise(sizes)]
    network.intercepts_ = [random.normal(size=size).astype(dtype) for size in sizes[1:]]
    network.n_features_in_ = sizes[0]
    network.n_layers_ = len(sizes)
    network.n_outputs_ = sizes[-1]
    network.n_iter_, network.loss_, network.stop_reason_ = 7, 0.25, "max_iter"
    return network


def with_network(preprocess: Any, X: Any, classes: Any = ("no", "yes"), seed: int = 0) -> Pipeline:
    """A Pipeline of a preprocessor, fitted to `X`, and a random network."""
    n_inputs = preprocess.fit_transform(X).shape[1]
    network = random_network(n_inputs, (3,), classes, seed, activation="tanh")
    return Pipeline([("preprocess", preprocess), ("network", network)])


def mixed_table(n_rows: int = 40, seed: int = 0) -> pd.DataFrame:
    """Numbers and text, both with gaps."""
    random = np.random.default_rng(seed)
    text = random.choice(["red", "grün", "blue sky", "x"], size=n_rows).astype(object)
    text[::7] = None
    numbers = random.normal(3.0, 5.0, size=n_rows)
    numbers[::5] = np.nan
    return pd.DataFrame(
        {
            "body mass (g)": numbers,
            "colour": pd.Categorical(text),
            "count": random.integers(0, 5, size=n_rows),
            "kind": pd.Series(random.choice(["a", "b"], size=n_rows), dtype="str"),
        }
    )


def mixed_pipeline() -> Pipeline:
    X = mixed_table()
    return with_network(make_preprocessor(X), X, classes=["no", "perhaps", "yes"])


def run(model: ModelProto, X: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Label and probabilities as onnxruntime has them."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return tuple(session.run(["label", "probabilities"], _feed(session, X)))


def predict(model: ModelProto, X: Any) -> NDArray[Any]:
    """A regressor's prediction as onnxruntime has it."""
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (prediction,) = session.run(["prediction"], _feed(session, X))
    return prediction


_NUMBERS = {"tensor(double)": np.float64, "tensor(float)": np.float32}


def _feed(session: onnxruntime.InferenceSession, X: Any) -> dict[str, NDArray[Any]]:
    inputs = {tensor.name: tensor.type for tensor in session.get_inputs()}
    if list(inputs) == ["X"]:
        return {"X": np.asarray(X, dtype=_NUMBERS[inputs["X"]])}
    if not isinstance(X, pd.DataFrame):
        X = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    feed = {}
    for name, kind in inputs.items():
        column = X[name.removesuffix(" (column)")].astype(object)
        if kind == "tensor(string)":
            labels = column.map(str)  # also of categories that are numbers
            values = labels.where(column.notna(), "").to_numpy(dtype=object)
        else:
            values = column.where(column.notna(), np.nan).to_numpy(dtype=_NUMBERS[kind])
        feed[name] = values.reshape(-1, 1)
    return feed
