"""Which sizes are enough: each at its best alpha, against the best of all, fold by fold."""

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
    """A size at its best alpha, in the study's measure: mean and standard error over folds.

    `over_line` is how much higher the mean is than the straight line's over the same folds.
    """

    hidden: Size
    alpha: float
    mean: float
    standard_error: float
    over_line: float = 0.0


def contender(
    measure: Measure, setting: Setting, costs: Array, line_costs: Array | None = None
) -> Contender:
    """A setting with the mean of its costs, and what the line's are on the same folds."""
    mean, error = measure.value(float(costs.mean())), standard_error(costs)
    if line_costs is None:
        return Contender(*setting, mean, error)
    return Contender(*setting, mean, error, mean - measure.value(float(line_costs.mean())))


def size_at_its_best(
    evidence: Evidence,
    size: Size,
    line: Contender,
    line_costs: Array,
    finalists: Sequence[Setting],
    judged: Sequence[int],
) -> Contender:
    """A size at its best alpha, on those of the judged folds that it has been through.

    `line_costs` are the line's at its best alpha, of every fold of the study.
    """
    if size == 0:
        return line
    first = list(evidence.folds)
    found = [one for one in evidence.settings(first) if one[0] == size]
    if not found:
        return Contender(size, math.nan, math.nan, math.nan, math.nan)
    best = best_of_size(evidence, size, finalists, judged)
    common = [fold for fold in judged if evidence.is_complete(best, [fold])]
    costs = evidence.costs(best, common)
    return contender(evidence.measure, best, costs, line_costs[common])


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
