from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from moonlet.study.paired import corrected_t_test


def test_the_t_test_agrees_with_a_case_worked_by_hand() -> None:
    # Mean 3, variance 2.5, k = 5, 20 rows held out and 80 trained on:
    # t = 3 / sqrt((1/5 + 1/4) * 2.5) = 3 / sqrt(1.125) = 2.8284 = 2 sqrt(2).
    test = corrected_t_test(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), n_train=80, n_valid=20)
    assert test.difference == 3.0
    assert test.t == pytest.approx(2 * math.sqrt(2), rel=1e-12)
    assert test.p_value == pytest.approx(stats.t.sf(2 * math.sqrt(2), df=4), rel=1e-12)


def test_without_its_correction_the_t_test_is_students() -> None:
    differences = np.random.RandomState(0).normal(0.3, 1.0, size=10)
    ours = corrected_t_test(differences, n_train=1e12, n_valid=1e-12)
    students = stats.ttest_1samp(differences, 0, alternative="greater")
    assert ours.p_value == pytest.approx(students.pvalue, rel=1e-12)


def test_the_t_tests_of_both_signs_complement_each_other() -> None:
    differences = np.array([0.1, -0.2, 0.4])
    there, back = (corrected_t_test(sign * differences, 2, 1) for sign in (1, -1))
    assert there.t == -back.t
    assert there.p_value + back.p_value == pytest.approx(1.0)


@pytest.mark.parametrize("difference", [0.0, 0.5, -0.5, 0.1])
def test_folds_that_all_say_the_same_claim_nothing(difference: float) -> None:
    test = corrected_t_test(np.full(5, difference), 80, 20)
    assert test.p_value == 0.5
    assert test.interval == (-math.inf, math.inf)
    assert math.isnan(test.standard_error)


def test_a_single_fold_claims_nothing() -> None:
    assert corrected_t_test(np.array([0.3]), 80, 20).interval == (-math.inf, math.inf)


def test_the_interval_holds_0_where_the_two_sided_test_does_not_reject() -> None:
    rng = np.random.RandomState(0)
    for _ in range(200):
        test = corrected_t_test(rng.normal(0.5, 1.0, size=15), 80, 20)
        low, high = test.interval
        two_sided = 2 * min(test.p_value, 1 - test.p_value)
        assert (low <= 0.0 <= high) == (two_sided >= 0.05)


def test_the_interval_is_students_without_the_correction() -> None:
    differences = np.random.RandomState(0).normal(0.3, 1.0, size=10)
    ours = corrected_t_test(differences, n_train=1e12, n_valid=1e-12)
    students = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert ours.interval == pytest.approx((students.low, students.high), rel=1e-12)


def test_the_t_test_holds_its_level_over_overlapping_folds() -> None:
    # Two predictors that are equally good: noise around the truth. Folds of cross-validation
    # are exchangeable here, so the corrected test may only err on the safe side.
    rng = np.random.RandomState(0)
    claims = sum(
        corrected_t_test(rng.normal(size=(5, 30)).mean(axis=1), 120, 30).p_value < 0.05
        for _ in range(1000)
    )
    assert claims < 50 + 3 * math.sqrt(50)  # At most 5 %, three standard deviations allowed.


@pytest.mark.parametrize(("n_folds", "freedom"), [(5, 4), (6, 5), (15, 6), (100, 6)])
def test_all_further_cuts_count_for_two_degrees_of_freedom(n_folds: int, freedom: int) -> None:
    differences = np.random.RandomState(0).normal(0.3, 1.0, size=n_folds)
    test = corrected_t_test(differences, n_train=80, n_valid=20)
    error = math.sqrt((1 / n_folds + 1 / 4) * differences.var(ddof=1))
    assert test.standard_error == pytest.approx(error, rel=1e-12)
    expected = stats.t.interval(0.95, freedom, differences.mean(), error)
    assert test.interval == pytest.approx(expected, rel=1e-12)
