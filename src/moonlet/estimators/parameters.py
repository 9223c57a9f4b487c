"""An estimator's parameters: what is allowed, and their way into frozen specs."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import TYPE_CHECKING, cast

import numpy as np
from sklearn import get_config
from sklearn.utils._param_validation import Interval, Options, StrOptions

from moonlet.estimators.initial import INITS
from moonlet.specs import (
    ACTIVATIONS,
    SCHEDULES,
    SOLVERS,
    Activation,
    NetworkSpec,
    Output,
    SolverSpec,
    StopRule,
    TrainingSpec,
)

if TYPE_CHECKING:
    from moonlet.estimators.base import BaseMLP

__all__ = ["CONSTRAINTS", "hidden_activations", "hidden_layers", "training_spec"]

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
    "init": [StrOptions(set(INITS))],
    "n_jobs": [Integral, None],
}

# scikit-learn's "auto": as many rows a batch, or all when there are fewer.
_BATCH_SIZE = 200


def training_spec(
    estimator: BaseMLP, n_features: int, n_outputs: int, output: Output | None = None
) -> TrainingSpec:
    """Turn an estimator's parameters into frozen specs, once, before training.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Need not be fitted; is left as it is.
    n_features : int
        Inputs of the network.
    n_outputs : int
        Units of its last layer, see `network_output`.
    output : {"identity", "exp", "sigmoid", "softmax"}, optional
        What turns their values into predictions. Defaults to what the estimator
        has for so many units, which for a classifier is one label a row.

    Returns
    -------
    spec : TrainingSpec
        With the seed 0 for shuffles.

    Raises
    ------
    ValueError
        If a parameter is not allowed; the message says what is.

    Examples
    --------
    >>> from moonlet import MLPClassifier
    >>> training_spec(MLPClassifier((3,)), n_features=2, n_outputs=1).network.layer_sizes
    (2, 3, 1)
    """
    # `fit` has validated already when it comes here, and scikit-learn then says skip.
    if not get_config()["skip_parameter_validation"]:
        estimator._validate_params()
    hidden = hidden_layers(estimator.hidden_layer_sizes)
    # No count of passes can exceed max_iter, so there it means the same as infinity.
    patience = min(estimator.n_iter_no_change, estimator.max_iter)
    batch_size = estimator.batch_size
    # Like scikit-learn, whose early stopping does not concern "lbfgs".
    stops_early = estimator.early_stopping and estimator.solver != "lbfgs"
    loss, loss_parameter = estimator._loss()
    return TrainingSpec(
        network=NetworkSpec(
            layer_sizes=(n_features, *hidden, n_outputs),
            activations=hidden_activations(estimator.activation, len(hidden)),
            output=output or estimator._output_of(n_outputs),
            loss=loss,
            loss_parameter=cast("float", loss_parameter),  # None is its default
        ),
        solver=SolverSpec(
            estimator.solver,
            float(estimator.learning_rate_init),
            schedule=estimator.learning_rate,
            power_t=float(estimator.power_t),
            momentum=float(estimator.momentum),
            nesterovs_momentum=bool(estimator.nesterovs_momentum),
            beta_1=float(estimator.beta_1),
            beta_2=float(estimator.beta_2),
            epsilon=float(estimator.epsilon),
            batch_size=_BATCH_SIZE if isinstance(batch_size, str) else int(batch_size),
            shuffle=bool(estimator.shuffle),
        ),
        stop=StopRule(
            max_iter=int(estimator.max_iter),
            tol=float(estimator.tol),
            n_iter_no_change=int(patience),
            max_fun=int(estimator.max_fun),
        ),
        alpha=float(estimator.alpha),
        dropout=float(estimator.dropout),
        early_stopping=estimator.early_stopping_on if stops_early else None,
    )


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
