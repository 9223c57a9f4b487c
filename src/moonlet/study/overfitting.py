"""What size does at the weakest weight decay: over-fitting, and the second descent.

Where weight decay is weakest it hides least of what size does. A scorer may be
coarse, or not comparable between rows seen and unseen, so both are told in the
loss that is trained on.

1. Over-fitting is said if some size larger than the one that is enough does better
   on the rows it was trained on and worse on those held out, by the corrected
   resampled t-test at the level divided by the number of larger sizes.
2. A second descent [1]_ is said if, past the size with the worst held-out loss, a
   larger size that interpolates (its training loss is next to nothing) does better
   again by the same test, at the level divided by the number of such sizes, and
   the worst size is over-fitted by rule 1 against some smaller one.

How they differ from the textbook, which calls it over-fitting where the training loss lies far
below the held-out one:

1. A gap says nothing by itself, for every fit has one. Two sizes are compared: the larger has to do
   worse where it did not learn.
2. Chance is asked, fold by fold, and at a level that allows for the worst of several sizes being
   picked.
3. Both are looked for at one alpha, the weakest: at each size's best there is little to be seen.

References
----------
.. [1] M. Belkin, D. Hsu, S. Ma and S. Mandal, "Reconciling modern machine-learning
   practice and the classical bias-variance trade-off", PNAS 116, 2019.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moonlet.specs import Array
from moonlet.study.evidence import Evidence
from moonlet.study.paired import PairedTest, corrected_t_test
from moonlet.study.plan import Size

# A network interpolates when it leaves less than this share of the loss that the smallest
# size tried leaves on the rows it was trained on.
_INTERPOLATES = 0.05


@dataclass(frozen=True, slots=True)
class Overfitting:
    """A larger size that learned its training rows better and the rest worse; losses.

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
class SecondDescent:
    """A size past interpolation that does better on held-out rows than a smaller one; losses.

    `peak` is the size with the worst held-out loss.
    """

    hidden: Size
    alpha: float
    train_loss: float
    valid_loss: float
    peak: Size
    peak_valid_loss: float
    p_value: float


def find_overfitting(
    evidence: Evidence, smaller: Size, n_train: float, n_valid: float, level: float
) -> Overfitting | None:
    """Find the worst case of over-fitting that the data show, against a size."""
    alpha, sizes = _weakest(evidence, smaller)
    larger = [
        size for size in sizes if evidence.n_parameters(size) > evidence.n_parameters(smaller)
    ]
    if not larger:
        return None
    train, valid = _losses(evidence, alpha, [smaller, *larger])
    tests = {
        size: corrected_t_test(valid[size] - valid[smaller], n_train, n_valid)
        for size in larger
        if train[size].mean() < train[smaller].mean()
    }
    shown = [size for size, test in tests.items() if test.p_value < level / len(larger)]
    if not shown:
        return None
    worst = max(shown, key=lambda size: tests[size].difference)
    return Overfitting(
        worst,
        alpha,
        float(train[worst].mean()),
        float(valid[worst].mean()),
        smaller,
        float(train[smaller].mean()),
        float(valid[smaller].mean()),
        tests[worst].p_value,
    )


def find_second_descent(
    evidence: Evidence, n_train: float, n_valid: float, level: float
) -> SecondDescent | None:
    """Find the size past interpolation that does best on held-out rows, if one does better."""
    alpha, sizes = _weakest(evidence, None)
    order = sorted(sizes, key=evidence.n_parameters)
    train, valid = _losses(evidence, alpha, order)
    order = [size for size in order if np.isfinite(valid[size]).all()]
    if not order:
        return None
    peak = max(order, key=lambda size: valid[size].mean())
    before, after = order[: order.index(peak)], order[order.index(peak) + 1 :]
    limit = _INTERPOLATES * train[order[0]].mean()
    after = [size for size in after if train[size].mean() < limit]
    if not before or not after:
        return None

    def better(size: Size) -> PairedTest:
        return corrected_t_test(valid[peak] - valid[size], n_train, n_valid)

    rises = min(better(size).p_value for size in before) < level / len(before)
    lowest = min(after, key=lambda size: valid[size].mean())
    falls = better(lowest)
    if not rises or falls.p_value >= level / len(after):
        return None
    return SecondDescent(
        lowest,
        alpha,
        float(train[lowest].mean()),
        float(valid[lowest].mean()),
        peak,
        float(valid[peak].mean()),
        falls.p_value,
    )


def _weakest(evidence: Evidence, size: Size | None) -> tuple[float, list[Size]]:
    """The weakest alpha that a size has been through all folds with, and who else has been."""
    complete = evidence.settings(evidence.folds)
    alphas = [alpha for hidden, alpha in complete if size is None or hidden == size]
    if not alphas:
        return math.nan, []
    weakest = min(alphas)
    return weakest, [hidden for hidden, alpha in complete if alpha == weakest]


def _losses(
    evidence: Evidence, alpha: float, sizes: Sequence[Size]
) -> tuple[dict[Size, Array], dict[Size, Array]]:
    """Training and held-out losses at an alpha, fold by fold."""
    folds = evidence.folds
    return (
        {size: evidence.train_losses((size, alpha), folds) for size in sizes},
        {size: evidence.losses((size, alpha), folds) for size in sizes},
    )
