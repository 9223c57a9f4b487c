"""`from_onnx`: a model file that moonlet wrote as a fitted estimator again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from onnx import ModelProto
from sklearn.pipeline import Pipeline

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.export.rebuild import rebuild
from moonlet.export.screening import read_model, refuse, weights
from moonlet.export.write import FORMAT, build_graph, digest

__all__ = ["from_onnx"]

_DAMAGED = "its parts do not fit together: it was damaged or changed. Write it again."


def from_onnx(path: str | os.PathLike[str]) -> MLPClassifier | MLPRegressor | Pipeline:
    """Load a model that `to_onnx` wrote.

    Nothing in the file is executed, wherever it comes from. What is loaded has
    the weights to the bit, so it predicts the same; it is accepted only if
    writing it again gives the graph that is in the file.

    Parameters
    ----------
    path : str or path-like
        One ONNX file.

    Returns
    -------
    estimator : MLPClassifier, MLPRegressor or Pipeline
        Fitted; whichever was written. The history of the training
        (`loss_curve_`, `gradient_norm_curve_`, `diagnosis_`) is not in the file.

    Raises
    ------
    ModelFileError
        If there is no such file, or it is anything but a whole, sound model
        that moonlet wrote; in one line, with the cure.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from moonlet import MLPClassifier
    >>> from moonlet.export import from_onnx, to_onnx
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    >>> network = MLPClassifier((2,), solver="lbfgs", random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model = to_onnx(network, f"{folder}/model.onnx")
    ...     loaded = from_onnx(f"{folder}/model.onnx")
    >>> bool((loaded.predict_proba(X) == network.predict_proba(X)).all())
    True
    """
    path = Path(path)
    model = read_model(path)
    properties = {entry.key: entry.value for entry in model.metadata_props}
    if properties.get("moonlet_format") != FORMAT:
        refuse(
            path,
            f"it has format {properties.get('moonlet_format')!r:.20} and this moonlet reads "
            f"{FORMAT!r}. Load it with the moonlet that wrote it, {model.producer_version!r:.20}.",
        )
    coefs, intercepts = weights(path, model, "coefs"), weights(path, model, "intercepts")
    description = properties.get("moonlet")
    # protobuf gives text that is no UTF-8 as bytes.
    if not isinstance(description, str):
        refuse(path, _DAMAGED)
    if properties.get("sha256") != digest(description, [*coefs, *intercepts]):
        refuse(path, _DAMAGED)
    try:
        told = json.loads(description)
        estimator = rebuild(told, coefs, intercepts)
        agrees = _agrees(model, told, estimator)
    # Of any kind: whoever forges the checksum can make scikit-learn stumble in many ways.
    except Exception as error:
        refuse(path, _DAMAGED, error)
    if not agrees:
        refuse(path, _DAMAGED)
    return estimator


def _agrees(
    model: ModelProto, told: dict[str, Any], estimator: MLPClassifier | MLPRegressor | Pipeline
) -> bool:
    # The estimator is made of the description, while other runtimes run the graph.
    graph, names, kinds = build_graph(estimator)
    return bool(graph == model.graph) and (names, kinds) == (told["names"], told["kinds"])
