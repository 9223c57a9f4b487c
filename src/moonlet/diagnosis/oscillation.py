"""Training that goes up and down instead of down."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import written
from moonlet.specs import Array

__all__ = ["find_oscillation"]

# A swing smaller than this share of the loss is of no use to anyone.
_NEGLIGIBLE = 1e-6
# What rounding may leave of a loss, as a share of the loss at the start.
_ROUNDING = 1e-12
# Mini-batches make a loss tremble, the more the closer it has come. Only a swing of half the
# loss, and of a hundredth of the loss at the start, is more than that; found by simulation, in
# benchmarks/how_often_does_the_tutor_cry_wolf.py.
_TREMBLE = 0.5
_TREMBLE_OF_START = 0.01


def find_oscillation(history: TrainingHistory) -> Finding | None:
    """Find a loss whose rises take back what its falls have won."""
    losses, n = history.loss_curve, len(history.loss_curve)
    # lbfgs accepts no step that raises the loss.
    if history.solver == "lbfgs" or n < 10:
        return None
    if history.takes_batches:
        tail = losses[-max(12, n // 4) :]
        low, middle, high = np.quantile(tail, [0.1, 0.5, 0.9])
        trembles = high - low <= _TREMBLE * middle + _TREMBLE_OF_START * losses[0]
        swings = not trembles and _swings(tail, 0.0)
        return _describe_oscillation(history, tail) if swings else None
    # The last quarter holds slow cycles, of hundreds of passes; the last dozen passes show a
    # descent that has only just begun to swing.
    quarter, dozen = losses[-max(12, n // 4) :], losses[-12:]
    visible = _NEGLIGIBLE * abs(losses[-1]) + _ROUNDING * abs(losses[0])
    # One bump that is over, and left the loss lower than ever, was none of it.
    if _swings(dozen, visible) or (_swings(quarter, visible) and losses[-1] > quarter.min()):
        return _describe_oscillation(history, quarter if _swings(quarter, visible) else dozen)
    return None


def _swings(tail: Array, visible: float) -> bool:
    """Tell whether the rises took back more than half of what the falls had won."""
    steps = np.diff(tail)
    risen, fallen = steps[steps > 0.0].sum(), -steps[steps < 0.0].sum()
    return bool(risen > 0.5 * fallen and np.ptp(tail) > visible)


def _describe_oscillation(history: TrainingHistory, tail: Array) -> Finding:
    rate = history.learning_rate_init
    period = _period(tail)
    if period is None:
        low, high, rises = tail.min(), tail.max(), np.count_nonzero(np.diff(tail) > 0.0)
        seen = (
            f"The loss goes up and down, between {written(low)} and {written(high)} in the last "
            f"{len(tail)} iterations, in {rises} of them upward,"
        )
    else:
        cycle = tail[-period:] if period <= 4 else np.array([tail[-period:].min(), tail.max()])
        values = " / ".join(written(loss) for loss in cycle)
        seen = f"The loss is caught in a cycle of period {period}, {values},"
    return Finding(
        "oscillating",
        f"{seen} and the norm of its gradient is still {history.gradient_norm_curve[-1]:.3g}: "
        f"learning_rate_init={rate:g} is too large here, steps leap across the valley and back.",
        f"Halve it: learning_rate_init={rate / 2.0:g}; and again, should the loss still swing.",
        {"learning_rate_init": rate / 2.0},
    )


def _period(tail: Array) -> int | None:
    """Find the shortest cycle that the last iterations repeat, three times or more."""
    last = tail[-300:]
    swing = np.ptp(last)
    for period in range(2, len(last) // 3 + 1):
        repeats = np.abs(last[period:] - last[:-period]).max() < 0.01 * swing
        # A slow wave hardly changes in a few steps either: a cycle runs through all of the swing.
        if repeats and np.ptp(last[-period:]) > 0.9 * swing:
            return period
    return None
