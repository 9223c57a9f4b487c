"""A table as the page has it, and back: `web/src/table/table.ts` has the same names.

The page takes cells as numbers: of a category they count its labels, a date becomes its
days and what of month, weekday and hour varies. The schema goes along, unread by the page,
so that what comes back is the table that was sent, read in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from moonlet.data import Dataset, Schema, TableReader, load
from moonlet.data.column import Column
from moonlet.data.reader import input_names
from moonlet.data.schema import as_raw
from moonlet.data.target import read_target
from moonlet.data.telling import description
from moonlet.exceptions import DataError
from moonlet.names import BUNDLED

__all__ = [
    "MOST_CELLS",
    "MOST_CLASSES",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "dataset_of",
    "from_page",
    "to_page",
]

MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 500
MOST_CELLS: Final = 500_000
MOST_CLASSES: Final = 10


def to_page(dataset: Dataset) -> dict[str, Any]:
    """Make JSON of a data set for the page.

    Raises
    ------
    DataError
        If it is too large for a page, or has too many classes to be shown in colours.
    """
    inputs = TableReader(dataset.schema).fit(dataset.X).transform(dataset.X)
    _check_size(dataset, inputs.shape[1])
    columns = []
    for column in dataset.schema.columns:
        if column.name == dataset.target:
            columns.append(_target(column, dataset))
        elif column.kind != "left out":
            columns += [_column(name, column, inputs[name]) for name in input_names(column)]
    return {
        "name": dataset.name,
        "said": _plain({"target": dataset.target, **dataset.said}),
        "columns": columns,
        "notes": [
            {"name": c.name[:200], "kind": c.kind, "note": description(c)[:1000]}
            for c in dataset.schema.columns
        ],
        "target": dataset.target,
        "task": dataset.task if dataset.said.get("task") else None,
        "schema": dataset.schema.to_json(),
    }


def from_page(
    table: Mapping[str, Any], features: Sequence[str] | None, target: str | None = None
) -> Dataset:
    """Make a data set of what `to_page` gave, of some of its columns, to predict any of them.

    Raises
    ------
    DataError
        If it is not that.
    """
    try:
        return _from_page(table, features, str(table["target"] if target is None else target))
    except DataError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise DataError(f"This is no table of the lab's page: {error}.") from error


def dataset_of(data: Mapping[str, Any]) -> Dataset | None:
    """The table of a recipe's data; None where they are points of two features.

    Raises
    ------
    DataError
        If they are no data of a recipe.
    """
    source, table = data.get("source"), data.get("table")
    if isinstance(source, str) and source in BUNDLED:
        table = to_page(load(source))
    elif source != "table":
        return None
    return from_page(table or {}, data.get("features"), data.get("target"))


def _from_page(table: Mapping[str, Any], features: Sequence[str] | None, target: str) -> Dataset:
    cells = {str(told["name"]): told for told in table["columns"]}
    schema = _schema(table, cells)
    wanted = None if features is None else {*features}
    chosen = [
        column
        for column in schema.columns
        if column.kind != "left out" and (wanted is None or column.name in {*wanted, target})
    ]
    schema = Schema(tuple(chosen), target)
    raw = as_raw(pd.DataFrame({column.name: _values(column, cells) for column in chosen}))
    goal = schema.target_column
    if goal is None:
        raise DataError(f"there is no column {target!r} among the lab's. Choose another target.")
    if cells[target]["kind"] == "category" and goal.kind != "category":
        # Its labels are as they were written: 1 and 1.0 are two.
        goal = Column(target, "category", labels=tuple(cells[target]["labels"]))
    read = read_target(goal, raw, table.get("task") if target == table["target"] else None)
    X = schema.apply(raw)[read.kept].reset_index(drop=True)
    said = {**table.get("said", {}), "target": target}
    return Dataset(str(table["name"]), X, read.y, target, read.task, schema, 0, said)


def _check_size(dataset: Dataset, n_inputs: int) -> None:
    n_rows, n_columns = len(dataset.y), n_inputs + 1
    if n_rows > MOST_ROWS or n_columns > MOST_COLUMNS or n_rows * n_columns > MOST_CELLS:
        raise DataError(
            f"{dataset.name}: {n_rows:,} rows of {n_columns:,} columns are too many for a page, "
            f"which takes {MOST_ROWS:,} rows, {MOST_COLUMNS} columns and {MOST_CELLS:,} cells. "
            "Take fewer rows, leave columns out by --ignore, or use moonlet study."
        )
    n_classes = len(np.unique(dataset.y)) if dataset.task == "classification" else 0
    if n_classes > MOST_CLASSES:
        raise DataError(
            f"{dataset.name}: {dataset.target!r} has {n_classes} classes; the lab shows "
            f"{MOST_CLASSES} at most. Choose another --target."
        )


def _column(name: str, column: Column, values: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "from": None if name == column.name else column.name}
    if column.kind == "category":
        codes = pd.Categorical(values, categories=list(column.labels)).codes
        cells = [None if code < 0 else int(code) for code in codes]
        return {**told, "kind": "category", "labels": list(column.labels), "cells": cells}
    labels = list(column.labels) if column.kind == "yes/no" else []
    kind = "yes/no" if column.kind == "yes/no" else "number"
    return {**told, "kind": kind, "labels": labels, "cells": _numbers(values)}


def _target(column: Column, dataset: Dataset) -> dict[str, Any]:
    """The column to predict: its labels as Python has them, in Python's order."""
    y = dataset.y
    if column.kind == "yes/no":
        yes = y if y.dtype.kind == "b" else y == column.labels[1]
        return _column(column.name, column, yes.astype(np.float64))
    told: dict[str, Any] = {"name": column.name, "from": None}
    if y.dtype.kind in "if" and column.kind != "category":
        return {**told, "kind": "number", "labels": [], "cells": _numbers(y)}
    labels = np.unique(y)
    cells = np.searchsorted(labels, y).tolist()
    return {**told, "kind": "category", "labels": [str(label) for label in labels], "cells": cells}


