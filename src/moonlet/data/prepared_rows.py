"""Tables that no memory holds at once: read part by part, by the schema of a sample."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moonlet.data.dataset import Dataset
from moonlet.data.infer import Options
from moonlet.data.messages import located
from moonlet.data.one_pass import AllReady, OnePass
from moonlet.data.preprocess import make_preprocessor
from moonlet.data.raw import RawTable
from moonlet.data.table import to_dataset
from moonlet.data.target import Goal, Task, read_goal

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from moonlet.blocks import FirstPass, RowProgress

__all__ = ["PreparedRows", "PreparingPass"]


class PreparedRows(ABC):
    """Rows of a table that comes in parts, made into numbers by what one pass over them tells.

    What kind a column is, and the medians that fill gaps, are found out from a sample; means,
    deviations and categories from all rows (`moonlet.data.one_pass`).

    Parameters
    ----------
    source : str
        What to call the table in errors.
    target : str or None
        The column to predict, the last one for None. Rows in which it is empty are left out.
    dtype : {"float32", "float64"}
        The precision of the training.
    task : {"classification", "regression"}, optional
    options : Options, optional
        What the caller says of the table, as `moonlet.data.load` has it.
    progress : callable, optional
        Called with a `moonlet.blocks.RowProgress` after each batch that is read, and each window
        that is trained on.
    """

    n_rows: int

    def __init__(
        self,
        source: str,
        target: str | None,
        dtype: str,
        task: Task | None,
        options: Options | None,
        progress: Callable[[RowProgress], None] | None,
    ) -> None:
        if dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be 'float32' or 'float64'. Got {dtype!r} instead.")
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.task, self.options, self.progress = task, options, progress
        self._source, self._wanted = source, target
        self._ready: AllReady | None = None

    @abstractmethod
    def raw_parts(self) -> Iterator[RawTable]:
        """The table in parts, its target among the columns."""

    @abstractmethod
    def raw_sample(self) -> RawTable:
        """Rows from all over the table."""

    def __iter__(self) -> Iterator[tuple[Any, NDArray[Any]]]:
        preprocessor = self.preprocessor
        for raw in self.raw_parts():
            goal = self.goal(raw)
            if goal.kept.any():
                X = preprocessor.transform(raw)[goal.kept]
                yield np.asarray(X, dtype=self.dtype), goal.y

    def first_pass(self) -> FirstPass | None:
        """The rows half-ready, for `fit`, which keeps them; None: they are ready as they come."""
        return PreparingPass(self)

    @cached_property
    def sample(self) -> Dataset:
        """Rows from all over the table, read as `moonlet.data.load` reads a table."""
        raw = self.raw_sample()
        return to_dataset(raw, self._source, self._wanted, self.task, self.options)

    @property
    def preprocessor(self) -> Pipeline:
        """What makes numbers of the columns, fitted to all rows; `fit` does that as it reads."""
        if self._ready is None:
            once = PreparingPass(self)
            for _ in once:
                pass
            return once.finish().preprocessor
        return self._ready.preprocessor

    def goal(self, raw: RawTable) -> Goal:
        """Read the targets of a part.

        Raises
        ------
        DataError
            If one is not written as those of the sample.
        """
        column = self.sample.schema.target_column
        if column is None:
            raise located(self._source, "there is no target.")
        goal = read_goal(column, raw, self.sample.task)
        if goal.kept.any() and goal.y.dtype.kind != self.sample.y.dtype.kind:
            raise raw.error(
                "some labels are written in several ways, as 1 and 1.0. Write them alike, or say "
                "that they are texts: kinds, on the command line --kind, with category.",
                column.name,
            )
        return goal


class PreparingPass:
    """A first pass over all rows, which come out half-ready (`moonlet.blocks.FirstPass`)."""

    def __init__(self, rows: PreparedRows) -> None:
        X = rows.sample.X
        self._rows, self._pass = rows, OnePass(make_preprocessor(X).fit(X))

    def __iter__(self) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        for raw in self._rows.raw_parts():
            goal = self._rows.goal(raw)
            if goal.kept.any():
                kept = self._pass.add(raw, goal.kept)
                yield kept.astype(self._rows.dtype, copy=False), goal.y

    def finish(self) -> AllReady:
        """All have been seen."""
        self._rows._ready = self._pass.finish()
        return self._rows._ready
