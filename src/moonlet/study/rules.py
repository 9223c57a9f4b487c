"""The decision: whether a network beats a straight line, which size is enough, what is delivered.

Rules, fixed before any data are seen:

1. The random starts of a setting (a size and an alpha) are judged as they are delivered:
   averaged before the output function.
2. A fold is judged by a choice that it had no part in: the setting, and the line's penalty,
   with the best mean over all other rows and all cuts. The choice is made from the short list
   of `contest`. (By a scorer, over the folds that share no held-out row with it.)
3. The gain is the mean, over all folds, of how much better that network is than that line.
   A network beats the line if the 95 % interval of the gain, by the corrected resampled t-test
   [1]_, lies above 0, and the test rows do not speak against it. Folds that all say exactly
   the same claim nothing.
4. Delivered is the setting with the best mean, if the gain exceeds its standard error and
   the test rows do not speak against it; else the line: the mean of those whose penalties are
   the best over folds that are drawn anew.
5. Of two sizes, each at its best alpha, the smaller cannot be told from the best if the 95 %
   interval of their difference, fold by fold, holds 0. The recommended size is the smallest
   whose mean is within one standard error of that difference [2]_; 0 where no gain is shown.
6. Over-fitting and a second descent are said by the rules of `overfitting`.

How it differs from the textbook:

1. Full nesting (a search within every fold) holds its level as well, but of 15 tables with a true
   gain it found 6 where this finds 13.
2. What is claimed and what is delivered have rules of their own: a claim is to be wrong rarely, a
   delivery to cost little on average.
3. The test rows have a veto and no vote: they may forbid a claim, and never make one.

How often each of this is right, on data whose truth is known, is measured by
``benchmarks/can_the_verdict_be_trusted.py``.

References
----------
.. [1] C. Nadeau and Y. Bengio, "Inference for the generalization error",
   Machine Learning 52, 2003.
.. [2] L. Breiman et al., "Classification and Regression Trees", 1984,
   section 3.4.3; there the standard error is that of the best alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from moonlet.exceptions import DivergedError
from moonlet.specs import Array
from moonlet.study.choice import choose_by_folds, choose_by_rows
from moonlet.study.contest import shortlist
from moonlet.study.cuts import Fold, mean_sizes
from moonlet.study.decision import Scores
from moonlet.study.enough import against_the_best, contender, size_at_its_best, smallest_enough
from moonlet.study.evidence import Evidence
from moonlet.study.overfitting import find_overfitting, find_second_descent
from moonlet.study.paired import NOT_COMPARED, PairedTest, corrected_t_test
from moonlet.study.plan import Setting, Size
from moonlet.study.scores import FinalScores
from moonlet.study.straight_line import StraightLine
from moonlet.study.verdict import Verdict
from moonlet.study.words import LEVEL


def judge(
    evidence: Evidence,
    line: StraightLine,
    folds: Mapping[int, Fold],
    sizes: Sequence[Size],
    *,
    n_starts: int = 1,
    trees: Array | None = None,
    base_rate: float = math.nan,
    warnings: Sequence[str] = (),
    raced: bool = True,
) -> Verdict:
    """Apply the rules.

    Parameters
    ----------
    evidence : Evidence
    line : StraightLine
        On all of `folds`.
    folds : mapping of int to Fold
        Those of the first cut, and of the further ones after them.
    sizes : sequence of int or tuple of int
        That were tried, in the study's order.
    n_starts : int
        Random starts that a delivered network is merged from.
    trees : ndarray of shape (n_folds,), optional
        Costs of boosted trees on the first cut.
    base_rate : float
        Share of the most frequent class.
    warnings : sequence of str
        To be told with the verdict.
    raced : bool
        Whether settings that lack folds were dropped for being clearly behind.

    Raises
    ------
    DivergedError
        If no size has a network that did not diverge in every fold.
    """
    measure = evidence.measure
    first = list(evidence.folds)
    finalists = shortlist(evidence)
    candidates = [setting for setting in evidence.settings(first) if setting[0] != 0]
    if candidates and not finalists:
        raise DivergedError(
            "In every setting some fold has no network left that did not diverge. "
            "Use solver='lbfgs', or a smaller learning_rate_init."
        )
    everywhere = [*first, *evidence.repeats]
    on_all = [one for one in finalists if evidence.is_complete(one, everywhere)]
    # A contest that was cut short is judged on the folds that all finalists have been through.
    judged = everywhere if on_all and len(on_all) == len(finalists) else first
    n_train, n_valid = mean_sizes(folds, judged)
    everywhere_line = measure.costs(line.losses, line.scores)
    line_costs = everywhere_line[:, judged]
    at = line.best(measure, judged)
    the_line = contender(measure, (0, line.alphas[at]), line_costs[at])
    compared, scores, line_mean = NOT_COMPARED, None, the_line.mean
    best, chosen_costs = the_line, line_costs[at]
    told: dict[Size, PairedTest] = {}
    if finalists:
        costs = np.array([evidence.costs(one, judged) for one in finalists])
        networks, lines = _chosen_without(evidence, line, folds, finalists, judged)
        places = range(len(judged))
        chosen_costs, line_chosen = costs[networks, places], line_costs[lines, places]
        compared = corrected_t_test(line_chosen - chosen_costs, n_train, n_valid)
        line_mean = measure.value(float(line_chosen.mean()))
        best_at = int(costs.mean(axis=1).argmin())
        best = contender(measure, finalists[best_at], costs[best_at])
        if not measure.greater_is_better:
            of_networks = np.array([evidence.scores(one, judged) for one in finalists])
            ours = of_networks[networks, places]
            lines_scores = line.scores[:, judged][lines, places]
            test = corrected_t_test(ours - lines_scores, n_train, n_valid)
            scores = Scores(float(ours.mean()), float(lines_scores.mean()), test)
        told = against_the_best(evidence, folds, finalists[best_at], judged)
    verdict = Verdict(
        measure=measure,
        n_folds=len(first),
        sizes=tuple(
            size_at_its_best(evidence, size, the_line, everywhere_line[at], finalists, judged)
            for size in sizes
        ),
        recommended=the_line,
        best=best,
        line=the_line,
        comparison=compared,
        n_compared=len(judged) if finalists else 0,
        line_mean=line_mean,
        scores=scores,
        sizes_not_told_apart=tuple(size for size, test in told.items() if test.interval[0] <= 0.0),
        delivered=the_line,
        n_starts=n_starts,
        train_loss=math.nan,
        gap=math.nan,
        restart_deviation=math.nan,
        trees=None,
        trees_mean=math.nan,
        base_rate=base_rate,
        overfitting=None,
        second_descent=None,
        n_networks=len(evidence.results),
        n_not_converged=_count(evidence, lambda status: status != "converged"),
        n_diverged=_count(evidence, lambda status: status == "diverged"),
        n_failed=_count(evidence, lambda status: status == "failed"),
        n_dropped=_n_dropped(evidence) if raced else 0,
        warnings=tuple(warnings),
    )
    if not finalists:
        return _with_trees(verdict, evidence, trees, line_costs[at], n_train, n_valid)
    delivers = compared.difference > compared.standard_error
    setting = (best.hidden, best.alpha)
    enough = smallest_enough(evidence, told)
    train = float(evidence.train_losses(setting, judged).mean())
    column = "valid_score" if measure.greater_is_better else "valid_loss"
    verdict = replace(
        verdict,
        recommended=next((one for one in verdict.sizes if one.hidden == enough), best)
        if compared.interval[0] > 0.0
        else the_line,
        delivered=best if delivers else the_line,
        train_loss=train,
        gap=float(evidence.losses(setting, judged).mean()) - train,
        restart_deviation=evidence.restart_deviation(setting, first, column),
        overfitting=find_overfitting(evidence, enough, n_train, n_valid, LEVEL),
        second_descent=find_second_descent(evidence, n_train, n_valid, LEVEL),
    )
    delivered = chosen_costs if delivers else line_chosen
    return _with_trees(verdict, evidence, trees, delivered, n_train, n_valid)


def with_test_rows(verdict: Verdict, scores: FinalScores) -> Verdict:
    """Hear the test rows: they can object to a claim, and make none.

    `scores` are those of the best network, whatever is delivered.
    """
    verdict = replace(verdict, test_scores=scores)
    if not verdict.test_rows_object:
        return verdict
    return replace(verdict, recommended=verdict.line, delivered=verdict.line)


def _chosen_without(
    evidence: Evidence,
    line: StraightLine,
    folds: Mapping[int, Fold],
    finalists: Sequence[Setting],
    judged: Sequence[int],
) -> tuple[list[int], list[int]]:
    """For each fold the network and the line that are chosen without it."""
    parts = [folds[number] for number in judged]
    of_rows = [evidence.row_losses(finalists, number) for number in judged]
    measure = evidence.measure
    if measure.greater_is_better or any(losses is None for losses in of_rows):
        costs = np.array([evidence.costs(one, judged) for one in finalists])
        line_costs = measure.costs(line.losses, line.scores)[:, judged]
        return choose_by_folds(costs, parts), choose_by_folds(line_costs, parts)
    weight = np.concatenate([_weight(evidence, number) for number in judged])
    of_lines = [line.row_losses[number] for number in judged]
    networks = [losses for losses in of_rows if losses is not None]
    return (
        choose_by_rows(networks, parts, weight),
        choose_by_rows(of_lines, parts, weight),
    )


def _weight(evidence: Evidence, number: int) -> Array:
    fold = evidence.problem.prepare(number)
    given = fold.loss_weight
    return np.ones(len(fold.valid_values)) if given is None else given


def _with_trees(
    verdict: Verdict,
    evidence: Evidence,
    trees: Array | None,
    delivered: Array,
    n_train: float,
    n_valid: float,
) -> Verdict:
    if trees is None:
        return verdict
    gains = delivered[: len(trees)] - trees
    return replace(
        verdict,
        trees=corrected_t_test(gains, n_train, n_valid),
        trees_mean=evidence.measure.value(float(trees.mean())),
    )


def _count(evidence: Evidence, wanted: object) -> int:
    return sum(bool(wanted(result.status)) for result in evidence.results.values())  # type: ignore[operator]


def _n_dropped(evidence: Evidence) -> int:
    seen = evidence.settings(list(evidence.folds)[:1])
    return sum(not evidence.is_complete(setting, evidence.folds) for setting in seen)
