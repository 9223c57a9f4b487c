"""The decision: which size is enough, whether it beats a straight line, and in what words.

Rules, fixed before any data are seen:

1. For each size the alpha with the best mean over the held-out folds.
2. The recommended size is the smallest (by number of parameters) whose mean is
   within one standard error of the best size's [1]_.
3. It beats the straight line if it is a network at all and the corrected
   resampled t-test of the folds' differences has p < 0.05 in its favour.
4. Over-fitting is said if, at the weakest alpha, some larger size does better
   on the rows it was trained on and worse on those held out, by the same test
   at 0.05 divided by the number of larger sizes.

Test rows have no part in it.

References
----------
.. [1] L. Breiman et al., "Classification and Regression Trees", 1984,
   section 3.4.3.
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
    StraightLine,
    corrected_t_test,
    fold_means,
    standard_error,
)
from moonlet.study.plan import Size
from moonlet.study.scores import FinalScores
from moonlet.study.words import paragraph

_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Measure:
    """What the rules compare: held-out log loss, or the chosen scorer.

    Parameters
    ----------
    name : str
        In words, such as "held-out log loss".
    greater_is_better : bool
    """

    name: str = "held-out log loss"
    greater_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Contender:
    """A size at its best alpha, in the study's measure: mean and standard error over folds."""

    hidden: Size
    alpha: float
    mean: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Overfitting:
    """A larger size that learned its training rows better and the rest worse; log losses.

    Both are at the same, weakest alpha.
    """

    hidden: Size
    alpha: float
    train_loss: float
    valid_loss: float
    smaller: Size
    smaller_train_loss: float
    smaller_valid_loss: float
    p_value: float


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
    best : Contender
        The best mean.
    line : Contender
        Logistic regression on the same folds; `hidden` is 0, `alpha` is 1 / C.
    network : Contender or None
        The network that was compared with the line: the recommended one, or the
        best with hidden units where none is recommended. None if none was tried.
    gain : float
        How much better `network` is than the line: mean difference, positive if better.
    p_value : float
        Two-sided, of the corrected resampled t-test of that difference.
    beats_line : bool
        Whether the study claims that a network beats the straight line.
    overfitting : Overfitting or None
        The worst case seen; None where the data show none.
    n_networks, n_not_converged : int
        Trained in all; stopped before converging, or diverged.
    test_scores : dict or None
        `CapacityStudy.test_scores_`.
    """

    measure: Measure
    n_folds: int
    sizes: tuple[Contender, ...]
    recommended: Contender
    best: Contender
    line: Contender
    network: Contender | None
    gain: float
    p_value: float
    beats_line: bool
    overfitting: Overfitting | None
    n_networks: int
    n_not_converged: int
    test_scores: FinalScores | None = None

    def __str__(self) -> str:
        return paragraph(self)


def judge(
    evidence: Evidence,
    line: StraightLine,
    *,
    n_train: float,
    n_valid: float,
    measure: Measure | None = None,
    test_scores: FinalScores | None = None,
) -> Verdict:
    """Apply the rules.

    Parameters
    ----------
    evidence : Evidence
    line : StraightLine
    n_train, n_valid : float
        Rows trained on and held out in a fold, on average.
    measure : Measure, optional
        Held-out log loss when None.
    test_scores : dict, optional
        Told, but no rule looks at them.

    Raises
    ------
    DivergedError
        If no size has a network that did not diverge in every fold.
    """
    measure = measure or Measure()
    sign = -1.0 if measure.greater_is_better else 1.0
    cube = evidence.valid_score if measure.greater_is_better else evidence.valid_loss
    costs = sign * fold_means(cube)  # Shape (sizes, alphas, folds); less is better.
    chosen = _best_alphas(costs)
    costs = costs[np.arange(len(chosen)), chosen]
    best = int(np.nan_to_num(costs.mean(axis=1), nan=math.inf).argmin())
    recommended = _smallest_within_one_standard_error(costs, best, evidence.n_parameters)

    contenders = tuple(
        Contender(size, evidence.alphas[at], sign * float(row.mean()), float(standard_error(row)))
        for size, at, row in zip(evidence.sizes, chosen, costs, strict=True)
    )
    line_costs = sign * (line.valid_score if measure.greater_is_better else line.valid_loss)
    compared = _network_to_compare(evidence, costs, recommended)
    test = PairedTest(math.nan, math.nan, math.nan)
    if compared is not None:
        test = corrected_t_test(line_costs - costs[compared], n_train, n_valid)
    return Verdict(
        measure=measure,
        n_folds=costs.shape[1],
        sizes=contenders,
        recommended=contenders[recommended],
        best=contenders[best],
        line=Contender(
            0, 1.0 / line.C, sign * float(line_costs.mean()), float(standard_error(line_costs))
        ),
        network=None if compared is None else contenders[compared],
        gain=test.difference,
        p_value=test.p_value,
        beats_line=compared == recommended and test.difference > 0 and test.p_value < _LEVEL,
        overfitting=_find_overfitting(evidence, recommended, n_train, n_valid),
        n_networks=evidence.converged.size,
        n_not_converged=int((~evidence.converged).sum()),
        test_scores=test_scores,
    )


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


def _find_overfitting(
    evidence: Evidence, smaller: int, n_train: float, n_valid: float
) -> Overfitting | None:
    # Where weight decay is weakest it hides least of what size does. A scorer may be coarse or
    # may not be comparable between rows seen and unseen: over-fitting is always told in log loss.
    weakest = int(np.argmin(evidence.alphas))
    train = fold_means(evidence.train_loss)[:, weakest]
    valid = fold_means(evidence.valid_loss)[:, weakest]
    larger = [
        at for at, n in enumerate(evidence.n_parameters) if n > evidence.n_parameters[smaller]
    ]
    tests = {
        at: corrected_t_test(valid[at] - valid[smaller], n_train, n_valid)
        for at in larger
        if train[at].mean() < train[smaller].mean()
    }
    shown = [
        at for at, test in tests.items()
        if test.difference > 0 and test.p_value < _LEVEL / len(larger)
    ]  # fmt: skip
    if not shown:
        return None
    worst = max(shown, key=lambda at: tests[at].difference)
    return Overfitting(
        evidence.sizes[worst],
        evidence.alphas[weakest],
        float(train[worst].mean()),
        float(valid[worst].mean()),
        evidence.sizes[smaller],
        float(train[smaller].mean()),
        float(valid[smaller].mean()),
        tests[worst].p_value,
    )
