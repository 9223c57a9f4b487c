from __future__ import annotations

import numpy as np
import pytest

from moonlet.study.evidence import Evidence
from moonlet.study.measure import Measure
from moonlet.study.overfitting import find_overfitting, find_second_descent
from tests.study.test_rules import FOLDS, Sizes, decide, results

SIZES = (0, 3, 20, 50)


def test_overfitting_is_said_where_a_larger_network_learns_more_and_knows_less() -> None:
    losses = [[0.4, 0.4], [0.2, 0.3], [0.8, 0.25]]
    train = [[0.4, 0.4], [0.15, 0.3], [0.01, 0.2]]
    verdict = decide(losses, 0.4, jitter=1e-3, train=train)
    seen = verdict.overfitting
    assert seen is not None
    assert (seen.hidden, seen.alpha, seen.smaller) == (50, 0.01, 3)
    assert (seen.train_loss, seen.valid_loss) == pytest.approx((0.01, 0.8))
    assert "more units over-fit: at alpha 0.01, 50 hidden units fit" in str(verdict)


def test_overfitting_is_not_said_of_a_network_that_learned_its_own_rows_no_better() -> None:
    losses = [[0.4, 0.4], [0.2, 0.3], [0.8, 0.25]]
    verdict = decide(losses, 0.4, jitter=1e-3, train=losses)
    assert verdict.overfitting is None
    assert "over-fit" not in str(verdict)


def test_overfitting_is_not_said_where_held_out_rows_fare_no_worse() -> None:
    losses = [[0.4, 0.4], [0.2, 0.3], [0.2, 0.25]]
    train = [[0.4, 0.4], [0.15, 0.3], [0.01, 0.2]]
    assert decide(losses, 0.4, jitter=1e-3, train=train).overfitting is None


def test_a_rise_that_chance_explains_as_often_as_the_level_is_not_said() -> None:
    shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
    shown.add(results(3, 0.1, np.full(5, 0.2), 0.15))
    shown.add(results(50, 0.1, 0.3 + FOLDS, 0.01))
    seen = find_overfitting(shown, 3, 80, 20, 0.5)
    assert seen is not None
    assert find_overfitting(shown, 3, 80, 20, seen.p_value) is None
    assert find_overfitting(shown, 3, 80, 20, np.nextafter(seen.p_value, 1.0)) is not None


def test_every_larger_size_counts_in_the_level() -> None:
    """The worse of two larger sizes would be told alone, and is not in company."""
    own = np.array([-0.5, 0.5, -0.4, 0.6, -0.2]) / 20
    error = np.sqrt((1 / 5 + 20 / 80) * np.var(own, ddof=1))
    # Of five folds: one-sided, a level of 0.05 asks for 2.13 errors, one of 0.025 for 2.78.
    worse = 0.2 + 2.4 * error + own
    for others, told in (((), True), ((20,), False)):
        shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
        shown.add(results(3, 0.1, np.full(5, 0.2), 0.15))
        shown.add(results(50, 0.1, worse, 0.01))
        for size in others:
            shown.add(results(size, 0.1, np.full(5, 0.2), 0.1))
        assert (find_overfitting(shown, 3, 80, 20, 0.05) is not None) == told


def test_every_size_past_interpolation_counts_in_the_level() -> None:
    own = np.array([-0.5, 0.5, -0.4, 0.6, -0.2]) / 20
    error = np.sqrt((1 / 5 + 20 / 80) * np.var(own, ddof=1))
    for others, told in (((), True), ((20,), False)):
        shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
        shown.add(results(1, 0.1, 0.2 + FOLDS / 100, 0.38))
        shown.add(results(3, 0.1, np.full(5, 0.9), 0.05))
        for size in others:
            shown.add(results(size, 0.1, np.full(5, 0.9) - 1e-9, 0.001))
        shown.add(results(50, 0.1, 0.9 - 2.4 * error + own, 0.001))
        assert (find_second_descent(shown, 80, 20, 0.05) is not None) == told


def test_a_second_descent_is_said_where_a_network_past_interpolation_does_better_again() -> None:
    losses = [[0.4], [0.2], [0.9], [0.5]]
    train = [[0.38], [0.15], [0.05], [0.001]]
    verdict = decide(losses, 0.4, sizes=SIZES, jitter=1e-3, train=train)
    seen = verdict.second_descent
    assert seen is not None
    assert (seen.peak, seen.hidden) == (20, 50)
    assert (seen.peak_valid_loss, seen.valid_loss) == (0.9, 0.5)
    assert "There is a second descent: at alpha 0.01, 50 hidden units fit" in str(verdict)


def test_no_second_descent_is_said_where_the_larger_network_does_not_interpolate() -> None:
    train = [[0.38], [0.15], [0.05], [0.03]]
    verdict = decide([[0.4], [0.2], [0.9], [0.5]], 0.4, sizes=SIZES, jitter=1e-3, train=train)
    assert verdict.second_descent is None
    assert "descent" not in str(verdict)


def test_no_second_descent_is_said_where_the_loss_rose_to_the_end() -> None:
    train = [[0.38], [0.15], [0.05], [0.001]]
    assert (
        decide(
            [[0.4], [0.2], [0.5], [0.9]], 0.4, sizes=SIZES, jitter=1e-3, train=train
        ).second_descent
        is None
    )


def test_no_second_descent_is_said_where_nothing_rose_first() -> None:
    train = [[0.38], [0.15], [0.05], [0.001]]
    assert (
        decide(
            [[0.9], [0.2], [0.1], [0.1]], 0.4, sizes=SIZES, jitter=1e-3, train=train
        ).second_descent
        is None
    )


def test_every_smaller_size_counts_in_the_level_of_a_rise() -> None:
    own = np.array([-0.5, 0.5, -0.4, 0.6, -0.2]) / 20
    error = np.sqrt((1 / 5 + 20 / 80) * np.var(own, ddof=1))
    for others, told in (((), True), ((3,), False)):
        shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
        shown.add(results(1, 0.1, np.full(5, 0.4), 0.38))
        for size in others:
            shown.add(results(size, 0.1, np.full(5, 0.4) + 1e-9, 0.3))
        shown.add(results(20, 0.1, 0.4 + 2.4 * error + own, 0.05))
        shown.add(results(50, 0.1, 0.1 + FOLDS / 100, 0.001))
        assert (find_second_descent(shown, 80, 20, 0.05) is not None) == told
