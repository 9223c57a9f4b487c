from __future__ import annotations

import numpy as np
import pytest

from moonlet import CapacityStudy, MLPClassifier, MLPRegressor
from moonlet.study.cuts import split_rows
from moonlet.study.final import fit_line, fit_model, make_ready
from moonlet.study.given import read_again
from moonlet.study.measure import Measure
from moonlet.study.problem import Problem
from moonlet.study.straight_line import fit_straight_line
from moonlet.study.targets import Numbers


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
