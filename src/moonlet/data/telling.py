"""What was found out about a table, in words: a line a column, and what to think of."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np

from moonlet.data.column import Column
from moonlet.data.dataset import Dataset
from moonlet.data.kinds import GAP_WORDS
from moonlet.data.look import Look
from moonlet.data.messages import listed
from moonlet.data.target import ROWS_A_CLASS
from moonlet.words import written

__all__ = ["description", "headline", "is_plain", "lines", "remarks"]

_LONGEST = 28
# scikit-learn takes all whole numbers for classes, AutoGluon those that stand for many rows each.
_MOST_THAT_MAY_BE_CLASSES = 100
# Words for gaps among numbers that are good answers among labels (ND is North Dakota).
_ANSWERS = {"none", "nil", "nd", "unknown", "missing", "not applicable", "(none)", "not available"}


def headline(dataset: Dataset, look: Look) -> str:
    """Rows, columns and the target, in one line."""
    n = len(dataset.schema.columns)
    target = f"{dataset.target!r}: "
    if look.classes:
        label, _ = look.classes[0]
        shown = f"{written(look.base_rate, '.1%')} are {_short(label)!r}"
        target += f"{len(look.classes)} classes, {shown}"
    else:
        lowest, mean, highest, spread = look.spread
        target += f"numbers from {lowest:g} to {highest:g}, mean {mean:.4g} ± {spread:.4g}"
    return f"{dataset.name}: {look.n_rows:,} rows, {n} columns. Target {target}"


def remarks(dataset: Dataset, look: Look) -> list[str]:
    """What a person should think of before training; nothing where all is plain."""
    said = _on_the_task(dataset, look)
    if look.n_dropped:
        said.append(
            f"{look.n_dropped:,} row{'s' * (look.n_dropped > 1)} without a target left out."
        )
    said += [
        f"{code.text} stands in {code.n_cells:,} cells of {code.column!r}, whose other numbers "
        f"are {code.lowest:g} to {code.highest:g}. If it is a gap: --gap {code.text}"
        for code in look.gap_numbers
    ]
    for found in look.giveaways:
        right, r2 = written(found.score, ".1%"), f"{found.score:.3f}"
        measure = f"{right} right" if look.classes else f"R² {r2}"
        said.append(
            f"Column {found.column!r} alone tells the target ({measure}). If it will not be known "
            f"when a prediction is wanted, leave it out: --ignore {shlex.quote(found.column)}"
        )
    if look.n_repeated:
        said.append(
            f"{look.n_repeated:,} of {look.n_rows:,} rows repeat{'s' * (look.n_repeated == 1)} an "
            "earlier one. If these are copies, rows held out are no new ones: drop them."
        )
    if look.order == "runs":
        said.append(
            "The target runs in the order of the rows. If rows belong together or follow each "
            "other in time, rows held out at random are no new ones."
        )
    return said


def _on_the_task(dataset: Dataset, look: Look) -> list[str]:
    """How whole numbers to predict were taken, which may be classes, and how to say otherwise."""
    y = dataset.y
    n = len(look.classes)
    if n > 2 and y.dtype.kind in "iu":
        return [
            f"The target is taken for {n} classes, which are whole numbers. If more of it is "
            "more of something, as of a grade or a count: --task numbers"
        ]
    if n or not np.array_equal(y, np.floor(y)):
        return []
    n = len(np.unique(y))
    if n > _MOST_THAT_MAY_BE_CLASSES or ROWS_A_CLASS * n > len(y):
        return []
    return [
        f"The target is taken for numbers: {n} different ones, all of them whole. If they are "
        "classes: --task classes"
    ]


def is_plain(column: Column) -> bool:
    """Whether there is nothing to say of how a column was read."""
    quiet = not (column.spelling or column.note or column.n_gaps or _may_be_gaps(column))
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
        if to_ask := _may_be_gaps(column):
            options = " ".join(f"--gap {shlex.quote(word)}" for word in to_ask)
            said[-1] += (
                f", {listed(repr(word) for word in to_ask)} among them ({options} for a gap)"
            )
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


def _may_be_gaps(column: Column) -> list[str]:
    """Labels that stand for gaps in columns of numbers, and here perhaps do as well."""
    words = GAP_WORDS - _ANSWERS
    return [label for label in column.labels if label.casefold() in words]


def _short(text: str, longest: int = _LONGEST) -> str:
    visible = text.encode("unicode_escape").decode() if not text.isprintable() else text
    return visible if len(visible) <= longest else visible[: longest - 1] + "…"
