from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from moonlet import MLPClassifier, engine
from moonlet.data import make_preprocessor
from moonlet.study.plan import Job
from moonlet.study.problem import Problem
from moonlet.study.rows import take
from moonlet.study.targets import raw_outputs


@pytest.mark.parametrize("as_table", [False, True])
@pytest.mark.parametrize("has_gap", [False, True])
def test_a_fold_is_preprocessed_as_a_whole_whether_gaps_are_looked_for_or_not(
    problem: Problem, as_table: bool, has_gap: bool
) -> None:
    X = problem.X.copy()
    if has_gap:
        X[3, 1] = np.nan
    rows: Any = pd.DataFrame(X, columns=["a", "b"]) if as_table else X
    again = Problem(rows, problem.coded, problem.target, MLPClassifier(), problem.folds)
    for number, fold in problem.folds.items():
        preprocessor = make_preprocessor(take(rows, fold.train))
        prepared = again.prepare(number)
        expected = preprocessor.fit_transform(take(rows, fold.train))
        # A mean's last bit depends on how the rows lie in memory.
        np.testing.assert_allclose(prepared.X_train, expected, rtol=1e-10, atol=1e-12)
        expected = preprocessor.transform(take(rows, fold.valid))
        np.testing.assert_allclose(prepared.X_valid, expected, rtol=1e-10, atol=1e-12)


def test_of_a_table_that_fills_the_memory_one_fold_is_prepared_at_a_time(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = problem.prepare(0)
    problem.prepare(1)
    assert problem.prepare(0) is small
    assert problem.folds_at_once() == len(problem.folds)
    monkeypatch.setattr("moonlet.study.problem._MOST_BYTES", 1)
    one_by_one = problem.on(problem.folds)
    large = one_by_one.prepare(0)
    assert one_by_one.prepare(0) is large
    one_by_one.prepare(1)
    assert one_by_one.prepare(0) is not large
    assert one_by_one.folds_at_once() == 1


def test_the_fold_that_was_not_asked_for_the_longest_makes_room(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.study.problem._MOST_BYTES", 2 * problem.prepare(0).n_bytes)
    some = problem.on(problem.folds)
    some._forget()
    first, second = some.prepare(0), some.prepare(1)
    assert some.prepare(0) is first
    some.prepare(2)
    assert some.prepare(0) is first
    assert some.prepare(1) is not second


def test_networks_trained_on_smoothed_labels_are_judged_by_the_labels(problem: Problem) -> None:
    template = MLPClassifier(solver="lbfgs", label_smoothing=0.3, max_iter=50)
    smooth = Problem(problem.X, problem.coded, problem.target, template, problem.folds)
    trainer = smooth.trainer(Job(2, 0.1, 0, 0, seed=1))
    engine.train([trainer])
    judged, fold = trainer.judgement, smooth.prepare(0)
    assert judged is not None
    network = smooth.spec(2, 0.1, 2).network
    for X, values, told in (
        (fold.X_train, fold.train_values, judged.own_loss),
        (fold.X_valid, fold.valid_values, judged.held_out_loss),
    ):
        raw = raw_outputs(network, trainer.parameters, X)
        expected = log_loss(values, smooth.target.predictions(raw, fold.scale))
        assert told == pytest.approx(expected, rel=1e-9)


def test_a_problem_on_other_folds_leaves_the_first_as_it_was(problem: Problem) -> None:
    folds, before = problem.folds, problem.prepare(0)
    other = problem.on({0: folds[1]})
    np.testing.assert_array_equal(other.prepare(0).train_values, problem.prepare(1).train_values)
    assert problem.folds is folds
    assert problem.prepare(0) is before