def _numbers(values: Any) -> list[float | int | None]:
    # Whole numbers without ".0": what is written is a third shorter.
    return [
        None if value != value else int(value) if value.is_integer() else value
        for value in np.asarray(values, dtype=np.float64).tolist()
    ]


def _schema(table: Mapping[str, Any], cells: Collection[str]) -> Schema:
    """The schema that a table came with; of one that the page read itself, a plain one."""
    told = table.get("schema")
    if told is not None:
        return Schema.from_json(told)
    plain = pd.DataFrame({name: _by_itself(one) for name, one in _items(table)})
    return Schema.of(plain, keep=tuple(cells))


def _items(table: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(str(told["name"]), told) for told in table["columns"]]


def _by_itself(told: Mapping[str, Any]) -> Any:
    if told["kind"] == "number":
        return np.array(told["cells"], dtype=np.float64)
    labels = [*told["labels"], None]
    return [labels[-1 if cell is None else int(cell)] for cell in told["cells"]]


def _values(column: Column, cells: Mapping[str, Mapping[str, Any]]) -> Any:
    """A column of the table, with its type."""
    told = cells[column.name]
    if told["kind"] == "category":
        return pd.Series(_by_itself(told), dtype="str")
    numbers = np.array(told["cells"], dtype=np.float64)
    if column.kind == "date":
        moments = np.where(np.isnan(numbers), 0.0, np.round(numbers * 86_400_000_000))
        dates = pd.Series(moments.astype("int64").astype("datetime64[us]"))
        dates = dates.mask(np.isnan(numbers))
        zoned = column.date is not None and column.date.zoned
        return dates.dt.tz_localize("UTC") if zoned else dates
    return numbers


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of a table, in JSON's own kinds."""
    plain: dict[str, Any] = {}
    for name, value in said.items():
        if isinstance(value, Mapping):
            plain[name] = dict(value)
        elif isinstance(value, Collection) and not isinstance(value, str):
            plain[name] = list(value)
        else:
            plain[name] = value
    return plain
