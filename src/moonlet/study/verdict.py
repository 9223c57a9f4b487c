"""The decision: which size is enough, whether it beats a straight line, and in what words.

Rules, fixed before any data are seen:

1. Of the random starts of a fold the one with the lowest training loss is judged:
   what would be delivered.
2. For each size the alpha with the best mean over the held-out folds.
3. The recommended size is the smallest (by number of parameters) whose mean is
   within one standard error of the best size's [1]_.
4. It beats the straight line if it is a network at all, and its gain over the straight
   line, fold by fold, has p < 0.05 in the corrected resampled t-test [2]_. The
   test is one-sided, because so is the claim; and the rows are cut into folds anew
   for this one network (`plan.split_rows`), because five folds alone are too few.
5. Over-fitting and a second descent are said by the rules of `overfitting`.

Test rows have no part in it. How often this is right, on data whose truth is known,
is measured by ``benchmarks/can_the_verdict_be_trusted.py``.

References
----------
.. [1] L. Breiman et al., "Classification and Regression Trees", 1984,
   section 3.4.3.
.. [2] C. Nadeau and Y. Bengio, "Inference for the generalization error",
   Machine Learning 52, 2003.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moonlet.exceptions import DivergedError
from moonlet.specs import Array
from moonlet.study.evidence import (
    Evidence,
    PairedTest,
    Repeats,
    corrected_t_test,
    restart_deviation,
    standard_error,
)
from moonlet.study.overfitting import (
    Overfitting,
    SecondDescent,
    find_overfitting,
    find_second_descent,
)
from moonlet.study.plan import Size
from moonlet.study.scores import FinalScores
from moonlet.study.straight_line import StraightLine
from moonlet.study.words import LEVEL, paragraph


@dataclass(frozen=True, slots=True)
class Measure:
    """What the rules compare: held-out log loss, or the chosen scorer.

    Parameters
    ----------
    name : str
        In words, such as "held-out log loss".
    greater_is_better : bool
    loss : str
        The loss that networks are trained on, in words.
    line : str
        What the straight line is, in words.
    """

    name: str = "held-out log loss"
    greater_is_better: bool = False
    loss: str = "log loss"
    line: str = "logistic regression"


@dataclass(frozen=True, slots=True)
class Contender:
    """A size at its best alpha, in the study's measure: mean and standard error over folds."""

    hidden: Size
    alpha: float
    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What the held-out folds choose: positions of sizes, and each size at its best alpha.

    Parameters
    ----------
    costs : ndarray of shape (n_sizes, n_folds)
        In the study's measure, but less is better.
    alphas : tuple of float
        The best of each size.
    best, recommended : int
    compared : int or None
        The network to be compared with the straight line: the recommended one, or
        the best with hidden units where none is recommended; None if none was tried.
    """

    costs: Array
    alphas: tuple[float, ...]
    best: int
    recommended: int
    compared: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How large a network the problem needs; `str()` is the paragraph a person reads.

    Parameters
    ----------
    measure : Measure
        What `recommended`, `best`, `line` and `gain` are in.
    n_folds : int
    sizes : tuple of Contender
        Each size at its best alpha, in the study's order.
    recommended : Contender
        The smallest within one standard error of the best.
    train_loss, gap : float
        The recommended size's loss on the rows it was trained on, and by how much that on
        the held-out rows is higher.
    restart_deviation : float
        Spread of the recommended size that random starts alone cause, in the study's
        measure; NaN with a single start.
    best : Contender
        The best mean.
    line : Contender
        Logistic (ridge) regression on the same folds; `hidden` is 0, `alpha` is 1 / C.
    network : Contender or None
        The network that was compared with the line: the recommended one, or the
        best with hidden units where none is recommended. None if none was tried.
    gain : float
        How much better `network` is than the line: mean difference, positive if better.
    n_compared : int
        Folds of that comparison: those of further cuts are among them.
    p_value : float
        One-sided, of the corrected resampled t-test of that gain: how probable a gain
        as large is where the network is no better.
    beats_line : bool
        Whether the study claims that a network beats the straight line.
    overfitting : Overfitting or None
        The worst case seen; None where the data show none.
    second_descent : SecondDescent or None
        Where held-out rows fare better again past interpolation, if the data show it.
    n_networks, n_not_converged, n_diverged, n_failed : int
        Trained in all; stopped before converging, for whatever reason; of these, those
        that diverged, and those that killed the process that trained them.
    test_scores : dict or None
        `CapacityStudy.test_scores_`.
    """

    measure: Measure
    n_folds: int
    sizes: tuple[Contender, ...]
    recommended: Contender
    train_loss: float
    gap: float
    restart_deviation: float
    best: Contender
    line: Contender
    network: Contender | None
    gain: float
    n_compared: int
    p_value: float
    beats_line: bool
    overfitting: Overfitting | None
    second_descent: SecondDescent | None
    n_networks: int
    n_not_converged: int
    n_diverged: int = 0
    n_failed: int = 0
    test_scores: FinalScores | None = None

    def __str__(self) -> str:
        return paragraph(self)


