"""An estimator's parameters on their way into frozen specs, checked once for all equal ones.

scikit-learn's checks take longer than a small network's training. So what came of them is kept
under the class and the values with their types; values that have no hash take the full way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Literal

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator

from moonlet.estimators.initial import Init
from moonlet.estimators.network import Network
from moonlet.estimators.parameters import hidden_activations, hidden_layers
from moonlet.estimators.scikit_learns_own import validate_parameter_constraints
from moonlet.estimators.targets import output_for
from moonlet.names import LOSSES, SOLVERS
from moonlet.specs import (
    Activation,
    Loss,
    NetworkSpec,
    Output,
    SolverSpec,
    StopRule,
    TrainingSpec,
)

__all__ = ["Settings", "output_of_loss", "settings_of", "training_spec"]

# scikit-learn's "auto": as many rows a batch, or all when there are fewer.
_BATCH_SIZE = 200
# What is looked at each time: the one draws, and the other is a dict as a rule.
_APART = ("random_state", "class_weight")
_MOST_KEPT = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Settings:
    """An estimator's parameters, checked and in the engine's words; all but rows and chance.

    Parameters
    ----------
    hidden : tuple of int
        Units of each hidden layer.
    activations : tuple of str
        One name for each of them.
    loss, loss_parameter
        See `NetworkSpec`.
    solver : SolverSpec
        With the seed 0 for shuffles.
    stop : StopRule
    alpha, dropout, l1_ratio : float
    early_stopping : {"score", "loss"} or None
    validation_fraction : float
    init : str
        See `moonlet.estimators.initial`.
    """

    hidden: tuple[int, ...]
    activations: tuple[Activation, ...]
    loss: Loss
    loss_parameter: float
    solver: SolverSpec
    stop: StopRule
    alpha: float
    dropout: float
    early_stopping: Literal["score", "loss"] | None
    validation_fraction: float
    init: Init
    l1_ratio: float
    _specs: dict[tuple[int, int, Output], TrainingSpec] = field(default_factory=dict, repr=False)

    def spec(self, n_features: int, n_outputs: int, output: Output) -> TrainingSpec:
        """Say what is trained, for rows of so many features and targets of this kind.

        Raises
        ------
        ValueError
            If the parameters do not go together; the message says what does.
        """
        wanted = (n_features, n_outputs, output)
        spec = self._specs.get(wanted)
        if spec is None:
            network = NetworkSpec(
                (n_features, *self.hidden, n_outputs),
                self.activations,
                output,
                self.loss,
                self.loss_parameter,
            )
            spec = TrainingSpec(
                network,
                self.solver,
                self.stop,
                self.alpha,
                self.dropout,
                self.early_stopping,
                self.l1_ratio,
            )
            if len(self._specs) >= _MOST_KEPT:
                self._specs.clear()
            self._specs[wanted] = spec
        return spec


def settings_of(estimator: Network) -> Settings:
    """Check an estimator's parameters, once for a class and its values.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Need not be fitted; is left as it is.

    Returns
    -------
    settings : Settings

    Raises
    ------
    ValueError
        If a parameter is not allowed, in scikit-learn's words; the message says what is.
    """
    skip = bool(get_config()["skip_parameter_validation"])
    try:
        return _kept_settings(estimator, skip)
    except (KeyError, TypeError, ValueError):
        # Values that have no hash, or are stored in a way of their own, or are wrong: their
        # message is that of the values as they were given.
        if not skip:
            estimator._validate_params()
        names = _names_of_parameters(type(estimator))[0]
        return _settings({name: getattr(estimator, name) for name in names})


def training_spec(
    estimator: Network, n_features: int, n_outputs: int, output: Output | None = None
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
    settings = settings_of(estimator)
    return settings.spec(n_features, n_outputs, output or output_of_loss(settings.loss, n_outputs))


def output_of_loss(loss: Loss, n_outputs: int) -> Output:
    """Output of a network with so many units, for the usual kind of target of this loss."""
    if loss == "log_loss":
        return output_for(n_outputs)
    return LOSSES[loss].outputs[0]


def _kept_settings(estimator: Network, skip: bool) -> Settings:
    kind, state = type(estimator), vars(estimator)
    _, values = _names_of_parameters(kind)
    chance, class_weight = state["random_state"], state.get("class_weight")
    usual = (chance is None or type(chance) is np.random.RandomState or _is_seed(chance)) and (
        class_weight is None or type(class_weight) is dict or class_weight == "balanced"
    )
    if values is None or not usual:
        raise TypeError("to be looked at more closely")
    sizes, types_of_sizes = _hashed(state["hidden_layer_sizes"])
    names, types_of_names = _hashed(state["activation"])
    return _settings_once(kind, skip, sizes, names, types_of_sizes, types_of_names, *values(state))


def _is_seed(chance: object) -> bool:
    return type(chance) is int and 0 <= chance < 2**32


def _hashed(value: Any) -> tuple[Any, tuple[type, ...] | None]:
    # (1,), (1.0,) and (True,) have one hash.
    if type(value) in (tuple, list):
        return tuple(value), tuple(map(type, value))
    return value, None


@lru_cache(maxsize=_MOST_KEPT, typed=True)
def _settings_once(
    kind: type[Network],
    skip: bool,
    sizes: Any,
    activation: Any,
    types_of_sizes: object,
    types_of_activation: object,
    *values: Any,
) -> Settings:
    names = _names_of_parameters(kind)[0]
    rest = (name for name in names if name not in ("hidden_layer_sizes", "activation", *_APART))
    given = {"hidden_layer_sizes": sizes, "activation": activation}
    given |= dict(zip(rest, values, strict=True))
    if not skip:
        own = {name: given[name] for name in kind._get_param_names() if name in given}
        validate_parameter_constraints(kind._parameter_constraints, own, kind.__name__)
    return _settings(given)


@cache
def _names_of_parameters(
    kind: type[Network],
) -> tuple[tuple[str, ...], Callable[[Mapping[str, Any]], tuple[Any, ...]] | None]:
    """Names of all parameters, a subclass's own among them, and how to get most at once."""
    names = dict.fromkeys(kind._get_param_names())
    for base in kind.__mro__:
        names |= dict.fromkeys(vars(base).get("_parameter_constraints", ()))
    rest = [name for name in names if name not in ("hidden_layer_sizes", "activation", *_APART)]
    own_way = kind._validate_params is not BaseEstimator._validate_params
    return tuple(names), None if own_way else itemgetter(*rest)


