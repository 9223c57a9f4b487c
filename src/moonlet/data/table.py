"""A table as read, and how it becomes a `Dataset`: which column is the target, what task it sets.

The rule for the task. A target of labels is a classification. So is a target of
whole numbers with at most 20 different values, if there are only two, or if
each has three rows or more on average. Every other target is a regression.
``task=`` overrules it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from moonlet.data.dataset import Dataset, Task
from moonlet.data.messages import did_you_mean, listed, located, quoted
from moonlet.exceptions import DataError

MAX_CLASSES = 20
ROWS_A_CLASS = 3


@dataclass(frozen=True, eq=False)
class Table:
    """Columns as read, and where in the file each row stood.

    Parameters
    ----------
    source : str
        The file or data set, as the caller named it.
    frame : DataFrame
        Columns of float64 or of category, with unlike names.
    lines : sequence of int, optional
        The line on which each row begins. Without it, rows are counted.
    """

    source: str
    frame: pd.DataFrame
    lines: Sequence[int] | None = None

    def error(self, message: str, column: str, row: int | None = None) -> DataError:
        """Build a `DataError` that names the place."""
        if row is None:
            return located(self.source, message, column=column)
        if self.lines is None:
            return located(self.source, message, row=row + 1, column=column)
        return located(self.source, message, line=self.lines[row], column=column)


def to_dataset(table: Table, name: str, target: str | None, task: Task | None) -> Dataset:
    """Split a table into features and target.

    Parameters
    ----------
    table : Table
    name : str
        What the data set is to be called.
    target : str or None
        The column to predict; the last one for None.
    task : {"classification", "regression"} or None
        Decided by the rule in this module's docstring for None.

    Raises
    ------
    DataError
        When there is no such column, or nothing can be learned from it.
    """
    names = list(table.frame.columns)
    target = names[-1] if target is None else target
    if target not in names:
        raise located(
            table.source,
            f"there is no column {quoted(str(target))}.{did_you_mean(str(target), names)} "
            f"The columns are {listed(quoted(name) for name in names)}.",
        )
    if len(names) == 1:
        raise table.error("this is the only column. Add columns to predict it from.", target)
    wanted = table.frame[target]
    _check_gaps(table, wanted)
    chosen = decide_task(wanted) if task is None else task
    if chosen not in ("classification", "regression"):
        raise DataError(f"task must be 'classification' or 'regression'. Got {task!r} instead.")
    y = _class_labels(table, wanted) if chosen == "classification" else _values(table, wanted)
    different = pd.unique(y)
    if len(different) < 2:
        what = "class" if chosen == "classification" else "value"
        raise table.error(
            f"the target has one {what} only, {quoted(str(different[0]))}. There is nothing to "
            "learn: choose another target or add rows.",
            target,
        )
    return Dataset(name, table.frame.drop(columns=target), y, target, chosen)


def decide_task(target: pd.Series) -> Task:
    """Decide the task that a target without gaps sets, by the rule in this module's docstring."""
    if not is_numeric_dtype(target):
        return "classification"
    values = target.unique()
    few = len(values) <= 2 or (
        len(values) <= MAX_CLASSES and ROWS_A_CLASS * len(values) <= len(target)
    )
    return "classification" if few and (values == np.floor(values)).all() else "regression"


def _check_gaps(table: Table, target: pd.Series) -> None:
    gaps = np.flatnonzero(target.isna())
    if not gaps.size:
        return
    what = "row" if table.lines is None else "line"
    places = [row + 1 if table.lines is None else table.lines[row] for row in gaps.tolist()]
    raise located(
        table.source,
        f"the target is empty in {what}{'s' if gaps.size > 1 else ''} {listed(places)}. "
        "Fill it in, or delete the rows.",
        column=str(target.name),
    )


def _class_labels(table: Table, target: pd.Series) -> NDArray[np.str_] | NDArray[np.int64]:
    name = str(target.name)
    if not is_numeric_dtype(target):
        return target.to_numpy(dtype=str)
    values = target.to_numpy(dtype=np.float64)
    broken = np.flatnonzero(values != np.floor(values))
    if broken.size:
        row = int(broken[0])
        raise table.error(
            f"a class must be a text or a whole number. Got {values[row]}. "
            "Use task='regression' to predict numbers.",
            name,
            row,
        )
    # float64 holds every whole number up to 2**53: beyond, two classes may have become one.
    if np.abs(values).max() > 2**53:
        raise table.error("class numbers above 2**53 are not exact. Write them as text.", name)
    return values.astype(np.int64)


def _values(table: Table, target: pd.Series) -> NDArray[np.float64]:
    if not is_numeric_dtype(target):
        raise table.error(
            f"a regression needs numbers. Got {quoted(target.iloc[0])}. "
            "Choose another target, or task='classification'.",
            str(target.name),
            0,
        )
    return target.to_numpy(dtype=np.float64)