def choose(evidence: Evidence, measure: Measure) -> Choice:
    """Choose by the held-out folds: rules 1 to 3.

    Raises
    ------
    DivergedError
        If no size has a network that did not diverge in every fold.
    """
    cube = evidence.valid_score if measure.greater_is_better else evidence.valid_loss
    costs = _sign(measure) * evidence.kept(cube)  # Shape (sizes, alphas, folds).
    chosen = _best_alphas(costs)
    costs = costs[np.arange(len(chosen)), chosen]
    best = int(np.nan_to_num(costs.mean(axis=1), nan=math.inf).argmin())
    recommended = _smallest_within_one_standard_error(costs, best, evidence.n_parameters)
    compared = _network_to_compare(evidence, costs, recommended)
    alphas = tuple(evidence.alphas[at] for at in chosen)
    return Choice(costs, alphas, best, recommended, compared)


def judge(
    evidence: Evidence,
    line: StraightLine,
    *,
    n_train: float,
    n_valid: float,
    measure: Measure | None = None,
    repeats: Repeats | None = None,
    test_scores: FinalScores | None = None,
) -> Verdict:
    """Apply the rules.

    Parameters
    ----------
    evidence : Evidence
    line : StraightLine
        On the same folds, and on those of the repeats after them.
    n_train, n_valid : float
        Rows trained on and held out in a fold, on average.
    measure : Measure, optional
        Held-out log loss when None.
    repeats : Repeats, optional
        The network that `choose` compares, on the folds of further cuts.
    test_scores : dict, optional
        Told, but no rule looks at them.

    Raises
    ------
    DivergedError
        If no size has a network that did not diverge in every fold.
    """
    measure = measure or Measure()
    sign = _sign(measure)
    choice = choose(evidence, measure)
    n_folds = choice.costs.shape[1]
    contenders = tuple(
        Contender(size, alpha, sign * float(row.mean()), float(standard_error(row)))
        for size, alpha, row in zip(evidence.sizes, choice.alphas, choice.costs, strict=True)
    )
    line_costs = sign * (line.valid_score if measure.greater_is_better else line.valid_loss)
    test = PairedTest(math.nan, math.nan, math.nan)
    n_compared = 0
    if choice.compared is not None:
        network_costs = choice.costs[choice.compared]
        if repeats is not None:
            again = repeats.valid_score if measure.greater_is_better else repeats.valid_loss
            network_costs = np.concatenate([network_costs, sign * again])
        n_compared = len(network_costs)
        test = corrected_t_test(line_costs[:n_compared] - network_costs, n_train, n_valid)
    line_costs = line_costs[:n_folds]
    recommended = choice.recommended
    setting = recommended, evidence.alphas.index(choice.alphas[recommended])
    train_loss = float(evidence.kept(evidence.train_loss)[setting].mean())
    cube = evidence.valid_score if measure.greater_is_better else evidence.valid_loss
    return Verdict(
        measure=measure,
        n_folds=n_folds,
        sizes=contenders,
        recommended=contenders[recommended],
        train_loss=train_loss,
        gap=float(evidence.kept(evidence.valid_loss)[setting].mean()) - train_loss,
        restart_deviation=float(restart_deviation(cube)[setting]),
        best=contenders[choice.best],
        line=Contender(
            0, line.alpha, sign * float(line_costs.mean()), float(standard_error(line_costs))
        ),
        network=None if choice.compared is None else contenders[choice.compared],
        gain=test.difference,
        n_compared=n_compared,
        p_value=test.p_value,
        beats_line=choice.compared == recommended and test.p_value < LEVEL,
        overfitting=find_overfitting(evidence, recommended, n_train, n_valid, LEVEL),
        second_descent=find_second_descent(evidence, n_train, n_valid, LEVEL),
        n_networks=evidence.converged.size,
        n_not_converged=int((~evidence.converged).sum()),
        n_diverged=int((evidence.status == "diverged").sum()),
        n_failed=int((evidence.status == "failed").sum()),
        test_scores=test_scores,
    )


def _sign(measure: Measure) -> float:
    return -1.0 if measure.greater_is_better else 1.0


def _best_alphas(costs: Array) -> list[int]:
    means = np.nan_to_num(costs.mean(axis=2), nan=math.inf)
    if not np.isfinite(means).any():
        raise DivergedError(
            "In every setting some fold has no network left that did not diverge. "
            "Use solver='lbfgs', or a smaller learning_rate_init."
        )
    return [int(at) for at in means.argmin(axis=1)]


def _smallest_within_one_standard_error(
    costs: Array, best: int, n_parameters: tuple[int, ...]
) -> int:
    means = costs.mean(axis=1)
    limit = means[best] + float(standard_error(costs[best]))
    within = [at for at in range(len(means)) if means[at] <= limit]
    return min(within, key=lambda at: n_parameters[at])


def _network_to_compare(evidence: Evidence, costs: Array, recommended: int) -> int | None:
    if evidence.sizes[recommended] != 0:
        return recommended
    means = np.nan_to_num(costs.mean(axis=1), nan=math.inf)
    networks = [at for at, size in enumerate(evidence.sizes) if size != 0]
    return min(networks, key=lambda at: means[at], default=None)
