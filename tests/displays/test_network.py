from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from sklearn.datasets import make_blobs
from sklearn.neural_network import MLPClassifier as ScikitLearns
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.displays import NetworkDisplay
from tests.displays.drawn import texts_outside, texts_overlapping

COEFS = [np.array([[1.0, -2.0], [0.5, 0.0]]), np.array([[4.0], [-4.0]])]
INTERCEPTS = [np.array([0.1, -0.2]), np.array([0.3])]


def lines(display):
    return [c for c in display.ax_.collections if isinstance(c, LineCollection)]


def circles(display):
    return [patch for patch in display.ax_.patches if isinstance(patch, Circle)]


def test_the_largest_weight_is_the_thickest_line():
    display = NetworkDisplay(coefs=COEFS, intercepts=INTERCEPTS).plot()
    widths = np.concatenate([collection.get_linewidths() for collection in lines(display)])
    np.testing.assert_allclose(np.sort(widths - 0.2), [0.75, 1.5, 3.0, 6.0, 6.0])


def test_signs_differ_in_color_and_in_dashes():
    positive, negative = lines(NetworkDisplay(coefs=COEFS, intercepts=INTERCEPTS).plot())[:2]
    assert tuple(positive.get_colors()[0]) != tuple(negative.get_colors()[0])
    assert positive.get_linestyles()[0][1] is None
    assert negative.get_linestyles()[0][1] is not None


def test_every_unit_is_a_circle_with_its_bias():
    display = NetworkDisplay(coefs=COEFS, intercepts=INTERCEPTS).plot()
    assert len(circles(display)) == 5
    words = [text.get_text() for text in display.ax_.texts]
    assert {"0.1", "−0.2", "0.3", "−4.0", "x0", "x1", "output 0"} <= set(words)


def test_the_middle_of_a_wide_layer_is_left_out():
    rng = np.random.default_rng(0)
    display = NetworkDisplay(
        coefs=[rng.normal(size=(64, 100)), rng.normal(size=(100, 10))],
        intercepts=[rng.normal(size=100), rng.normal(size=10)],
    ).plot()
    words = [text.get_text() for text in display.ax_.texts]
    assert {"⋮ 54 more", "⋮ 90 more"} <= set(words)
    assert len(circles(display)) == 10 + 10 + 10
    assert texts_outside(display.figure_) == []
    assert texts_overlapping(display.figure_) == []


def test_names_of_columns_and_classes_are_written_beside_the_circles():
    X, y = make_blobs(60, centers=3, random_state=0)
    table = pd.DataFrame(X, columns=["width", "height"])
    model = ScikitLearns((2,), solver="lbfgs", max_iter=5000, random_state=0).fit(table, y)
    display = NetworkDisplay.from_estimator(model)
    assert display.input_names == ["width", "height"]
    assert display.output_names == ["class 0", "class 1", "class 2"]


def test_of_a_pipeline_the_last_step_is_drawn(moons):
    sklearns = ScikitLearns((2,), solver="lbfgs", max_iter=5000, random_state=0)
    model = make_pipeline(StandardScaler(), sklearns)
    model.fit(*moons)
    display = NetworkDisplay.from_estimator(model, feature_names=["a", "b"])
    assert (display.input_names, display.output_names) == (["a", "b"], ["class 1"])


def test_weights_of_nothing_are_drawn_as_no_lines():
    display = NetworkDisplay(coefs=[np.zeros((1, 1))], intercepts=[np.zeros(1)]).plot()
    assert sum(len(collection.get_segments()) for collection in lines(display)) == 0


def test_given_axes_are_used(network):
    ax = Figure().subplots()
    assert NetworkDisplay.from_estimator(network, ax=ax).ax_ is ax
    assert to_rgba(ax.get_facecolor()) == to_rgba("white")


def test_wrong_names_and_estimators_without_weights_are_refused(network):
    with pytest.raises(ValueError, match=r"must name the 2 inputs.*Got 1 names"):
        NetworkDisplay.from_estimator(network, feature_names=["a"])
    with pytest.raises(ValueError, match="Got StandardScaler without them"):
        NetworkDisplay.from_estimator(StandardScaler())
