"""Training that went on after it had stopped helping on other rows."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, percent, written

__all__ = ["find_over_fitting"]

# A rise of the validation loss by a tenth is more than the wobble of an ordinary run.
_RISE = 0.1


def find_over_fitting(history: TrainingHistory) -> Finding | None:
    """Find a validation loss that has turned upward while the training loss went on falling."""
    curve = history.validation_loss_curve
    # Early stopping has gone back to the best weights already.
    if curve is None or len(curve) < 10 or history.early_stopping or not np.isfinite(curve).all():
        return None
    best, losses = int(curve.argmin()), history.loss_curve
    end = float(np.median(curve[-5:]))  # one bad epoch at the end is no trend
    risen = end > (1.0 + _RISE) * curve[best]
    if not (risen and losses[-1] < losses[min(best, len(losses) - 1)]):
        return None
    lowest = written(float(curve[best]))
    seen = (
        f"The validation loss was lowest after iteration {best + 1}, at {lowest}, and has risen "
        f"by {percent(end / curve[best] - 1.0)} to {written(end)} since, while the training loss "
        f"fell on to {written(losses[-1])}: from there on the network learned its rows by heart."
    )
    if history.solver == "lbfgs":
        alpha = one_digit(max(10.0 * history.alpha, 0.1))
        cure, change = f"Hold its weights back: alpha={alpha:g}.", {"alpha": alpha}
        return Finding("over_fitting", seen, cure, change)
    return Finding(
        "over_fitting",
        seen,
        "Stop there: early_stopping=True with early_stopping_on='loss' keeps the best weights.",
        {"early_stopping": True, "early_stopping_on": "loss"},
    )
