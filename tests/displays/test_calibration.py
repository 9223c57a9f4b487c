from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression

from moonlet.displays import CalibrationDisplay
from moonlet.study.intervals import proportion_interval
from tests.displays import pictures


def test_shares_are_those_of_scikit_learn():
    truth, probabilities, _ = pictures.guesses()
    display = CalibrationDisplay.from_predictions(truth, probabilities, range(5))
    right = probabilities.argmax(axis=1) == truth
    shares, confidence = calibration_curve(right, probabilities.max(axis=1), n_bins=10)
    np.testing.assert_allclose([one.share_right for one in display.bins], shares)
    np.testing.assert_allclose([one.confidence for one in display.bins], confidence)


def test_every_row_is_in_one_bin_even_the_wholly_certain():
    probabilities = np.array([[1.0, 0.0], [0.5, 0.5], [0.3, 0.7], [0.0, 1.0]])
    display = CalibrationDisplay.from_predictions([0, 0, 1, 0], probabilities, [0, 1])
    assert [(one.low, one.n_rows) for one in display.bins] == [(0.5, 1), (0.7, 1), (0.9, 2)]


def test_bars_are_wilsons_intervals_and_so_longer_where_fewer_rows_tell():
    display = pictures.calibration()
    (bars,) = display.ax_.collections
    for bar, one in zip(bars.get_segments(), display.bins, strict=True):
        low, high = proportion_interval(one.share_right, one.n_rows)
        np.testing.assert_allclose(bar[:, 1], [low, high])
        np.testing.assert_allclose(bar[:, 0], one.confidence)


def test_the_rows_of_each_bin_are_counted_below():
    display = pictures.calibration()
    assert sum(one.n_rows for one in display.bins) == 200
    heights = [bar.get_height() for bar in display.count_ax_.patches]
    assert heights == [one.n_rows for one in display.bins]
    assert [text.get_text() for text in display.count_ax_.texts] == [f"{n:.0f}" for n in heights]


def test_no_room_is_left_for_what_is_less_certain_than_a_guess():
    assert pictures.calibration().ax_.get_xlim()[0] == pytest.approx(0.19)


def test_a_fitted_classifier_is_asked_and_drawn_on_the_axes_given(moons):
    X, y = moons
    line = LogisticRegression().fit(X, y)
    ax = Figure().subplots()
    display = CalibrationDisplay.from_estimator(line, X, y, ax=ax)
    assert (display.ax_, display.count_ax_) == (ax, None)
    right = sum(one.share_right * one.n_rows for one in display.bins)
    assert right / len(y) == pytest.approx(line.score(X, y))
