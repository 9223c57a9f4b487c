"""Which settings are trained: the search for sizes and alphas, round by round.

Where both `hidden` and `alpha` are given, all of their settings are trained on all folds.
Else:

1. Every size begins with alpha 1 and 10 (or the alphas that are given). While the best is
   at the edge the next decade is tried, from 1e-3 to 1e3.
2. A race: a setting that is over 10 % behind the leader after two folds is dropped. But
   the best of every size goes through all folds, so that sizes can be compared; and where it is
   within 10 % of the best there, half a decade to either side is tried, in a race with it
   alone: one setting that was lucky on two folds must not end the search of all sizes.
3. With `hidden="auto"` the largest size is doubled while it is measurably the best, there
   are ten rows for each unit, and the work that was done, in passes × rows × weights, leaves
   room for it.
4. A short list, settings within 10 % of the best and eight at most, is judged again
   on the folds of the further cuts, likewise.

Of many rows (see `effort`), where every network costs seconds:

1. Every size begins with alpha 1 and 10 on the first fold. While the best is at the edge, and
   by 1 % at least, the next decade is tried there.
2. The best of every size goes through the other folds; no other does.
3. A larger size begins at the alpha of the largest so far and the next stronger one, for what has
   more weights often wants more.

What is trained depends on the results so far and on nothing else: a study that goes on
from a store asks for the same networks in the same order.

How it differs from the textbook, races [1]_ and successive halving [2]_:

1. Who is dropped is told by how far behind it is: not by a bound, which two folds do not give,
   and not by rank, by which a half would go though all were equally good.
2. Folds are what is rationed, not passes: a network that is trained half-way has another weight
   decay in effect, and ranks differ.
3. The best of every size goes to the end however far behind it is: the question is what size does,
   and not only who wins.
4. The settings are no list drawn beforehand: the search goes on while the best is at an edge.
5. Winners are judged again on cuts that had no part in the race.

References
----------
.. [1] O. Maron and A. W. Moore, "Hoeffding races: accelerating model selection search for
   classification and function approximation", NIPS 1993.
.. [2] K. Jamieson and A. Talwalkar, "Non-stochastic best arm identification and hyperparameter
   optimization", AISTATS 2016.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from moonlet.study.evidence import Evidence
from moonlet.study.paired import corrected_t_test
from moonlet.study.plan import Job, Setting, Size, layer_sizes, plan_settings
from moonlet.study.training import NetworkResult

AUTO_SIZES: tuple[Size, ...] = (1, 2, 3, 4, 5, 10, 20, 50)
_FIRST_ALPHAS = (1.0, 10.0)
_LEAST_ALPHA, _MOST_ALPHA = 1e-3, 1e3
_RACING_FOLDS = 2
# How far behind the leader a setting may be: to stay in the race, to have its neighbours
# tried, to be judged on further cuts.
_BEHIND, _NEAR = 1.1, 1.1
# Of many rows: what the next decade must promise.
_WORTH_IT = 0.99
_SHORTLIST = 8
# Of settings whose costs cannot be put in proportion.
_FEW = 4
_ROWS_A_UNIT, _MOST_UNITS = 10, 800


@dataclass(frozen=True, slots=True)
class Contest:
    """What is searched.

    Parameters
    ----------
    sizes : tuple of int or tuple of int
    alphas : tuple of float or None
        None to search for them.
    grows : bool
        Whether larger sizes may be tried than those of `sizes`.
    seed : int
        The study's.
    n_train, n_valid : float
        Rows trained on and held out in a fold.
    races : bool
        Whether settings race side by side; else they are tried as of many rows.
    most_work : float
        Passes times rows times weights that may be spent before a larger size, or further cuts,
        are begun.
    """

    sizes: tuple[Size, ...]
    alphas: tuple[float, ...] | None
    grows: bool
    seed: int
    n_train: float
    n_valid: float
    races: bool = True
    most_work: float = math.inf

    def hold(self, evidence: Evidence, train: Callable[[Sequence[Job]], None]) -> None:
        """Train what is asked for; `train` adds the results to the evidence.

        Parameters
        ----------
        evidence : Evidence
        train : callable
            What it raises ends the contest; the evidence then holds what was reached.
        """
        rounds = (_Rounds if self.races else _RoundsOfMany)(self, evidence, train)
        if self.alphas is not None and not self.grows:
            grid = [(size, alpha) for size in self.sizes for alpha in self.alphas]
            rounds.train(grid, evidence.folds)
        else:
            rounds.search(self.sizes)
            sizes = list(self.sizes)
            while self.grows and (larger := rounds.larger_size(sizes)):
                sizes.append(larger)
                rounds.search([larger])
        finalists = shortlist(evidence)
        if rounds.have_room(len(evidence.repeats) * rounds.work_of_a_fold(finalists)):
            rounds.train(finalists, evidence.repeats)


class _Rounds:
    def __init__(
        self, contest: Contest, evidence: Evidence, train: Callable[[Sequence[Job]], None]
    ) -> None:
        self.contest = contest
        self.evidence = evidence
        self._train = train
        # After which a setting may be dropped.
        self._first = evidence.folds[:_RACING_FOLDS]
        self._rest = evidence.folds[_RACING_FOLDS:]

    def train(self, settings: Iterable[Setting], folds: Sequence[int]) -> None:
        evidence = self.evidence
        jobs = plan_settings(settings, folds, evidence.n_starts, self.contest.seed)
        jobs = [job for job in jobs if job.key not in evidence.results]
        if jobs:
            self._train(jobs)

    def search(self, sizes: Sequence[Size]) -> None:
        alphas = self.contest.alphas or _FIRST_ALPHAS
        wanted = [(size, alpha) for size in sizes for alpha in alphas]
        while wanted:
            self.train(wanted, self._first)
            leader = min(self._tried(), key=self._first_cost)
            self.train([one for one in wanted if self._keeps_up(one, leader)], self._rest)
            wanted = []
            if self.contest.alphas is None:
                wanted = [one for size in sizes for one in self._next_decade(size)]
        self.train([self._first_best(size) for size in sizes], self._rest)
        if self.contest.alphas is None:
            wanted = [one for size in sizes for one in self._half_steps(size)]
            self.train(wanted, self._first)
            beside = [one for one in wanted if self._keeps_up(one, self._best_of(one[0]))]
            self.train(beside, self._rest)

    def _keeps_up(self, setting: Setting, leader: Setting) -> bool:
        """Whether a setting is not clearly behind another on the first folds."""
        limit = _behind(self.evidence, self._first_cost(leader), _BEHIND)
        return self._first_cost(setting) <= limit

    def _tried(self) -> list[Setting]:
        return self.evidence.settings(self._first)

    def _of_size(self, size: Size) -> list[Setting]:
        return [setting for setting in self._tried() if setting[0] == size]

    def _first_cost(self, setting: Setting) -> float:
        return self.evidence.cost(setting, self._first)

    def _first_best(self, size: Size) -> Setting:
        """The best setting of a size by the folds that all have been through."""
        tried = self._of_size(size)
        whole = [one for one in tried if self.evidence.is_complete(one, self.evidence.folds)]
        cost = self._cost if len(whole) == len(tried) else self._first_cost
        return min(tried, key=lambda one: (cost(one), -one[1]))

    def _best_of(self, size: Size) -> Setting:
        """The best of those that have been through all folds."""
        folds = self.evidence.folds
        whole = [one for one in self._of_size(size) if self.evidence.is_complete(one, folds)]
        return min(whole, key=lambda one: (self._cost(one), -one[1]))

    def _next_decade(self, size: Size) -> list[Setting]:
        alphas = sorted(alpha for _, alpha in self._of_size(size))
        best = self._first_best(size)[1]
        if best == alphas[0] and best > _LEAST_ALPHA:
            return [(size, _rounded(best / 10.0))]
        if best == alphas[-1] and best < _MOST_ALPHA:
            return [(size, _rounded(best * 10.0))]
        return []

    def _half_steps(self, size: Size) -> list[Setting]:
        """Half a decade to either side of the best alpha of a size that is near the best."""
        best = self._best_of(size)
        if self._cost(best) > _behind(self.evidence, self._lowest(), _NEAR):
            return []
        steps = (_rounded(best[1] / math.sqrt(10.0)), _rounded(best[1] * math.sqrt(10.0)))
        return [(size, alpha) for alpha in steps if (size, alpha) not in self._tried()]

    def _lowest(self) -> float:
        return min(map(self._cost, self.evidence.settings(self.evidence.folds)))

    def _cost(self, setting: Setting) -> float:
        return self.evidence.cost(setting, self.evidence.folds)

    def larger_size(self, sizes: Sequence[Size]) -> Size | None:
        """Twice the largest, if that is measurably the best; None if there is to be no larger."""
        largest = sum(layer_sizes(sizes[-1]))  # One layer: so are the sizes of `AUTO_SIZES`.
        if 2 * largest > min(_MOST_UNITS, self.contest.n_train / _ROWS_A_UNIT):
            return None
        folds = self.evidence.folds
        best = self._best_of(sizes[-1])
        others = min((self._best_of(size) for size in sizes[:-1]), key=self._cost, default=None)
        if others is None:
            return None
        gains = self.evidence.costs(others, folds) - self.evidence.costs(best, folds)
        test = corrected_t_test(gains, self.contest.n_train, self.contest.n_valid)
        is_better = test.difference > test.standard_error
        return 2 * largest if is_better and self.have_room(self._work_of_double(largest)) else None

    def have_room(self, work: float) -> bool:
        """Whether so much more, in passes × weights, may be spent."""
        done = self._work(self.evidence.results.values())
        return (done + work) * self.contest.n_train <= self.contest.most_work

    def work_of_a_fold(self, settings: Sequence[Setting]) -> float:
        """What some settings took on each of the first folds."""
        results = self.evidence.table(self.evidence.folds, settings)
        return self._work(results) / len(self.evidence.folds)

    def _work(self, results: Iterable[NetworkResult]) -> float:
        return sum(one.n_iter * self.evidence.n_parameters(one.hidden) for one in results)

    def _work_of_double(self, units: int) -> float:
        """What twice so many units would take: twice as much."""
        results = self.evidence.results.values()
        return 2.0 * self._work(one for one in results if one.hidden == units)


class _RoundsOfMany(_Rounds):
    """The same of many rows, where every network costs seconds."""

    def __init__(
        self, contest: Contest, evidence: Evidence, train: Callable[[Sequence[Job]], None]
    ) -> None:
        super().__init__(contest, evidence, train)
        self._first, self._rest = evidence.folds[:1], evidence.folds[1:]

    def search(self, sizes: Sequence[Size]) -> None:
        """Look for the alpha of each size on the first fold; train the best on the others."""
        before = {size for size, _ in self._tried()}
        alphas = self.contest.alphas or _FIRST_ALPHAS
        if before:
            alphas = self._at_least(self._best_of(max(before, key=self.evidence.n_parameters))[1])
        wanted = [(size, alpha) for size in sizes for alpha in alphas]
        while wanted:
            self.train(wanted, self._first)
            wanted = []
            if self.contest.alphas is None:
                wanted = [one for size in sizes for one in self._next_decade(size)]
        self.train([self._first_best(size) for size in sizes], self._rest)

    def _at_least(self, alpha: float) -> tuple[float, ...]:
        """An alpha and the next stronger one, if there is one."""
        given = self.contest.alphas or (alpha, min(_rounded(10.0 * alpha), _MOST_ALPHA))
        return tuple(sorted({one for one in given if one >= alpha})[:2])

    def _next_decade(self, size: Size) -> list[Setting]:
        alphas = sorted(alpha for _, alpha in self._of_size(size))
        best = self._first_best(size)[1]
        if len(alphas) < 2 or best not in (alphas[0], alphas[-1]):
            return []
        beside, factor = (alphas[1], 0.1) if best == alphas[0] else (alphas[-2], 10.0)
        wanted = _rounded(best * factor)
        limit = _behind(self.evidence, self._first_cost((size, beside)), _WORTH_IT)
        is_worth_it = self._first_cost((size, best)) < limit
        return [(size, wanted)] if is_worth_it and _LEAST_ALPHA <= wanted <= _MOST_ALPHA else []

    def _work_of_double(self, units: int) -> float:
        results = self.evidence.results.values()
        passes = max(one.n_iter for one in results if one.hidden == units)
        # The stronger alpha is tried on the first fold.
        n_networks = (len(self.evidence.folds) + 1) * self.evidence.n_starts
        return passes * self.evidence.n_parameters(2 * units) * n_networks


def shortlist(evidence: Evidence) -> list[Setting]:
    """Settings with hidden units that may be the best: they are judged on the further cuts."""
    found = [setting for setting in evidence.settings(evidence.folds) if setting[0] != 0]
    costs = {setting: evidence.cost(setting, evidence.folds) for setting in found}
    ordered = sorted(found, key=costs.__getitem__)
    ordered = [setting for setting in ordered if math.isfinite(costs[setting])]
    if not ordered:
        return []
    if evidence.measure.perfect is None:
        return ordered[:_FEW]
    limit = _behind(evidence, costs[ordered[0]], _NEAR)
    return [setting for setting in ordered if costs[setting] <= limit][:_SHORTLIST]


def _behind(evidence: Evidence, cost: float, factor: float) -> float:
    """The cost that is so much behind; without bounds where costs have no proportions."""
    return math.inf if evidence.measure.perfect is None else factor * cost


def _rounded(alpha: float) -> float:
    return float(f"{alpha:.3g}")
