"""The rows that a session trains on, and the picture's plane through them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype
from sklearn.model_selection import train_test_split

from moonlet.data import Dataset, Schema, load, make_preprocessor
from moonlet.data.toy import TOYS
from moonlet.exceptions import DataError
from moonlet.lab.messages import DataChoice
from moonlet.lab.table import MOST_CLASSES, MOST_ROWS, LabTable
from moonlet.specs import Array

MOST_INPUTS = 500

DrawnPoint = tuple[float, float, int]


@dataclass(frozen=True, eq=False)
class Rows:
    """What is trained on, split and turned into numbers.

    Parameters
    ----------
    dataset : Dataset
        With the chosen features only.
    columns : tuple of (str, bool)
        All columns of the table, and whether each holds numbers.
    shown : tuple of int
        The features along the picture's axes.
    train, test : ndarray of int
        Positions of the rows. No test rows where a class is too rare to be split.
    preprocessor : transformer or None
        Fitted on the training rows; toy and drawn points are taken as they are.
    classes : ndarray
        The labels, sorted.
    """

    dataset: Dataset
    columns: tuple[tuple[str, bool], ...]
    shown: tuple[int, int]
    train: NDArray[np.intp]
    test: NDArray[np.intp]
    preprocessor: Any
    classes: NDArray[Any]
    class_indices: NDArray[np.int64]
    X_train: Array
    X_test: Array

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.classes)

    @property
    def points(self) -> NDArray[np.float32]:
        """Where each row lies in the picture, shape (n_rows, 2)."""
        shown = self.dataset.X.iloc[:, list(self.shown)].to_numpy(dtype=np.float64)
        # A gap has no place: it is shown where the preprocessor puts it, at the median.
        return np.where(np.isnan(shown), np.nanmedian(shown, axis=0), shown).astype(np.float32)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """The picture's edges: left, right, bottom, top."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        if self.dataset.name == "drawn":
            low, high = np.minimum(low, -2.5), np.maximum(high, 2.5)
        margin = np.where(high > low, 0.12 * (high - low), 1.0)
        left, bottom = (low - margin).tolist()
        right, top = (high + margin).tolist()
        return left, right, bottom, top

    def grid(self, n_cells: int) -> Array:
        """A network's inputs at the centres of n_cells x n_cells cells, rows from the bottom up.

        Features that the picture does not show stand at their median, or most
        frequent category, among the training rows.
        """
        left, right, bottom, top = self.bounds
        centres = (np.arange(n_cells) + 0.5) / n_cells
        across, up = left + centres * (right - left), bottom + centres * (top - bottom)
        x, y = (side.ravel() for side in np.meshgrid(across, up))
        X = self.dataset.X
        if self.preprocessor is None:
            return np.column_stack([x, y] if self.shown == (0, 1) else [y, x])
        typical = X.iloc[self.train]
        filled: dict[str, Any] = {}
        for position, name in enumerate(X.columns):
            column = typical.iloc[:, position]
            if position == self.shown[0]:
                filled[name] = x
            elif position == self.shown[1]:
                filled[name] = y
            elif not isinstance(column.dtype, pd.CategoricalDtype):
                filled[name] = np.full(len(x), column.median())
            else:
                value = column.mode(dropna=True)
                filled[name] = pd.Categorical([value.iloc[0] if len(value) else None] * len(x))
        frame = pd.DataFrame(filled)
        frame.attrs = X.attrs  # half a yes is no cell, but a place in the picture
        return _dense(self.preprocessor.transform(frame))


def load_rows(
    choice: DataChoice, drawn: Sequence[DrawnPoint] = (), table: LabTable | None = None
) -> Rows:
    """Load what a choice asks for.

    Raises
    ------
    DataError
        If it cannot be had; the message is meant for the page.
    """
    columns: tuple[tuple[str, bool], ...] = ()
    if choice.source == "drawn":
        dataset = drawn_points(drawn)
    elif choice.source in TOYS:
        dataset = load(choice.source, **toy_options(choice))
    else:
        if choice.source == "table":
            if table is None:
                raise DataError("there is no table yet. Upload a CSV file or paste one.")
            chosen = table.dataset(choice.target)
        else:
            chosen = load(choice.source, target=choice.target)
        columns = tuple(
            (str(name), bool(is_numeric_dtype(chosen.X[name]))) for name in chosen.X.columns
        )
        dataset = _with_features(chosen, choice.features)
    return split(dataset, choice, columns, preprocess=choice.source not in (*TOYS, "drawn"))


