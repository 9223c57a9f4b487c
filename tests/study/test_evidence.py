from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from moonlet import CapacityStudy
from moonlet.study.evidence import (
    Evidence,
    corrected_t_test,
    of_lowest,
    restart_deviation,
)
from tests.study.test_store import result


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


def test_the_t_test_has_an_answer_when_all_folds_agree() -> None:
    assert corrected_t_test(np.zeros(5), 80, 20).p_value == 0.5
    assert corrected_t_test(np.full(5, 0.5), 80, 20).p_value == 0.0
    assert corrected_t_test(np.full(5, -0.5), 80, 20).p_value == 1.0


def test_the_t_test_holds_its_level_over_overlapping_folds() -> None:
    # Two predictors that are equally good: noise around the truth. Folds of cross-validation
    # are exchangeable here, so the corrected test may only err on the safe side.
    rng = np.random.RandomState(0)
    claims = sum(
        corrected_t_test(rng.normal(size=(5, 30)).mean(axis=1), 120, 30).p_value < 0.05
        for _ in range(1000)
    )
    assert claims < 50 + 3 * math.sqrt(50)  # At most 5 %, three standard deviations allowed.


def test_the_summary_agrees_with_pandas_over_the_table_of_results(
    small_study: CapacityStudy,
) -> None:
    results, summary = small_study.results_, small_study.summary_
    by_fold = results.groupby(["hidden", "alpha", "fold"], sort=False)
    kept = results.loc[by_fold["train_loss"].idxmin()]
    grid = ["hidden", "alpha"]
    for name in ("train_loss", "valid_loss", "valid_score"):
        of_setting = kept.groupby(grid, sort=False)[name]
        np.testing.assert_allclose(summary[name], of_setting.mean(), rtol=1e-12)
        if name != "train_loss":
            np.testing.assert_allclose(summary[f"{name}_se"], of_setting.sem(), rtol=1e-10)
            pooled = np.sqrt(by_fold[name].var().groupby(grid, sort=False).mean())
            np.testing.assert_allclose(
                summary[f"{name}_restart_sd"], pooled, rtol=1e-10, atol=1e-15
            )
    np.testing.assert_allclose(
        summary["gap"], summary["valid_loss"] - summary["train_loss"], rtol=1e-9
    )
    assert (summary["n_networks"] == 6).all()
    converged = (results["status"] == "converged").groupby([results[k] for k in grid], sort=False)
    assert summary["n_converged"].tolist() == converged.sum().tolist()


def test_the_summary_counts_the_parameters_of_a_size(small_study: CapacityStudy) -> None:
    counted = dict(zip(small_study.summary_.hidden, small_study.summary_.n_parameters, strict=True))
    assert counted == {0: 3, 2: 9, 5: 21}  # Two features, one sigmoid output.


def test_the_start_with_the_lowest_training_loss_speaks_for_its_fold() -> None:
    train = np.array([[0.2, 0.1, 0.3], [np.nan, 0.4, np.nan], [np.nan, np.nan, np.nan]])
    valid = np.array([[1.0, 2.0, 0.5], [np.nan, 3.0, np.nan], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(of_lowest(train, valid), [2.0, 3.0, np.nan])


def test_a_single_start_says_nothing_about_the_spread_over_starts() -> None:
    assert np.isnan(restart_deviation(np.ones((2, 3, 5, 1)))).all()


def test_sizes_of_several_layers_are_single_entries_of_the_summary() -> None:
    sizes, alphas = ((2, 2), (3, 3)), (0.1,)
    results = [
        result(hidden=size, alpha=alpha, fold=fold, restart=0)
        for size, alpha, fold in itertools.product(sizes, alphas, range(2))
    ]
    summary = Evidence.from_results(results, sizes, alphas, (9, 16), 1).summary()
    assert summary["hidden"].tolist() == [(2, 2), (3, 3)]
    assert isinstance(summary, pd.DataFrame)
