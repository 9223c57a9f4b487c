from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, QuantileRegressor, Ridge
from sklearn.metrics import log_loss, mean_pinball_loss, mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier, MLPRegressor
from moonlet.study.measure import Measure
from moonlet.study.problem import Problem
from moonlet.study.straight_line import ALPHAS, StraightLine, fit_straight_line
from moonlet.study.targets import Classes, Numbers


def scaled(problem: Problem, number: int) -> tuple[Any, Any, Any, Any]:
    fold = problem.folds[number]
    scaler = StandardScaler().fit(problem.X[fold.train])
    train, valid = (scaler.transform(problem.X[part]) for part in (fold.train, fold.valid))
    return train, problem.coded[fold.train], valid, problem.coded[fold.valid]


@pytest.mark.parametrize("alpha", [0.01, 1.0, 100.0])
def test_the_straight_line_is_logistic_regression_inside_the_folds(
    problem: Problem, alpha: float
) -> None:
    line = fit_straight_line(problem, range(3))
    for number in problem.folds:
        X, y, held_out, truth = scaled(problem, number)
        model = LogisticRegression(C=1 / alpha, max_iter=1000, tol=1e-8).fit(X, y)
        at = line.alphas.index(alpha)
        # rtol: both stop where the gradient is small, the engine at 1e-5 of a mean over rows.
        expected = log_loss(truth, model.predict_proba(held_out))
        assert line.losses[at, number] == pytest.approx(expected, rel=1e-3)
        assert line.scores[at, number] == model.score(held_out, truth)
        assert line.row_losses[number][at].mean() == pytest.approx(line.losses[at, number])


def test_weights_of_rows_and_of_classes_weigh_in_the_line_as_scikit_learn_weighs_them(
    problem: Problem,
) -> None:
    weight = np.random.RandomState(0).uniform(0.2, 3.0, size=len(problem.X))
    template = clone(problem.estimator).set_params(class_weight={0: 1.0, 1: 5.0})
    weighted = Problem(
        problem.X, problem.coded, problem.target, template, problem.folds, weight=weight
    )
    line = fit_straight_line(weighted, range(3))
    for number, fold in problem.folds.items():
        X, y, held_out, truth = scaled(problem, number)
        model = LogisticRegression(C=1.0, max_iter=1000, tol=1e-8, class_weight={0: 1.0, 1: 5.0})
        model.fit(X, y, sample_weight=weight[fold.train])
        of_rows = weight[fold.valid] * np.where(truth == 1, 5.0, 1.0)
        expected = log_loss(truth, model.predict_proba(held_out), sample_weight=of_rows)
        # rtol: the engine's penalty is divided by the sum of the weights, as scikit-learn's is.
        assert line.losses[line.alphas.index(1.0), number] == pytest.approx(expected, rel=2e-3)


def test_the_penalty_goes_as_far_as_scikit_learns_and_is_the_best_over_the_folds(
    problem: Problem,
) -> None:
    line = fit_straight_line(problem, range(3))
    assert (min(ALPHAS), max(ALPHAS)) == (1e-4, 1e4)
    best = line.best(Measure(), range(3))
    assert line.losses[best].mean() == line.losses.mean(axis=1).min()
    X = StandardScaler().fit_transform(problem.X)
    splits = [(fold.train, fold.valid) for fold in problem.folds.values()]
    reference = LogisticRegressionCV(
        cv=splits, scoring="neg_log_loss", l1_ratios=(0.0,), use_legacy_attributes=False,
        max_iter=1000,
    ).fit(X, problem.coded)  # fmt: skip
    # The folds' own standardising moves the optimum by less than one step of the grid.
    assert abs(math.log10(1 / line.alphas[best] / reference.C_)) < 0.9


