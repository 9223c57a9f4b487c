from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

from moonlet.study.scores import (
    mean_interval,
    proportion_interval,
    r2_interval,
    score_on_test_rows,
)
from moonlet.study.targets import Classes


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_of_a_share_is_wilsons(n: int, share: float) -> None:
    right = round(share * n)
    expected = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert proportion_interval(right / n, n) == pytest.approx((expected.low, expected.high))


def test_the_interval_of_a_mean_is_the_normal_one() -> None:
    values = np.random.RandomState(0).exponential(size=40)
    expected = stats.norm.interval(0.95, loc=values.mean(), scale=stats.sem(values))
    assert mean_interval(values) == pytest.approx(expected)


def test_a_single_row_has_a_mean_without_bounds() -> None:
    assert mean_interval(np.array([0.3])) == (-np.inf, np.inf)


def test_scores_are_those_of_scikit_learn(moons: tuple[Any, Any]) -> None:
    X, y = moons
    better, worse = LogisticRegression().fit(X, y), LogisticRegression(C=1e-3).fit(X, y)
    scores = score_on_test_rows(Classes(np.array([0, 1])), better, worse, X, y)
    assert scores["n_test"] == len(y)
    assert scores["accuracy"] == accuracy_score(y, better.predict(X))
    assert scores["log_loss"] == pytest.approx(log_loss(y, better.predict_proba(X)))
    assert scores["baseline_accuracy"] == accuracy_score(y, worse.predict(X))
    assert scores["baseline_log_loss"] == pytest.approx(log_loss(y, worse.predict_proba(X)))
    assert scores["log_loss_gain"] == pytest.approx(
        scores["baseline_log_loss"] - scores["log_loss"]
    )
    low, high = scores["log_loss_gain_interval"]
    assert low < scores["log_loss_gain"] < high


def test_the_interval_of_r_squared_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.RandomState(0)
    true, held = 1 - 1 / 5, 0  # y = 2 x + noise: variance 4 + 1, of which 1 is left.
    for _ in range(400):
        x = rng.normal(size=100)
        y = 2 * x + rng.normal(size=100)
        low, high = r2_interval(2 * x, y)
        held += low <= true <= high
    assert 0.90 < held / 400 < 0.99
