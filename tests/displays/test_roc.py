from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from moonlet.displays import RocCurveDisplay
from tests.displays import pictures
from tests.displays.drawn import texts_outside, texts_overlapping


def labels(display):
    return [text.get_text() for text in display.figure_.legends[0].get_texts()]


def test_areas_are_those_of_scikit_learn():
    truth, probabilities, _ = pictures.guesses()
    display = RocCurveDisplay.from_predictions(truth, probabilities, range(5))
    wanted = roc_auc_score(truth, probabilities, multi_class="ovr", average=None)
    np.testing.assert_allclose([curve.area for curve in display.curves], wanted)
    assert display.mean_area == pytest.approx(wanted.mean())


def test_of_two_classes_there_is_one_curve(moons):
    X, y = moons
    line = LogisticRegression().fit(X, y)
    ax = Figure().subplots()
    display = RocCurveDisplay.from_estimator(line, X, y, ax=ax)
    assert display.ax_ is ax
    (curve,) = display.curves
    assert curve.name == "1"
    assert curve.area == pytest.approx(roc_auc_score(y, line.predict_proba(X)[:, 1]))


def test_the_hardest_classes_are_in_color_and_all_others_said_together():
    display = pictures.roc()
    hardest = display.hardest_first
    assert [curve.area for curve in hardest] == sorted(curve.area for curve in display.curves)
    drawn = labels(display)
    assert drawn[0].startswith("mean of all classes")
    for label, curve in zip(drawn[1:4], hardest, strict=False):
        assert label.startswith(f"{curve.name}, {curve.area:.3f} ({curve.interval[0]:.3f} to")
    assert drawn[4].startswith("2 other classes")
    assert drawn[5] == "a guess"


def test_the_mean_begins_at_nothing_and_ends_at_all():
    (mean,) = (line for line in pictures.roc().ax_.lines if "mean" in line.get_label())
    np.testing.assert_array_equal(mean.get_xydata()[[0, -1]], [[0, 0], [1, 1]])
    assert (np.diff(mean.get_ydata()) >= 0).all()


def test_a_class_without_a_row_has_no_curve():
    probabilities = np.full((4, 3), 1 / 3)
    display = RocCurveDisplay.from_predictions([0, 0, 1, 1], probabilities, [0, 1, 2])
    assert [curve.name for curve in display.curves] == ["0", "1"]
    assert [curve.area for curve in display.curves] == [0.5, 0.5]


@pytest.mark.parametrize("letter", ["n", "W", "é"])
def test_long_names_of_classes_are_not_cut_off(letter):
    truth, probabilities, _ = pictures.guesses()
    names = [kind + 23 * letter for kind in "ABCDE"]
    display = RocCurveDisplay.from_predictions(np.array(names)[truth], probabilities, names)
    assert texts_outside(display.figure_) == []
    assert texts_overlapping(display.figure_) == []
    hardest = display.hardest_first[0]
    assert labels(display)[1].startswith(f"{hardest.name}\n{hardest.area:.3f} (")
    # The curves keep their room.
    assert display.ax_.get_window_extent().width > 0.375 * display.figure_.bbox.width