def test_folds_that_are_drawn_anew_choose_penalties_as_often_as_they_are_the_best() -> None:
    losses = np.array([[1.0, 1.0, 1.0, 3.0], [2.0, 2.0, 2.0, 1.0]])
    line = StraightLine((0.1, 1.0), losses, 1.0 - losses, [])
    chosen = line.penalties(Measure(), range(4), n_drawn=2, seed=0)
    assert len(chosen) == 25
    # The stronger one wins where the last fold is drawn twice (1 in 16), and where it is drawn once
    # (6 in 16): the means are then 2.0 and 1.5.
    assert 0 < chosen.count(1.0) < 25
    assert chosen == line.penalties(Measure(), range(4), n_drawn=2, seed=0)
    assert set(line.penalties(Measure(), range(3), n_drawn=2, seed=0)) == {0.1}
    by_score = Measure("held-out accuracy", greater_is_better=True, perfect=1.0)
    assert set(line.penalties(by_score, [0, 1, 2], n_drawn=3, seed=1)) == {0.1}


def test_the_line_is_a_line_whatever_the_networks_are_trained_by(problem: Problem) -> None:
    hasty = MLPClassifier(
        solver="adam", max_iter=2, dropout=0.5, early_stopping=True, activation=("relu", "tanh")
    )
    other = Problem(problem.X, problem.coded, problem.target, hasty, problem.folds)
    ours, theirs = (fit_straight_line(one, range(3)) for one in (other, problem))
    np.testing.assert_array_equal(ours.losses, theirs.losses)


def test_the_straight_line_can_be_chosen_by_a_scorer(problem: Problem) -> None:
    problem.scorer = lambda model, X, y: float((model.predict(X) == y).mean())
    line = fit_straight_line(problem, range(3))
    measure = Measure("held-out accuracy", greater_is_better=True, perfect=1.0)
    assert line.scores[line.best(measure, range(3))].mean() == line.scores.mean(axis=1).max() > 0.7


def test_for_numbers_the_straight_line_is_ridge_regression_inside_the_folds(
    problem: Problem,
) -> None:
    y = 100.0 * problem.X[:, 0] + np.random.RandomState(0).normal(size=len(problem.X))
    numeric = Problem(problem.X, y, Numbers(), MLPRegressor(), problem.folds)
    line = fit_straight_line(numeric, range(3))
    for number in problem.folds:
        X, targets, held_out, truth = scaled(numeric, number)
        predictions = Ridge(10.0).fit(X, targets).predict(held_out)
        at = line.alphas.index(10.0)
        # rtol: of the solver's tolerance.
        expected = mean_squared_error(truth, predictions)
        assert line.losses[at, number] == pytest.approx(expected, rel=1e-3)
        assert line.scores[at, number] == pytest.approx(r2_score(truth, predictions), rel=1e-4)


def test_for_another_loss_the_line_is_fitted_to_that_loss(problem: Problem) -> None:
    random = np.random.RandomState(0)
    y = problem.X[:, 0] + random.exponential(size=len(problem.X))
    network = MLPRegressor("quantile", quantile=0.9)
    numeric = Problem(problem.X, y, Numbers("quantile", 0.9), network, problem.folds)
    line = fit_straight_line(numeric, range(3))
    for number in problem.folds:
        X, targets, held_out, truth = scaled(numeric, number)
        best = QuantileRegressor(quantile=0.9, alpha=0.0).fit(X, targets).predict(held_out)
        middle = Ridge(1e-4).fit(X, targets).predict(held_out)
        expected, other = (mean_pinball_loss(truth, one, alpha=0.9) for one in (best, middle))
        # A loss with corners is descended to near its minimum, and not into it.
        assert abs(line.losses[0, number] - expected) < 0.5 * abs(other - expected)


def test_classes_of_the_caller_are_those_of_the_weights() -> None:
    names = np.array(["no", "yes"])
    network = MLPClassifier(class_weight={"no": 1.0, "yes": 3.0})
    problem = Problem(np.zeros((2, 1)), np.array([0, 1]), Classes(names), network, {})
    assert problem.estimator.class_weight == {0: 1.0, 1: 3.0}
    assert problem.class_weight == {"no": 1.0, "yes": 3.0}
