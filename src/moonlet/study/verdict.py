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
   the test rows do not speak against it; else the line.
5. Of two sizes, each at its best alpha, the smaller cannot be told from the best if the 95 %
   interval of their difference, fold by fold, holds 0. The recommended size is the smallest
   whose mean is within one standard error of that difference [2]_; 0 where no gain is shown.
6. Over-fitting and a second descent are said by the rules of `overfitting`.

How it differs from the textbook: full nesting (a search within every fold) holds its level
as well, but of 15 tables with a true gain it found 6 where this finds 13. How often each of this
is right, on data whose truth is known, is measured by
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
from dataclasses import dataclass, replace

import numpy as np

from moonlet.exceptions import DivergedError
from moonlet.specs import Array
from moonlet.study.choice import choose_by_folds, choose_by_rows
from moonlet.study.contest import shortlist
from moonlet.study.cuts import Fold, mean_sizes
from moonlet.study.enough import (
    Contender,
    against_the_best,
    contender,
    size_at_its_best,
    smallest_enough,
)
from moonlet.study.evidence import Evidence
from moonlet.study.measure import Measure
from moonlet.study.overfitting import (
    Overfitting,
    SecondDescent,
    find_overfitting,
    find_second_descent,
)
from moonlet.study.paired import NOT_COMPARED, PairedTest, corrected_t_test
from moonlet.study.plan import Setting, Size
from moonlet.study.scores import FinalScores, gain_of
from moonlet.study.session import Stopped
from moonlet.study.straight_line import StraightLine
from moonlet.study.words import LEVEL, paragraph, three_lines


@dataclass(frozen=True, slots=True)
class Scores:
    """Accuracy (R squared, or the scorer's value) of the network and of the line, on held-out rows.

    `gain` is their difference, and how far chance explains it.
    """

    network: float
    line: float
    gain: PairedTest


@dataclass(frozen=True, slots=True)
class Verdict:
    """How large a network the problem needs; `str()` is what a person reads.

    Parameters
    ----------
    measure : Measure
        What `sizes`, `best`, `line` and `gain` are in.
    n_folds : int
        Of the first cut.
    sizes : tuple of Contender
        Each size at its best alpha, in the study's order; 0, if it is one of them, is the line.
    recommended : Contender
        The smallest size that cannot be told from the best; the line where no gain is shown.
    best : Contender
        The network with the best mean; the line where none was tried.
    line : Contender
        The straight line; `hidden` is 0.
    comparison : PairedTest
        Of network and line, each chosen for every fold without that fold.
    n_compared : int
        Folds of that comparison: those of further cuts are among them.
    line_mean : float
        The line's mean over those folds.
    scores : Scores or None
        Beside the loss, what a single row cannot dominate; None where a scorer decides.
    sizes_not_told_apart : tuple of int or tuple of int
        Sizes that cannot be told from the best, that among them; 0 is the line.
    delivered : Contender
        What `best_estimator_` is made with.
    n_starts : int
        Random starts that are merged in it.
    train_loss, gap : float
        The delivered model's loss on the rows it was trained on, and by how much that on
        the held-out rows is higher; NaN for the line.
    restart_deviation : float
        Spread of the best network that random starts alone cause, in the study's
        measure; NaN with a single start.
    trees : PairedTest or None
        How much better boosted trees are than what is delivered; None without trees.
    trees_mean : float
    base_rate : float
        Share of the most frequent class; NaN for numbers.
    overfitting : Overfitting or None
        The worst case seen; None where the data show none.
    second_descent : SecondDescent or None
        Where held-out rows fare better again past interpolation, if the data show it.
    n_networks, n_not_converged, n_diverged, n_failed : int
        Trained in all; stopped before converging, for whatever reason; of these, those
        that diverged, and those that killed the process that trained them.
    n_dropped : int
        Settings that were dropped after the first folds, being clearly behind.
    warnings : tuple of str
        What may make all of this wrong, and what was not looked at.
    test_scores : dict or None
        `CapacityStudy.test_scores_`.
    """

    measure: Measure
    n_folds: int
    sizes: tuple[Contender, ...]
    recommended: Contender
    best: Contender
    line: Contender
    comparison: PairedTest
    n_compared: int
    line_mean: float
    scores: Scores | None
    sizes_not_told_apart: tuple[Size, ...]
    delivered: Contender
    n_starts: int
    train_loss: float
    gap: float
    restart_deviation: float
    trees: PairedTest | None
    trees_mean: float
    base_rate: float
    overfitting: Overfitting | None
    second_descent: SecondDescent | None
    n_networks: int
    n_not_converged: int
    n_diverged: int = 0
    n_failed: int = 0
    n_dropped: int = 0
    warnings: tuple[str, ...] = ()
    test_scores: FinalScores | None = None

    @property
    def beats_line(self) -> bool:
        """Whether the study claims that a network beats the straight line."""
        return self.comparison.interval[0] > 0.0 and not self.test_rows_object

    @property
    def test_rows_object(self) -> bool:
        """Whether the test rows say, with 95 % confidence, that the network is the worse."""
        return self.test_scores is not None and gain_of(self.test_scores)[1][1] < 0.0

    @property
    def gain(self) -> float:
        """How much better the network is than the line: mean difference, positive if better."""
        return self.comparison.difference

    @property
    def gain_interval(self) -> tuple[float, float]:
        """95 % interval of `gain`; without bounds where the folds do not tell."""
        return self.comparison.interval

    @property
    def gain_share(self) -> float:
        """`gain` as a share of what the line falls short of the perfect value."""
        cost = float(self.measure.cost(np.asarray(self.line_mean)))
        known = self.measure.perfect is not None and cost > 0.0
        return self.gain / cost if known else math.nan

    @property
    def p_value(self) -> float:
        """Two-sided, of `gain`: below 0.05 where the interval does not hold 0."""
        one_sided = self.comparison.p_value
        return 2.0 * min(one_sided, 1.0 - one_sided)

    @property
    def answer(self) -> str:
        """Three lines to act on: which model, how much better, what to do next."""
        return three_lines(self)

    def __str__(self) -> str:
        return f"{self.answer}\n{paragraph(self)}"


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
    stopped: Stopped | None = None,
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
    stopped : {"time", "interrupted"}, optional
        Why the contest did not come to its end, if it did not.

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
    line_costs = measure.costs(line.losses, line.scores)[:, judged]
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
            size_at_its_best(evidence, size, the_line, finalists, judged) for size in sizes
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
        n_dropped=0 if stopped else _n_dropped(evidence),
        warnings=tuple(warnings),
    )
    if not finalists:
        return _with_trees(verdict, evidence, trees, line_costs[at], n_train, n_valid)
    delivers = compared.difference > compared.standard_error
    setting = (best.hidden, best.alpha)
    enough = smallest_enough(evidence, told)
    train = float(evidence.train_losses(setting, first).mean())
    column = "valid_score" if measure.greater_is_better else "valid_loss"
    verdict = replace(
        verdict,
        recommended=next((one for one in verdict.sizes if one.hidden == enough), best)
        if compared.interval[0] > 0.0
        else the_line,
        delivered=best if delivers else the_line,
        train_loss=train,
        gap=float(evidence.losses(setting, first).mean()) - train,
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
