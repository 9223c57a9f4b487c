from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from moonlet.exceptions import DivergedError
from moonlet.study.cuts import Fold
from moonlet.study.evidence import Evidence
from moonlet.study.measure import Measure
from moonlet.study.rules import judge, with_test_rows
from moonlet.study.scores import ClassScores
from moonlet.study.straight_line import StraightLine
from moonlet.study.training import NetworkResult
from moonlet.study.verdict import Verdict

FOLDS = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])
N_PARAMETERS = {0: 3, 1: 5, 2: 9, 3: 13, 20: 81, 50: 201}


class Sizes:
    """Just enough of a problem: how many parameters a size has."""

    def n_parameters(self, size: Any) -> int:
        return N_PARAMETERS[size]


def folds_of(numbers: Iterable[int]) -> dict[int, Fold]:
    """Cuts of 100 rows into five folds each."""
    rows = np.arange(100)
    folds = {}
    for number in numbers:
        order = np.random.RandomState(number // 5).permutation(rows)
        valid = np.sort(order[20 * (number % 5) : 20 * (number % 5) + 20])
        folds[number] = Fold(np.setdiff1d(rows, valid), valid)
    return folds


def results(
    size: Any, alpha: float, losses: Any, train: Any = 0.1, scores: Any = None, **changes: Any
) -> list[NetworkResult]:
    """A network of one start for each fold."""
    losses = np.asarray(losses, dtype=np.float64)
    trains = np.broadcast_to(train, losses.shape)
    scores = 1.0 - losses if scores is None else np.broadcast_to(scores, losses.shape)
    values: dict[str, Any] = {"status": "converged", "n_iter": 9, "gradient_norm": 0.0, **changes}
    return [
        NetworkResult(
            hidden=size,
            alpha=alpha,
            fold=fold,
            restart=0,
            seed=0,
            train_loss=float(trains[fold]),
            valid_loss=float(losses[fold]),
            valid_score=float(scores[fold]),
            seconds=0.1,
            **values,
        )
        for fold in range(len(losses))
    ]


def evidence(
    losses: Any,
    *,
    sizes: Any = (0, 3, 50),
    alphas: Any = (0.01, 1.0),
    train: Any = None,
    scores: Any = None,
    spread: Any = FOLDS,
    measure: Measure | None = None,
    jitter: float = 0.0,
) -> Evidence:
    """Mean losses of shape (sizes, alphas), with a spread over the folds that all share.

    To that every setting adds a thousandth of its own, with `jitter`: folds that all say
    exactly the same say nothing.
    """
    own = np.random.RandomState(0)
    shown = Evidence(Sizes(), measure or Measure(), 5, 0, 1)  # type: ignore[arg-type]
    for size, of_size, trained, scored in zip(
        sizes, losses, train or losses, scores or losses, strict=True
    ):
        for alpha, mean, at_train, score in zip(
            alphas[: len(of_size)], of_size, trained, scored, strict=True
        ):
            mine = own.normal(size=5)
            mine = spread + jitter * (mine - mine.mean())
            shown.add(results(size, alpha, mean + mine, at_train + spread, score + mine))
    return shown


def line(mean: float, spread: Any = FOLDS, n_folds: int = 5) -> StraightLine:
    losses = np.broadcast_to(mean + spread, (1, n_folds))
    return StraightLine((0.1,), losses, 1.0 - losses, [losses] * n_folds)


def decide(
    losses: Any,
    line_mean: float,
    spread: Any = 1.5 * FOLDS,
    *,
    judged: dict[str, Any] | None = None,
    **options: Any,
) -> Verdict:
    sizes = options.setdefault("sizes", (0, 3, 50))
    shown = evidence(losses, **options)
    return judge(shown, line(line_mean, spread), folds_of(range(5)), sizes, **(judged or {}))


def interval_of(differences: Any, n_train: float = 80, n_valid: float = 20) -> tuple[float, float]:
    """Nadeau and Bengio's, written down once more."""
    k = len(differences)
    error = np.sqrt((1 / k + n_valid / n_train) * np.var(differences, ddof=1))
    freedom = min(k - 1, round((n_train + n_valid) / n_valid) + 1)
    low, high = stats.t.interval(0.95, freedom, np.mean(differences), error)
    return float(low), float(high)


def test_each_size_is_judged_at_its_own_best_alpha() -> None:
    verdict = decide([[0.5, 0.4], [0.2, 0.3], [0.3, 0.25]], 0.4)
    assert [size.alpha for size in verdict.sizes[1:]] == [0.01, 1.0]
    assert [size.mean for size in verdict.sizes] == pytest.approx([0.4, 0.2, 0.25])


def test_a_size_is_compared_with_the_line_on_the_folds_that_it_has_been_through() -> None:
    shown = Evidence(Sizes(), Measure(), 5, 10, 1)  # type: ignore[arg-type]
    first, further = FOLDS, np.tile(FOLDS, 2)
    near, lines = (np.r_[one + first, other + further] for one, other in ((0.2, 0.1), (0.4, 0.3)))
    shown.add(results(3, 1.0, near))
    shown.add(results(50, 1.0, 0.5 + first))
    verdict = judge(shown, line(0.0, lines, 15), folds_of(range(15)), (0, 3, 50))
    of_line, of_near, of_far = verdict.sizes
    assert of_line.mean == pytest.approx(lines.mean())
    assert of_near.mean == verdict.best.mean == pytest.approx(near.mean())
    # The first five folds are the harder ones.
    assert of_far.mean == pytest.approx(lines.mean() * 0.5 / 0.4)
    error = np.std(FOLDS, ddof=1) / np.sqrt(5)
    assert of_far.standard_error == pytest.approx(error * lines.mean() / 0.4)
    assert verdict.train_loss + verdict.gap == pytest.approx(verdict.best.mean)


@pytest.mark.parametrize("gain", [-0.03, -0.005, 0.005, 0.03])
def test_the_p_value_is_two_sided_whichever_is_the_better(gain: float) -> None:
    verdict = decide([[0.4], [0.4 - gain]], 0.4, sizes=(0, 3))
    differences = gain + 0.5 * FOLDS
    error = math.sqrt((1 / 5 + 1 / 4) * differences.var(ddof=1))
    assert verdict.p_value == pytest.approx(2 * stats.t.sf(abs(gain) / error, 4), rel=1e-9)


def test_a_network_beats_the_line_when_the_whole_interval_of_the_gain_lies_above_0() -> None:
    spread = np.random.RandomState(0).normal(0, 0.02, 5)
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, spread)
    differences = 0.4 + spread - (0.2 + FOLDS)
    assert verdict.gain == pytest.approx(differences.mean())
    assert verdict.gain_interval == pytest.approx(interval_of(differences))
    assert verdict.gain_interval[0] > 0
    assert verdict.n_compared == 5
    assert verdict.beats_line
    assert verdict.gain_share == pytest.approx(differences.mean() / (0.4 + spread.mean()))
    assert str(verdict).startswith("A network predicts better than a straight line.")


