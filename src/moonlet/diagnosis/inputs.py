"""Inputs and targets of a size that no network starts out for."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.specs import Array

__all__ = ["find_unscaled_inputs", "find_unscaled_target", "sizes"]

# Starting weights are made for inputs of size 1. The curvature along a weight grows with the
# square of its input, so a rate that suits a column of size 20 is a four-hundredth of what its
# neighbours of size 1 need: at 20, 500 epochs on the moons leave sgd more than twice the loss,
# at a tenth all solvers (benchmarks/how_often_does_the_tutor_cry_wolf.py --inputs). Petals in
# centimetres and pixels from 0 to 16 train well as they are and lie between the limits.
_TOO_LARGE = 20.0
_TOO_SMALL = 0.1

# The output's bias starts near 0 and must first travel to the target's mean.
_FAR_TARGET = 10.0


def sizes(facts: TrainingFacts) -> Array:
    """Root mean square of each column."""
    size: Array = np.hypot(facts.columns_mean, facts.columns_spread)
    return np.where(np.isnan(size), np.inf, size)  # NaN is what an overflow left of immense ones


def find_unscaled_inputs(facts: TrainingFacts) -> Finding | None:
    """Find columns that are far larger than 1, or all far smaller."""
    size = sizes(facts)
    largest = int(np.nanargmax(size))
    if size[largest] > _TOO_LARGE:
        others = np.delete(size, largest)
        beside = f", the smallest {others.min():.3g}" if others.size else ""
        seen = (
            f"Column {largest} of X has the size {size[largest]:.3g} (root mean square){beside}: "
            "it drowns the others, and any step that suits it is too small for them."
        )
    elif 0.0 < size[largest] < _TOO_SMALL:
        seen = (
            f"The largest column of X has the size {size[largest]:.3g} (root mean square): the "
            "weights start as if for a size of 1, so the inputs are hardly heard."
        )
    else:
        return None
    return Finding(
        "unscaled_inputs",
        seen,
        "Standardize X: put a StandardScaler before the network, in a Pipeline.",
        step="StandardScaler",
    )


def find_unscaled_target(history: TrainingHistory, facts: TrainingFacts) -> Finding | None:
    """Find a target so large that training spent itself on getting to its mean."""
    # Where the network has learned something in spite of it, nothing needs to be said.
    if facts.target_size < _FAR_TARGET or history.loss_curve[-1] < 0.9 * facts.base_loss:
        return None
    return Finding(
        "unscaled_target",
        f"The target has the size {facts.target_size:.3g} (root mean square), and after "
        f"{history.n_iter} iterations the loss, {history.loss_curve[-1]:.3g}, is no better than "
        f"that of always answering the mean, {facts.base_loss:.3g}: the outputs start near 0, and "
        "training went into getting there.",
        "Standardize the target: TransformedTargetRegressor(network, "
        "transformer=StandardScaler()) does, and turns predictions back.",
        step="StandardScaler",
    )
