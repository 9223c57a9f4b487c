from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from moonlet import CapacityStudy
from moonlet.data import load
from moonlet.displays import CapacityDisplay
from tests.displays.drawn import texts_outside, texts_overlapping


@pytest.fixture(scope="module")
def study(moons):
    return CapacityStudy(
        hidden=(0, 2, (3, 2)), alpha=(1e-2, 1.0), n_restarts=2, cv=3, random_state=0
    ).fit(*moons)


def display_of(**changes):
    values = {
        "sizes": (0, 3, (8, 8)),
        "held_out": [0.3, 0.1, 0.12],
        "held_out_error": [0.03, 0.02, 0.05],
        "train": [0.28, 0.08, 0.01],
        "line": 0.31,
        "line_error": 0.04,
        "recommended": 3,
    }
    return CapacityDisplay(**{**values, **changes}).plot()


def curves(display):
    return {tuple(line.get_ydata()): line for line in display.ax_.lines}


def test_the_curves_are_the_numbers_given():
    drawn = curves(display_of())
    assert (0.3, 0.1, 0.12) in drawn
    assert (0.28, 0.08, 0.01) in drawn
    assert (0.31, 0.31) in drawn


def test_the_band_is_one_standard_error_to_either_side():
    display = display_of(line=None)
    band = display.ax_.collections[0].get_paths()[0].vertices
    for place, (mean, error) in enumerate([(0.3, 0.03), (0.1, 0.02), (0.12, 0.05)]):
        heights = band[band[:, 0] == place][:, 1]
        assert (heights.min(), heights.max()) == pytest.approx((mean - error, mean + error))


def test_sizes_stand_side_by_side_whatever_their_numbers():
    display = display_of()
    assert [label.get_text() for label in display.ax_.get_xticklabels()] == ["0", "3", "8x8"]
    np.testing.assert_array_equal(display.ax_.get_xticks(), [0, 1, 2])


def test_of_many_sizes_those_are_told_that_can_be_read_and_the_recommended_always():
    sizes = tuple(range(100))
    display = display_of(
        sizes=sizes,
        held_out=np.linspace(0.4, 0.1, 100),
        held_out_error=np.full(100, 0.01),
        train=None,
        recommended=3,
    )
    told = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert told[:4] == ["3", "8", "12", "16"]
    assert len(told) <= 25
    assert texts_overlapping(display.figure_) == []


def test_the_recommended_size_is_ringed():
    ring = curves(display_of(recommended=(8, 8)))[(0.12,)]
    assert list(ring.get_xdata()) == [2]


def test_a_study_gives_what_its_verdict_compares(study):
    display = CapacityDisplay.from_study(study)
    sizes = study.verdict_.sizes
    assert display.sizes == (0, 2, (3, 2))
    np.testing.assert_array_equal(display.held_out, [size.mean for size in sizes])
    np.testing.assert_array_equal(display.held_out_error, [size.standard_error for size in sizes])
    # 0 hidden units are the straight line, which is trained in its own way.
    assert np.isnan(display.train[0])
    at_train = study.summary_.set_index(["hidden", "alpha"])["train_loss"]
    at_best = [at_train.loc[[(size.hidden, size.alpha)]].item() for size in sizes[1:]]
    np.testing.assert_allclose(display.train[1:], at_best)
    assert display.recommended == study.recommended_


def test_another_measure_is_named_and_has_no_training_curve(moons):
    by_score = CapacityStudy(
        hidden=(0, 2), alpha=(1e-2,), n_restarts=1, cv=3, scoring="accuracy", random_state=0
    ).fit(*moons)
    display = CapacityDisplay.from_study(by_score)
    assert display.train is None
    assert "accuracy" in display.ax_.get_ylabel()


def test_given_axes_are_used():
    ax = Figure().subplots()
    display = CapacityDisplay(sizes=(1, 2), held_out=[1, 2], held_out_error=[0, 0]).plot(ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure


def test_a_size_that_diverged_leaves_a_gap():
    display = display_of(held_out=[0.3, np.nan, 0.12], held_out_error=[0.03, np.nan, 0.05])
    assert texts_outside(display.figure_) == []


@pytest.mark.parametrize(
    "sizes", [(0,), (0, 1, 2, 3, 4, 5, 20, 50), tuple((100 + n, 50, 25) for n in range(12))]
)
def test_no_text_is_cut_or_written_over_another(sizes):
    values = np.linspace(0.3, 0.1, len(sizes))
    figure = display_of(
        sizes=sizes, held_out=values, held_out_error=values / 5, train=None, recommended=sizes[-1]
    ).figure_
    assert texts_outside(figure) == []
    if len(sizes) < 12:  # Boxes of slanted texts overlap though the texts do not.
        assert texts_overlapping(figure) == []


def test_a_study_of_numbers_is_compared_with_ridge_regression():
    X, y = load("diabetes")
    study = CapacityStudy(hidden=(0, 1), alpha=(1.0,), n_restarts=1, cv=3, random_state=0)
    display = CapacityDisplay.from_study(study.fit(X[:120], y[:120]))
    (legend,) = [text.get_text() for text in display.ax_.get_legend().texts if "ridge" in str(text)]
    assert legend == "ridge regression ± standard error"
    assert display.ax_.get_ylabel() == "squared error"