def _settings(given: Mapping[str, Any]) -> Settings:
    hidden = hidden_layers(given["hidden_layer_sizes"])
    batch_size, loss = given["batch_size"], given.get("loss", "log_loss")
    own = LOSSES[loss].parameter
    # Like scikit-learn, whose early stopping does not concern "lbfgs".
    stops_early = given["early_stopping"] and SOLVERS[given["solver"]].has_rate
    return Settings(
        hidden=hidden,
        activations=hidden_activations(given["activation"], len(hidden)),
        loss=loss,
        loss_parameter=0.0 if own is None else float(given[own.name]),
        solver=SolverSpec(
            given["solver"],
            float(given["learning_rate_init"]),
            schedule=given["learning_rate"],
            power_t=float(given["power_t"]),
            momentum=float(given["momentum"]),
            nesterovs_momentum=bool(given["nesterovs_momentum"]),
            beta_1=float(given["beta_1"]),
            beta_2=float(given["beta_2"]),
            epsilon=float(given["epsilon"]),
            batch_size=_BATCH_SIZE if isinstance(batch_size, str) else int(batch_size),
            shuffle=bool(given["shuffle"]),
        ),
        stop=StopRule(
            max_iter=int(given["max_iter"]),
            tol=float(given["tol"]),
            # No count of passes can exceed max_iter, so there it means the same as infinity.
            n_iter_no_change=int(min(given["n_iter_no_change"], given["max_iter"])),
            max_fun=int(given["max_fun"]),
        ),
        alpha=float(given["alpha"]),
        dropout=float(given["dropout"]),
        early_stopping=given["early_stopping_on"] if stops_early else None,
        validation_fraction=float(given["validation_fraction"]),
        init=given["init"],
        l1_ratio=float(given["l1_ratio"]),
    )
