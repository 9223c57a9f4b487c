from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sklearn.datasets import make_classification

from moonlet import CapacityStudy, MLPClassifier
from moonlet.study import learning_curve
from moonlet.study import learning_curves as module
from tests.study.conftest import SMALL


def of_what_is_delivered(study):
    """Its row in the summary of the first cut."""
    chosen, summary = study.verdict_.delivered, study.summary_
    (row,) = (
        summary.iloc[at]
        for at, key in enumerate(zip(summary["hidden"], summary["alpha"], strict=True))
        if key == (chosen.hidden, chosen.alpha)
    )
    return row


def test_the_last_point_is_the_studys_own(small_study):
    curve, row = learning_curve(small_study), of_what_is_delivered(small_study)
    assert curve.held_out[-1].mean() == pytest.approx(row["valid_loss"])
    assert curve.held_out_error[-1] == pytest.approx(row["valid_loss_se"])
    assert curve.n_restarts == small_study.n_restarts
    assert curve.train_loss[-1].mean() == pytest.approx(row["train_loss"])


def test_points_are_halvings_of_the_rows_trained_on(small_study):
    # 90 rows are no test rows; a fold of three trains on 60. An eighth would be 8 rows.
    np.testing.assert_array_equal(learning_curve(small_study).n_rows, [15, 30, 60])


def test_a_part_with_all_rows_is_the_whole(small_study):
    """Nothing but the rows tells a part from its fold: starts, preparation, choice of start."""
    curve = learning_curve(small_study, shares=(0.5, 1.0))
    # The rows of the part come in the fold's order, so the sums are the same bits.
    np.testing.assert_array_equal(curve.held_out[-2], curve.held_out[-1])
    assert curve.last_step.difference == 0.0


def test_the_straight_line_has_a_curve_too():
    X, y = make_classification(300, 5, class_sep=0.5, random_state=0)
    study = CapacityStudy(hidden=(2,), alpha=(1e-3,), n_restarts=1, random_state=0).fit(X, y)
    assert study.verdict_.delivered.hidden == 0
    curve = learning_curve(study)
    assert curve.n_restarts == 1
    # The line's mean is over three cuts, the curve's last point over the first.
    assert curve.held_out[-1].mean() == pytest.approx(study.verdict_.line.mean, rel=0.1)


def test_it_is_the_same_again_whatever_the_threads(small_study):
    again = CapacityStudy(**{**SMALL, "n_jobs": 1}).fit(small_study.X_, small_study.y_)
    first, second = learning_curve(small_study), learning_curve(again)
    np.testing.assert_array_equal(first.held_out, second.held_out)


def test_parts_lie_within_each_other_and_hold_the_classes_as_the_whole_does():
    values = np.repeat([0, 1, 2], [80, 16, 4])
    train = np.arange(100)
    parts = module._nested_parts(values, False, train, [0.25, 0.5, 0.75], 0, 0)
    for part, next_one in pairwise([*parts, train]):
        assert set(part) <= set(next_one)
    for part, share in zip(parts, (0.25, 0.5, 0.75), strict=True):
        assert len(part) == round(100 * share)
        np.testing.assert_allclose(
            np.bincount(values[part]), share * np.array([80, 16, 4]), atol=1.0
        )


def test_even_the_smallest_part_holds_every_class():
    values = np.repeat([0, 1], [98, 2])
    (part,) = module._nested_parts(values, False, np.arange(100), [0.1], 0, 0)
    assert set(values[part]) == {0, 1}


def test_where_it_would_take_long_fewer_starts_are_tried(small_study):
    work = module._work(small_study) * 1.75  # A quarter, a half, and all of the rows.
    curve = learning_curve(small_study, most_work=1.5 * work)
    assert curve.n_restarts == 1
    results = small_study.results_
    chosen = small_study.verdict_.delivered
    first = results[
        (results["hidden"] == chosen.hidden)
        & (results["alpha"] == chosen.alpha)
        & (results["restart"] == 0)
    ]
    np.testing.assert_array_equal(curve.held_out[-1], first["valid_loss"])
    assert learning_curve(small_study, most_work=0.5 * work) is None


def test_too_few_rows_make_no_curve(small_study):
    assert learning_curve(small_study, shares=(0.1,)) is None


def test_parts_too_small_for_early_stopping_are_left_out():
    X, y = make_classification(400, weights=[0.95], flip_y=0.0, random_state=0)
    network = MLPClassifier(
        solver="adam", early_stopping=True, validation_fraction=0.05, max_iter=5
    )
    study = CapacityStudy(network, **{**SMALL, "hidden": (0, 2)}).fit(X, y)
    # A fold trains on 200 rows, 10 of the rarer class. An eighth would hold 1 of them.
    np.testing.assert_array_equal(learning_curve(study).n_rows, [50, 100, 200])


def test_a_score_is_better_where_it_is_greater(moons):
    study = CapacityStudy(**{**SMALL, "scoring": "accuracy"}).fit(*moons)
    curve = learning_curve(study)
    assert curve.held_out[-1].mean() == pytest.approx(of_what_is_delivered(study)["valid_score"])
    steps = curve.held_out[-1] - curve.held_out[-2]
    assert curve.last_step.difference == pytest.approx(steps.mean())


def test_more_rows_are_found_to_help_where_they_do():
    X, y = make_classification(500, 20, n_informative=12, n_redundant=0, flip_y=0.0, random_state=0)
    study = CapacityStudy(hidden=(0, 4), alpha=(0.1, 10.0), n_restarts=1, random_state=0)
    curve = learning_curve(study.fit(X, y))
    assert curve.held_out[0].mean() > curve.held_out[-1].mean()
    assert curve.last_step.difference > 0.0


def test_numbers_have_a_curve_in_their_own_units():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 2))
    y = 1000 * X[:, 0] + random.normal(size=200)
    study = CapacityStudy(**{**SMALL, "hidden": (2,)}).fit(X, y)
    curve = learning_curve(study)
    assert curve.held_out[-1].mean() == pytest.approx(study.verdict_.delivered.mean, rel=0.1)
    assert curve.held_out[-1].mean() > 0.5