def test_no_gain_is_claimed_when_the_interval_holds_0() -> None:
    spread = np.array([-0.5, 0.5, -0.4, 0.6, 0.1])
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, spread)
    assert verdict.gain_interval[0] < 0 < verdict.gain_interval[1]
    assert not verdict.beats_line
    assert verdict.recommended.hidden == 0
    assert verdict.answer.startswith("Not decided")


def test_a_fold_is_judged_by_what_the_other_folds_choose() -> None:
    """Two settings, each far the best on the fold where it may not be chosen."""
    shown = evidence([[0.4]], sizes=(0,))
    first, second = np.full(5, 0.29), np.full(5, 0.3)
    second[0] = 0.2  # It is the best by the mean, and by that of all folds but the first.
    shown.add(results(3, 0.1, first + FOLDS))
    shown.add(results(50, 0.1, second + FOLDS))
    straight = line(0.4, 1.5 * FOLDS)
    verdict = judge(shown, straight, folds_of(range(5)), (0, 3, 50))
    # The first fold is judged by 3 units, which the other four prefer; the others by 50.
    expected = 0.4 + 1.5 * FOLDS - (np.array([0.29, *second[1:]]) + FOLDS)
    assert verdict.best.hidden == 50
    assert verdict.gain == pytest.approx(expected.mean())


