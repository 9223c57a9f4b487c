from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from sklearn.datasets import make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.displays import BoundaryGridDisplay
from tests.displays.drawn import texts_outside, texts_overlapping


@pytest.fixture(scope="module")
def line(moons):
    return LogisticRegression().fit(*moons)


def contours(ax):
    return [artist for artist in ax.collections if isinstance(artist, QuadContourSet)]


def scatters(ax):
    return [artist for artist in ax.collections if isinstance(artist, PathCollection)]


def vertices(contour):
    return np.vstack([path.vertices for path in contour.get_paths()])


def test_the_line_is_where_logistic_regression_says_one_half(moons, line):
    (contour,) = contours(BoundaryGridDisplay.from_estimator(line, *moons).ax_)
    on_the_line = vertices(contour) @ line.coef_[0] + line.intercept_
    # Log odds are linear here, so that interpolation within a cell is exact.
    np.testing.assert_allclose(on_the_line, 0.0, atol=1e-9)


def test_a_networks_probability_is_one_half_along_its_line(moons, network):
    (contour,) = contours(BoundaryGridDisplay.from_estimator(network, *moons).ax_)
    np.testing.assert_allclose(network.predict_proba(vertices(contour))[:, 1], 0.5, atol=5e-3)


def test_shades_are_paper_where_nothing_is_certain_and_deepen_from_there(moons, line):
    display = BoundaryGridDisplay.from_estimator(line, *moons)
    shades = display.ax_.images[0].get_array().astype(int)
    darkness = 3 * 255 - shades.sum(axis=-1)
    p = display.panels[0].probabilities[..., 1]
    assert darkness[np.abs(p - 0.5) < 0.005].max() < 12
    for side in (p < 0.5, p > 0.5):
        assert np.corrcoef(darkness[side], np.abs(p - 0.5)[side])[0, 1] > 0.999


def test_points_are_drawn_where_the_rows_are(moons):
    X, y = moons
    display = BoundaryGridDisplay.from_estimator(None, X, y)
    zero, one = scatters(display.ax_)
    np.testing.assert_array_equal(zero.get_offsets(), X[y == 0])
    np.testing.assert_array_equal(one.get_offsets(), X[y == 1])
    assert not contours(display.ax_)
    assert not display.ax_.images


def test_held_out_points_are_hollow(moons, line):
    X, y = moons
    display = BoundaryGridDisplay.from_estimator(
        line, X[:150], y[:150], X_test=X[150:], y_test=y[150:]
    )
    trained, held_out = scatters(display.ax_)[:2], scatters(display.ax_)[2:]
    assert sum(len(points.get_offsets()) for points in held_out) == 50
    for points in held_out:
        assert to_hex(points.get_facecolor()[0]) == "#ffffff"
    for points in trained:
        assert to_hex(points.get_facecolor()[0]) != "#ffffff"


def test_classes_differ_in_marker_as_well_as_color(moons):
    zero, one = scatters(BoundaryGridDisplay.from_estimator(None, *moons).ax_)
    assert len(zero.get_paths()[0].vertices) != len(one.get_paths()[0].vertices)


def test_a_straight_line_is_overlaid_on_every_panel(moons, line, network):
    display = BoundaryGridDisplay.from_estimators(
        {"points": None, "network": network}, *moons, straight_line=line
    )
    assert [len(contours(ax)) for ax in display.axes_] == [1, 2]


def test_a_border_between_classes_is_drawn_once():
    X, y = make_blobs(90, centers=[[0, 0], [6, 0], [0, 6], [6, 6]], random_state=0)
    display = BoundaryGridDisplay.from_estimator(LogisticRegression().fit(X, y), X, y)
    points = np.vstack([vertices(contour) for contour in contours(display.ax_)])
    # Twice drawn, every point of a border would have a twin.
    gaps = np.linalg.norm(points[:, np.newaxis] - points, axis=-1) + np.eye(len(points))
    assert np.mean(gaps.min(axis=0) < 1e-9) < 0.05


def test_three_classes_have_three_colors_and_their_borders():
    X, y = make_blobs(90, centers=3, random_state=3)
    model = LogisticRegression().fit(X, y)
    display = BoundaryGridDisplay.from_estimator(model, X, np.array(["ash", "elm", "oak"])[y])
    assert display.classes == ["ash", "elm", "oak"]
    for contour in contours(display.ax_):
        first, second = np.sort(model.predict_proba(vertices(contour)), axis=1)[:, :-3:-1].T
        np.testing.assert_allclose(first, second, atol=0.02)


