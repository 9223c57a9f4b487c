"""A preprocessor that is fitted on rows which go past once, and are kept half-ready meanwhile.

How it differs from `make_preprocessor(X).fit(X)`, and why:

1. What the columns are, and the medians that fill gaps of numbers, are those of a sample: neither
   can be had from rows that are gone.
2. Means and deviations are those of all rows. What is kept of a number is standardised by the
   sample's, so that 32 bit hold it; a shift and a factor make the rest up when it is read.
3. Categories are those of all rows. What is kept of one is a number, in the order in which they
   came; it becomes a column each when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.data.leave_out import MAX_CATEGORIES
from moonlet.data.raw import RawTable
from moonlet.data.reader import TableReader
from moonlet.data.schema import Schema
from moonlet.specs import Array

__all__ = ["AllReady", "OnePass"]


@dataclass(frozen=True, slots=True, eq=False)
class AllReady:
    """Makes inputs of the rows that `OnePass` kept.

    Parameters
    ----------
    preprocessor : Pipeline
        Does the same to a table.
    n_features : int
        Inputs of the network.
    shift, factor : ndarray of shape (n_numbers,)
        What is taken from a number that was kept, and what it is then divided by.
    places : list of ndarray of int64
        Of each column of categories: the input of each number that was kept; the last one's is
        that of a gap.
    """

    preprocessor: Pipeline
    n_features: int
    shift: Array
    factor: Array
    places: list[NDArray[np.int64]]

    def __call__(self, kept: NDArray[Any], out: NDArray[Any]) -> None:
        """Put the inputs of some rows into `out`."""
        n_numbers = len(self.shift)
        numbers = out[:, :n_numbers]
        np.subtract(kept[:, :n_numbers], self.shift.astype(kept.dtype), out=numbers)
        numbers /= self.factor.astype(kept.dtype)
        out[:, n_numbers:] = 0
        rows = np.arange(len(kept))
        for at, places in enumerate(self.places, n_numbers):
            out[rows, places[kept[:, at].astype(np.int64)]] = 1


class _Labels:
    """The labels of a column so far, numbered as they came, and their counts."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._counts = np.zeros(0, dtype=np.int64)

    def add(self, cells: pd.Categorical) -> NDArray[np.int64]:
        """Number some cells; a gap is -1."""
        known = [self.numbers.setdefault(label, len(self.numbers)) for label in cells.categories]
        numbers: NDArray[np.int64] = np.array([*known, -1])[cells.codes]
        counts = np.bincount(numbers[numbers >= 0], minlength=len(self.numbers))
        counts[: len(self._counts)] += self._counts
        self._counts = counts
        return numbers

    @property
    def sorted(self) -> list[str]:
        """All of them."""
        return sorted(self.numbers)

    @property
    def most_frequent(self) -> str:
        """What a gap becomes; of several the first, as scikit-learn has it."""
        counts = self._counts
        return min(label for label, at in self.numbers.items() if counts[at] == counts.max())


class OnePass:
    """Fits a preprocessor to all rows, a table at a time.

    Parameters
    ----------
    of_sample : Pipeline
        Of `make_preprocessor`, fitted on some of the rows.
    """

    def __init__(self, of_sample: Pipeline) -> None:
        self._first = of_sample
        self._reader: TableReader = of_sample["table"]
        self._columns = of_sample.named_steps.get("columns")
        self._seen = StandardScaler()
        self._names: Sequence[str] = self._reader.get_feature_names_out().tolist()
        self._labels: dict[str, _Labels] = {}
        if self._columns is not None:
            parts = {name: columns for name, _, columns in self._columns.transformers_}
            self._names = parts.get("numbers", [])
            self._labels = {name: _Labels() for name in parts["categories"]}

    def add(self, raw: RawTable, chosen: NDArray[np.bool_]) -> Array:
        """Look at some rows.

        Parameters
        ----------
        raw : RawTable
        chosen : ndarray of bool of shape (n_rows,)
            Which of them count.

        Returns
        -------
        kept : ndarray of shape (n_chosen, n_kept)
            What is to be kept of them.

        Raises
        ------
        DataError
            If a cell is not written as its column is, or a column has too many categories.
        """
        frame = self._reader.transform(raw)
        if not chosen.all():
            frame = frame[chosen]
        kept = np.empty((len(frame), len(self._names) + len(self._labels)))
        if len(self._names):
            numbers = frame[list(self._names)]
            for step in _steps_of_numbers(self._first):
                numbers = step.transform(numbers)
            self._seen.partial_fit(numbers)
            kept[:, : len(self._names)] = numbers
        for at, (name, labels) in enumerate(self._labels.items(), len(self._names)):
            kept[:, at] = labels.add(frame[name].cat.remove_unused_categories().array)
            if len(labels.numbers) > MAX_CATEGORIES:
                raise raw.error(
                    f"there are more than {MAX_CATEGORIES:,} different labels, and no more can be "
                    "inputs. Leave it out, by --ignore or columns=.",
                    name,
                )
        return kept

    def finish(self) -> AllReady:
        """Put together what was seen."""
        exact = deepcopy(self._first)
        shift = factor = np.zeros(0)
        places: list[NDArray[np.int64]] = []
        n_features = len(self._names)
        if self._columns is not None:
            exact.steps[0] = ("table", TableReader(self._schema()).fit(None))
            self._fit_categories(exact["columns"])
            for labels in self._labels.values():
                at = {label: n_features + place for place, label in enumerate(labels.sorted)}
                gap = at[labels.most_frequent]
                places.append(np.array([*(at[label] for label in labels.numbers), gap]))
                n_features += len(at)
        if len(self._names):
            seen, scaler = self._seen, _steps_of_numbers(exact)[1]
            shift, factor = seen.mean_, seen.scale_
            first = _steps_of_numbers(self._first)[1]
            scaler.mean_ = first.mean_ + first.scale_ * seen.mean_
            scaler.var_ = first.scale_**2 * seen.var_
            scaler.scale_ = first.scale_ * seen.scale_
            scaler.n_samples_seen_ = int(np.max(seen.n_samples_seen_))
        return AllReady(exact, n_features, shift, factor, places)

    def _schema(self) -> Schema:
        schema = self._reader.schema_
        columns = [
            replace(column, labels=tuple(found.sorted), n_labels=len(found.numbers))
            if (found := self._labels.get(column.name))
            else column
            for column in schema.columns
        ]
        return replace(schema, columns=tuple(columns))

    def _fit_categories(self, columns: Any) -> None:
        """Fit to a table that has each label once, and then put the rest right."""
        n_rows = max(len(labels.numbers) for labels in self._labels.values())
        inputs = self._reader.get_feature_names_out()
        frame = pd.DataFrame(0.0, index=range(n_rows), columns=list(inputs))
        for name, labels in self._labels.items():
            frame[name] = np.resize(np.array(labels.sorted, dtype=object), n_rows)
        columns.fit(frame)
        most_frequent = [labels.most_frequent for labels in self._labels.values()]
        imputer = columns.named_transformers_["categories"]["impute"]
        imputer.statistics_ = np.array(most_frequent, dtype=object)
        if len(self._names):
            of_all = columns.named_transformers_["numbers"]["impute"]
            of_all.statistics_ = _steps_of_numbers(self._first)[0].statistics_


def _steps_of_numbers(preprocessor: Pipeline) -> tuple[Any, Any]:
    """Imputer and scaler of the numbers."""
    columns = preprocessor.named_steps.get("columns")
    steps = preprocessor if columns is None else columns.named_transformers_["numbers"]
    return steps["impute"], steps["scale"]
