from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression

from moonlet.displays import ResidualsDisplay
from tests.displays import pictures


def test_points_are_the_numbers_given():
    display = pictures.residuals()
    left, right = (ax.collections[0].get_offsets() for ax in display.axes_)
    np.testing.assert_allclose(left, np.column_stack([display.predicted, display.truth]))
    np.testing.assert_allclose(right[:, 1], display.truth - display.predicted)


def test_dashed_lines_are_where_the_prediction_is_exact():
    exact, none_left = (ax.lines[0] for ax in pictures.residuals().axes_)
    np.testing.assert_array_equal(exact.get_xdata(), exact.get_ydata())
    assert set(none_left.get_ydata()) == {0.0}


def test_a_fitted_regressor_is_asked_and_drawn_on_the_axes_given():
    X, y = np.arange(6.0).reshape(-1, 1), np.array([0.0, 1.0, 1.0, 3.0, 4.0, 6.0])
    line = LinearRegression().fit(X, y)
    axes = Figure().subplots(1, 2)
    display = ResidualsDisplay.from_estimator(line, X, y, axes=axes)
    assert display.ax_ is axes[0]
    np.testing.assert_allclose(display.residuals, y - line.predict(X))
