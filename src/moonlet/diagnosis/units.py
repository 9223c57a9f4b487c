"""Hidden units that the gradient does not pass through."""

from __future__ import annotations

from collections.abc import Callable

from moonlet.diagnosis.facts import LayerFacts, TrainingFacts
from moonlet.diagnosis.finding import Finding
from moonlet.diagnosis.history import TrainingHistory
from moonlet.diagnosis.numbers import one_digit, written
from moonlet.specs import Activation

__all__ = ["find_dead_units", "find_saturated_units"]

# relu and its smooth relatives are flat on one side only; the others on both. Instead of a dead
# relu, elu lowered the loss more often than leaky_relu, whose slope of 1/100 is soon nothing
# through several layers (62 against 25 of 100 trainings with dead units; tanh 68).
_ONE_SIDED: tuple[Activation, ...] = ("relu", "elu", "gelu", "silu", "softplus")
_TWO_SIDED: tuple[Activation, ...] = ("logistic", "tanh")

# A few idle units are no loss to a layer, and some start out idle.
_DEAD_SHARE = 0.4
_FLAT_SHARE = 0.5
# Units that stand still in a network that has done its work are no trouble: steps of 0 and 1 are
# what tells classes apart. They are where much of the loss of the constant answer is left.
_STILL_TO_DO = 0.4


def find_dead_units(history: TrainingHistory, facts: TrainingFacts) -> Finding | None:
    """Find a layer of which much gives the same for every row, and cannot learn to do else."""
    if not _is_much_left(history, facts):
        return None
    worst = _worst(facts, _ONE_SIDED, lambda layer: layer.n_dead)
    if worst is None:
        return None
    position, layer = worst
    if layer.n_dead <= _DEAD_SHARE * layer.n_units:
        return None
    better: Activation = "elu" if layer.activation == "relu" else "tanh"
    return Finding(
        "dead_units",
        f"{layer.n_dead} of the {layer.n_units} units in hidden layer {position} are dead, while "
        f"the loss is still {written(float(history.loss_curve[-1]))}: on every row "
        f"{layer.activation} is on its flat side, so they give the same for all rows and get no "
        "gradient to change that.",
        f"Let them have a slope there: activation={better!r}.",
        {"activation": better},
    )


def find_saturated_units(history: TrainingHistory, facts: TrainingFacts) -> Finding | None:
    """Find a layer that stands still at the ends of its activation while work is left."""
    loss = float(history.loss_curve[-1])
    if not _is_much_left(history, facts):
        return None
    worst = _worst(facts, _TWO_SIDED, lambda layer: layer.n_flat)
    if worst is None:
        return None
    position, layer = worst
    if layer.n_flat < _FLAT_SHARE * layer.n_units:
        return None
    seen = (
        f"{layer.n_flat} of the {layer.n_units} units in hidden layer {position} are saturated, "
        f"while the loss is still {written(loss)}: on 95 % of the rows {layer.activation} is at "
        "its flat ends, where less than a twentieth of the gradient passes."
    )
    if history.solver == "lbfgs":
        alpha = one_digit(max(10.0 * history.alpha, 0.1))
        return Finding(
            "saturated_units",
            f"{seen} Its weights have grown too large.",
            f"Hold them back: alpha={alpha:g}.",
            {"alpha": alpha},
        )
    rate = one_digit(history.learning_rate_init / 10.0)
    return Finding(
        "saturated_units",
        f"{seen} Steps of learning_rate_init={history.learning_rate_init:g} threw them there.",
        f"Lower it: learning_rate_init={rate:g}.",
        {"learning_rate_init": rate},
    )


def _is_much_left(history: TrainingHistory, facts: TrainingFacts) -> bool:
    # The constant answer bears no penalty.
    return bool(history.loss_curve[-1] - facts.penalty > _STILL_TO_DO * facts.base_loss)


def _worst(
    facts: TrainingFacts, activations: tuple[Activation, ...], count: Callable[[LayerFacts], int]
) -> tuple[int, LayerFacts] | None:
    layers = [
        (position, layer)
        for position, layer in enumerate(facts.layers, start=1)
        if layer.activation in activations
    ]
    return max(layers, key=lambda at: count(at[1]) / at[1].n_units, default=None)
