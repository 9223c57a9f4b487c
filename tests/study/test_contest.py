from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from moonlet.study import contest
from moonlet.study.contest import AUTO_SIZES, Contest, shortlist
from moonlet.study.evidence import Evidence
from moonlet.study.measure import Measure
from moonlet.study.paired import PairedTest
from moonlet.study.plan import Job, Size
from moonlet.study.training import NetworkResult

FOLDS = 0.01 * np.array([-2, -1, 0, 1, 2])


class Sizes:
    def n_parameters(self, size: Any) -> int:
        return 4 * sum([size] if isinstance(size, int) else size) + 1


def held(
    landscape: Callable[[Size, float, int], float],
    sizes: tuple[Size, ...],
    alphas: tuple[float, ...] | None = None,
    *,
    grows: bool = False,
    n_train: float = 1000.0,
    measure: Measure | None = None,
    n_repeats: int = 10,
    races: bool = True,
    most_work: float = math.inf,
) -> tuple[Evidence, list[Job]]:
    """Hold a contest over a landscape of losses that is known."""
    evidence = Evidence(Sizes(), measure or Measure(), 5, n_repeats, 1)  # type: ignore[arg-type]
    asked: list[Job] = []

    def train(jobs: Sequence[Job]) -> None:
        asked.extend(jobs)
        for job in jobs:
            loss = landscape(job.hidden, job.alpha, job.fold)
            evidence.add(
                [NetworkResult(*job.key, job.seed, "converged", 9, 0.1, loss, 1.0 - loss, 0.0, 0.1)]
            )

    Contest(sizes, alphas, grows, 0, n_train, n_train / 4, races, most_work).hold(evidence, train)
    return evidence, asked


def bowl(best: float, depth: float = 0.1) -> Callable[[Size, float, int], float]:
    """Best at one alpha, worse by decades from it; the same for all sizes."""
    return lambda size, alpha, fold: (
        0.3 * (1 + depth * math.log10(alpha / best) ** 2) + FOLDS[fold % 5]
    )


def more_is_better(size: Size, alpha: float, fold: int, best: float = 1.0) -> float:
    """The larger the better, but for a little chance; of each size one alpha is the best."""
    own = 1e-3 * np.random.RandomState(hash((size, fold)) % 1000).normal()
    return bowl(best)(size, alpha, fold) / math.log2(2 + sum([size])) + own  # type: ignore[list-item]


@pytest.mark.parametrize("best", [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3])
def test_the_search_finds_the_best_decade_wherever_it_is(best: float) -> None:
    evidence, _ = held(bowl(best), (3,))
    assert shortlist(evidence)[0] == (3, best)


@pytest.mark.parametrize("best", [0.316, 3.16, 31.6])
def test_near_the_best_half_a_decade_is_tried(best: float) -> None:
    evidence, _ = held(bowl(best), (3,))
    assert shortlist(evidence)[0] == (3, best)


@pytest.mark.parametrize(("sign", "limit"), [(1, 1e-3), (-1, 1e3)])
def test_the_search_ends_at_its_limits(sign: int, limit: float) -> None:
    evidence, _ = held(lambda size, alpha, fold: 0.5 + sign * 0.01 * math.log10(alpha), (3,))
    alphas = [alpha for _, alpha in evidence.settings(evidence.folds)]
    assert limit in alphas
    assert all(1e-3 / 4 <= alpha <= 4e3 for alpha in alphas)


def test_what_is_clearly_behind_after_two_folds_is_dropped_but_no_size() -> None:
    def landscape(size: Size, alpha: float, fold: int) -> float:
        return bowl(1.0)(size, alpha, fold) * (1.0 if size == 3 else 2.0)

    evidence, _ = held(landscape, (3, 50))
    folds = {
        setting: sum(evidence.is_complete(setting, [fold]) for fold in evidence.folds)
        for setting in evidence.settings([])
    }
    assert set(folds.values()) == {2, 5}
    assert [setting for setting, n in folds.items() if setting[0] == 50 and n == 5] == [(50, 1.0)]
    # Its neighbours are not looked at more closely, being far behind.
    assert (50, 3.16) not in folds
    assert (3, 3.16) in folds


def test_a_setting_that_was_lucky_on_two_folds_ends_the_search_of_no_other_size() -> None:
    def landscape(size: Size, alpha: float, fold: int) -> float:
        luck = (0.5 if fold < 2 else 1.5) if (size, alpha) == (3, 0.1) else 1.0
        return luck * bowl(0.316)(size, alpha, fold)

    evidence, _ = held(landscape, (3, 5, 20))
    assert {(5, 0.316), (20, 0.316)} <= set(shortlist(evidence))


def test_only_the_short_list_is_judged_on_further_cuts() -> None:
    def landscape(size: Size, alpha: float, fold: int) -> float:
        return bowl(1.0, 0.5)(size, alpha, fold) + 0.02 * AUTO_SIZES.index(size)

    evidence, asked = held(landscape, AUTO_SIZES)
    again = {job.setting for job in asked if job.fold in evidence.repeats}
    assert again == set(shortlist(evidence))
    costs = [evidence.cost(setting, evidence.folds) for setting in shortlist(evidence)]
    assert 1 < len(costs) <= 8
    assert max(costs) <= 1.1 * min(costs)
    others = set(evidence.settings(evidence.folds)) - again
    assert min(evidence.cost(setting, evidence.folds) for setting in others) > 1.1 * min(costs)


def test_a_grid_is_trained_as_a_whole_and_0_units_are_on_no_short_list() -> None:
    evidence, asked = held(bowl(0.1), (0, 3), (0.01, 0.1))
    first = [job.key for job in asked if job.fold in evidence.folds]
    assert len(first) == 2 * 2 * 5
    assert all(size != 0 for size, _ in shortlist(evidence))


