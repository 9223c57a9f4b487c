"""A network as an estimator: its parameters, what it has learned, and what tells its kinds apart.

All that reads rows, draws up plans and trains is given a `Network`; `base.BaseMLP` puts these
together to `fit`. A network's fitted state is its public attributes, so whoever sets those has a
fitted estimator.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin

from moonlet import engine
from moonlet.diagnosis import TrainingFacts
from moonlet.estimators.initial import Init
from moonlet.estimators.known import Known
from moonlet.estimators.learned import LEARNED
from moonlet.estimators.parameters import CONSTRAINTS
from moonlet.estimators.quick import QuickAnswer
from moonlet.estimators.versions import VersionedPickles
from moonlet.names import SOLVERS
from moonlet.specs import Activation, Schedule, SolverName, StopReason

__all__ = ["STOCHASTIC", "Network", "is_stochastic"]

STOCHASTIC = tuple(name for name, solver in SOLVERS.items() if solver.takes_batches)


class Network(VersionedPickles, CallbackSupportMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """Parameters and learned attributes of moonlet's networks; not for use by itself."""

    _parameter_constraints: ClassVar[dict[str, list[object]]] = CONSTRAINTS

    hidden_layer_sizes: int | Sequence[int]
    activation: Activation | Sequence[Activation]
    solver: SolverName
    alpha: float
    batch_size: int | Literal["auto"]
    learning_rate: Schedule
    learning_rate_init: float
    power_t: float
    max_iter: int
    shuffle: bool
    random_state: int | np.random.RandomState | None
    tol: float
    verbose: bool | int
    warm_start: bool
    momentum: float
    nesterovs_momentum: bool
    early_stopping: bool
    early_stopping_on: Literal["score", "loss"]
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    dropout: float
    l1_ratio: float
    init: Init
    n_jobs: int | None

    coefs_: list[NDArray[Any]]
    intercepts_: list[NDArray[Any]]
    n_features_in_: int
    n_layers_: int
    n_outputs_: int
    out_activation_: str
    n_iter_: int
    t_: int
    loss_: float
    best_loss_: float | None
    loss_curve_: list[float]
    validation_loss_curve_: list[float] | None
    validation_scores_: list[float] | None
    best_validation_score_: float | None
    gradient_norm_curve_: list[float]
    stop_reason_: StopReason

    # Of the solver after the last pass, as bytes or as it lies: partial_fit goes on from it.
    _solver_state: tuple[SolverName, engine.SolverState | bytes] | None = None
    # Of the last `fit`: what the diagnosis looks at beside the curves.
    _training_facts: TrainingFacts | None = None
    # The short way to an answer, where there is one.
    _quick: QuickAnswer | None = None

    # --- What a kind of estimator adds ---------------------------------------------------

    @abstractmethod
    def _code(self, y: Any, dtype: Any, known: Known | None) -> tuple[NDArray[Any], Any]:
        """Check targets; give them coded, and their coding."""

    @abstractmethod
    def _code_plainly(
        self, y: object, n_rows: int, dtype: Any, known: Known | None
    ) -> tuple[NDArray[Any], Any] | None:
        """Do the same with targets that are plain to see; else None."""

    @abstractmethod
    def _known_coding(self) -> Any:
        """The coding of what a fitted estimator was trained on."""

    @abstractmethod
    def _learned_of(self, coding: Any) -> dict[str, Any]:
        """The attributes that tell of the targets."""

    # --- What all have in common -----------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        return "coefs_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return list(_names_of_parameters(cls))

    def _forget(self) -> None:
        """Drop what was learned, and nothing else."""
        for name in LEARNED & vars(self).keys():
            self.__dict__.pop(name, None)

    def _twin(self, learned: Mapping[str, Any]) -> Self:
        """The same as it is now, but for these attributes; other threads do not know of it."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.__dict__.update(learned)
        return twin


@cache
def _names_of_parameters(kind: type[Network]) -> tuple[str, ...]:
    # scikit-learn looks into the constructor each time that it is asked.
    return tuple(super(Network, kind)._get_param_names())  # type: ignore[misc]


def is_stochastic(estimator: Network) -> bool:
    """Tell whether `partial_fit` is there; say why not."""
    if estimator.solver not in STOCHASTIC:
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. "
            f"{estimator.solver} is not stochastic. Use solver='sgd' or 'adam'."
        )
    return True
