from __future__ import annotations

import numpy as np
import pytest

from moonlet.report import learning
from moonlet.report.learning import draw_learning_curve
from moonlet.study import LearningCurve
from moonlet.study.paired import corrected_t_test


def curve_of(gains):
    held_out = np.array([np.full(5, 0.5), 0.5 - np.array(gains)])
    test = corrected_t_test(np.array(gains), 80.0, 20.0)
    return LearningCurve(np.array([40.0, 80.0]), held_out, held_out, 2, test)


@pytest.mark.parametrize(
    ("gains", "words"),
    [
        ([0.2, 0.21, 0.19, 0.2, 0.22], "would probably improve it further"),
        ([0.3, -0.1, 0.2, 0.0, 0.1], "cannot tell it from chance"),
        ([-0.1, 0.1, -0.2, 0.0, 0.0], "no sign that still more rows would help"),
    ],
)
def test_what_more_rows_would_bring_is_said_as_far_as_the_folds_tell(
    gains, words, study, monkeypatch
):
    monkeypatch.setattr(learning, "learning_curve", lambda study: curve_of(gains))
    caption = draw_learning_curve(study).caption
    assert "From 40 to 80 rows the held-out log loss" in caption
    assert words in caption


def test_the_words_for_those_who_do_not_see_it_hold_every_point(pictures):
    (picture,) = (one for one in pictures if one.name == "learning_curve")
    # 90 rows are no test rows, two folds of three are trained on.
    for n_rows in (15, 30, 60):
        assert f"{n_rows} rows" in picture.alt


def test_fewer_starts_than_the_study_tried_are_owned_up_to(study, monkeypatch):
    curve = curve_of([0.1, 0.2, 0.1, 0.2, 0.1])
    fewer = LearningCurve(curve.n_rows, curve.held_out, curve.train_loss, 1, curve.last_step)
    monkeypatch.setattr(learning, "learning_curve", lambda study: fewer)
    assert "1 of the 2 random starts" in draw_learning_curve(study).caption


def test_where_there_is_no_curve_there_is_no_picture(study, monkeypatch):
    monkeypatch.setattr(learning, "learning_curve", lambda study: None)
    assert draw_learning_curve(study) is None
