from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from moonlet import CapacityStudy
from moonlet.displays import LearningCurveDisplay
from moonlet.study import learning_curve
from tests.displays import pictures


def test_the_curves_are_the_numbers_given():
    display = pictures.learning_curve()
    held_out, train = display.ax_.lines
    np.testing.assert_array_equal(
        held_out.get_xydata(), np.column_stack([display.n_rows, display.held_out])
    )
    np.testing.assert_array_equal(train.get_ydata(), display.train)


def test_the_band_is_one_standard_error_to_either_side():
    display = pictures.learning_curve()
    band = display.ax_.collections[0].get_paths()[0].vertices
    heights = band[band[:, 0] == 15][:, 1]
    assert (heights.min(), heights.max()) == pytest.approx((0.47, 0.87))


def test_every_number_of_rows_is_told_on_the_axis():
    ax = pictures.learning_curve().ax_
    assert [label.get_text() for label in ax.get_xticklabels()] == ["15", "30", "60", "120"]


def test_what_a_study_computes_is_drawn_where_it_is_wanted(moons):
    study = CapacityStudy(hidden=(0, 2), alpha=(0.1,), n_restarts=1, cv=3, random_state=0)
    curve = learning_curve(study.fit(*moons))
    ax = Figure().subplots()
    display = LearningCurveDisplay.from_curve(curve, measure="held-out log loss", ax=ax)
    assert display.ax_ is ax
    assert ax.get_ylabel() == "log loss"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), curve.held_out.mean(axis=1))
    without = LearningCurveDisplay.from_curve(curve, measure="held-out x", with_train=False)
    assert len(without.ax_.lines) == 1