def test_the_largest_size_is_doubled_while_it_is_measurably_the_best_and_rows_allow_it() -> None:
    def enough(size: Size, alpha: float, fold: int) -> float:
        return more_is_better(min(size, 20), alpha, fold)  # type: ignore[type-var]

    for landscape, n_train, largest in (
        (more_is_better, 1000.0, 100),
        (more_is_better, 4500.0, 400),
        (more_is_better, 900.0, 50),
        (enough, 4500.0, 50),
    ):
        evidence, _ = held(landscape, AUTO_SIZES, grows=True, n_train=n_train)
        assert max(size for size, _ in evidence.settings([])) == largest  # type: ignore[type-var]


@pytest.mark.parametrize(("gain", "largest"), [(0.125, 50), (math.nextafter(0.125, 1.0), 100)])
def test_a_gain_of_one_standard_error_to_the_last_bit_doubles_no_size(
    monkeypatch: pytest.MonkeyPatch, gain: float, largest: int
) -> None:
    told = PairedTest(gain, 0.125, (-1.0, 1.0), 1.0, 0.2)
    monkeypatch.setattr(contest, "corrected_t_test", lambda *_: told)
    evidence, _ = held(more_is_better, AUTO_SIZES, grows=True)
    assert max(size for size, _ in evidence.settings([])) == largest  # type: ignore[type-var]


def test_what_is_asked_for_does_not_depend_on_what_a_store_held() -> None:
    landscape = bowl(0.1)
    whole, asked = held(landscape, AUTO_SIZES, grows=True)
    again, asked_again = held(landscape, AUTO_SIZES, grows=True)
    assert [job.key for job in asked] == [job.key for job in asked_again]
    assert whole.settings(whole.folds) == again.settings(again.folds)


def test_a_callable_scorer_whose_perfect_value_is_not_known_drops_nothing() -> None:
    measure = Measure("held-out score", greater_is_better=True, perfect=None)
    evidence, _ = held(bowl(1.0), (3, 50), measure=measure)
    assert all(evidence.is_complete(one, evidence.folds) for one in evidence.settings([]))
    assert len(shortlist(evidence)) == 4


def test_of_many_rows_the_first_fold_finds_the_decade_and_only_the_best_goes_on() -> None:
    evidence, asked = held(bowl(0.1), (1, 3), races=False, n_repeats=0)
    assert {job.setting for job in asked if job.fold > 0} == {(1, 0.1), (3, 0.1)}
    tried = {alpha for _, alpha in evidence.settings([0])}
    assert tried == {0.01, 0.1, 1.0, 10.0}
    assert evidence.settings(evidence.folds) == [(1, 0.1), (3, 0.1)]


def test_of_many_rows_a_decade_that_promises_less_than_a_hundredth_is_not_tried() -> None:
    _, asked = held(lambda size, alpha, fold: 0.3 + 1e-4 * math.log10(alpha), (3,), races=False)
    assert {job.alpha for job in asked} == {1.0, 10.0}


def test_of_many_rows_sizes_grow_while_the_work_leaves_room() -> None:
    grown = {}
    for most_work in (0.0, 4e8, math.inf):
        evidence, _ = held(
            more_is_better,
            (20, 50),
            grows=True,
            n_train=10_000,
            races=False,
            most_work=most_work,
            n_repeats=0,
        )
        grown[most_work] = [size for size, _ in evidence.settings(evidence.folds)]
    assert grown[0.0] == [20, 50]
    assert grown[math.inf] == [20, 50, 100, 200, 400, 800]
    assert grown[4e8] == [20, 50, 100]


def test_larger_sizes_and_further_cuts_are_tried_while_the_work_leaves_room() -> None:
    reached = {}
    for most_work in (4e8, 1e9, 2e9, math.inf):
        evidence, _ = held(
            more_is_better, (20, 50), grows=True, n_train=10_000, most_work=most_work
        )
        finalists, repeats = shortlist(evidence), evidence.repeats
        again = {evidence.is_complete(one, repeats) for one in finalists}
        reached[most_work] = (max(size for size, _ in evidence.settings([])), again)
    assert reached == {
        4e8: (50, {False}), 1e9: (50, {True}), 2e9: (100, {False}), math.inf: (800, {True}),
    }  # fmt: skip


def test_of_many_rows_a_larger_size_that_wants_a_stronger_penalty_gets_it() -> None:
    def stronger(size: Size, alpha: float, fold: int) -> float:
        wanted = {100: 1.0, 200: 100.0}.get(size, 0.1)  # type: ignore[call-overload]
        return more_is_better(size, alpha, fold, wanted)

    evidence, asked = held(stronger, (20, 50), grows=True, n_train=2_000, races=False, n_repeats=0)
    of = {size: sorted({job.alpha for job in asked if job.hidden == size}) for size in (100, 200)}
    assert of == {100: [0.1, 1.0, 10.0], 200: [1.0, 10.0, 100.0, 1000.0]}
    whole = evidence.settings(evidence.folds)
    assert whole == [(20, 0.1), (50, 0.1), (100, 1.0), (200, 100.0)]


def test_of_many_rows_a_larger_size_keeps_to_the_alphas_that_are_given() -> None:
    for given, tried in (((1.0,), {1.0}), ((0.1, 1.0, 2.0, 3.0), {1.0, 2.0})):
        _, asked = held(more_is_better, (20, 50), given, grows=True, n_train=2_000, races=False)
        assert {job.alpha for job in asked if job.hidden == 100} == tried
