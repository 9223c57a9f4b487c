from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import MLPClassifier
from moonlet.diagnosis import Finding
from moonlet.displays import LossCurveDisplay
from moonlet.displays.loss_curve import UNDER_THE_LENS, LossHistory
from tests.displays.drawn import texts_of, texts_outside, texts_overlapping

SWINGING = np.concatenate([np.geomspace(1.0, 0.1, 60), np.tile([0.12, 0.13], 40)])
FINDING = Finding(
    "oscillating",
    "The loss is caught in a cycle of period 2, costing $ and $, and nothing is gained by it; "
    "this sentence goes on for long enough to need a second line.",
    "Halve it.",
)


@pytest.fixture
def swinging():
    return LossHistory("", SWINGING, np.full(len(SWINGING), 0.3), (FINDING,))


def test_what_is_drawn_is_what_was_recorded(network):
    display = LossCurveDisplay.from_estimator(network)
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), network.loss_curve_)
    np.testing.assert_array_equal(
        display.gradient_ax_.lines[0].get_ydata(), network.gradient_norm_curve_
    )


def test_a_pipeline_shows_its_last_step(moons):
    network = MLPClassifier((2,), solver="lbfgs", alpha=0.1, random_state=0)
    pipeline = make_pipeline(StandardScaler(), network).fit(*moons)
    display = LossCurveDisplay.from_estimator(pipeline)
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), pipeline[-1].loss_curve_)


def test_networks_of_scikit_learn_have_no_gradient_panel(moons):
    theirs = TheirClassifier((3,), max_iter=1000, tol=1e-2, random_state=0).fit(*moons)
    display = LossCurveDisplay.from_estimator(theirs)
    assert display.gradient_ax_ is None
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), theirs.loss_curve_)


def test_an_estimator_without_a_curve_is_refused(moons):
    with pytest.raises(ValueError, match="Got LogisticRegression without one instead"):
        LossCurveDisplay.from_estimator(LogisticRegression().fit(*moons))


def test_several_networks_are_told_apart_by_name(network):
    display = LossCurveDisplay.from_estimators({"one": network, "two": network})
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["one", "two"]
    one, two = display.ax_.lines
    assert one.get_color() != two.get_color()


def test_findings_stand_below_in_words(swinging):
    figure = LossCurveDisplay(histories=[swinging]).plot().figure_
    words = figure.get_supxlabel().replace("\n", " ").replace("\\", "")
    assert words == str(FINDING)


def test_the_lowest_loss_is_marked_when_training_ended_higher(swinging):
    (label,) = LossCurveDisplay(histories=[swinging]).plot().ax_.get_legend().get_texts()
    assert label.get_text() == "lowest: 0.1000 at iteration 59"


def test_a_descent_that_ends_at_its_lowest_has_no_mark():
    display = LossCurveDisplay(histories=[LossHistory("", np.geomspace(1, 0.1, 50))]).plot()
    assert display.ax_.get_legend() is None
    assert len(display.ax_.lines) == 1


def test_an_oscillation_is_shown_iteration_by_iteration(swinging):
    display = LossCurveDisplay(histories=[swinging]).plot()
    (lens,) = [ax for ax in display.figure_.axes if ax not in (display.ax_, display.gradient_ax_)]
    np.testing.assert_array_equal(lens.lines[0].get_ydata(), SWINGING[-UNDER_THE_LENS:])
    np.testing.assert_array_equal(
        lens.lines[0].get_xdata(), np.arange(len(SWINGING))[-UNDER_THE_LENS:]
    )


def test_given_axes_are_used(swinging):
    figure = Figure()
    above, below = figure.subplots(2, 1)
    display = LossCurveDisplay(histories=[swinging]).plot(above, gradient_ax=below)
    assert (display.ax_, display.gradient_ax_, display.figure_) == (above, below, figure)
    assert figure.axes == [above, below]


def test_a_diverged_curve_can_be_drawn():
    curve = np.array([1.0, 10.0, 1e300, np.inf, np.nan])
    display = LossCurveDisplay(histories=[LossHistory("", curve, curve)]).plot()
    display.figure_.canvas.draw()
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), curve)


@pytest.mark.parametrize("curve", [[0.5], [0.0, 0.0], [np.nan], []])
def test_the_shortest_curves_can_be_drawn(curve):
    figure = LossCurveDisplay(histories=[LossHistory("", np.array(curve))]).plot().figure_
    assert texts_outside(figure) == []


def test_a_million_iterations_can_be_drawn(swinging):
    curve = np.tile([0.1, 0.2], 500_000)
    LossCurveDisplay(histories=[LossHistory("", curve)]).plot().figure_.canvas.draw()


def test_no_text_is_cut_or_written_over_another(swinging):
    named = LossHistory("a name", swinging.loss_curve, swinging.gradient_norm_curve, (FINDING,))
    for histories in ([swinging], [named, LossHistory("another", SWINGING[:30], SWINGING[:30])]):
        figure = LossCurveDisplay(histories=histories).plot().figure_
        assert texts_outside(figure) == []
        assert texts_overlapping(figure) == []
        assert len(texts_of(figure)) > 10