def test_the_folds_of_further_cuts_count_in_the_comparison() -> None:
    random = np.random.RandomState(1)
    spread, network = random.normal(0, 0.02, (2, 15))
    shown = Evidence(Sizes(), Measure(), 5, 10, 1)  # type: ignore[arg-type]
    shown.add(results(3, 0.1, 0.2 + network))
    shown.add(results(50, 0.1, 0.3 + network[:5]))
    verdict = judge(shown, line(0.4, spread, 15), folds_of(range(15)), (3, 50))
    differences = 0.4 + spread - (0.2 + network)
    assert verdict.n_compared == 15
    assert verdict.gain == pytest.approx(differences.mean())
    assert verdict.gain_interval == pytest.approx(interval_of(differences))
    assert verdict.n_folds == 5


def test_folds_that_all_say_exactly_the_same_claim_nothing() -> None:
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, FOLDS)
    assert verdict.gain == pytest.approx(0.2)
    assert not verdict.beats_line
    assert "do not tell how certain that is" in verdict.answer


def scores_with(gain_interval: tuple[float, float]) -> ClassScores:
    gain = sum(gain_interval) / 2
    return ClassScores(
        n_test=50,
        accuracy=0.96,
        accuracy_interval=(0.865, 0.989),
        log_loss=0.3 - gain,
        log_loss_interval=(0.1, 0.5),
        brier=0.03,
        brier_interval=(0.01, 0.06),
        baseline_accuracy=0.88,
        baseline_log_loss=0.3,
        baseline_brier=0.09,
        log_loss_gain=gain,
        log_loss_gain_interval=gain_interval,
    )


def test_test_rows_that_speak_against_a_claim_take_it_back() -> None:
    verdict = decide([[0.4], [0.2], [0.3]], 0.4)
    assert verdict.beats_line
    assert verdict.delivered.hidden == 3
    unsure = with_test_rows(verdict, scores_with((-0.3, 0.1)))
    assert unsure.beats_line
    assert unsure.recommended.hidden == 3
    against = with_test_rows(verdict, scores_with((-0.3, -0.1)))
    assert not against.beats_line
    assert against.recommended.hidden == against.delivered.hidden == 0
    assert "They speak against the network" in str(against)
    assert "contradict" in against.answer


def test_test_rows_make_no_claim() -> None:
    spread = np.array([-0.5, 0.5, -0.4, 0.6, 0.1])
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, spread)
    assert not with_test_rows(verdict, scores_with((0.1, 0.3))).beats_line


def test_test_rows_that_object_where_the_folds_decide_nothing_contradict_nobody() -> None:
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, np.array([-0.5, 0.5, -0.4, 0.6, 0.1]))
    first, *_, third = with_test_rows(verdict, scores_with((-0.3, -0.1))).answer.splitlines()
    assert first == (
        "Use the straight line: the folds do not decide, and the test rows speak against the "
        "network."
    )
    assert third == "You get the straight line; more rows may decide."


@pytest.mark.parametrize(("errors", "delivered"), [(0.9, 0), (1.1, 3)])
def test_a_network_is_delivered_where_its_gain_exceeds_its_standard_error(
    errors: float, delivered: int
) -> None:
    spread = np.array([-0.5, 0.5, -0.4, 0.6, -0.2])
    error = np.sqrt((1 / 5 + 20 / 80) * np.var(spread, ddof=1))
    verdict = decide([[0.2]], 0.2 + errors * error, FOLDS + spread, sizes=(3,), alphas=(0.1,))
    assert verdict.gain == pytest.approx(errors * error)
    assert verdict.delivered.hidden == delivered
    assert verdict.recommended.hidden == 0


