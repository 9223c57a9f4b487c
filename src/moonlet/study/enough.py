"""Which sizes are enough: each at its best alpha, against the best of all, fold by fold.

How it differs from the textbook, the rule of one standard error [1]_:

1. The standard error is that of the difference, fold by fold, not that of the best alone: folds
   are hard or easy for all sizes alike, and that is not what sets two sizes apart.
2. It is corrected for the rows that folds share, as in `paired`.
3. Simpler is what has fewer weights. Each size stands there at the alpha that suits it, for one
   alpha for all would judge sizes by how much decay they happen to bear.
4. Two questions have two answers: which size is recommended (the smallest within one standard
   error), and which cannot be told apart (the interval of the difference holds 0). Where rows are
   few the second are many, as it should be.
5. A size that has been through some folds only is compared over those.

References
----------
.. [1] L. Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from moonlet.specs import Array
from moonlet.study.contest import shortlist
from moonlet.study.cuts import Fold, mean_sizes
from moonlet.study.evidence import Evidence, standard_error
from moonlet.study.measure import Measure
from moonlet.study.paired import PairedTest, corrected_t_test
from moonlet.study.plan import Setting, Size


@dataclass(frozen=True, slots=True)
class Contender:
    """A size at its best alpha, in the study's measure: mean and standard error over folds."""

    hidden: Size
    alpha: float
    mean: float
    standard_error: float


def contender(measure: Measure, setting: Setting, costs: Array) -> Contender:
    """A setting with the mean of its costs."""
    return Contender(*setting, measure.value(float(costs.mean())), standard_error(costs))


def size_at_its_best(
    evidence: Evidence,
    size: Size,
    line: Contender,
    line_costs: Array,
    finalists: Sequence[Setting],
    judged: Sequence[int],
) -> Contender:
    """A size at its best alpha, as it compares with the line over the judged folds.

    Of a size that has been through some of them only, the mean is as many times the line's as it
    is over its own: some folds are harder than others.

    Parameters
    ----------
    line_costs : ndarray of shape (n_folds,)
        The line's at its best alpha, of every fold of the study.
    """
    if size == 0:
        return line
    first = list(evidence.folds)
    found = [one for one in evidence.settings(first) if one[0] == size]
    if not found:
        return Contender(size, math.nan, math.nan, math.nan)
    best = best_of_size(evidence, size, finalists, judged)
    common = [fold for fold in judged if evidence.is_complete(best, [fold])]
    of_line, of_all = line_costs[common].mean(), line_costs[list(judged)].mean()
    # Of a score without a perfect value there are no multiples.
    harder = of_line / of_all if evidence.measure.perfect is not None and of_all > 0.0 else 1.0
    return contender(evidence.measure, best, evidence.costs(best, common) / (harder or 1.0))


def best_of_size(
    evidence: Evidence, size: Size, finalists: Sequence[Setting], judged: Sequence[int]
) -> Setting:
    """The best setting of a size: by all folds, if it is on the short list."""
    listed = [one for one in finalists if one[0] == size]
    if listed:
        return min(listed, key=lambda one: evidence.cost(one, judged))
    first = list(evidence.folds)
    found = [one for one in evidence.settings(first) if one[0] == size]
    return min(found, key=lambda one: evidence.cost(one, first))


def against_the_best(
    evidence: Evidence, folds: Mapping[int, Fold], best: Setting, judged: Sequence[int]
) -> dict[Size, PairedTest]:
    """By how much each size, at its best alpha, is worse than the best."""
    finalists = shortlist(evidence)
    first = list(evidence.folds)
    sizes = dict.fromkeys(one[0] for one in evidence.settings(first) if one[0] != 0)
    tests = {}
    for size in sorted(sizes, key=evidence.n_parameters):
        setting = best_of_size(evidence, size, finalists, judged)
        common = [fold for fold in judged if evidence.is_complete(setting, [fold])]
        differences = evidence.costs(setting, common) - evidence.costs(best, common)
        if not np.isfinite(differences).all():
            continue
        tests[size] = corrected_t_test(differences, *mean_sizes(folds, common))
    return tests


def smallest_enough(evidence: Evidence, told: Mapping[Size, PairedTest]) -> Size:
    """The smallest size within one standard error of its difference from the best."""
    enough = [
        size
        for size, test in told.items()
        if test.difference <= 0.0 or test.difference <= test.standard_error
    ]
    return min(enough, key=evidence.n_parameters)
