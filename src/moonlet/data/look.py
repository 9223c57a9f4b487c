"""The look before training: what a careful person would ask of a table before believing a model.

1. Rows that stand in it twice: a copy among the test rows is no test.
2. What is right without any model: the share of the most frequent class, or the
   spread of the numbers.
3. A column that alone tells the target, nearly without error: it may be the answer
   itself under another name, and not be there when the answer is wanted. A small
   tree on each column is judged on rows that it did not see.
4. Rows whose order matters: y runs, by the runs test of Wald and Wolfowitz (1940)
   about the median (or the most frequent class). Then rows next to each other are
   alike, and rows held out at random are no new rows.
5. Numbers that may stand for gaps, as `gap_numbers` finds them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moonlet.data.dataset import Dataset
from moonlet.data.gap_numbers import GapNumber, gap_numbers
from moonlet.data.reader import TableReader, input_names
from moonlet.specs import Array

# A column gives the target away if a tree on it alone errs in at most this share of what a guess
# errs in (of the variance, for numbers).
GIVEAWAY: Final = 0.02
_JUDGED_ROWS: Final = 2_000
_FEWEST_ROWS: Final = 40
# For the runs test; and not on tables so small that it says nothing.
ORDER_P: Final = 0.001


@dataclass(frozen=True, slots=True)
class Giveaway:
    """A column that alone tells the target.

    Parameters
    ----------
    column : str
    score : float
        Accuracy (or R squared) of a small tree on it, on rows that the tree did not see.
    """

    column: str
    score: float


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a data set.

    Parameters
    ----------
    n_rows, n_features : int
    n_dropped : int
        Rows left out because their target was empty.
    n_repeated : int
        Rows that are the same, target included, as one before them.
    classes : tuple of (str, int)
        Labels and their rows, the most frequent first; empty for a regression.
    spread : tuple of float
        Lowest, mean, highest value and standard deviation of a regression's target.
    giveaways : tuple of Giveaway
    order : str
        "" where the rows' order says nothing, "sorted" by the target, or "runs".
    gap_numbers : tuple of GapNumber
    """

    n_rows: int
    n_features: int
    n_dropped: int
    n_repeated: int
    classes: tuple[tuple[str, int], ...]
    spread: tuple[float, ...]
    giveaways: tuple[Giveaway, ...]
    order: str
    gap_numbers: tuple[GapNumber, ...] = ()

    @property
    def base_rate(self) -> float:
        """Share of the rows in the most frequent class; 0 for a regression."""
        return self.classes[0][1] / self.n_rows if self.classes else 0.0

    def to_json(self) -> dict[str, Any]:
        """The same in plain lists, numbers and texts."""
        told: dict[str, Any] = {
            "rows": self.n_rows,
            "features": self.n_features,
            "rows_without_target": self.n_dropped,
            "repeated_rows": self.n_repeated,
            "order": self.order or None,
            "tells_target_alone": [{"column": g.column, "score": g.score} for g in self.giveaways],
            "may_be_gaps": [{"column": g.column, "text": g.text} for g in self.gap_numbers],
        }
        if self.classes:
            return told | {"classes": dict(self.classes), "base_rate": self.base_rate}
        names = ("lowest", "mean", "highest", "standard_deviation")
        return told | {"target": dict(zip(names, self.spread, strict=True))}


def look_at(dataset: Dataset) -> Look:
    """Look at a data set before anything is trained on it."""
    y = dataset.y
    classes: tuple[tuple[str, int], ...] = ()
    spread: tuple[float, ...] = ()
    if dataset.task == "classification":
        counts = pd.Series(y).value_counts()
        classes = tuple((str(label), int(n)) for label, n in counts.items())
    else:
        numbers = y.astype(np.float64)
        spread = tuple(map(float, (numbers.min(), numbers.mean(), numbers.max(), numbers.std())))
    return Look(
        n_rows=len(y),
        n_features=dataset.X.shape[1],
        n_dropped=dataset.n_dropped,
        n_repeated=count_repeated(dataset.X, y),
        classes=classes,
        spread=spread,
        giveaways=tuple(_giveaways(dataset)),
        order=order_of(y, dataset.task == "classification"),
        gap_numbers=tuple(gap_numbers(_numbers(dataset))),
    )


def _numbers(dataset: Dataset) -> dict[str, Any]:
    columns = [c.name for c in dataset.schema.features if c.kind == "number"]
    numbers: dict[str, Any] = {name: dataset.X[name] for name in columns}
    target = dataset.schema.target_column
    if target is not None and target.kind == "number":
        numbers[target.name] = dataset.y.astype(np.float64)
    return numbers


