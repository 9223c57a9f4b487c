"""What size does at the weakest weight decay: over-fitting, and the second descent.

Where weight decay is weakest it hides least of what size does. A scorer may be
coarse, or not comparable between rows seen and unseen, so both are told in the
loss that is trained on.

1. Over-fitting is said if some size larger than the recommended one does better
   on the rows it was trained on and worse on those held out, by the corrected
   resampled t-test at the level divided by the number of larger sizes.
2. A second descent [1]_ is said if, past the size with the worst held-out loss, a
   larger size that interpolates (its training loss is next to nothing) does better
   again by the same test, at the level divided by the number of such sizes, and
   the worst size is over-fitted by rule 1 against some smaller one.

References
----------
.. [1] M. Belkin, D. Hsu, S. Ma and S. Mandal, "Reconciling modern machine-learning
   practice and the classical bias-variance trade-off", PNAS 116, 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moonlet.specs import Array
from moonlet.study.evidence import Evidence, PairedTest, corrected_t_test
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
    evidence: Evidence, smaller: int, n_train: float, n_valid: float, level: float
) -> Overfitting | None:
    """Find the worst case of over-fitting that the data show, against the size at a position."""
    train, valid = _losses(evidence)
    larger = [
        at for at, n in enumerate(evidence.n_parameters) if n > evidence.n_parameters[smaller]
    ]
    tests = {
        at: corrected_t_test(valid[at] - valid[smaller], n_train, n_valid)
        for at in larger
        if train[at].mean() < train[smaller].mean()
    }
    shown = [at for at, test in tests.items() if test.p_value < level / len(larger)]
    if not shown:
        return None
    worst = max(shown, key=lambda at: tests[at].difference)
    return Overfitting(
        evidence.sizes[worst],
        _weakest(evidence),
        float(train[worst].mean()),
        float(valid[worst].mean()),
        evidence.sizes[smaller],
        float(train[smaller].mean()),
        float(valid[smaller].mean()),
        tests[worst].p_value,
    )


def find_second_descent(
    evidence: Evidence, n_train: float, n_valid: float, level: float
) -> SecondDescent | None:
    """Find the size past interpolation that does best on held-out rows, if one does better."""
    train, valid = _losses(evidence)
    means = valid.mean(axis=1)
    finite = [at for at, mean in enumerate(means) if np.isfinite(mean)]
    order = sorted(finite, key=lambda at: evidence.n_parameters[at])
    if not order:
        return None
    peak = max(order, key=lambda at: means[at])
    before, after = order[: order.index(peak)], order[order.index(peak) + 1 :]
    limit = _INTERPOLATES * train[order[0]].mean()
    after = [at for at in after if train[at].mean() < limit]
    if not before or not after:
        return None

    def better(at: int) -> PairedTest:
        return corrected_t_test(valid[peak] - valid[at], n_train, n_valid)

    rises = min(better(at).p_value for at in before) < level / len(before)
    lowest = min(after, key=lambda at: means[at])
    falls = better(lowest)
    if not rises or falls.p_value >= level / len(after):
        return None
    return SecondDescent(
        evidence.sizes[lowest],
        _weakest(evidence),
        float(train[lowest].mean()),
        float(means[lowest]),
        evidence.sizes[peak],
        float(means[peak]),
        falls.p_value,
    )


def _weakest(evidence: Evidence) -> float:
    return min(evidence.alphas)


def _losses(evidence: Evidence) -> tuple[Array, Array]:
    """Training and held-out losses at the weakest alpha, of shape (sizes, folds)."""
    at = evidence.alphas.index(_weakest(evidence))
    return evidence.kept(evidence.train_loss)[:, at], evidence.kept(evidence.valid_loss)[:, at]
