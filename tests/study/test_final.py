from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy, MLPClassifier, MLPRegressor
from moonlet.study.cuts import split_rows
from moonlet.study.final import fit_line, fit_model, make_ready
from moonlet.study.given import read_again
from moonlet.study.measure import Measure
from moonlet.study.problem import Problem
from moonlet.study.straight_line import fit_straight_line
from moonlet.study.targets import Classes, Numbers


def test_a_line_of_several_penalties_is_the_mean_of_their_lines(problem: Problem) -> None:
    ready = make_ready(problem, np.arange(len(problem.X)))
    line = fit_line(MLPClassifier(), ready, [0.1, 10.0, 10.0, 0.1, 10.0])
    weak, strong = (
        fit_model(MLPClassifier(), ready, (0, alpha), 1, seed=0)[-1] for alpha in (0.1, 10.0)
    )
    network = line[-1]
    assert (network.hidden_layer_sizes, network.alpha) == ((), 10.0)
    for mean, one, other in (
        (network.coefs_[0], weak.coefs_[0], strong.coefs_[0]),
        (network.intercepts_[0], weak.intercepts_[0], strong.intercepts_[0]),
    ):
        np.testing.assert_allclose(mean, 0.4 * one + 0.6 * other, rtol=1e-12)
    assert not np.allclose(weak.coefs_[0], strong.coefs_[0], rtol=0.1)


def test_a_line_of_one_penalty_is_that_line_to_the_last_bit(problem: Problem) -> None:
    y = 50.0 + 3.0 * problem.X[:, 0] + np.random.RandomState(0).normal(size=len(problem.X))
    numeric = Problem(problem.X, y, Numbers(), MLPRegressor(), problem.folds)
    ready = make_ready(numeric, np.arange(len(y)))
    often, once = (fit_line(MLPRegressor(), ready, [1.0] * n) for n in (25, 1))
    np.testing.assert_array_equal(often.predict(problem.X), once.predict(problem.X))


@pytest.mark.parametrize("refit", [True, False])
def test_the_line_that_is_delivered_has_penalties_that_all_its_rows_choose(refit: bool) -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(120, 6))
    y = (X[:, 0] + random.normal(size=120) > 0).astype(int)
    study = CapacityStudy(hidden=(0,), cv=3, random_state=0, trees=False, refit=refit).fit(X, y)
    given = read_again(study)
    problem, template = given.problem(), given.grid.template
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=3, seed=0, X=X)
    assert split.of_all is not None
    folds = split.of_all()
    chosen = fit_straight_line(problem.on(folds), folds).penalties(Measure(), range(9), 3, seed=0)
    assert len(set(chosen)) > 1
    expected = fit_line(template, make_ready(problem, np.arange(120)), chosen)
    if not refit:
        expected = study.tested_estimator_
    np.testing.assert_array_equal(study.predict_proba(X), expected.predict_proba(X))


def test_the_line_that_is_delivered_is_ridge_regression_to_rounding() -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(200, 4))
    y = 1e3 + X @ [1.0, -2.0, 0.5, 3.0] + 1e-5 * random.normal(size=200)
    numeric = Problem(X, y, Numbers(), MLPRegressor(), {})
    delivered = fit_line(MLPRegressor(), make_ready(numeric, np.arange(200)), [1e-4])
    expected = make_pipeline(StandardScaler(), Ridge(1e-4)).fit(X, y)
    # atol: some 1e-6 of what is left, 1e-5.
    np.testing.assert_allclose(delivered.predict(X), expected.predict(X), rtol=0, atol=3e-11)


def test_the_line_that_is_delivered_is_logistic_regression_where_classes_are_apart() -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(200, 4))
    y = (X @ [1.0, -2.0, 0.5, 3.0] > 0.0).astype(int)
    problem = Problem(X, y, Classes(np.array([0, 1])), MLPClassifier(), {})
    delivered = fit_line(MLPClassifier(), make_ready(problem, np.arange(200)), [1e-4])
    expected = make_pipeline(StandardScaler(), LogisticRegression(C=1e4, tol=1e-10, max_iter=9999))
    # atol: of probabilities; before, 3e-2.
    np.testing.assert_allclose(
        delivered.predict_proba(X), expected.fit(X, y).predict_proba(X), rtol=0, atol=1e-5
    )
