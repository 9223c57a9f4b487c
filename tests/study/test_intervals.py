from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import softmax

from moonlet.study.intervals import (
    area_interval,
    class_loss_interval,
    effective_number,
    loss_interval,
    loss_of_numbers_interval,
    mean_interval,
    proportion_interval,
    r2_interval,
)
from moonlet.study.scores import brier_losses
from moonlet.study.targets import Classes, mean


@settings(deadline=None)  # A busy machine is no fault.
@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_of_a_share_is_wilsons(n: int, share: float) -> None:
    right = round(share * n)
    expected = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert proportion_interval(right / n, n) == pytest.approx((expected.low, expected.high))


def test_the_interval_of_a_mean_is_that_of_the_t_distribution() -> None:
    values = np.random.RandomState(0).exponential(size=40)
    expected = stats.t.interval(0.95, 39, loc=values.mean(), scale=stats.sem(values))
    assert mean_interval(values) == pytest.approx(expected)


def test_a_single_row_has_a_mean_without_bounds() -> None:
    assert mean_interval(np.array([0.3])) == (-np.inf, np.inf)


@pytest.mark.parametrize("area", [0.2, 0.5, 0.83, 0.97])
def test_the_ends_of_an_areas_interval_are_two_of_their_own_errors_away(area: float) -> None:
    n_positive, n_negative = 30, 50
    for end in area_interval(area, n_positive, n_negative):
        # Hanley and McNeil 1982, equation 2.
        q1, q2 = end / (2 - end), 2 * end**2 / (1 + end)
        of_positive = (n_positive - 1) * (q1 - end**2)
        of_negative = (n_negative - 1) * (q2 - end**2)
        error = np.sqrt((end * (1 - end) + of_positive + of_negative) / (n_positive * n_negative))
        assert abs(area - end) == pytest.approx(stats.norm.ppf(0.975) * error, rel=1e-6)


def test_an_area_of_one_is_not_certain() -> None:
    few, many = area_interval(1.0, 10, 10), area_interval(1.0, 1000, 1000)
    assert few[0] < 0.85 < 0.99 < many[0] < few[1] == many[1] == 1.0
    assert area_interval(0.0, 10, 10)[0] == 0.0


def test_the_interval_of_an_area_holds_the_true_one_in_95_of_100_samples() -> None:
    """Two normal distributions, whose area is known: Phi(shift / sqrt(2))."""
    random = np.random.default_rng(0)
    true = stats.norm.cdf(1.5 / np.sqrt(2))
    held = 0
    for _ in range(1000):
        positive, negative = random.normal(1.5, size=25), random.normal(size=40)
        area = float(np.mean(positive[:, None] > negative))
        low, high = area_interval(area, 25, 40)
        held += low <= true <= high
    # 1,000 samples tell a share of 0.95 to 0.014 (two standard errors).
    assert 0.93 <= held / 1000 <= 0.98


@pytest.mark.parametrize("noise", [0.5, 1.0, 3.0])
def test_the_interval_of_r_squared_holds_the_truth_as_often_as_it_says(noise: float) -> None:
    rng = np.random.RandomState(0)
    true, held = 4 / (4 + noise**2), 0  # y = 2 x + noise: variance 4 + noise^2.
    for _ in range(400):
        x = rng.normal(size=100)
        y = 2 * x + noise * rng.normal(size=100)
        low, high = r2_interval(2 * x, y)
        assert low < 1 - np.mean((y - 2 * x) ** 2) / np.var(y) < high
        held += low <= true <= high
    # 400 samples tell a share of 0.95 to 0.022 (two standard errors).
    assert 0.92 <= held / 400 <= 0.98


def test_the_interval_of_r_squared_is_that_of_a_bootstrap() -> None:
    """An oracle that knows neither the delta method nor its signs: rows drawn again."""
    rng = np.random.RandomState(1)
    x = rng.normal(size=300)
    y = 2 * x + rng.normal(size=300)
    drawn = rng.randint(300, size=(4000, 300))
    again = 1 - np.mean((y[drawn] - 2 * x[drawn]) ** 2, axis=1) / np.var(y[drawn], axis=1)
    expected = np.quantile(again, [0.025, 0.975])
    # Two of a hundredth: the bootstrap's own error, and what the logarithm straightens.
    assert r2_interval(2 * x, y) == pytest.approx(tuple(expected), abs=0.012)


