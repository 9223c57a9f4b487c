"""Training that went on after it had stopped helping on other rows."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, percent, written

__all__ = ["find_over_fitting", "is_past_its_best"]

# A rise of the validation loss by a tenth is more than the wobble of an ordinary run.
_RISE = 0.1


def is_past_its_best(history: TrainingHistory) -> bool:
    """Whether the validation loss has turned upward while the training loss went on falling."""
    curve, losses = history.validation_loss_curve, history.loss_curve
    if curve is None or len(curve) < 10 or not np.isfinite(curve).all():
        return False
    best = int(curve.argmin())
    risen = np.median(curve[-5:]) > (1.0 + _RISE) * curve[best]  # one bad epoch is no trend
    return bool(risen and losses[-1] < losses[min(best, len(losses) - 1)])


def find_over_fitting(history: TrainingHistory) -> Finding | None:
    """Find training that went on past its best, and kept what it had at the end."""
    curve, losses = history.validation_loss_curve, history.loss_curve
    # Early stopping has gone back to the best weights already.
    if curve is None or history.early_stopping or not is_past_its_best(history):
        return None
    best, end = int(curve.argmin()), float(np.median(curve[-5:]))
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
