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
from moonlet.study.cuts import Fold
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
        model = LogisticRegression(C=1 / alpha, solver="newton-cholesky", tol=1e-10).fit(X, y)
        at = line.alphas.index(alpha)
        # rtol: what the loss leaves open of the weights, the square root of its rounding.
        expected = log_loss(truth, model.predict_proba(held_out))
        assert line.losses[at, number] == pytest.approx(expected, rel=1e-6)
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
        # rtol: what the loss leaves open of the weights, the square root of its rounding.
        expected = mean_squared_error(truth, predictions)
        assert line.losses[at, number] == pytest.approx(expected, rel=1e-6)
        assert line.scores[at, number] == pytest.approx(r2_score(truth, predictions), rel=1e-6)


def nearly_linear() -> dict[str, tuple[Any, Any, Any]]:
    """Rows, numbers that are all but a line of them, and weights or None."""
    random = np.random.RandomState(0)
    X = random.normal(size=(240, 6))
    line = X @ random.normal(size=6)
    noise = random.normal(size=240)
    level = X.copy()
    level[:, 0] = 5.0
    level[0, 0] = 5.0001
    powers = np.linspace(-1.0, 1.0, 240)[:, None] ** np.arange(1, 7)
    wide = np.cumsum(random.normal(size=(240, 80)), axis=1)
    return {
        "noise": (X, line + 0.5 * noise, None),
        "a line to 1e-5": (X, line + 1e-5 * noise, None),
        "one column": (X[:, :1], X[:, 0] + 1e-5 * noise, None),
        "a large offset": (X, 1e6 + line + 1e-3 * noise, None),
        "tiny numbers": (1e-9 * X, 1e-12 * (line + 1e-3 * noise), None),
        "huge numbers": (1e9 * X, 1e12 * (line + 1e-3 * noise), None),
        "a column nearly constant": (level, line + 1e-3 * noise, None),
        "columns nearly alike": (
            np.hstack([X, X + 1e-6 * random.normal(size=X.shape)]), line + 1e-3 * noise, None,
        ),
        "powers": (powers, np.exp(powers[:, 0]) + 1e-5 * noise, None),
        "more columns than BFGS has room for": (
            wide, wide @ random.normal(size=80) + 1e-2 * noise, None,
        ),
        "weights": (X, line + 1e-4 * noise, random.uniform(0.01, 3.0, size=240)),
    }  # fmt: skip


def ridge(X: Any, y: Any, weight: Any, alpha: float) -> tuple[Any, Any]:
    """Slope and intercept of weighted ridge regression: normal equations, refined in 80 bit."""
    X, y, weight = (np.asarray(part, dtype=np.longdouble) for part in (X, y, weight))
    center, level = weight @ X / weight.sum(), weight @ y / weight.sum()
    apart = X - center
    matrix = (apart.T * weight) @ apart + alpha * np.eye(X.shape[1])
    right = (apart.T * weight) @ (y - level)
    slope = np.zeros(X.shape[1], dtype=np.longdouble)
    for _ in range(6):
        slope += np.linalg.solve(matrix.astype(float), (right - matrix @ slope).astype(float))
    return slope, level - center @ slope


@pytest.mark.parametrize("table", nearly_linear())
def test_the_line_is_that_of_an_exact_solution_however_little_is_left_to_fit(table: str) -> None:
    X, y, weight = nearly_linear()[table]
    everything = np.arange(len(X))
    folds = {0: Fold(everything[::2], everything[1::2]), 1: Fold(everything[1::2], everything[::2])}
    problem = Problem(X, y, Numbers(), MLPRegressor(), folds, weight=weight)
    line = fit_straight_line(problem, range(2))
    weight = np.ones(len(X)) if weight is None else weight
    for number, fold in folds.items():
        train, targets, held_out, truth = scaled(problem, number)
        for at, alpha in enumerate(line.alphas):
            slope, intercept = ridge(train, targets, weight[fold.train], alpha)
            errors = np.asarray(held_out @ slope + intercept - truth, dtype=float)
            expected = np.average(errors**2, weights=weight[fold.valid])
            # rtol: 1e-14, to which the loss on the rows trained on is the lowest, is 1e-7 of an
            # error there; held-out rows lie up to some hundred times as far out.
            assert line.losses[at, number] == pytest.approx(expected, rel=1e-4)
            assert line.row_losses[number][at] == pytest.approx(errors**2, rel=1e-3, abs=expected)


def test_the_line_is_logistic_regressions_where_classes_are_nearly_apart() -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(240, 5))
    line = X @ random.normal(size=5)
    halves = {0: Fold(np.arange(120), np.arange(120, 240))}
    for classes in (
        line > 0.0,
        line + 0.02 * random.normal(size=240) > 0.0,
        np.digitize(line, [-1.0, 1.0]),
    ):
        coded = classes.astype(int)
        names = np.unique(coded)
        problem = Problem(X, coded, Classes(names), MLPClassifier(), halves)
        ours = fit_straight_line(problem, [0])
        train, labels, held_out, truth = scaled(problem, 0)
        for at, alpha in list(enumerate(ours.alphas))[::4]:
            model = LogisticRegression(C=1 / alpha, tol=1e-10, max_iter=10_000)
            expected = log_loss(truth, model.fit(train, labels).predict_proba(held_out))
            # rtol: as above; before, the line ended at 0.99 to 1.34 of it.
            assert ours.losses[at, 0] == pytest.approx(expected, rel=1e-4)


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


def test_where_time_is_short_the_line_has_the_penalties_around_the_first_folds_best(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fit_straight_line(problem, range(3))
    best = whole.alphas[int(whole.losses[:, 0].argmin())]
    clock = iter(range(1000))
    monkeypatch.setattr("moonlet.study.straight_line.monotonic", lambda: float(next(clock)))
    # Each reading is a second, and there are two to a fit: nine of the first fold take 18.
    for seconds, n_penalties in ((1.0, 1), (40.0, 7), (1e6, 17)):
        line = fit_straight_line(problem, range(3), seconds=seconds)
        assert len(line.alphas) == n_penalties
        np.testing.assert_allclose(
            line.losses, whole.losses[[whole.alphas.index(one) for one in line.alphas]], rtol=1e-6
        )
        if seconds > 1.0:
            assert min(line.alphas) <= best <= max(line.alphas)
