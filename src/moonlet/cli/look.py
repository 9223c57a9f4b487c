"""The look at a table before training, on a terminal: a line a column, and what to think of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moonlet.cli.console import Terminal
    from moonlet.data import Column, Dataset
    from moonlet.data.look import Look

# Where there are more, plain columns of numbers are told in one line.
MOST_LINES = 40
_LONGEST = 28


def tell_look(terminal: Terminal, dataset: Dataset, look: Look) -> None:
    """Say how a table was read, and what was seen of it."""
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
    """Look at a table before a training, and say what is not plain, unless it is a set of ours."""
    from moonlet.data import DATASET_NAMES
    from moonlet.data.look import look_at

    look = look_at(dataset)
    if quiet or dataset.name in DATASET_NAMES:
        return look
    terminal.note(headline(dataset, look), label="table")
    told = [column for column in dataset.schema.columns if not is_plain(column)]
    for line in lines(told, dataset.target):
        terminal.note(line, label="column")
    for remark in remarks(dataset, look):
        terminal.note(remark)
    return look


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


def headline(dataset: Dataset, look: Look) -> str:
    """Rows, columns and the target, in one line."""
    n = len(dataset.schema.columns)
    target = f"{dataset.target!r}: "
    if look.classes:
        label, _ = look.classes[0]
        shown = f"{look.base_rate:.1%} are {_short(label)!r}"
        target += f"{len(look.classes)} classes, {shown}"
    else:
        lowest, mean, highest, spread = look.spread
        target += f"numbers from {lowest:g} to {highest:g}, mean {mean:.4g} ± {spread:.4g}"
    return f"{dataset.name}: {look.n_rows:,} rows, {n} columns. Target {target}"


def remarks(dataset: Dataset, look: Look) -> list[str]:
    """What a person should think of before training; nothing where all is plain."""
    said = []
    if look.n_dropped:
        said.append(
            f"{look.n_dropped:,} row{'s' * (look.n_dropped > 1)} without a target left out."
        )
    for found in look.giveaways:
        measure = f"{found.score:.1%} right" if look.classes else f"R² {found.score:.3f}"
        said.append(
            f"Column {found.column!r} alone tells the target ({measure}). If it will not be known "
            f"when a prediction is wanted, leave it out: --ignore {_shell(found.column)}"
        )
    if look.n_repeated:
        said.append(
            f"{look.n_repeated:,} of {look.n_rows:,} rows repeat an earlier one. If these are "
            "copies, rows held out are no new ones: drop them."
        )
    if look.order == "runs":
        said.append(
            "The target runs in the order of the rows. If rows belong together or follow each "
            "other in time, rows held out at random are no new ones."
        )
    return said


def is_plain(column: Column) -> bool:
    """Whether there is nothing to say of how a column was read."""
    quiet = not (column.spelling or column.note or column.n_gaps)
    return quiet and column.kind in ("number", "category", "yes/no")


def lines(columns: Sequence[Column], target: str | None) -> list[str]:
    """Tell of each column in an aligned line: name, kind, and what there is to say."""
    names = [_short(column.name) for column in columns]
    kinds = [column.kind + " (target)" * (column.name == target) for column in columns]
    wide, wider = (max(map(len, texts), default=0) for texts in (names, kinds))
    return [
        f"{name:{wide}}  {kind:{wider}}  {description(column)}".rstrip()
        for name, kind, column in zip(names, kinds, columns, strict=True)
    ]


def description(column: Column) -> str:
    """What there is to say of one column."""
    if column.kind == "left out":
        example = f"such as {_short(column.example)}" if column.example else ""
        return "; ".join(part for part in (column.note, example) if part)
    said = []
    if column.kind == "category":
        said.append(f"{column.n_labels} labels")
    if column.spelling:
        said.append(_short(column.spelling, 60))
    if column.example:
        said.append(f"such as {_short(column.example)}")
    if column.date is not None:
        said.append(f"becomes {', '.join(('days', *column.date.parts))}")
    if column.n_gaps:
        words = ", ".join(repr(word) for word in column.gap_words[:3])
        said.append(
            f"{column.n_gaps:,} gap{'s' * (column.n_gaps > 1)}" + f" ({words})" * bool(words)
        )
    return "; ".join([*said, *([column.note] if column.note else [])])


def _short(text: str, longest: int = _LONGEST) -> str:
    visible = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return visible if len(visible) <= longest else visible[: longest - 1] + "…"


def _shell(name: str) -> str:
    import shlex

    return shlex.quote(name)
