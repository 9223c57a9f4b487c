"""A fitted network as ONNX operators, in the precision of its weights throughout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.fitted import fitted_network
from moonlet.export.graph import Graph, tensor_type
from moonlet.specs import Activation

__all__ = ["ACTIVATION", "add_classifier", "add_regressor", "has_several_labels"]


def _operator(name: str) -> Callable[[Graph, str], str]:
    return lambda graph, Z: graph.add(name, Z)


def _leaky_relu(graph: Graph, Z: str) -> str:
    return graph.add("Max", Z, graph.add("Mul", Z, _number(graph, 0.01)))


def _elu(graph: Graph, Z: str) -> str:
    # Max(Z, exp(Z) - 1), which is Z above 0; cut there, or exp would overflow.
    below = graph.add("Min", Z, _number(graph, 0.0))
    return graph.add("Max", Z, graph.add("Sub", graph.add("Exp", below), _number(graph, 1.0)))


def _gelu(graph: Graph, Z: str) -> str:
    cubic = graph.add("Mul", graph.add("Mul", Z, Z), _number(graph, 0.044715))
    u = graph.add("Mul", Z, graph.add("Add", cubic, _number(graph, 1.0)))
    twice = graph.add("Mul", u, _number(graph, np.sqrt(8.0 / np.pi)))
    return graph.add("Mul", Z, graph.add("Sigmoid", twice))


def _silu(graph: Graph, Z: str) -> str:
    # Not Z times its Sigmoid: onnxruntime before 1.31 makes QuickGelu of that, which it has not
    # for doubles. Where exp(-Z) is infinite the quotient is 0, as it should be.
    below = graph.add("Add", graph.add("Exp", graph.add("Neg", Z)), _number(graph, 1.0))
    return graph.add("Div", Z, below)


def _softplus(graph: Graph, Z: str) -> str:
    # Max(Z, 0) + log(1 + exp -|Z|), which never overflows.
    tail = graph.add("Exp", graph.add("Neg", graph.add("Abs", Z)))
    bend = graph.add("Log", graph.add("Add", tail, _number(graph, 1.0)))
    return graph.add("Add", graph.add("Relu", Z), bend)


def _mish(graph: Graph, Z: str) -> str:
    # There is an operator Mish from opset 18 on, but no runtime's for doubles.
    return graph.add("Mul", Z, graph.add("Tanh", _softplus(graph, Z)))


def _number(graph: Graph, value: float) -> str:
    return graph.constant(np.array(value))


# Each appends f(Z) and returns its tensor. Made of operators that onnxruntime has for doubles,
# which it has not for Elu, Erf and Softplus; and the slope of LeakyRelu is a 32-bit number.
ACTIVATION: Final[dict[Activation, Callable[[Graph, str], str]]] = {
    "identity": lambda graph, Z: Z,
    "logistic": _operator("Sigmoid"),
    "tanh": _operator("Tanh"),
    "relu": _operator("Relu"),
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "silu": _silu,
    "softplus": _softplus,
    "mish": _mish,
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
    values = _add_layers(graph, network, features)
    if has_several_labels(network):
        probabilities = graph.add("Sigmoid", values, name="probabilities")
        likely = graph.add("Greater", probabilities, _number(graph, 0.5))
        integer = {"to": TensorProto.INT64}
        label = graph.add("Cast", likely, attributes=integer, name="label")
        graph.output(label, TensorProto.INT64, network.n_outputs_)
        graph.output(probabilities, graph.number, network.n_outputs_)
        return
    classes = _labels(network.classes_)
    kind = tensor_type(classes)
    if network.n_outputs_ == 1 and len(classes) == 2:
        # softmax(0, z) is (1 - sigmoid(z), sigmoid(z)), both to full precision.
        values = graph.add("Mul", values, graph.constant(np.array([0.0, 1.0])))
    # ONNX's Softmax subtracts the row maximum. Of a single column it is 1: that is one class.
    probabilities = graph.add("Softmax", values, attributes={"axis": 1}, name="probabilities")
    likeliest = graph.add("ArgMax", probabilities, attributes={"axis": 1, "keepdims": 0})
    label = graph.add("Gather", graph.constant(classes, "classes", kind), likeliest, name="label")
    graph.output(label, kind)
    graph.output(probabilities, graph.number, len(classes))


def add_regressor(graph: Graph, network: MLPRegressor, features: str) -> None:
    """Append a regressor's layers and the output "prediction", shaped as `predict` has it."""
    values = _add_layers(graph, network, features)
    if network.out_activation_ == "exp":
        values = graph.add("Exp", values)
    widths = (network.n_outputs_,) if network.n_outputs_ > 1 else ()
    if widths:
        prediction = graph.add("Identity", values, name="prediction")
    else:
        axis = graph.constant(np.array([1]))
        prediction = graph.add("Squeeze", values, axis, name="prediction")
    graph.output(prediction, graph.number, *widths)


def has_several_labels(network: MLPClassifier) -> bool:
    """Whether a row may have several labels."""
    return network.n_outputs_ > 1 and network.out_activation_ == "logistic"


def _add_layers(graph: Graph, network: BaseMLP, features: str) -> str:
    activations = (*fitted_network(network).activations, "identity")
    values = features
    if not all(np.isfinite(array).all() for array in (*network.coefs_, *network.intercepts_)):
        raise ValueError("The network's weights hold NaN or infinity. Fit it again.")
    for layer, (W, b) in enumerate(zip(network.coefs_, network.intercepts_, strict=True)):
        weights = graph.constant(W, f"coefs_{layer}")
        biases = graph.constant(b, f"intercepts_{layer}")
        values = graph.add("Gemm", values, weights, biases)
        values = ACTIVATION[activations[layer]](graph, values)
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
