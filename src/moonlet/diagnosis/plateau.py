"""Training that came no further than always giving the same answer."""

from __future__ import annotations

import numpy as np

from moonlet.diagnosis.facts import TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, written

__all__ = ["find_plateau"]

# What a network must gain over the constant answer to have learned anything, as a share of it;
# and how still the loss must lie. Over-fitting alone gains more than that on pure noise.
_GAIN = 0.02
_STILL = 0.01
# Along any weight the loss bends by about 1 at most where inputs have size 1; a penalty that
# bends it by a twentieth of that pulls every weight that does not pay for itself to 0.
_HEAVY_PENALTY = 0.05


def find_plateau(history: TrainingHistory, facts: TrainingFacts) -> Finding | None:
    """Find a loss that has lain flat, at that of the best constant answer, for half of a run."""
    losses = history.loss_curve
    base = facts.base_loss
    second_half = losses[len(losses) // 2 :]
    # lbfgs sees at once that a gradient is next to nothing, and calls that converged.
    enough = len(losses) >= 10 or (history.solver == "lbfgs" and history.stop_reason == "converged")
    flat = enough and np.ptp(second_half) < _STILL * base
    if not (facts.layers and flat and losses[-1] > (1.0 - _GAIN) * base):
        return None
    seen = (
        f"For the last {len(second_half)} of {len(losses)} iterations the loss has lain at "
        f"{written(losses[-1])}, where always giving the same answer gets {written(base)}: "
        "the network makes nothing of its inputs."
    )
    if history.alpha / facts.n_rows >= _HEAVY_PENALTY:
        alpha = one_digit(history.alpha / 100.0)
        return Finding(
            "plateau",
            f"{seen} alpha={history.alpha:g} on {facts.n_rows} rows holds all weights at 0.",
            f"Lower it: alpha={alpha:g}.",
            {"alpha": alpha},
        )
    otherwise = "If that ends at the same loss, the inputs say nothing about the target."
    activations = {layer.activation for layer in facts.layers}
    if "logistic" in activations or (history.solver == "lbfgs" and "tanh" in activations):
        return Finding(
            "plateau",
            f"{seen} Little of the gradient passes through activations that are flat on both "
            "sides, and less through several of them.",
            f"Let it through: activation='relu'. {otherwise}",
            {"activation": "relu"},
        )
    if history.solver != "lbfgs":
        return Finding(
            "plateau",
            f"{seen} Steps of solver={history.solver!r} find no way down from here.",
            f"Take one that chooses its own: solver='lbfgs'. {otherwise}",
            {"solver": "lbfgs"},
        )
    return Finding(
        "plateau",
        f"{seen} Either they say nothing about the target, or rows and targets do not belong "
        "together.",
        "Check that X and y are in the same order.",
    )
