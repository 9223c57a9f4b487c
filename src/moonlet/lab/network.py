"""The network that a page trained, as a fitted estimator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from moonlet.data import Dataset, make_preprocessor
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.exceptions import DataError
from moonlet.specs import Array

__all__ = ["fitted"]


def fitted(
    trained: Mapping[str, Any], dataset: Dataset | None
) -> MLPClassifier | MLPRegressor | Pipeline:
    """Make a fitted estimator of what the page tells of its network.

    Parameters
    ----------
    trained : mapping
        What `web/src/home.ts` calls Trained.
    dataset : Dataset or None
        The table that it was trained on; None for points of two features.

    Returns
    -------
    estimator : MLPClassifier, MLPRegressor or Pipeline
        For a table a Pipeline of preprocessing ("preprocess"), fitted on the page's training
        rows, and network ("network").

    Raises
    ------
    DataError
        If that is no network of these rows.
    """
    try:
        return _fitted(trained, dataset)
    except DataError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise DataError(f"This is no network that the lab's page trained: {error}.") from error


def _fitted(trained: Mapping[str, Any], dataset: Dataset | None) -> Any:
    regression, parameters = bool(trained["regression"]), dict(trained["parameters"])
    parameters["hidden_layer_sizes"] = tuple(parameters["hidden_layer_sizes"])
    if isinstance(parameters.get("activation"), list):
        parameters["activation"] = tuple(parameters["activation"])
    preprocess = None
    if dataset is None:
        names = [str(name) for name in trained["features"]]
        inputs: Any = pd.DataFrame(0.0, index=range(2), columns=names)
    else:
        rows = np.array(trained["trainRows"], dtype=np.intp)
        X = dataset.X.iloc[rows]
        preprocess = make_preprocessor(X).fit(X)
        inputs = preprocess.transform(X.iloc[:2])
    network = _network(regression, parameters, inputs, np.array(trained["classes"]))
    _set_weights(network, np.array(trained["weights"], dtype=np.float64))
    losses = [float(loss) for loss in trained["lossCurve"]]
    network.n_iter_ = int(trained["nIter"])
    network.loss_curve_ = losses
    network.gradient_norm_curve_ = [float(norm) for norm in trained["gradientNormCurve"]]
    network.loss_ = losses[-1] if losses else float("nan")
    network.best_loss_ = min(losses, default=float("nan"))
    network.stop_reason_ = trained["stopReason"] or "interrupted"
    if preprocess is None:
        return network
    return Pipeline([("preprocess", preprocess), ("network", network)])


def _network(regression: bool, parameters: dict[str, Any], inputs: Any, classes: Any) -> Any:
    """An estimator that knows its inputs and classes, with weights that mean nothing yet."""
    # One pass over as many rows as there are classes finds these out: nothing is kept of it.
    n_rows = 2 if regression else len(classes)
    if n_rows < 2:
        raise ValueError("one class only")
    if isinstance(inputs, pd.DataFrame):
        rows: Any = pd.DataFrame(0.0, index=range(n_rows), columns=inputs.columns)
    else:
        rows = np.zeros((n_rows, inputs.shape[1]))
    goal: Any = np.array([0.0, 1.0]) if regression else classes
    network = MLPRegressor(**parameters) if regression else MLPClassifier(**parameters)
    network._validate_params()
    usual = network.get_params()
    quick = {"solver": "gd", "max_iter": 1, "tol": 0, "learning_rate": "constant", "dropout": 0.0}
    network.set_params(**quick, batch_size="auto")
    network.fit(rows, goal)
    return network.set_params(**usual)


def _set_weights(network: Any, weights: Array) -> None:
    """Weights and biases, layer by layer, as `Trained.weights` has them."""
    at = 0
    for W, b in zip(network.coefs_, network.intercepts_, strict=True):
        for part in (W, b):
            part[...] = weights[at : at + part.size].reshape(part.shape)
            at += part.size
    if at != weights.size:
        raise ValueError(f"{weights.size} weights, where {at} were expected")
