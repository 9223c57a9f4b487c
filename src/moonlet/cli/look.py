"""The look at a table before training, on a terminal: a line a column, and what to think of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moonlet.cli.console import Terminal
    from moonlet.data import Dataset
    from moonlet.data.look import Look

# Where there are more, plain columns of numbers are told in one line.
MOST_LINES = 40


def tell_look(terminal: Terminal, dataset: Dataset, look: Look) -> None:
    """Say how a table was read, and what was seen of it."""
    from moonlet.data.telling import headline, is_plain, lines, remarks

    terminal.line(headline(dataset, look))
    columns = list(dataset.schema.columns)
    told = columns
    if len(columns) > MOST_LINES:
        told = [
            c for c in columns if not is_plain(c) or c.kind != "number" or c.name == dataset.target
        ]
    for line in lines(told, dataset.target):
        terminal.line(f"  {line}")
    if len(told) < len(columns):
        terminal.line(f"  and {len(columns) - len(told)} more columns of plain numbers")
    for remark in remarks(dataset, look):
        terminal.say(remark)


def look_before(terminal: Terminal, dataset: Dataset, *, quiet: bool) -> Look:
    """Look at a table before a training, and say what is not plain."""
    from moonlet.data.look import look_at

    look = look_at(dataset)
    if not quiet:
        tell_before(terminal, dataset, look)
    return look


def tell_before(terminal: Terminal, dataset: Dataset, look: Look) -> None:
    """Say on stderr what is not plain of a table, unless it is a set of ours."""
    from moonlet.data import DATASET_NAMES
    from moonlet.data.telling import headline, is_plain, lines, remarks

    if dataset.name in DATASET_NAMES:
        return
    terminal.note(headline(dataset, look), label="table")
    told = [column for column in dataset.schema.columns if not is_plain(column)]
    for line in lines(told, dataset.target):
        terminal.note(line, label="column")
    for remark in remarks(dataset, look):
        terminal.note(remark)


def to_json(dataset: Dataset, look: Look) -> dict[str, Any]:
    """The look for programs: under "columns" the schema, under "look" the rest."""
    columns = [
        {
            "name": column.name,
            "kind": column.kind,
            "spelling": column.spelling,
            "labels": column.n_labels,
            "gaps": column.n_gaps,
            "note": column.note,
            "example": column.example,
            "is_target": column.name == dataset.target,
        }
        for column in dataset.schema.columns
    ]
    return {"columns": columns, "look": look.to_json()}
