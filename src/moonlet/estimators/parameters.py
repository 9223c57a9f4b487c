"""An estimator's parameters: what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import cast

import numpy as np

from moonlet.estimators.initial import INITS
from moonlet.estimators.scikit_learns_own import Interval, Options, StrOptions
from moonlet.specs import ACTIVATIONS, SCHEDULES, SOLVERS, Activation

__all__ = ["CONSTRAINTS", "hidden_activations", "hidden_layers"]

# In scikit-learn's language for it, so that its estimator checks and its error words apply.
CONSTRAINTS: dict[str, list[object]] = {
    "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(ACTIVATIONS)), tuple, list],
    "solver": [StrOptions(set(SOLVERS))],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "learning_rate": [StrOptions(set(SCHEDULES))],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "power_t": [Interval(Real, 0, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "early_stopping_on": [StrOptions({"score", "loss"})],
    "validation_fraction": [Interval(Real, 0, 1, closed="left")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
    "max_fun": [Interval(Integral, 1, None, closed="left")],
    "dropout": [Interval(Real, 0, 1, closed="left")],
    "l1_ratio": [Interval(Real, 0, 1, closed="both")],
    "init": [StrOptions(set(INITS))],
    "n_jobs": [Integral, None],
}


def hidden_activations(
    activation: Activation | Sequence[Activation], n_hidden: int
) -> tuple[Activation, ...]:
    """Activation of each hidden layer; a bare name is that of all.

    Raises
    ------
    ValueError
        If there is not one name a layer, or a name is none that moonlet knows.
    """
    if isinstance(activation, str):
        return (activation,) * n_hidden
    names = tuple(activation)
    if len(names) != n_hidden:
        raise ValueError(
            f"activation must be one name, or one for each of the {n_hidden} hidden layers, "
            f"got {len(names)}: {names}. Give a name alone to use it in all layers."
        )
    for name in names:
        if name not in ACTIVATIONS:
            raise ValueError(
                f"activation must be made of {', '.join(ACTIVATIONS)}, got {name!r} in {names}."
            )
    return names


def hidden_layers(hidden_layer_sizes: int | Sequence[int]) -> tuple[int, ...]:
    """Units of each hidden layer; a bare number is one layer, ``()`` is none.

    Raises
    ------
    ValueError
        If a size is not a whole number of at least 1.
    """
    if isinstance(hidden_layer_sizes, Integral):
        return (int(hidden_layer_sizes),)
    sizes = list(cast("Sequence[int]", hidden_layer_sizes))
    if not all(isinstance(size, Integral) for size in sizes):
        raise ValueError(
            f"hidden_layer_sizes must be whole numbers, got {sizes}. "
            "Give one number of units for each hidden layer, such as (20, 10)."
        )
    if any(size <= 0 for size in sizes):
        raise ValueError(
            f"hidden_layer_sizes must be > 0, got {sizes}. "
            "Use hidden_layer_sizes=() for a network without hidden layers."
        )
    return tuple(int(size) for size in sizes)