def tables_of_chances(n_classes: int, n: int, temper: float, seed: int) -> Any:
    """Chances, classes drawn of tempered ones, and the truth of each row."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(n, n_classes)) * random.choice([0.5, 3.0, 6.0], size=(n, 1))
    chances = softmax(logits, axis=1)
    true = softmax(temper * logits, axis=1)
    values = (true.cumsum(axis=1) < random.random((n, 1))).sum(axis=1).clip(max=n_classes - 1)
    return chances, values, true


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("temper", [1.0, 0.6])
def test_the_interval_of_a_skewed_loss_holds_the_truth_as_often_as_it_says(
    n_classes: int, temper: float
) -> None:
    """Also of a model that is more certain than it should be, whose losses are more skewed."""
    target = Classes(np.arange(n_classes))
    for kind in (target.row_losses, brier_losses):
        many, _, true = tables_of_chances(n_classes, 100_000, temper, seed=10_000)
        of_each = np.array([kind(many, np.full(len(many), at)) for at in range(n_classes)])
        truth = float((of_each.T * true).sum(axis=1).mean())
        held = 0
        for seed in range(400):
            chances, values, _ = tables_of_chances(n_classes, 50, temper, seed)
            low, high = class_loss_interval(kind, chances, values)
            assert low <= kind(chances, values).mean() <= high
            held += low <= truth <= high
        assert 0.92 <= held / 400 <= 0.985


def test_the_interval_of_a_loss_never_falls_below_0() -> None:
    losses = np.array([0.0] * 30 + [5.0])
    low, high = loss_interval(losses)
    assert 0.0 <= low < losses.mean() < high
    assert loss_interval(np.zeros(5)) == (0.0, 0.0)
    assert loss_interval(np.array([1.0])) == (0.0, np.inf)


def test_a_weight_of_two_is_a_row_that_stands_twice_but_tells_no_more_than_one() -> None:
    values = np.random.RandomState(0).exponential(size=40)
    middle, low = mean(values, np.full(40, 2.0)), mean_interval(values, np.full(40, 2.0))
    assert middle == pytest.approx(values.mean())
    assert low == pytest.approx(mean_interval(values))
    assert effective_number(4, np.array([1.0, 1.0, 0.0, 0.0])) == 2.0


ERRORS: dict[str, tuple[Any, float]] = {
    "normal": (lambda random, n: random.normal(size=n), 1.0),
    "of three degrees of freedom": (lambda random, n: random.standard_t(3, size=n), 3.0),
    "of five degrees of freedom": (lambda random, n: random.standard_t(5, size=n), 5 / 3),
    "of Laplace": (lambda random, n: random.laplace(size=n), 2.0),
}


@pytest.mark.parametrize("n", [25, 75])
@pytest.mark.parametrize("errors", ERRORS)
def test_intervals_of_numbers_hold_the_truth_however_heavy_the_tails(errors: str, n: int) -> None:
    draw, variance = ERRORS[errors]
    random, of_loss, of_r2 = np.random.RandomState(n), 0, 0
    for _ in range(300):
        predictions = 1.5 * np.sqrt(variance) * random.normal(size=n)
        values = predictions + draw(random, n)
        losses = (values - predictions) ** 2
        low, high = loss_of_numbers_interval(losses, of_squares=True)
        assert low < losses.mean() < high
        of_loss += low <= variance <= high
        low, high = r2_interval(predictions, values)
        of_r2 += low <= 1.5**2 / (1 + 1.5**2) <= high
    # 300 samples tell a share of 0.95 to 0.025 (two standard errors).
    assert of_loss / 300 >= 0.92
    assert of_r2 / 300 >= 0.92


def test_few_losses_of_numbers_have_the_interval_of_the_jackknife() -> None:
    random = np.random.RandomState(2)
    losses = random.exponential(size=12)
    without = np.log([np.delete(losses, at).mean() for at in range(12)])
    error = np.sqrt(11 / 12 * ((without - without.mean()) ** 2).sum())
    half = stats.t.ppf(0.975, 11) * error
    expected = losses.mean() * np.exp([-half, half])
    assert loss_of_numbers_interval(losses) == pytest.approx(tuple(expected))
    assert loss_of_numbers_interval(losses, np.full(12, 3.0)) == pytest.approx(tuple(expected))
    doubled = np.concatenate([losses, [100.0]]), np.array([*np.ones(12), 0.0])
    assert loss_of_numbers_interval(*doubled) == pytest.approx(tuple(expected))


def test_the_upper_end_of_squares_is_that_of_the_likelihood_of_t_distributions() -> None:
    errors = np.random.RandomState(3).normal(size=40)
    low, high = loss_of_numbers_interval(errors**2, of_squares=True)

    def likelihood(true: float) -> float:
        return max(
            stats.t.logpdf(errors, freedom, scale=np.sqrt(true * (freedom - 2) / freedom)).sum()
            for freedom in 2 + np.geomspace(0.7, 100, 16)
        )

    most = max(likelihood(true) for true in errors.var() * np.geomspace(0.25, 4, 60))
    at_the_end = most - stats.t.ppf(0.975, 39) ** 2 / 2
    # The next multiple that is looked at is 3 % further on.
    assert likelihood(high) >= at_the_end > likelihood(high * 1.033)
    assert loss_of_numbers_interval(errors**2)[0] == low


def test_many_squares_are_looked_at_in_groups() -> None:
    squares = np.random.RandomState(4).standard_t(3, size=512 * 3) ** 2
    of_all = loss_of_numbers_interval(np.repeat(squares, 4), of_squares=True)
    few = loss_of_numbers_interval(squares, of_squares=True)
    assert of_all[0] > few[0]
    assert squares.mean() < of_all[1] < few[1]


def test_the_interval_of_numbers_without_errors_is_0_and_of_one_row_without_bounds() -> None:
    assert loss_of_numbers_interval(np.zeros(5), of_squares=True) == (0.0, 0.0)
    assert loss_of_numbers_interval(np.array([1.0]), of_squares=True) == (0.0, np.inf)
    assert loss_of_numbers_interval(np.array([0.0, 0.0, 2.0]))[1] > 1e100
    assert r2_interval(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == (1.0, 1.0)
    assert r2_interval(np.array([1.0, 2.0]), np.array([3.0, 3.0])) == (-np.inf, np.inf)
