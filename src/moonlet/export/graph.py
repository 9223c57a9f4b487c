"""A graph of ONNX operators, put together node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

__all__ = ["DOMAINS", "IR_VERSION", "OPSET", "Graph", "tensor_type"]

# Every onnxruntime since 2022 runs these. The library's default is newer than most runtimes.
OPSET = 17
IR_VERSION = 8
# Text needs the second set of operators: string comparison came to the first with opset 19.
DOMAINS = {"": OPSET, "ai.onnx.ml": 3}

_TENSOR_TYPES = {
    "b": TensorProto.BOOL,
    "i": TensorProto.INT64,
    "u": TensorProto.INT64,
    "f": TensorProto.DOUBLE,
    "U": TensorProto.STRING,
    "O": TensorProto.STRING,
}


def tensor_type(values: NDArray[np.generic]) -> int:
    """ONNX's number for the type in which an array goes into a graph."""
    return int(_TENSOR_TYPES[values.dtype.kind])


class Graph:
    """Collects inputs, constants and nodes; every tensor has rows first.

    Parameters
    ----------
    number : int, default=TensorProto.DOUBLE
        The type in which it computes.

    Examples
    --------
    >>> graph = Graph()
    >>> X = graph.input("X", TensorProto.DOUBLE, width=3)
    >>> graph.add("Tanh", X)
    'Tanh_0'
    """

    def __init__(self, number: int = TensorProto.DOUBLE) -> None:
        self.number = number
        self._inputs: list[ValueInfoProto] = []
        self._outputs: list[ValueInfoProto] = []
        self._constants: list[TensorProto] = []
        self._nodes: list[NodeProto] = []
        self._names: set[str] = set()

    def input(self, name: str, element_type: int, width: int) -> str:
        """Ask for a tensor of shape (n_rows, width)."""
        self._take(name)
        self._inputs.append(helper.make_tensor_value_info(name, element_type, ["n_rows", width]))
        return name

    def constant(
        self, values: NDArray[np.generic], name: str | None = None, kind: int | None = None
    ) -> str:
        """Store an array: floats in the graph's own type, integers as int64, text as strings."""
        name = self._fresh("constant") if name is None else name
        self._take(name)
        if kind is None:
            kind = self.number if values.dtype.kind == "f" else tensor_type(values)
        if kind == TensorProto.STRING:
            tensor = TensorProto(name=name, data_type=kind, dims=values.shape)
            tensor.string_data.extend(str(value).encode() for value in values.ravel())
        else:
            stored = values.astype(helper.tensor_dtype_to_np_dtype(kind))
            tensor = numpy_helper.from_array(np.ascontiguousarray(stored), name)
        self._constants.append(tensor)
        return name

    def add(
        self,
        operator: str,
        *inputs: str,
        domain: str = "",
        name: str | None = None,
        attributes: Mapping[str, int | Sequence[int] | Sequence[str]] | None = None,
    ) -> str:
        """Append a node with one output and return that output's name."""
        name = self._fresh(operator) if name is None else name
        self._take(name)
        node = NodeProto(op_type=operator, input=inputs, output=[name], name=name, domain=domain)
        given = {} if attributes is None else attributes
        node.attribute.extend(helper.make_attribute(key, value) for key, value in given.items())
        self._nodes.append(node)
        return name

    def output(self, name: str, element_type: int, *widths: int) -> None:
        """Hand out a tensor of rows, each of the given widths."""
        shape: list[str | int | None] = ["n_rows", *widths]
        self._outputs.append(helper.make_tensor_value_info(name, element_type, shape))

    def build(self, name: str) -> GraphProto:
        """Return the graph as ONNX has it."""
        return helper.make_graph(
            self._nodes, name, self._inputs, self._outputs, initializer=self._constants
        )

    def _fresh(self, stem: str) -> str:
        number = len(self._nodes) + len(self._constants)
        while f"{stem}_{number}" in self._names:  # a column's name
            number += 1
        return f"{stem}_{number}"

    def _take(self, name: str) -> None:
        # Columns give their names to inputs, and a graph's names must differ.
        if not name or name in self._names:
            raise ValueError(
                f"A column cannot be named {name!r} in an ONNX model: that name is in use or "
                "empty. Rename the column and fit again."
            )
        self._names.add(name)
