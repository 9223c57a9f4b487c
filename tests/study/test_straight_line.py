from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler

from moonlet import MLPRegressor
from moonlet.study.problem import Problem
from moonlet.study.straight_line import fit_straight_line, logistic_regression_cv
from moonlet.study.targets import Numbers


def test_the_straight_line_is_logistic_regression_inside_the_folds(problem: Problem) -> None:
    line = fit_straight_line(problem, range(3), None)
    for at, fold in problem.folds.items():
        scaler = StandardScaler().fit(problem.X[fold.train])
        model = LogisticRegression(C=1 / line.alpha, max_iter=1000)
        model.fit(scaler.transform(problem.X[fold.train]), problem.coded[fold.train])
        held_out = scaler.transform(problem.X[fold.valid])
        truth = problem.coded[fold.valid]
        expected = log_loss(truth, model.predict_proba(held_out))
        assert line.valid_loss[at] == pytest.approx(expected, rel=1e-12)
        assert line.valid_score[at] == model.score(held_out, truth)


def test_the_penalty_of_the_straight_line_is_the_best_over_the_folds(problem: Problem) -> None:
    line = fit_straight_line(problem, range(3), None)

    def loss(C: float) -> Any:
        return np.mean(
            [
                log_loss(
                    problem.coded[fold.valid],
                    LogisticRegression(C=C, max_iter=1000)
                    .fit(rows.X_train, rows.train_values)
                    .predict_proba(rows.X_valid),
                )
                for fold, rows in ((problem.folds[at], problem.prepare(at)) for at in range(3))
            ]
        )

    # atol: LogisticRegressionCV follows a path of warm starts and stops at a tolerance of 1e-4.
    assert loss(1 / line.alpha) <= min(map(loss, np.logspace(-4, 4, 10))) + 1e-4


def test_the_straight_line_is_fitted_as_logistic_regression_cv_where_nothing_is_preprocessed(
    problem: Problem,
) -> None:
    scaled = StandardScaler().fit_transform(problem.X)
    line = fit_straight_line(problem, range(3), None)
    splits = [(fold.train, fold.valid) for fold in problem.folds.values()]
    reference = logistic_regression_cv(splits, None).fit(scaled, problem.coded)
    # The folds' own standardising moves the optimum by less than one step of the grid.
    assert abs(math.log10(1 / line.alpha / reference.C_)) < 0.9


def test_the_folds_of_further_cuts_are_measured_but_choose_no_penalty(problem: Problem) -> None:
    line = fit_straight_line(problem, [0, 1], None, repeats=[2])
    alone = fit_straight_line(problem, [0, 1], None)
    assert line.alpha == alone.alpha
    np.testing.assert_array_equal(line.valid_loss[:2], alone.valid_loss)
    assert line.valid_loss.shape == line.valid_score.shape == (3,)


def test_the_straight_line_can_be_chosen_by_a_scorer(problem: Problem) -> None:
    problem.scorer = lambda model, X, y: float((model.predict(X) == y).mean())
    assert fit_straight_line(problem, range(3), "accuracy").valid_score.mean() > 0.7


def test_for_numbers_the_straight_line_is_ridge_regression_inside_the_folds(
    problem: Problem,
) -> None:
    y = 100.0 * problem.X[:, 0] + np.random.RandomState(0).normal(size=len(problem.X))
    numeric = Problem(problem.X, y, Numbers(), MLPRegressor(), problem.folds)
    line = fit_straight_line(numeric, range(3), None)
    for at, fold in problem.folds.items():
        scaler = StandardScaler().fit(problem.X[fold.train])
        ridge = Ridge(line.alpha).fit(scaler.transform(problem.X[fold.train]), y[fold.train])
        predictions = ridge.predict(scaler.transform(problem.X[fold.valid]))
        expected = mean_squared_error(y[fold.valid], predictions)
        assert line.valid_loss[at] == pytest.approx(expected, rel=1e-12)
        assert line.valid_score[at] == pytest.approx(r2_score(y[fold.valid], predictions))