def count_repeated(X: Any, y: Any) -> int:
    """Count the rows that are the same, target included, as a row before them."""
    total = np.zeros(len(y), dtype=np.uint64)
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    for column in [*(frame.iloc[:, i] for i in range(frame.shape[1])), pd.Series(np.asarray(y))]:
        # Mixed column by column: rows are equal if all their codes are (but for 1 chance in 2^64).
        total = total * np.uint64(0x9E3779B97F4A7C15) + _codes(column)
        total ^= total >> np.uint64(29)
    return len(total) - len(pd.unique(total))


def order_of(y: Any, are_classes: bool) -> str:
    """Tell whether rows stand sorted by the target ("sorted"), or in runs of like ones ("runs")."""
    values = pd.factorize(np.asarray(y))[0] if are_classes else np.asarray(y, dtype=np.float64)
    if len(values) < _FEWEST_ROWS:
        return ""
    changes = int(np.count_nonzero(np.diff(values)))
    n_values = len(pd.unique(values))
    steps = np.diff(values)
    if (are_classes and changes == n_values - 1) or (steps >= 0).all() or (steps <= 0).all():
        return "sorted"
    return "runs" if runs_p_value(values, are_classes) < ORDER_P else ""


def runs_p_value(values: NDArray[Any], are_classes: bool) -> float:
    """Chance of as few runs about the median (or most frequent class), if order meant nothing.

    One-sided: too few runs are what dependence along the rows makes.
    """
    if are_classes:
        above = values == np.bincount(values.astype(np.intp)).argmax()
    else:
        middle = np.median(values)
        values = values[values != middle]
        above = values > middle
    n, n_above = len(above), int(above.sum())
    n_below = n - n_above
    if n_above < 10 or n_below < 10:
        return 1.0
    n_runs = 1 + int(np.count_nonzero(above[1:] != above[:-1]))
    mean = 1.0 + 2.0 * n_above * n_below / n
    variance = (mean - 1.0) * (mean - 2.0) / (n - 1.0)
    z = (n_runs + 0.5 - mean) / math.sqrt(variance)
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _giveaways(dataset: Dataset) -> list[Giveaway]:
    """Judge a small tree on each column by rows that it did not see."""
    n, are_classes = len(dataset.y), dataset.task == "classification"
    if n < _FEWEST_ROWS:
        return []
    chosen = np.random.RandomState(0).permutation(n)[:_JUDGED_ROWS]
    y = pd.factorize(dataset.y[chosen])[0] if are_classes else dataset.y[chosen]
    half = len(chosen) // 2
    inputs = TableReader(dataset.schema).fit(None).transform(dataset.X.iloc[chosen])
    found = []
    for column in dataset.schema.features:
        scores = []
        for name in input_names(column):  # several of a date: the table has the column only
            # Ranks, a gap far below all: a tree asks for no more, and compares in float32.
            ranks = pd.factorize(inputs[name], sort=True)[0]
            ranks[ranks < 0] = -len(ranks)
            score = _score_alone(ranks.reshape(-1, 1), np.asarray(y), half, are_classes=are_classes)
            if score is not None:
                scores.append(score)
        if scores:
            found.append(Giveaway(column.name, max(scores)))
    return found


def _score_alone(X: NDArray[np.intp], y: Array, half: int, *, are_classes: bool) -> float | None:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    kind = DecisionTreeClassifier if are_classes else DecisionTreeRegressor
    tree = kind(max_leaf_nodes=200, random_state=0).fit(X[:half], y[:half])
    answers, truth = tree.predict(X[half:]), y[half:]
    if are_classes:
        wrong = float(np.mean(answers != truth))
        guess = float(np.mean(truth != np.bincount(y[:half]).argmax()))
    else:
        wrong, guess = float(np.mean((answers - truth) ** 2)), float(np.var(truth))
    if not guess or wrong > GIVEAWAY * guess:
        return None
    return 1.0 - (wrong if are_classes else wrong / guess)


def _codes(column: pd.Series) -> NDArray[np.uint64]:
    """Numbers that are equal where cells are, gaps among themselves too."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64).view(np.uint64)
    if column.dtype.kind in "iufb":
        numbers = column.to_numpy(dtype=np.float64) + 0.0  # -0.0 and 0.0 are one
        return np.ascontiguousarray(numbers).view(np.uint64)
    return pd.factorize(column)[0].astype(np.int64).view(np.uint64)
