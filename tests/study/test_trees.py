from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_pinball_loss

from moonlet import MLPClassifier, MLPRegressor
from moonlet.study.measure import Measure
from moonlet.study.problem import Problem
from moonlet.study.targets import Numbers
from moonlet.study.trees import fit_trees, make_trees, trees_costs


def of_numbers(problem: Problem, loss: str, parameter: float = 0.5) -> Problem:
    X = problem.X
    y = 2.0 * X[:, 0] + np.random.RandomState(0).exponential(size=len(X))
    return Problem(X, y, Numbers(loss, parameter), MLPRegressor(), problem.folds)


@pytest.mark.parametrize(
    ("loss", "of_trees"),
    [
        ("squared_error", "squared_error"),
        ("absolute_error", "absolute_error"),
        ("poisson", "poisson"),
        # Trees know no Huber loss.
        ("huber", "squared_error"),
        ("log_cosh", "squared_error"),
    ],
)
def test_trees_are_trained_on_the_loss_of_the_networks_where_they_have_it(
    problem: Problem, loss: str, of_trees: str
) -> None:
    trees = make_trees(of_numbers(problem, loss))
    assert isinstance(trees, HistGradientBoostingRegressor)
    assert trees.loss == of_trees


@pytest.mark.parametrize("level", [0.1, 0.9])
def test_trees_of_a_quantile_have_as_many_rows_below_as_it_says(
    problem: Problem, level: float
) -> None:
    numbers = of_numbers(problem, "quantile", level)
    below = fit_trees(numbers, np.arange(len(problem.X))).predict(problem.X) >= numbers.coded
    # Of 120 rows, fitted on: the share is the level's to some rows.
    assert below.mean() == pytest.approx(level, abs=0.08)
    costs = trees_costs(numbers, Measure(), [0])
    fold = numbers.prepare(0)
    trees = make_trees(numbers).fit(fold.X_train, fold.train_values)
    expected = mean_pinball_loss(fold.valid_values, trees.predict(fold.X_valid), alpha=level)
    assert costs == pytest.approx([expected])


def test_trees_are_judged_by_the_log_loss_of_rows_that_a_fold_holds_out(problem: Problem) -> None:
    costs = trees_costs(problem, Measure(), range(2))
    for number, cost in enumerate(costs):
        fold = problem.prepare(number)
        trees = make_trees(problem).fit(fold.X_train, fold.train_values)
        assert cost == pytest.approx(log_loss(fold.valid_values, trees.predict_proba(fold.X_valid)))


def test_trees_weigh_classes_and_rows_as_the_networks_do(problem: Problem) -> None:
    weight = np.random.RandomState(0).uniform(0.1, 2.0, size=len(problem.X))
    weighted: Any = Problem(
        problem.X,
        problem.coded,
        problem.target,
        MLPClassifier(class_weight="balanced"),
        problem.folds,
        weight=weight,
    )
    trees = fit_trees(weighted, np.arange(80))[-1]
    assert isinstance(trees, HistGradientBoostingClassifier)
    assert trees.class_weight == "balanced"
    plain = fit_trees(problem, np.arange(80))[-1]
    prepared = problem.prepare(0).X_valid
    assert not np.allclose(trees.predict_proba(prepared), plain.predict_proba(prepared))


def test_trees_for_which_there_is_no_time_are_left_out(problem: Problem) -> None:
    assert trees_costs(problem, Measure(), range(2), 1e-9) is None
    whole, timed = (trees_costs(problem, Measure(), range(2), limit) for limit in (np.inf, 3600.0))
    np.testing.assert_array_equal(whole, timed)