@pytest.mark.parametrize(("errors", "enough"), [(0.9, 3), (1.1, 50)])
def test_the_smallest_size_within_one_standard_error_of_the_difference_is_enough(
    errors: float, enough: int
) -> None:
    own = np.array([-0.5, 0.5, -0.4, 0.6, -0.2]) / 20
    error = np.sqrt((1 / 5 + 20 / 80) * np.var(own, ddof=1))
    shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
    shown.add(results(3, 0.1, 0.2 + FOLDS + own + errors * error))
    shown.add(results(50, 0.1, 0.2 + FOLDS))
    verdict = judge(shown, line(0.6, 2 * FOLDS), folds_of(range(5)), (3, 50))
    assert verdict.beats_line
    assert verdict.best.hidden == 50
    assert verdict.recommended.hidden == enough
    assert verdict.sizes_not_told_apart == (3, 50)


def test_sizes_that_can_be_told_from_the_best_are_not_in_the_set() -> None:
    own = np.array([-0.5, 0.5, -0.4, 0.6, -0.2]) / 100
    shown = Evidence(Sizes(), Measure(), 5, 0, 1)  # type: ignore[arg-type]
    shown.add(results(3, 0.1, 0.3 + FOLDS + own))
    shown.add(results(20, 0.1, 0.201 + FOLDS + own))
    shown.add(results(50, 0.1, 0.2 + FOLDS))
    verdict = judge(shown, line(0.6, 2 * FOLDS), folds_of(range(5)), (3, 20, 50))
    assert verdict.sizes_not_told_apart == (20, 50)
    assert "Cannot be told from it by these rows: 20 hidden units" in str(verdict)


def test_the_gap_is_told_of_the_best_network() -> None:
    verdict = decide([[0.4], [0.2], [0.3]], 0.4, train=[[0.35], [0.05], [0.01]])
    assert verdict.train_loss == pytest.approx(0.05)
    assert verdict.gap == pytest.approx(0.15)
    assert "Its log loss on the rows it was trained on is 0.050, 0.150 lower" in str(verdict)


def test_a_network_that_is_worse_than_the_line_is_said_to_be() -> None:
    verdict = decide([[0.4], [0.3]], 0.2, 0.9 * FOLDS, sizes=(2, 3))
    assert not verdict.beats_line
    assert verdict.gain_interval[1] < 0
    assert verdict.answer.startswith("Use the straight line: every network is worse.")
    assert verdict.delivered.hidden == verdict.recommended.hidden == 0


def test_the_line_alone_is_told_as_such() -> None:
    verdict = decide([[0.4]], 0.4, sizes=(0,))
    assert verdict.best.hidden == 0
    assert not verdict.beats_line
    assert math.isnan(verdict.gain)
    assert "there is no network to compare it with" in str(verdict)


def test_networks_that_did_not_converge_are_counted_and_told() -> None:
    shown = evidence([[0.4]], sizes=(0,))
    some = results(3, 0.1, 0.2 + FOLDS)
    shown.add([replace(one, status="max_iter") if one.fold > 1 else one for one in some])
    verdict = judge(shown, line(0.4, 2 * FOLDS), folds_of(range(5)), (0, 3))
    assert (verdict.n_networks, verdict.n_not_converged) == (10, 3)
    assert "3 of 10 networks stopped before they had converged" in str(verdict)
    assert "converged" not in str(decide([[0.4], [0.2]], 0.4, sizes=(0, 3)))


def diverged(size: Any, alpha: float, fold: int | None = None) -> list[NetworkResult]:
    some = results(size, alpha, 0.1 + FOLDS)
    nan = {"valid_loss": math.nan, "valid_score": math.nan, "status": "diverged"}
    return [replace(one, **nan) if fold in (None, one.fold) else one for one in some]  # type: ignore[arg-type]


