"""moonlet's networks for skl2onnx: a Pipeline of any of its steps that ends in one of them."""

from __future__ import annotations

from typing import Any

from onnx import NodeProto, TensorProto

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.base import BaseMLP
from moonlet.export.graph import DOMAINS
from moonlet.export.write import build_graph

__all__ = ["register_with_skl2onnx"]


def register_with_skl2onnx() -> None:
    """Tell skl2onnx how to convert `MLPClassifier` and `MLPRegressor`.

    `moonlet.export` does so by itself where skl2onnx was imported before it.

    Raises
    ------
    ImportError
        If skl2onnx is not installed.

    Examples
    --------
    A Pipeline with a step that `moonlet.export.to_onnx` does not know:

    >>> import skl2onnx  # doctest: +SKIP
    >>> register_with_skl2onnx()  # doctest: +SKIP
    >>> model = skl2onnx.to_onnx(make_pipeline(PCA(2), network), X)  # doctest: +SKIP
    """
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )

    update_registered_converter(
        MLPClassifier,
        "MoonletMLPClassifier",
        calculate_linear_classifier_output_shapes,
        _convert,
        # As its own classifiers have: a mapping for each row, or the matrix of probabilities.
        options={"zipmap": [True, False, "columns"], "nocl": [True, False]},
    )
    update_registered_converter(
        MLPRegressor,
        "MoonletMLPRegressor",
        calculate_linear_regressor_output_shapes,
        _convert,
    )


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Put a network's graph, as `to_onnx` has it, into one that skl2onnx builds."""
    from skl2onnx.common.data_types import DoubleTensorType

    network: BaseMLP = operator.raw_operator
    in_64_bit = isinstance(operator.inputs[0].type, DoubleTensorType)
    number = TensorProto.DOUBLE if in_64_bit else TensorProto.FLOAT
    graph, _, _ = build_graph(network, number)
    names = {"X": _as_numbers(scope, operator, container, number)}
    for given, wanted in zip(graph.output, operator.outputs, strict=True):
        names[given.name] = wanted.full_name
    for tensor in graph.initializer:
        names[tensor.name] = scope.get_unique_variable_name(tensor.name)
    for node in graph.node:
        for name in node.output:
            names.setdefault(name, scope.get_unique_variable_name(name))
    for tensor in graph.initializer:
        tensor.name = names[tensor.name]
        if tensor.data_type == TensorProto.STRING:
            text, shape = list(tensor.string_data), list(tensor.dims)
            container.add_initializer(tensor.name, TensorProto.STRING, shape, text)
        else:
            container.add_initializer(tensor.name, None, None, tensor)
    for node in graph.node:
        if node.output[0] == "prediction":  # a column in skl2onnx, never a row
            node.op_type = "Identity"
            del node.input[1:]
        _add_node(node, names, scope, container)


def _as_numbers(scope: Any, operator: Any, container: Any, number: int) -> str:
    """Name of the rows in the type that the graph computes in; integers are turned into it."""
    name: str = operator.inputs[0].full_name
    cast = scope.get_unique_variable_name("X")
    container.add_node(
        "Cast", [name], [cast], name=scope.get_unique_operator_name("Cast"), to=number
    )
    return str(cast)


def _add_node(node: NodeProto, names: dict[str, str], scope: Any, container: Any) -> None:
    from onnx import helper

    container.add_node(
        node.op_type,
        [names[name] for name in node.input],
        [names[name] for name in node.output],
        op_domain=node.domain,
        op_version=DOMAINS[node.domain],
        name=scope.get_unique_operator_name(node.op_type),
        **{attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute},
    )
