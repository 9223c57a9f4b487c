from __future__ import annotations

from copy import copy

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from moonlet.report.on_test_rows import draw_test_rows
from moonlet.study.rows import take


def named(pictures):
    return {picture.name: picture for picture in pictures}


class Claiming:
    """An estimator that answers as it is told, and claims what it likes."""

    def __init__(self, study, answers, certainty):
        self.classes_, self._answers, self._certainty = study.classes_, answers, certainty

    def predict(self, X):
        return self._answers

    def predict_proba(self, X):
        predicted = np.searchsorted(self.classes_, self._answers)
        return np.where(predicted[:, None] == [0, 1], self._certainty, 1 - self._certainty)


def claiming(study, answers, certainty):
    other = copy(study)
    other.tested_estimator_ = Claiming(study, answers, certainty)
    return other


@pytest.fixture
def mediocre(study):
    """Answers that put a third of the test rows wrong."""
    truth = study.y_[study.test_indices_]
    return np.where(np.arange(len(truth)) % 3 == 0, 1 - truth, truth)


@pytest.mark.parametrize(
    ("certainty", "words"),
    [(0.99, "it is too certain"), (0.67, "do not show it to be too certain")],
)
def test_over_confidence_is_called_so_where_the_test_rows_show_it(
    study, mediocre, certainty, words
):
    caption = named(draw_test_rows(claiming(study, mediocre, certainty)))["calibration"].caption
    assert "66.7 % right" in caption
    assert words in caption


def test_a_network_that_is_right_more_often_than_it_says_is_told(study):
    truth = study.y_[study.test_indices_]
    caption = named(draw_test_rows(claiming(study, truth, 0.6)))["calibration"].caption
    assert "it is right more often than it says" in caption


def test_the_area_told_is_that_of_scikit_learn(study, pictures):
    test = study.test_indices_
    area = roc_auc_score(
        study.y_[test], study.tested_estimator_.predict_proba(study.X_[test])[:, 1]
    )
    assert f"area {area:.3f}" in named(pictures)["roc"].alt


def test_of_many_classes_the_ten_hardest_are_told(many_classes_study):
    roc = named(draw_test_rows(many_classes_study))["roc"]
    assert roc.alt.count("species") == 10
    assert "and 4 more" in roc.alt
    assert "three classes that are hardest to tell are in color" in roc.caption


def test_half_and_nine_tenths_of_the_errors_are_told(number_study, number_pictures):
    test = number_study.test_indices_
    errors = np.abs(
        number_study.y_[test] - number_study.tested_estimator_.predict(take(number_study.X_, test))
    )
    half, most = np.quantile(errors, [0.5, 0.9])
    caption = named(number_pictures)["residuals"].caption
    assert f"{half:.3f}" in caption or f"{half:.1f}" in caption
    assert f"{most:.3f}" in caption or f"{most:.1f}" in caption


def test_of_many_test_rows_a_sample_is_shown_and_that_is_said(number_study, monkeypatch):
    monkeypatch.setattr("moonlet.report.picture.MOST_POINTS", 20)
    (residuals,) = draw_test_rows(number_study)
    assert "20 of the 40 test rows are shown" in residuals.caption
