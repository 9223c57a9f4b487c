from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

from moonlet.study.intervals import loss_of_numbers_interval, mean_interval, r2_interval
from moonlet.study.scores import score_on_test_rows
from moonlet.study.targets import Classes, Numbers


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


@pytest.mark.parametrize(("loss", "of_squares"), [("squared_error", True), ("huber", False)])
def test_intervals_of_numbers_are_those_of_their_losses(loss: Any, of_squares: bool) -> None:
    random = np.random.RandomState(0)
    X = random.normal(size=(60, 2))
    y = X[:, 0] + random.standard_t(3, size=60)
    target, known = Numbers(loss, 1.0 if loss == "huber" else 0.0), slice(30)
    better = LinearRegression().fit(X[known], y[known])
    worse = LinearRegression().fit(X[known], y[known][::-1])
    scores = score_on_test_rows(target, better, worse, X, y)
    losses, others = (target.row_losses(one.predict(X), y) for one in (better, worse))
    assert scores["n_test"] == 60
    assert scores["r2"] == pytest.approx(better.score(X, y))
    assert scores["r2_interval"] == r2_interval(better.predict(X), y)
    assert scores["loss_interval"] == loss_of_numbers_interval(losses, of_squares=of_squares)
    assert scores["loss_gain_interval"] == mean_interval(others - losses)