def test_a_setting_that_diverged_in_a_whole_fold_is_not_chosen() -> None:
    shown = evidence([[0.4]], sizes=(0,))
    shown.add([*diverged(3, 0.01, fold=2), *results(3, 1.0, 0.3 + FOLDS)])
    verdict = judge(shown, line(0.4), folds_of(range(5)), (0, 3))
    assert verdict.best.alpha == 1.0
    assert verdict.best.mean == pytest.approx(0.3)
    assert verdict.n_diverged == 1


def test_a_size_that_always_diverged_is_shown_but_never_chosen() -> None:
    shown = evidence([[0.3]], sizes=(3,))
    shown.add(diverged(50, 0.01))
    verdict = judge(shown, line(0.4), folds_of(range(5)), (3, 50))
    assert verdict.best.hidden == 3
    assert np.isnan(verdict.sizes[1].mean)
    assert 50 not in verdict.sizes_not_told_apart
    assert str(verdict)


def test_a_study_in_which_all_diverged_has_no_verdict() -> None:
    shown = evidence([[0.4]], sizes=(0,))
    shown.add(diverged(3, 0.01))
    with pytest.raises(DivergedError, match="solver='lbfgs'"):
        judge(shown, line(0.4), folds_of(range(5)), (0, 3))


def test_a_scorer_is_better_when_it_is_greater() -> None:
    measure = Measure("held-out accuracy", greater_is_better=True, perfect=1.0)
    verdict = decide(
        [[0.1], [0.2]], 0.2, 1.1 * FOLDS, sizes=(0, 3), scores=[[0.8], [0.9]], measure=measure
    )
    assert verdict.best.mean == pytest.approx(0.9)
    assert verdict.line.mean == pytest.approx(0.8)
    assert verdict.gain == pytest.approx(0.1)
    assert verdict.gain_share == pytest.approx(0.5)
    told = "The network's accuracy, on rows not trained on, is 0.100 higher than the line's 0.800"
    assert told in verdict.answer


def test_trees_are_told_where_they_do_better_still_and_not_celebrated_else() -> None:
    better = decide([[0.4], [0.3]], 0.4, sizes=(0, 3), judged={"trees": 0.1 + 0.5 * FOLDS})
    assert better.trees is not None
    assert better.trees.difference == pytest.approx(0.2)
    assert "Boosted trees do better still, by 0.200" in str(better)
    equal = decide([[0.4], [0.3]], 0.4, sizes=(0, 3), judged={"trees": 0.3 + 0.5 * FOLDS})
    assert "Boosted trees are not shown to do better" in str(equal)
    spread = decide([[0.4], [0.3]], 0.4, sizes=(0, 3), judged={"trees": 0.15 + 8.0 * FOLDS})
    assert spread.trees is not None
    assert spread.trees.interval[0] < 0.0
    assert "Boosted trees may do better still, by 0.150" in str(spread)


def test_a_contest_cut_short_is_judged_on_the_folds_that_there_are() -> None:
    shown = Evidence(Sizes(), Measure(), 5, 10, 1)  # type: ignore[arg-type]
    shown.add(results(3, 0.1, 0.2 + FOLDS))
    shown.add(results(50, 0.1, 0.21 + np.tile(FOLDS, 3)))  # It had been begun with this one.
    spread = np.tile(1.5 * FOLDS, 3)
    verdict = judge(shown, line(0.4, spread, 15), folds_of(range(15)), (3, 50), raced=False)
    assert verdict.n_compared == 5
    assert verdict.best.hidden == 3


def test_a_verdict_cannot_be_changed() -> None:
    verdict = decide([[0.4], [0.2]], 0.4, sizes=(0, 3))
    with pytest.raises(AttributeError):
        verdict.best = verdict.line  # type: ignore[misc]