def split(
    dataset: Dataset,
    choice: DataChoice,
    columns: tuple[tuple[str, bool], ...] = (),
    *,
    preprocess: bool,
) -> Rows:
    """Put test rows aside and turn the rest into a network's inputs.

    Raises
    ------
    DataError
        If the target is no class, or there is more than a lab can show.
    """
    if dataset.task != "classification":
        raise DataError(
            f"{dataset.target!r} is a number to predict, and the lab tells classes apart. "
            "Choose a column of classes as target."
        )
    n = len(dataset.y)
    if n > MOST_ROWS:
        raise DataError(f"the lab takes {MOST_ROWS:,} rows at most, and here are {n:,}.")
    classes, class_indices, counts = np.unique(dataset.y, return_inverse=True, return_counts=True)
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"{dataset.target!r} has {len(classes)} classes; the lab shows {MOST_CLASSES} at most."
        )
    train, test = np.arange(n), np.arange(0)
    if is_split(choice, n, counts):
        train, test = train_test_split(
            train, test_size=choice.test_share, stratify=dataset.y, random_state=choice.seed
        )
    preprocessor = None
    X_train, X_test = (dataset.X.iloc[part] for part in (train, test))
    if preprocess:
        preprocessor = make_preprocessor(X_train).fit(X_train)
        X_train = preprocessor.transform(X_train)
        X_test = preprocessor.transform(X_test) if len(test) else X_train[:0]
    if X_train.shape[1] > MOST_INPUTS:
        raise DataError(
            f"the columns make {X_train.shape[1]} inputs; the lab takes {MOST_INPUTS} at most. "
            "Leave out columns with many categories."
        )
    return Rows(
        dataset,
        columns,
        _shown(dataset, choice),
        train,
        test,
        preprocessor,
        classes,
        class_indices,
        _dense(X_train),
        _dense(X_test),
    )


def is_split(choice: DataChoice, n: int, counts: NDArray[np.integer]) -> bool:
    """Whether test rows are put aside: each class needs to be on both sides."""
    n_test = int(np.ceil(choice.test_share * n))
    return choice.test_share > 0 and counts.min() >= 2 and len(counts) <= min(n_test, n - n_test)


def toy_options(choice: DataChoice) -> dict[str, Any]:
    """A toy set's options, as `moonlet.data.load` takes them."""
    known = inspect.signature(TOYS[choice.source]).parameters
    given = {
        "n_samples": choice.n_samples,
        "noise": choice.noise,
        "n_classes": choice.n_classes,
        "random_state": choice.seed,
    }
    return {name: value for name, value in given.items() if name in known}


def drawn_points(drawn: Sequence[DrawnPoint]) -> Dataset:
    """Make a data set of points that a person drew.

    Raises
    ------
    DataError
        If there are not two classes yet.
    """
    if len({point[2] for point in drawn}) < 2:
        raise DataError("draw points of at least two classes, then there is something to learn.")
    X = pd.DataFrame([point[:2] for point in drawn], columns=["x0", "x1"], dtype=np.float64)
    y = np.array([point[2] for point in drawn], dtype=np.int64)
    return Dataset("drawn", X, y, "target", "classification", Schema.of(X))


def _with_features(dataset: Dataset, features: Sequence[str] | None) -> Dataset:
    if features is None:
        return dataset
    unknown = [name for name in features if name not in dataset.X.columns]
    if unknown or not features:
        raise DataError(
            f"there is no column {unknown[0]!r}. Choose others."
            if unknown
            else "choose one feature at least."
        )
    kept = [name for name in dataset.X.columns if name in set(features)]
    schema = replace(
        dataset.schema,
        columns=tuple(c for c in dataset.schema.columns if c.name in {*kept, dataset.target}),
    )
    return replace(dataset, X=schema.apply(dataset.X[kept]), schema=schema)


def _shown(dataset: Dataset, choice: DataChoice) -> tuple[int, int]:
    numeric = [i for i in range(dataset.X.shape[1]) if is_numeric_dtype(dataset.X.iloc[:, i])]
    if not numeric:
        raise DataError("the picture needs a feature of numbers, and there is none among these.")
    wanted = [i for i in choice.shown or _telling(dataset, numeric) if i in numeric]
    first = wanted[0] if wanted else numeric[0]
    others = [i for i in (*wanted[1:], *numeric) if i != first]
    if not others:
        raise DataError("the picture needs two features of numbers, and there is only one.")
    return first, others[0]


def _telling(dataset: Dataset, numeric: Sequence[int]) -> list[int]:
    """The two features of numbers in which the classes differ most, the left one first."""
    if len(numeric) <= 2:
        return list(numeric)
    X = dataset.X.iloc[:, list(numeric)].to_numpy(dtype=np.float64)
    X = np.where(np.isnan(X), np.nanmedian(X, axis=0), X)
    labels, counts = np.unique(dataset.y, return_counts=True)
    means = np.stack([X[dataset.y == label].mean(axis=0) for label in labels])
    between = counts @ (means - X.mean(axis=0)) ** 2 / len(X)
    total = X.var(axis=0)
    share = np.divide(between, total, out=np.zeros(len(total)), where=total > 0.0)
    ranked = np.argsort(-share, kind="stable")[:2]
    return sorted(numeric[i] for i in ranked)


def _dense(X: Any) -> Array:
    return np.ascontiguousarray(X, dtype=np.float64)
