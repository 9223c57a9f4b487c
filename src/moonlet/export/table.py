"""The way from a table's columns to a network's features, as ONNX operators.

A table is a tuple of columns on its way to becoming one matrix of numbers.
Text columns stay apart, for ONNX has no tensor of mixed types; a gap is NaN
among numbers and the empty text among text, since ONNX text has no null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)

from moonlet.export.graph import Graph
from moonlet.export.supported import Transformer, parts_of
from moonlet.specs import Array

__all__ = ["Kind", "add_inputs", "add_transformer", "as_matrix", "column_kinds"]

Kind = Literal["number", "text", "object", "empty", "unused"]


@dataclass(frozen=True, slots=True)
class Block:
    """Columns that lie in one tensor: any number of numbers, or one of text."""

    tensor: str
    kind: Literal["number", "text"]
    width: int


Table = tuple[Block, ...]


def column_kinds(transformer: Transformer, n_columns: int) -> list[Kind]:
    """Tell what a fitted transformer takes each column of the table for.

    "object" are numbers or booleans that came as Python objects, as categories
    do; "empty" are columns without any value in `fit`, which its imputer leaves
    out; "unused" those that it drops unseen.
    """
    if isinstance(transformer, Pipeline):
        return _kinds_through([step for _, step in transformer.steps], n_columns)
    if isinstance(transformer, SimpleImputer):
        return [_kind(fill, transformer.statistics_.dtype) for fill in transformer.statistics_]
    if isinstance(transformer, OneHotEncoder | OrdinalEncoder):
        return [_kind(_words(known)[0], known.dtype) for known in transformer.categories_]
    if not isinstance(transformer, ColumnTransformer):
        return ["number"] * n_columns
    kinds: list[Kind] = ["unused"] * n_columns
    for _, part, positions in parts_of(transformer):
        inner = column_kinds(part, len(positions))
        for position, kind in zip(positions, inner, strict=True):
            kinds[position] = kind if kinds[position] != "text" else "text"
    return kinds


def _kinds_through(steps: list[Transformer], n_columns: int) -> list[Kind]:
    first, *others = steps
    if others and isinstance(first, FunctionTransformer):  # which passes all on
        return _kinds_through(others, n_columns)
    kinds = column_kinds(first, n_columns)
    encodes = bool(others) and isinstance(others[0], OneHotEncoder | OrdinalEncoder)
    if encodes and isinstance(first, SimpleImputer):
        # It tells text that was all gaps from numbers, which the imputer cannot.
        kept = [i for i, kind in enumerate(kinds) if kind != "empty"]
        for i, kind in zip(kept, column_kinds(others[0], len(kept)), strict=True):
            kinds[i] = kind
    return kinds


def _words(known: NDArray[np.generic]) -> list[object]:
    # Text that was all gaps in `fit`: an imputer that keeps such a column fills it with the
    # number 0, its one category then. Among text that category is the gap itself.
    values: list[object] = known.tolist()
    return [""] if known.dtype.kind == "O" and values == [0] else values


def _kind(value: object, dtype: np.dtype[np.generic]) -> Kind:
    if isinstance(value, str):
        return "text"
    if value != value:
        return "empty"
    return "object" if dtype.kind == "O" else "number"


def add_inputs(graph: Graph, names: list[str], kinds: list[Kind]) -> Table:
    """Ask for one tensor "X" of numbers, or else for a tensor for each column in use."""
    if {"text", "unused"}.isdisjoint(kinds):
        return (Block(graph.input("X", graph.number, len(names)), "number", len(names)),)
    return tuple(_add_input(graph, name, kind) for name, kind in zip(names, kinds, strict=True))


# Names that a graph has for what comes after its inputs.
_RESERVED = re.compile(r"label|probabilities|prediction|classes|(coefs|intercepts)_\d+")


def _add_input(graph: Graph, name: str, kind: Kind) -> Block:
    if _RESERVED.fullmatch(name):
        name = f"{name} (column)"
    if kind == "text":
        return Block(graph.input(name, TensorProto.STRING, 1), "text", 1)
    # The place of an unused column is kept, so that positions stay what they were.
    used = kind != "unused"
    return Block(graph.input(name, graph.number, 1) if used else "", "number", 1)


def as_matrix(graph: Graph, table: Table) -> str:
    """Name of one tensor with all columns, which must be numbers."""
    tensors = [block.tensor for block in table]
    if len(tensors) == 1:
        return tensors[0]
    return graph.add("Concat", *tensors, attributes={"axis": 1})


def add_transformer(graph: Graph, transformer: Transformer, table: Table) -> Table:
    """Append what a fitted transformer does to a table."""
    return _ADD[type(transformer)](graph, transformer, table)


def _width(table: Table) -> int:
    return sum(block.width for block in table)


def _select(graph: Graph, table: Table, positions: list[int]) -> Table:
    if positions == list(range(_width(table))):
        return table
    if len(table) == 1:
        (block,) = table
        index = graph.constant(np.array(positions, dtype=np.int64))
        picked = graph.add("Gather", block.tensor, index, attributes={"axis": 1})
        return (Block(picked, block.kind, len(positions)),)
    columns = _columns(graph, table)
    return tuple(columns[position] for position in positions)


def _columns(graph: Graph, table: Table) -> Table:
    columns: list[Block] = []
    for block in table:
        if block.width == 1:
            columns.append(block)
        else:
            columns += (_select(graph, (block,), [i])[0] for i in range(block.width))
    return tuple(columns)


def _add_column_transformer(graph: Graph, chooser: ColumnTransformer, table: Table) -> Table:
    blocks: list[Block] = []
    for _, part, positions in parts_of(chooser):
        blocks += add_transformer(graph, part, _select(graph, table, positions))
    return tuple(blocks)


def _add_pipeline(graph: Graph, pipeline: Pipeline, table: Table) -> Table:
    for _, step in pipeline.steps:
        table = add_transformer(graph, step, table)
    return table


def _add_nothing(graph: Graph, step: FunctionTransformer, table: Table) -> Table:
    return table


def _add_imputer(graph: Graph, imputer: SimpleImputer, table: Table) -> Table:
    # A column that had no value in `fit` is left out, unless the imputer was told to keep it.
    kept = [i for i, kind in enumerate(column_kinds(imputer, 0)) if kind != "empty"]
    table = _select(graph, table, kept)
    fills = imputer.statistics_[kept]
    if all(block.kind == "number" for block in table):
        # Rows come first, so a row of fills meets every row of the matrix.
        X = as_matrix(graph, table)
        fill = graph.constant(fills.astype(np.float64))
        filled = graph.add("Where", graph.add("IsNaN", X), fill, X)
        return (Block(filled, "number", len(fills)),)
    blocks: list[Block] = []
    for block, fill in zip(_columns(graph, table), fills, strict=True):
        if block.kind == "number":
            gap, value = graph.add("IsNaN", block.tensor), np.array([fill], dtype=np.float64)
        else:
            word = fill if isinstance(fill, str) else ""
            gap, value = _is_empty(graph, block.tensor), np.array([word], dtype=object)
        filled = graph.add("Where", gap, graph.constant(value), block.tensor)
        blocks.append(Block(filled, block.kind, 1))
    return tuple(blocks)


def _is_empty(graph: Graph, text: str) -> str:
    found = _look_up(graph, text, [""])
    return graph.add("Equal", found, graph.constant(np.array([0])))


def _look_up(graph: Graph, text: str, words: list[object]) -> str:
    """Position of each text among the known ones; their number for any other."""
    return graph.add(
        "LabelEncoder",
        text,
        domain="ai.onnx.ml",
        attributes={
            "keys_strings": [str(word) for word in words],
            "values_int64s": list(range(len(words))),
            "default_int64": len(words),
        },
    )


def _add_linear(
    graph: Graph,
    table: Table,
    steps: list[tuple[str, Array | float | None]],
) -> Table:
    X = as_matrix(graph, table)
    for operator, values in steps:
        if values is not None:
            X = graph.add(operator, X, graph.constant(np.asarray(values, dtype=np.float64)))
    return (Block(X, "number", _width(table)),)


def _add_standard_scaler(graph: Graph, scaler: StandardScaler, table: Table) -> Table:
    # None where it was told not to.
    mean = scaler.mean_ if scaler.with_mean else None
    return _add_linear(graph, table, [("Sub", mean), ("Div", scaler.scale_)])


def _add_robust_scaler(graph: Graph, scaler: RobustScaler, table: Table) -> Table:
    return _add_linear(graph, table, [("Sub", scaler.center_), ("Div", scaler.scale_)])


def _add_max_abs_scaler(graph: Graph, scaler: MaxAbsScaler, table: Table) -> Table:
    low, high = (-1.0, 1.0) if scaler.clip else (None, None)
    return _add_linear(graph, table, [("Div", scaler.scale_), ("Max", low), ("Min", high)])


def _add_min_max_scaler(graph: Graph, scaler: MinMaxScaler, table: Table) -> Table:
    low, high = scaler.feature_range if scaler.clip else (None, None)
    return _add_linear(
        graph,
        table,
        [("Mul", scaler.scale_), ("Add", scaler.min_), ("Max", low), ("Min", high)],
    )


def _add_one_hot_encoder(graph: Graph, encoder: OneHotEncoder, table: Table) -> Table:
    known = [len(values) for values in encoder.categories_]
    rows = [np.eye(n + 1, n) if encoder.handle_unknown == "ignore" else np.eye(n) for n in known]
    return _add_categories(graph, encoder.categories_, rows, table)


def _add_ordinal_encoder(graph: Graph, encoder: OrdinalEncoder, table: Table) -> Table:
    unknown = [] if encoder.handle_unknown == "error" else [encoder.unknown_value]
    rows = [np.array([*range(len(k)), *unknown], dtype=float) for k in encoder.categories_]
    return _add_categories(graph, encoder.categories_, [row.reshape(-1, 1) for row in rows], table)


def _add_categories(
    graph: Graph, categories: list[NDArray[np.generic]], rows: list[Array], table: Table
) -> Table:
    """Put a row of numbers in the place of each category.

    The last row is for unknown ones. Where there is none for them the graph asks for a row that
    is not there, which ends a run with an error: as the encoder does.
    """
    blocks = []
    for block, known, numbers in zip(_columns(graph, table), categories, rows, strict=True):
        if block.kind == "text":
            found = _look_up(graph, block.tensor, _words(known))
            position = graph.add("Squeeze", found, graph.constant(np.array([1])))
        else:
            # One column against a row of known values, and a half that wins if none is equal.
            equal = graph.add("Equal", block.tensor, graph.constant(known.astype(np.float64)))
            hot = graph.add("Cast", equal, attributes={"to": graph.number})
            one_more = graph.constant(np.array([0, 0, 0, 1]))
            padded = graph.add("Pad", hot, one_more, graph.constant(np.array(0.5)))
            position = graph.add("ArgMax", padded, attributes={"axis": 1, "keepdims": 0})
        given = graph.add("Gather", graph.constant(numbers), position, attributes={"axis": 0})
        blocks.append(Block(given, "number", numbers.shape[1]))
    return tuple(blocks)


_ADD: Final[dict[type, Callable[..., Table]]] = {
    ColumnTransformer: _add_column_transformer,
    Pipeline: _add_pipeline,
    FunctionTransformer: _add_nothing,
    SimpleImputer: _add_imputer,
    StandardScaler: _add_standard_scaler,
    RobustScaler: _add_robust_scaler,
    MaxAbsScaler: _add_max_abs_scaler,
    MinMaxScaler: _add_min_max_scaler,
    OneHotEncoder: _add_one_hot_encoder,
    OrdinalEncoder: _add_ordinal_encoder,
}
