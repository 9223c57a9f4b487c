from __future__ import annotations

from typing import Any

import pytest
from sklearn.metrics import accuracy_score, make_scorer

from moonlet import CapacityStudy, MLPRegressor
from moonlet.study.effort import OF_VERY_MANY_ROWS, USUAL, Effort
from moonlet.study.executors import LocalExecutor
from moonlet.study.grid import Grid, read_grid


def grid(*, is_numeric: bool = False, effort: Effort = USUAL, **options: Any) -> Grid:
    return read_grid(CapacityStudy(**options), is_numeric=is_numeric, effort=effort)


@pytest.mark.parametrize(
    ("scoring", "name", "perfect"),
    [
        ("accuracy", "held-out accuracy", 1.0),
        ("roc_auc", "held-out roc auc", 1.0),
        ("neg_brier_score", "held-out neg brier score", 0.0),
        # What may be best of another's scorer nobody knows.
        (make_scorer(accuracy_score), "held-out score", None),
    ],
)
def test_a_scorer_is_told_with_the_best_that_it_may_give(
    scoring: Any, name: str, perfect: float | None
) -> None:
    measure = grid(scoring=scoring).measure
    assert (measure.name, measure.perfect, measure.greater_is_better) == (name, perfect, True)


def test_without_a_scorer_the_loss_decides_and_its_best_is_nought() -> None:
    classes, numbers = grid().measure, grid(is_numeric=True).measure
    assert (classes.name, classes.perfect) == ("held-out log loss", 0.0)
    assert (numbers.name, numbers.line) == ("held-out squared error", "ridge regression")
    quantile = MLPRegressor(loss="quantile", quantile=0.9)
    other = grid(estimator=quantile, is_numeric=True).measure
    assert (other.name, other.line) == ("held-out quantile loss", "linear regression")


@pytest.mark.parametrize(
    ("options", "judged", "delivered"),
    [
        ({}, 3, 5),
        ({"n_restarts": 2}, 2, 2),
        ({"hidden": (3,), "alpha": (1.0,)}, 5, 5),
        ({"hidden": (3,)}, 3, 5),
    ],
)
def test_a_search_judges_fewer_starts_than_are_delivered_and_a_grid_as_many(
    options: dict[str, Any], judged: int, delivered: int
) -> None:
    read = grid(**options)
    assert (read.n_starts, read.n_delivered) == (judged, delivered)


def test_of_very_many_rows_there_is_one_start_and_there_are_fewer_passes() -> None:
    read = grid(effort=OF_VERY_MANY_ROWS)
    assert (read.n_starts, read.n_delivered, read.template.max_iter) == (1, 1, 200)
    assert grid().template.max_iter == 500
    own = grid(effort=OF_VERY_MANY_ROWS, estimator=MLPRegressor(max_iter=50), is_numeric=True)
    assert own.template.max_iter == 50


def test_threads_are_counted_and_no_executor() -> None:
    counted = grid(n_jobs=1)
    assert counted.n_threads == 1
    assert isinstance(counted.executor, LocalExecutor)
