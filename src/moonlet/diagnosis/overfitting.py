"""Training that went on after it had stopped helping on other rows."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, percent, written
from moonlet.specs import Array

__all__ = ["find_over_fitting", "is_past_its_best"]

# A rise of the validation loss by a tenth is more than the wobble of an ordinary run.
_RISE = 0.1


def is_past_its_best(history: TrainingHistory) -> bool:
    """Whether the validation loss has turned upward while the training loss went on falling."""
    curve, losses = history.validation_loss_curve, history.loss_curve
    if curve is None or len(curve) < 10 or not np.isfinite(curve).all():
        return False
    best = int(curve.argmin())
    risen = _end(curve) > (1.0 + _RISE) * curve[best]
    return bool(risen and losses[-1] < losses[min(best, len(losses) - 1)])


def _end(curve: Array) -> float:
    return float(np.median(curve[-5:]))  # one bad epoch is no trend


def find_over_fitting(history: TrainingHistory, facts: TrainingFacts | None) -> Finding | None:
    """Find training that went on past its best, and kept what it had at the end."""
    curve = history.validation_loss_curve
    # Early stopping has gone back to the best weights already.
    if curve is None or history.early_stopping or not is_past_its_best(history):
        return None
    best, end = int(curve.argmin()), _end(curve)
    # The validation loss is without the penalty: so must be what it is compared with. Without facts
    # the penalty is not known, and to leave it in accuses nobody falsely.
    training = float(history.loss_curve[-1]) - (0.0 if facts is None else facts.penalty)
    if end <= training:
        return None  # rows that were learned by heart are answered better than others
    of_it = "" if facts is None or not facts.penalty else ", without the penalty,"
    seen = (
        f"The validation loss was lowest after iteration {best + 1}, at "
        f"{written(float(curve[best]))}, and has risen by {percent(end / curve[best] - 1.0)} to "
        f"{written(end)} since, while the training loss{of_it} fell on to {written(training)}: "
        "from there on the network learned its rows by heart."
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
