"""A fitted network as ONNX operators, in 64 bit throughout."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from moonlet.estimators import MLPClassifier
from moonlet.estimators.base import fitted_network
from moonlet.export.graph import Graph, tensor_type
from moonlet.specs import Activation

__all__ = ["OPERATORS", "add_classifier"]

# None: the values pass unchanged. onnxruntime has each of these for doubles,
# which it has not for Elu, Erf and Softplus.
OPERATORS: Final[dict[Activation, str | None]] = {
    "identity": None,
    "logistic": "Sigmoid",
    "tanh": "Tanh",
    "relu": "Relu",
}


def add_classifier(graph: Graph, network: MLPClassifier, features: str) -> None:
    """Append a classifier's layers and the outputs "label" and "probabilities".

    Parameters
    ----------
    graph : Graph
    network : MLPClassifier
        Fitted.
    features : str
        Name of the tensor of shape (n_rows, n_features) that it looks at.
    """
    classes = _labels(network.classes_)
    values = _add_layers(graph, network, features)
    if network.n_outputs_ == 1 and len(classes) == 2:
        # softmax(0, z) is (1 - sigmoid(z), sigmoid(z)), both to full precision.
        values = graph.add("Mul", values, graph.constant(np.array([0.0, 1.0])))
    # ONNX's Softmax subtracts the row maximum. Of a single column it is 1: that is one class.
    probabilities = graph.add("Softmax", values, attributes={"axis": 1}, name="probabilities")
    likeliest = graph.add("ArgMax", probabilities, attributes={"axis": 1, "keepdims": 0})
    label = graph.add("Gather", graph.constant(classes, "classes"), likeliest, name="label")
    graph.output(label, tensor_type(classes))
    graph.output(probabilities, TensorProto.DOUBLE, len(classes))


def _add_layers(graph: Graph, network: MLPClassifier, features: str) -> str:
    activations = (*fitted_network(network).activations, "identity")
    values = features
    if not all(np.isfinite(array).all() for array in (*network.coefs_, *network.intercepts_)):
        raise ValueError("The network's weights hold NaN or infinity. Fit it again.")
    for layer, (W, b) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        weights = graph.constant(W, f"coefs_{layer}")
        biases = graph.constant(b, f"intercepts_{layer}")
        values = graph.add("Gemm", values, weights, biases)
        operator = OPERATORS[activations[layer]]
        if operator is not None:
            values = graph.add(operator, values)
    return values


def _labels(classes: NDArray[np.generic]) -> NDArray[np.generic]:
    text = classes.dtype.kind == "O" and all(isinstance(label, str) for label in classes)
    too_large = classes.dtype.kind == "u" and int(classes.max()) > np.iinfo(np.int64).max
    if (classes.dtype.kind in "biufU" or text) and not too_large:
        return classes
    raise ValueError(
        "Class labels in an ONNX model must be text, booleans or numbers of at most 64 bits. "
        f"Got {classes[:3].tolist()} of dtype {classes.dtype}. Convert y, for instance with "
        "y.astype(str), and fit again."
    )
