"""The column to predict: which task it sets, and its values.

The rule for the task. A target of labels is a classification; one of dates a
regression on days since 1970. So is a target of numbers, unless they are whole
ones of at most 20 different values, and there are only two of them, or each has
three rows or more on average. ``task=`` overrules it.

Labels are told apart as they are written: if one number is written in two ways (1
and 1.0), the labels of a classification are the texts. Rows whose target is a gap
are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moonlet.data.column import Column
from moonlet.data.dates import to_numbers
from moonlet.data.kinds import TRUTH
from moonlet.data.leave_out import FEWEST_ID_LABELS
from moonlet.data.messages import quoted
from moonlet.data.raw import RawTable, Texts
from moonlet.data.spelling import is_padded
from moonlet.data.typed import typed_column
from moonlet.data.written import as_texts
from moonlet.exceptions import DataError

Task = Literal["classification", "regression"]
Target = NDArray[np.int64] | NDArray[np.bool_] | NDArray[np.str_] | NDArray[np.float64]

MAX_CLASSES = 20
ROWS_A_CLASS = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be predicted.

    Parameters
    ----------
    y : ndarray of shape (n_kept,)
        Class labels (text, int64 or bool) or float64.
    task : {"classification", "regression"}
    kept : ndarray of bool of shape (n_rows,)
        Rows whose target is no gap.
    """

    y: Target
    task: Task
    kept: NDArray[np.bool_]


def read_target(column: Column, raw: RawTable, task: Task | None) -> Goal:
    """Read the column to predict.

    Raises
    ------
    DataError
        If nothing can be learned from it, or it does not fit the task.
    """
    goal = read_goal(column, raw, task)
    different = pd.unique(goal.y)
    if len(different) < 2:
        what = "class" if goal.task == "classification" else "value"
        raise raw.error(
            f"the target has one {what} only, {quoted(str(different[0]))}. There is nothing to "
            "learn: choose another target or add rows.",
            column.name,
        )
    _check_labels(column, raw, goal.task, len(different), len(goal.y))
    return goal


def read_goal(column: Column, raw: RawTable, task: Task | None) -> Goal:
    """Read the column to predict, of rows that may be all alike.

    Raises
    ------
    DataError
        If it does not fit the task.
    """
    if task not in (None, "classification", "regression"):
        raise DataError(f"task must be 'classification' or 'regression'. Got {task!r} instead.")
    if column.kind == "left out":
        raise raw.error(f"the target has {column.note}. Choose another target.", column.name)
    values = typed_column(column, raw)
    if column.kind == "date":
        values = to_numbers(pd.Series(values), ())[""]
    kept = ~np.asarray(pd.isna(values))
    found: Any = np.asarray(values)[kept]
    if column.kind == "date":
        chosen: Task = task or "regression"
    elif column.kind == "number":
        chosen = task or decide_task(found)
    else:
        chosen = task or "classification"
    if chosen == "classification":
        y = _labels(column, raw, kept, found)
    elif column.kind in ("number", "date"):
        y = found.astype(np.float64)
    else:
        text = column.labels[0]
        raise raw.error(
            f"a regression needs numbers. Got {quoted(text)}. Choose another target, or the task "
            "of classes.",
            column.name,
        )
    return Goal(y, chosen, kept)


def decide_task(values: Any) -> Task:
    """Decide the task that values without gaps set, by the rule in this module's docstring."""
    values = np.asarray(values)
    if values.dtype.kind not in "iuf":
        return "classification"
    different = pd.unique(values)
    few = len(different) <= 2 or (
        len(different) <= MAX_CLASSES and ROWS_A_CLASS * len(different) <= len(values)
    )
    whole = few and (different == np.floor(different)).all()
    return "classification" if whole else "regression"


def _labels(column: Column, raw: RawTable, kept: NDArray[np.bool_], found: Any) -> Any:
    if column.kind == "yes/no":
        if tuple(label.casefold() for label in column.labels) == TRUTH:
            return np.asarray(found == 1.0)
        return np.array(column.labels)[found.astype(int)]
    if column.kind == "category":
        return found.astype(np.int64) if _are_long_numbers(column) else found.astype(str)
    cells = raw.columns[column.name]
    texts = cells.cells() if isinstance(cells, Texts) else as_texts(cells)
    broken = np.flatnonzero(found != np.floor(found))
    if column.kind == "number" and broken.size:
        row = int(np.flatnonzero(kept)[broken[0]])
        raise raw.error(
            f"a class must be a text or a whole number. Got {quoted(texts[row])}. Predict numbers "
            "(task regression), or say that the column is a category.",
            column.name,
            row,
        )
    written = [text for text, is_kept in zip(texts, kept, strict=True) if is_kept]
    if column.kind == "date" or len(set(written)) > len(pd.unique(found)):
        return np.array(written)
    return np.asarray(found.astype(np.int64))


def _are_long_numbers(column: Column) -> bool:
    """Whether labels are whole numbers that float64 cannot tell apart, and int64 can."""
    if not all(label.isdecimal() and not is_padded(label) for label in column.labels):
        return False
    return 2**53 < max(map(int, column.labels)) < 2**63


def _check_labels(column: Column, raw: RawTable, task: Task, n_labels: int, n_rows: int) -> None:
    if task == "classification" and n_labels >= FEWEST_ID_LABELS and 2 * n_labels > n_rows:
        raise raw.error(
            f"the target has {n_labels:,} different labels in {n_rows:,} rows: an id or free text. "
            "Choose another target.",
            column.name,
        )
