"""`to_onnx`: a fitted estimator or Pipeline as an ONNX model."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, TensorProto, helper
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from moonlet.atomic import replace_file
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.export.description import Json, describe
from moonlet.export.graph import DOMAINS, IR_VERSION, Graph
from moonlet.export.network import add_classifier, add_regressor, has_several_labels
from moonlet.export.screening import MAX_BYTES, MAX_LIGHT_BYTES, light_bytes
from moonlet.export.supported import check_supported, without_reader
from moonlet.export.table import Kind, add_inputs, add_transformer, as_matrix, column_kinds
from moonlet.version import __version__

__all__ = ["FORMAT", "build_graph", "digest", "to_onnx"]

# Of the description and its agreement with the graph: another one whenever a moonlet
# that knows only this one would misread the file.
FORMAT: Final = "3"

_MANUAL = """A model written by moonlet. Inputs: "X", a tensor of shape (n_rows, n_features), with
the columns in the order of the feature names in the metadata; or, if some columns are text or
unused, a tensor of shape (n_rows, 1) for each column in use, under its name, numbers or text (a
column that is called as an output or a constant is, has " (column)" behind its name). A date is
the days since 1970-01-01 and, under names of their own, its month, weekday and hour where they
varied; yes is 1 and no is 0. How the table was written is in the metadata ("moonlet").
Numbers are double, or float if the network was trained in 32 bit. A gap is NaN among numbers and
the empty string among text; what an encoder does with an unknown category, the model does as
well. Outputs of a classifier: "label" of shape (n_rows,) and "probabilities" of shape (n_rows,
n_classes), its columns in the order of the classes in the metadata; both of shape (n_rows,
n_labels) if a row may have several labels. Output of a regressor: "prediction" of shape
(n_rows,), or (n_rows, n_outputs) if it has several."""


def to_onnx(
    estimator: MLPClassifier | MLPRegressor | Pipeline,
    path: str | os.PathLike[str] | None = None,
) -> ModelProto:
    """Write a fitted network, or the whole Pipeline before it, as an ONNX model.

    Everything is computed in the precision of the weights, so that any ONNX runtime
    gives the estimator's predictions: in 64 bit to about 1e-15, or in 32 bit to about
    1e-6 if it was trained on float32. The model needs operators of ONNX 1.12 (opset 17)
    only.

    Parameters
    ----------
    estimator : MLPClassifier, MLPRegressor or Pipeline
        Fitted. A Pipeline's last step is the network; before it may stand
        ColumnTransformer, SimpleImputer, OneHotEncoder, OrdinalEncoder, and
        Standard-, MinMax-, MaxAbs- and RobustScaler, in any nesting.
    path : str or path-like, optional
        File to write as well. It is replaced in one go: whoever reads it sees
        the old or the new one, never a part.

    Returns
    -------
    model : onnx.ModelProto
        Input: one tensor "X" of shape (n_rows, n_features), double (float for a
        network of 32 bit); if some columns are text or unused, instead a tensor of
        shape (n_rows, 1) for each column in use, named as the column (x0, x1 … if
        they have no names), of numbers or strings. A gap is NaN in a number and ""
        in a text. Outputs of a classifier: "label" of shape (n_rows,) and
        "probabilities" of shape (n_rows, n_classes); both of shape (n_rows, n_labels)
        if a row may have several labels. Output of a regressor: "prediction", shaped
        as `predict` has it.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If it has a step, a parameter, a column name or a category that a model
        cannot hold; the message names it and the cure.
    TypeError
        If it is neither a network nor a Pipeline that ends in one.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet import MLPClassifier
    >>> from moonlet.export import to_onnx
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array(["no", "no", "yes", "yes"])
    >>> network = MLPClassifier((2,), solver="lbfgs", random_state=0).fit(X, y)
    >>> model = to_onnx(network)
    >>> [output.name for output in model.graph.output]
    ['label', 'probabilities']

    Any runtime gives the estimator's probabilities:

    >>> import onnxruntime
    >>> session = onnxruntime.InferenceSession(model.SerializeToString())
    >>> label, probabilities = session.run(None, {"X": X})
    >>> bool(np.allclose(probabilities, network.predict_proba(X), atol=1e-12))
    True
    """
    graph, names, kinds = build_graph(estimator)
    network = _network_of(estimator)
    description = _dump({"names": names, "kinds": kinds, "estimator": describe(estimator)})
    model = helper.make_model(
        graph,
        producer_name="moonlet",
        producer_version=__version__,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid(*entry) for entry in DOMAINS.items()],
        doc_string=" ".join(_MANUAL.split()),
    )
    helper.set_model_props(
        model,
        {
            **_task(network),
            "feature_names": _dump(names),
            "hidden_layer_sizes": _dump([len(W) for W in network.coefs_[1:]]),
            "activation": _words(network.activation),
            "output": network.out_activation_,
            "moonlet_format": FORMAT,
            "moonlet": description,
            "sha256": digest(description, [*network.coefs_, *network.intercepts_]),
        },
    )
    data = model.SerializeToString()
    if len(data) > MAX_BYTES or light_bytes(data) > MAX_LIGHT_BYTES:
        raise ValueError(
            f"The model takes {len(data) / 2**20:.0f} MiB, {light_bytes(data) / 2**20:.0f} of them "
            f"not weights; at most {MAX_BYTES // 2**20} and {MAX_LIGHT_BYTES // 2**20} can be "
            "loaded again. Use fewer units, columns or categories."
        )
    if path is not None:
        replace_file(path, data)
    return model


def build_graph(
    estimator: object, number: int | None = None
) -> tuple[GraphProto, list[str] | None, list[Kind]]:
    """Return the graph, the columns' names if they have any, and what each column holds.

    It computes in ONNX's type `number`, which defaults to that of the weights.
    """
    network = _network_of(estimator)
    steps = estimator.steps[:-1] if isinstance(estimator, Pipeline) else []
    check_is_fitted(network)
    for name, step in steps:
        check_supported(step, name)
    _, steps = without_reader(steps)
    first = steps[0][1] if steps else network
    kinds = column_kinds(Pipeline(steps) if steps else first, first.n_features_in_)
    names = None
    if hasattr(first, "feature_names_in_"):
        names = [str(name) for name in first.feature_names_in_]
    if number is None:
        in_32_bit = all(W.dtype == np.float32 for W in network.coefs_)
        number = TensorProto.FLOAT if in_32_bit else TensorProto.DOUBLE
    graph = Graph(number)
    table = add_inputs(graph, names or [f"x{i}" for i in range(len(kinds))], kinds)
    for _, step in steps:
        table = add_transformer(graph, step, table)
    features = as_matrix(graph, table)
    if isinstance(network, MLPClassifier):
        add_classifier(graph, network, features)
    else:
        add_regressor(graph, network, features)
    return graph.build("moonlet"), names, kinds


def digest(description: str, weights: Iterable[NDArray[np.floating]]) -> str:
    """SHA-256 over all that a loaded estimator is made of, to tell damage from numbers."""
    total = hashlib.sha256(description.encode())
    for array in weights:
        total.update(np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()


def _task(network: MLPClassifier | MLPRegressor) -> dict[str, str]:
    if isinstance(network, MLPRegressor):
        return {"task": "regression"}
    several = has_several_labels(network)
    task = "multilabel classification" if several else "classification"
    return {"task": task, "classes": _dump(network.classes_.tolist())}


def _network_of(estimator: object) -> MLPClassifier | MLPRegressor:
    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    # Exactly these: a subclass may predict otherwise.
    if type(last) in (MLPClassifier, MLPRegressor):
        return cast("MLPClassifier | MLPRegressor", last)
    kind = f"{type(last).__module__.split('.')[0]}'s {type(last).__name__}"
    raise TypeError(
        "to_onnx writes a fitted moonlet.MLPClassifier or moonlet.MLPRegressor, or a Pipeline that "
        f"ends in one. Got {kind}. Of a CapacityStudy, give its best_estimator_."
    )


def _words(activation: str | Sequence[str]) -> str:
    return activation if isinstance(activation, str) else _dump(list(activation))


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
