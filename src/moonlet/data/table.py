"""From a table as it came to a `Dataset`: what its columns hold, and which is to be predicted."""

from __future__ import annotations

from moonlet.data.dataset import Dataset
from moonlet.data.header import NAME_THE_COLUMNS, looks_like_a_row
from moonlet.data.infer import Options
from moonlet.data.kinds import GAP_WORDS
from moonlet.data.messages import located
from moonlet.data.raw import RawTable
from moonlet.data.schema import Schema, infer
from moonlet.data.target import Task, read_target

__all__ = ["to_dataset"]


def to_dataset(
    raw: RawTable,
    name: str | None = None,
    target: str | None = None,
    task: Task | None = None,
    options: Options | None = None,
) -> Dataset:
    """Read a table, and split it into features and target.

    Parameters
    ----------
    raw : RawTable
    name : str, optional
        What the data set is to be called; as its source when None.
    target : str or None
        The column to predict; the last one for None.
    task : {"classification", "regression"} or None
        Decided by the rule of `moonlet.data.target` for None.
    options : Options, optional
        What the caller says of the columns.

    Raises
    ------
    DataError
        If a column can be read in two ways, there is no such target, or nothing can be learned
        from it.
    """
    target = next(reversed(raw.columns)) if target is None else target
    schema, ready = infer(raw, options or Options(), target)
    _check_header(raw, schema)
    column = next(column for column in schema.columns if column.name == target)
    goal = read_target(column, raw, task)
    X = schema.read(raw, ready)
    n_dropped = int((~goal.kept).sum())
    if n_dropped:
        X = X[goal.kept].reset_index(drop=True)
    return Dataset(name or raw.source, X, goal.y, target, goal.task, schema, n_dropped)


def _check_header(raw: RawTable, schema: Schema) -> None:
    """Refuse a table whose first line is a row in truth: it would be lost."""
    if raw.header_line is None:
        return
    columns = {column.name: column for column in schema.columns}

    def reads(name: str) -> bool | None:
        column = columns[name]
        if name.casefold() in GAP_WORDS:
            return None
        if column.number is not None:
            return column.number.value(name) is not None
        if column.date is not None:
            return column.date.value(name) is not None
        return name in column.labels

    if looks_like_a_row({name: column.kind for name, column in columns.items()}, reads):
        raise located(
            raw.source,
            f"it looks like a row, not like names. {NAME_THE_COLUMNS}",
            line=raw.header_line,
        )