def test_titles_tell_size_and_score(moons, line):
    X, y = moons
    display = BoundaryGridDisplay.from_estimators(
        {"a line": line, "no one": None}, X, y, score="accuracy"
    )
    right = np.mean(line.predict(X) == y)
    assert [ax.get_title() for ax in display.axes_] == [f"a line\naccuracy {right:.3f}", "no one"]


def test_scores_are_of_the_held_out_rows_if_there_are_any(moons, line):
    X, y = moons
    display = BoundaryGridDisplay.from_estimator(
        line, X[:150], y[:150], X_test=X[150:], y_test=y[150:], score="accuracy", title="a line"
    )
    right = np.mean(line.predict(X[150:]) == y[150:])
    assert display.ax_.get_title() == f"a line\nheld-out accuracy {right:.3f}"


def test_given_axes_are_used_and_nothing_else_is_made(moons, line):
    figure = Figure()
    axes = figure.subplots(1, 2)
    display = BoundaryGridDisplay.from_estimators({"a": line, "b": None}, *moons, axes=axes)
    assert display.figure_ is figure
    assert list(display.axes_) == list(axes)
    assert display.ax_ is axes[0]
    assert not figure.legends


def test_too_few_axes_are_refused(moons, line):
    with pytest.raises(ValueError, match=r"one Axes for each of the 2 panels\. Got 1 instead"):
        BoundaryGridDisplay.from_estimators(
            {"a": line, "b": None}, *moons, axes=[Figure().subplots()]
        )


@pytest.mark.parametrize(
    ("columns", "held"),
    [("abcd", "the other 2 features at their median"), ("bcd", "the other feature at its median")],
)
def test_a_pipeline_is_asked_with_the_table_it_knows(columns, held):
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(60, len(columns))), columns=list(columns))
    y = np.where(X["d"] > X["b"], "up", "down")
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    display = BoundaryGridDisplay.from_estimator(model, X, y, features=("d", "b"))
    for contour in contours(display.ax_):
        d, b = vertices(contour).T
        rows = X.median().to_frame().T.iloc[np.zeros(len(d), int)].assign(d=d, b=b)
        np.testing.assert_allclose(model.predict_proba(rows)[:, 0], 0.5, atol=0.01)
    assert display.figure_.get_supxlabel() == f"d\n{held}"
    assert display.figure_.get_supylabel() == "b"


def test_two_columns_are_required_and_the_cure_is_named():
    with pytest.raises(ValueError, match=r"Name the two to draw with features=\(first, second\)"):
        BoundaryGridDisplay.from_estimator(None, np.zeros((4, 3)), [0, 1, 0, 1])


@pytest.mark.parametrize("n_panels", [1, 2, 3, 5, 7, 8])
def test_no_text_is_cut_or_written_over_another(moons, line, n_panels):
    X, y = moons
    display = BoundaryGridDisplay.from_estimators(
        {f"{n} hidden units": line for n in range(n_panels)},
        X,
        y,
        X_test=X[:9],
        y_test=y[:9],
        straight_line=line,
        score="accuracy",
    )
    assert texts_outside(display.figure_) == []
    assert texts_overlapping(display.figure_) == []


@pytest.mark.parametrize("n_panels", [1, 4])
def test_long_names_of_features_fit_beside_the_panels(moons, n_panels):
    X = pd.DataFrame(moons[0], columns=["the length of a petal in centimetres", "W" * 60])
    display = BoundaryGridDisplay.from_estimators(
        {str(n): None for n in range(n_panels)}, X, moons[1]
    )
    assert texts_outside(display.figure_) == []


def test_many_classes_with_long_names_keep_their_legend_inside():
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(60, 3)), columns=["$weird^{", "_hidden", "third"])
    y = np.array([f"class {n % 10} with a very long name indeed" for n in range(60)])
    display = BoundaryGridDisplay.from_estimators(
        {"a": None, "b": None}, X, y, features=("$weird^{", "_hidden")
    )
    assert texts_outside(display.figure_) == []
    assert texts_overlapping(display.figure_) == []
    assert (
        min(ax.get_position().height * display.figure_.get_figheight() for ax in display.axes_) > 1
    )
