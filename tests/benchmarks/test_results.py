from __future__ import annotations

import pytest
from benchmarks.results import Row, comparisons, rows

from tests.benchmarks.recorded import contender, results


def row(case: str, peer: str) -> Row:
    return next(one for one in rows(results()) if (one.case, one.peer) == (case, peer))


def test_a_ratio_is_the_median_over_rounds_with_its_least_and_largest():
    beside = row("sweep", "NumPy loop")
    # 40 / 1, 44 / 1, 80 / 2
    assert (beside.ratio, beside.low, beside.high) == (40.0, 40.0, 44.0)
    assert (beside.status, beside.verdict) == ("met", "met")


def test_the_fastest_variant_of_a_library_counts_and_a_missed_promise_is_shown_as_missed():
    beside = row("sweep", "PyTorch")
    assert beside.variant == "compiled"
    assert beside.ratio == 50.0
    assert (beside.status, beside.verdict) == ("missed", "SHORT by 50.0%")


def test_a_ratio_that_rounds_to_its_promise_but_is_below_it_is_missed():
    recorded = results()
    recorded["cases"][0]["contenders"][1]["seconds"] = [34.999] * 3
    recorded["cases"][0]["contenders"][0]["seconds"] = [1.0] * 3
    assert rows(recorded)[0].status == "missed"


def test_a_peer_that_is_not_installed_is_told_and_neither_met_nor_missed():
    beside = row("sweep", "JAX")
    assert beside.ratio is None
    assert (beside.status, beside.verdict) == ("absent", "jax is not installed")


def test_a_wrong_answer_is_missed_and_has_no_ratio():
    beside = row("wrong", "moonlet")
    assert beside.ratio is None
    assert (beside.status, beside.verdict) == ("missed", "WRONG ANSWER")


def test_growth_is_held_against_the_work_that_was_added():
    beside = row("growth", "ten times the rows")
    assert beside.ratio == pytest.approx((10 / 9 + 10 / 11) / 2)
    assert beside.status == "met"


def test_a_figure_above_its_limit_is_missed():
    beside = row("Ctrl-C", "limit of 100 ms")
    assert beside.ratio == 0.5
    assert beside.status == "missed"


def test_errors_are_compared_in_pairs_with_their_standard_error():
    (seen,) = comparisons(results()["cases"][0])
    # differences -0.2 and +0.1: mean -0.05, standard deviation 0.3 / sqrt(2), over two
    assert seen.ours == pytest.approx(0.15)
    assert seen.standard_error == pytest.approx(0.15)
    assert seen.no_worse


def test_a_worse_answer_misses_the_promise_however_fast_it_was():
    recorded = results()
    sweep = recorded["cases"][0]
    sweep["contenders"][0]["errors"] = {"loss": [0.5, 0.6, 0.7]}
    sweep["contenders"][-1] = contender(
        "theirs", "scikit-learn", [900.0] * 3, errors={"loss": [0.1, 0.2, 0.31]}
    )
    sweep["goals"][-1]["at_least"] = 60.0
    made = next(one for one in rows(recorded) if one.peer == "scikit-learn")
    assert (made.status, made.verdict) == ("missed", "loss is WORSE")
