from __future__ import annotations

import numpy as np
import pytest
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from scipy.special import logit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier
from moonlet.displays import HiddenUnitsDisplay


def small(**parameters) -> MLPClassifier:
    # So small weights that no probability is rounded.
    return MLPClassifier(
        (3,), solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0, **parameters
    )


def rows_of(display):
    return np.stack(np.meshgrid(display.plane.x, display.plane.y), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("output", ["auto", "softmax"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_votes_add_up_to_the_networks_log_odds(moons, activation, output):
    model = make_pipeline(StandardScaler(), small(activation=activation, output=output))
    model.fit(*moons)
    display = HiddenUnitsDisplay.from_estimator(model, *moons)
    log_odds = logit(model.predict_proba(rows_of(display))[:, 1])
    added = (display.bias + display.votes.sum(axis=-1)).ravel()
    # float64; a probability near 1 keeps nine digits of its distance from 1.
    np.testing.assert_allclose(added, log_odds, rtol=1e-6, atol=1e-8)


def test_a_units_line_is_where_it_says_nothing(moons):
    network = small(activation="tanh").fit(*moons)
    display = HiddenUnitsDisplay.from_estimator(network, *moons)
    lines = [c for c in display.axes_[0, 0].collections if isinstance(c, QuadContourSet)]
    points = np.vstack([path.vertices for path in lines[-1].get_paths()])
    sums = points @ network.coefs_[0][:, 0] + network.intercepts_[0][0]
    np.testing.assert_allclose(sums, 0.0, atol=1e-12)  # linear, so interpolation is exact


def test_two_rows_of_axes_can_be_given(moons):
    display = HiddenUnitsDisplay.from_estimator(small(activation="tanh").fit(*moons), *moons)
    axes = Figure().subplots(2, 3)
    assert display.plot(axes=axes).ax_ is axes[1, 2]
    with pytest.raises(ValueError, match=r"of the shape \(2, 3\).*Got \(3, 2\) instead"):
        display.plot(axes=axes.T)


@pytest.mark.parametrize("hidden", [(), (9,), (2, 2)])
def test_networks_that_cannot_be_drawn_unit_by_unit_are_refused(moons, hidden):
    with pytest.raises(ValueError, match=r"one hidden layer of at most 8 units.*Got"):
        HiddenUnitsDisplay.from_estimator(
            MLPClassifier(hidden, solver="lbfgs", max_iter=1000).fit(*moons), *moons
        )


def test_three_classes_are_refused(moons):
    y = np.arange(200) % 3
    network = small().fit(moons[0], y)
    with pytest.raises(ValueError, match=r"two classes apart.*Got 3 classes"):
        HiddenUnitsDisplay.from_estimator(network, moons[0], y)


def test_an_estimator_that_is_not_fitted_is_refused(moons):
    with pytest.raises(ValueError, match="Call fit first"):
        HiddenUnitsDisplay.from_estimator(small(), *moons)
