"""What the lab opens with: a set's name or a file, from the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from moonlet.data import DATASET_NAMES, Schema, load, read_table
from moonlet.data.infer import Options
from moonlet.data.raw import RawTable
from moonlet.data.table import to_dataset
from moonlet.data.target import Task
from moonlet.lab.page_table import to_page

__all__ = ["likely_target", "opening", "recipe_of"]


def opening(
    source: str,
    target: str | None,
    *,
    task: Task | None = None,
    encoding: str | None = None,
    comment: str | None = None,
    **columns: Any,
) -> dict[str, Any]:
    """The recipe to begin with, by the keywords of `moonlet.data.load`.

    Raises
    ------
    DataError
        If the data cannot be read, or are too large for a page.
    """
    of_columns = {name: value for name, value in columns.items() if value}
    if source in DATASET_NAMES:
        if not (target or task or of_columns):
            return {"version": 1, "data": {"source": source}}
        return recipe_of(to_page(load(source, target=target, task=task, **of_columns)))
    raw = read_table(source, encoding=encoding, comment=comment)
    target = target or likely_target(raw, **of_columns)
    options = Options(**of_columns)
    dataset = to_dataset(raw, Path(source).name, target, task, options)
    said = {"task": task, "encoding": encoding, "comment": comment, **options.given()}
    said = {name: value for name, value in said.items() if value}
    return recipe_of(to_page(replace(dataset, said=said)))


def recipe_of(table: dict[str, Any]) -> dict[str, Any]:
    """The recipe that opens a table."""
    return {"version": 1, "data": {"source": "table", "table": table}}


def likely_target(raw: RawTable, **said: Any) -> str:
    """The last column, or the last that can be learned if that is constant, or an id."""
    schema = Schema.of(raw, **said)
    return [column.name for column in schema.columns if column.kind != "left out"][-1]
