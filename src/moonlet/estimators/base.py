"""What all of moonlet's networks share as estimators: training, and what is learned.

The way through `fit`: rows are checked, parameters become frozen specs, starting
weights are drawn, and one batch of one trainer runs in the engine. A network's
fitted state is its public attributes, so whoever sets those has a fitted estimator.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import check_is_fitted

from moonlet import engine
from moonlet.diagnosis import Finding, TrainingFacts, TrainingHistory, diagnose, examine
from moonlet.estimators.ending import refuse_divergence, warn_unless_converged
from moonlet.estimators.initial import Init, generator_of, initial_parameters
from moonlet.estimators.learned import OUT_ACTIVATION, learned_attributes
from moonlet.estimators.parameters import CONSTRAINTS, hidden_activations, training_spec
from moonlet.estimators.quick import QuickAnswer
from moonlet.estimators.rows import Rows, check_rows, hold_out
from moonlet.estimators.run import CallbackTasks, Printer, Watcher, run
from moonlet.estimators.targets import class_targets, network_output
from moonlet.exceptions import DivergedError
from moonlet.specs import (
    Activation,
    Array,
    Loss,
    NetworkSpec,
    Output,
    Schedule,
    SolverName,
    StopReason,
    TrainingSpec,
)

__all__ = [
    "BaseMLP",
    "class_targets",
    "fitted_network",
    "initial_parameters",
    "is_stochastic",
    "network_output",
    "training_spec",
]

STOCHASTIC: tuple[SolverName, ...] = ("sgd", "adam")

_OUTPUT: dict[str, Output] = {name: output for output, name in OUT_ACTIVATION.items()}


class BaseMLP(CallbackSupportMixin, BaseEstimator, ABC):  # type: ignore[misc]  # has no types
    """Base of moonlet's estimators; not for use by itself."""

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
    diagnosis_: list[Finding]

    # Of the solver, after its last pass: partial_fit goes on from it.
    _solver_state: tuple[SolverName, bytes] | None = None
    # Of the last `fit`: what the diagnosis looks at beside the curves.
    _training_facts: TrainingFacts | None = None
    # The short way to an answer, where there is one.
    _quick: QuickAnswer | None = None

    # --- What a kind of estimator adds ---------------------------------------------------

    @abstractmethod
    def _read(
        self, X: ArrayLike, y: ArrayLike, weight: ArrayLike | None, dtype: Any, *, reset: bool
    ) -> Rows:
        """Check rows and targets."""

    def _weighted(self, rows: Rows, training: Rows) -> Rows:
        """Rows with weights that the estimator adds by itself, from what it trains on."""
        return rows

    @abstractmethod
    def _outputs_for(self, rows: Rows) -> tuple[Output, int]:
        """Which output the network has for such targets, and how many units."""

    @abstractmethod
    def _output_of(self, n_outputs: int) -> Output:
        """Output of a network with so many units, for the usual kind of target."""

    @abstractmethod
    def _loss(self) -> tuple[Loss, float | None]:
        """Loss that is trained on, and its parameter if it has one."""

    @abstractmethod
    def _targets(self, rows: Rows, network: NetworkSpec) -> NDArray[Any]:
        """What the network should give for each row."""

    @abstractmethod
    def _strata(self, rows: Rows) -> NDArray[Any] | None:
        """What to hold rows out evenly by."""

    # --- Training ------------------------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        # Not any attribute with a trailing underscore: the checks of X leave
        # n_features_in_ behind even when the training after them fails.
        return hasattr(self, "coefs_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return list(_names_of_parameters(cls))

    def _forget(self) -> None:
        """Drop what an earlier `fit` learned.

        Training that fails then leaves no mixture of two fits behind.
        """
        for name in [name for name in vars(self) if name.endswith("_")]:
            delattr(self, name)
        self._solver_state = self._training_facts = self._quick = None

    def _fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None,
        eval_set: tuple[ArrayLike, ...] | None,
    ) -> Self:
        going_on = self.warm_start and self.__sklearn_is_fitted__()
        if not going_on:
            self._forget()
        dtype = self.coefs_[0].dtype if going_on else None
        given = self._read(X, y, sample_weight, dtype, reset=not going_on)
        rows, held = self._weighted(given, given), None
        if eval_set is not None:
            held = self._weighted(self._read_eval_set(eval_set, given.X.dtype), given)
        spec, start, random_state = self._begin(rows, going_on)
        if spec.early_stopping and held is None:
            rows, held = hold_out(rows, self.validation_fraction, self._strata(rows), random_state)
        targets = self._targets(rows, spec.network)
        trainer = self._trainer(spec, rows, targets, held, start, random_state)
        earlier = dict(vars(self)) if going_on else {}

        def learned(stop_reason: StopReason | None = None) -> dict[str, Any]:
            return learned_attributes(trainer, len(rows), earlier, stop_reason)

        tasks = CallbackTasks(self, X, y, sample_weight, learned)
        watchers: list[Watcher] = [Printer(trainer)] if self.verbose else []
        if getattr(self, "_skl_callbacks", None):
            watchers.append(tasks)
        try:
            run(trainer, effective_n_jobs(self.n_jobs), watchers)
        except KeyboardInterrupt:
            trainer.finish()
            # What was reached is kept, as scikit-learn does, where there is something.
            if trainer.n_iter and np.isfinite(trainer.parameters).all():
                self._set(learned("interrupted"))
                # From the curves alone: whoever pressed Ctrl-C does not want to wait.
                self._training_facts = self._solver_state = None
                self.diagnosis_ = diagnose(self)
            raise
        trainer.finish()
        try:
            refuse_divergence(trainer, rows, targets)
        except DivergedError:
            self._forget()
            raise
        self._learn(trainer, rows, targets, learned())
        # The line that called `fit`: 1 is here, then fit and scikit-learn's wrapper around it.
        warn_unless_converged(self, trainer, stacklevel=4)
        tasks.end()
        return self

    def _partial_fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None) -> Self:
        if self.early_stopping:
            raise ValueError(
                "partial_fit does not support early_stopping=True. It does one pass; stop by "
                "calling it no more."
            )
        going_on = self.__sklearn_is_fitted__()
        dtype = self.coefs_[0].dtype if going_on else None
        rows = self._read(X, y, sample_weight, dtype, reset=not going_on)
        rows = self._weighted(rows, rows)
        spec, start, random_state = self._begin(rows, going_on)
        targets = self._targets(rows, spec.network)
        trainer = self._trainer(spec, rows, targets, None, start, random_state)
        if self._solver_state is not None and self._solver_state[0] == self.solver:
            trainer.set_solver_state(self._solver_state[1])
        engine.train([trainer], n_threads=effective_n_jobs(self.n_jobs), max_passes=1)
        try:
            refuse_divergence(trainer, rows, targets)
        except DivergedError:
            self._forget()
            raise
        earlier = dict(vars(self)) if going_on else {}
        learned = learned_attributes(trainer, len(rows), earlier, "max_iter")
        self._set(learned | {"n_iter_": 1})
        self._solver_state = (self.solver, trainer.solver_state())
        self._training_facts = None
        # One pass was asked for, so it has not stopped too early.
        history = replace(TrainingHistory.of_estimator(self), stop_reason=None)
        self.diagnosis_ = examine(history)
        return self

    def _read_eval_set(self, eval_set: object, dtype: Any) -> Rows:
        if not isinstance(eval_set, tuple) or len(eval_set) not in (2, 3):
            raise ValueError(
                "eval_set must be a tuple (X, y) or (X, y, sample_weight) of rows to watch. "
                f"Got {type(eval_set).__name__}"
                f"{f' of {len(eval_set)}' if isinstance(eval_set, tuple | list) else ''} instead."
            )
        X, y, *weight = eval_set
        return self._read(X, y, weight[0] if weight else None, dtype, reset=False)

    def _begin(
        self, rows: Rows, going_on: bool
    ) -> tuple[TrainingSpec, Array, np.random.RandomState]:
        output, n_outputs = self._outputs_for(rows)
        spec = training_spec(self, rows.X.shape[1], n_outputs, output)
        random_state = generator_of(self.random_state)
        # Drawn even when not needed: rows held out later are then the same as in the first fit.
        start = initial_parameters(spec.network, self.init, random_state)
        if going_on:
            shapes = [(layer.fan_in, layer.fan_out) for layer in spec.network.layers()]
            if [W.shape for W in self.coefs_] != shapes:
                raise ValueError(
                    f"Training cannot go on with layers of {shapes}: the weights are "
                    f"{[W.shape for W in self.coefs_]}. Keep hidden_layer_sizes and the number of "
                    "outputs, or call fit with warm_start=False."
                )
            start = spec.network.pack(self.coefs_, self.intercepts_)
        return spec, start, random_state

    def _trainer(
        self,
        spec: TrainingSpec,
        rows: Rows,
        targets: NDArray[Any],
        held: Rows | None,
        start: Array,
        random_state: np.random.RandomState,
    ) -> engine.Trainer:
        clipped = self.batch_size != "auto" and self.batch_size > len(rows)
        if clipped and spec.solver.name in STOCHASTIC:
            warnings.warn(
                "Got `batch_size` less than 1 or larger than sample size. It is going to be "
                f"clipped: {self.batch_size} to {len(rows)}.",
                UserWarning,
                stacklevel=5,
            )
        seed = int(random_state.randint(np.iinfo(np.int32).max))
        spec = replace(spec, solver=replace(spec.solver, seed=seed))
        validation = None
        if held is not None:
            wanted = self._targets(held, spec.network)
            validation = engine.TrainingData(held.X, wanted, held.weight)
        data = engine.TrainingData(rows.X, targets, rows.weight)
        return engine.Trainer(spec, data, start, validation)

    # --- What is learned -----------------------------------------------------------------

    def _set(self, learned: Mapping[str, Any]) -> None:
        for name, value in learned.items():
            setattr(self, name, value)
        self._settle()

    def _settle(self) -> None:
        """Lay weights and biases in one piece of memory, which is what the engine takes."""
        network, dtype = fitted_network(self), self.coefs_[0].dtype
        parameters = network.pack(self.coefs_, self.intercepts_).astype(dtype, copy=False)
        self.coefs_, self.intercepts_ = network.unpack(parameters)
        # Names have to be compared with those of `fit`, each time.
        named = hasattr(self, "feature_names_in_")
        n_classes = len(getattr(self, "classes_", ()))
        self._quick = None
        if not named and n_classes != 1:
            both_classes = n_classes == 2 and network.n_outputs == 1
            self._quick = QuickAnswer(self, network, parameters, both_classes=both_classes)

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_quick"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self.__sklearn_is_fitted__():
            self._settle()

    def _learn(
        self,
        trainer: engine.Trainer,
        rows: Rows,
        targets: NDArray[Any],
        learned: Mapping[str, Any],
    ) -> None:
        self._set(learned)
        spec = trainer.spec
        if spec.solver.name in STOCHASTIC:
            self._solver_state = (spec.solver.name, trainer.solver_state())
        self._training_facts = TrainingFacts.of(
            spec, trainer.parameters, rows.X, targets, rows.weight
        )
        self.diagnosis_ = diagnose(self)

    def _outputs(self, X: ArrayLike) -> NDArray[Any]:
        check_is_fitted(self)
        rows = check_rows(self, X)
        network = fitted_network(self)
        dtype = np.result_type(rows.dtype, self.coefs_[0].dtype)
        parameters = network.pack(self.coefs_, self.intercepts_)
        return engine.predict(network, parameters, rows.astype(dtype, copy=False))


@cache
def _names_of_parameters(kind: type[BaseMLP]) -> tuple[str, ...]:
    # scikit-learn looks into the constructor each time that it is asked.
    return tuple(super(BaseMLP, kind)._get_param_names())  # type: ignore[misc]


def fitted_network(estimator: BaseMLP) -> NetworkSpec:
    """Describe the network of a fitted estimator, from its public attributes alone.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Fitted.

    Returns
    -------
    network : NetworkSpec
        Its `pack` turns `coefs_` and `intercepts_` into the engine's parameters.
    """
    sizes = (*(len(W) for W in estimator.coefs_), estimator.n_outputs_)
    activations = hidden_activations(estimator.activation, len(sizes) - 2)
    return NetworkSpec(sizes, activations, _OUTPUT[estimator.out_activation_])


def is_stochastic(estimator: BaseMLP) -> bool:
    """Tell whether `partial_fit` is there; say why not."""
    if estimator.solver not in STOCHASTIC:
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. "
            f"{estimator.solver} is not stochastic. Use solver='sgd' or 'adam'."
        )
    return True
