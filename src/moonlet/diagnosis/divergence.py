"""Training that left the finite numbers, or is on its way there."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.inputs import find_unscaled_inputs
from moonlet.diagnosis.numbers import one_digit, written

__all__ = ["find_divergence"]


def find_divergence(history: TrainingHistory, facts: TrainingFacts | None) -> Finding | None:
    """Find losses that are no numbers, or ten times what they were at the start."""
    losses, n = history.loss_curve, len(history.loss_curve)
    unusable = np.flatnonzero(~np.isfinite(losses) | ~np.isfinite(history.gradient_norm_curve))
    n_finite = int(unusable[0]) if unusable.size else n
    if history.stop_reason == "diverged" or unusable.size:
        iteration = n_finite + 1 if unusable.size else max(n, 1)
        seen = f"Training left the finite numbers in iteration {iteration}"
    elif n > 1 and np.median(losses[-max(1, n // 4) :]) > 10.0 * losses[0]:
        seen = f"Training runs off, for {n} iterations by now"
    else:
        return None
    unscaled = facts is not None and find_unscaled_inputs(facts) is not None
    if n_finite == 0 or history.solver == "lbfgs" or unscaled:
        return Finding(
            "diverged",
            f"{seen}: the inputs are too large for the weights.",
            "Standardize the features, so that each has mean 0 and variance 1.",
            step="StandardScaler",
        )
    highest = losses[:n_finite].max()
    if highest > losses[0]:
        seen += f", its loss risen from {written(losses[0])} to {written(highest)}"
    rate = _steady_rate(history, n_finite)
    return Finding(
        "diverged",
        f"{seen}: each step of learning_rate_init={history.learning_rate_init:g} leaps across the "
        "valley and lands higher on the other side.",
        f"Lower it: learning_rate_init={rate:g}; and to a tenth of that, should it happen again.",
        {"learning_rate_init": rate},
    )


def _steady_rate(history: TrainingHistory, n_finite: int) -> float:
    rate = history.learning_rate_init
    if history.takes_batches:
        return one_digit(rate / 10.0)  # what follows needs the gradient of all rows
    losses, norms = history.loss_curve[:n_finite], history.gradient_norm_curve[:n_finite]
    # Far out the curvature is not that of the start, and the estimate below it next to nothing.
    # With a hundredth of the rate at which the first slope would reach a loss of 0 one can begin.
    steady = 0.01 * losses[0] / norms[0] / norms[0]
    rises = np.flatnonzero(np.diff(losses) > 0.0)
    if rises.size:
        # Along a step of length r |g|, a parabola that starts at L with slope -|g| and curvature
        # c arrives at L - r |g|^2 + c (r |g|)^2 / 2. Where the loss did arrive gives c, and a rate
        # of 1 / c would have ended at the bottom. The first rise is taken, where descent ceased
        # to descend, and 0.3 instead of 1, since other directions may be steeper.
        t = rises[0]
        length = rate * norms[t]
        curvature = 2.0 * ((losses[t + 1] - losses[t]) / length / length + 1.0 / rate)
        steady = max(steady, 0.3 / curvature)
    return one_digit(max(min(rate / 10.0, steady), np.finfo(np.float64).tiny))
