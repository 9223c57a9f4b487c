"""What all of moonlet's networks share as estimators: training, and what is learned.

The way through `fit`: parameters become settings, rows are read, a plan is drawn up, one batch of
one trainer runs in the engine, and what it learned replaces what an earlier `fit` had learned, all
at once. Until then nothing of the estimator is touched. A network's fitted state is its public
attributes, so whoever sets those has a fitted estimator.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar, Literal, Self, cast

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.callback import CallbackSupportMixin
from sklearn.utils.validation import check_is_fitted

from moonlet import engine
from moonlet.diagnosis import Finding, TrainingFacts, diagnose
from moonlet.estimators.beyond import beyond_memory
from moonlet.estimators.coding import Coding
from moonlet.estimators.ending import (
    refuse_divergence,
    warn_of_clipping,
    warn_unless_converged,
)
from moonlet.estimators.feed import Feed, fed
from moonlet.estimators.findings import Findings
from moonlet.estimators.fitted import adopt_weights, fitted_network, packed_weights
from moonlet.estimators.initial import Init, initial_parameters
from moonlet.estimators.learned import (
    LEARNED,
    learned_attributes,
    weights_of,
)
from moonlet.estimators.live import LiveTraining
from moonlet.estimators.parameters import CONSTRAINTS
from moonlet.estimators.plan import plan_training
from moonlet.estimators.quick import QuickAnswer
from moonlet.estimators.reading import Columns, Given, Known, read
from moonlet.estimators.rows import check_rows
from moonlet.estimators.run import CallbackTasks, Printer, Watcher, run
from moonlet.estimators.scikit_learns_own import callback_management_context
from moonlet.estimators.settings import settings_of, training_spec
from moonlet.estimators.targets import class_targets, network_output
from moonlet.estimators.versions import VersionedPickles
from moonlet.exceptions import DivergedError
from moonlet.names import SOLVERS
from moonlet.specs import Activation, Schedule, SolverName, StopReason

__all__ = [
    "BaseMLP",
    "adopt_weights",
    "class_targets",
    "fitted_network",
    "initial_parameters",
    "is_stochastic",
    "network_output",
    "training_spec",
]

STOCHASTIC = tuple(name for name, solver in SOLVERS.items() if solver.takes_batches)

_NOTHING_KEPT = dict.fromkeys(("_solver_state", "_training_facts", "_findings", "_live"))


class BaseMLP(VersionedPickles, CallbackSupportMixin, BaseEstimator, ABC):  # type: ignore[misc]
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
    _live: LiveTraining | None = None
    # Of the last `fit`: what the diagnosis looks at beside the curves.
    _training_facts: TrainingFacts | None = None
    _findings: Findings | None = None
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

    # --- Training ------------------------------------------------------------------------

    def __sklearn_is_fitted__(self) -> bool:
        return "coefs_" in vars(self)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return list(_names_of_parameters(cls))

    @property
    def diagnosis_(self) -> list[Finding]:
        """What went wrong in training, in plain words, and the cure."""
        if self._findings is not None:
            return self._findings()
        if self._live is None:
            raise AttributeError(f"This {type(self).__name__} has no training to tell of.")
        # One pass was asked for, so it has not stopped too early.
        return diagnose(self._twin({"stop_reason_": None}))

    @diagnosis_.setter
    def diagnosis_(self, findings: list[Finding]) -> None:
        self._findings = Findings.of(findings)

    def _fit(
        self, X: Any, y: ArrayLike | None, weight: ArrayLike | None, watched: Given | None
    ) -> Self:
        if "_skl_callbacks" not in vars(self):
            return self._train(X, y, weight, watched)
        with callback_management_context(self):
            return self._train(X, y, weight, watched)

    def _train(
        self, X: Any, y: ArrayLike | None, weight: ArrayLike | None, watched: Given | None
    ) -> Self:
        settings = settings_of(self)
        going_on = self.warm_start and self.__sklearn_is_fitted__()
        earlier = vars(self).copy() if going_on else {}
        given, before = Given(X, y, weight), self._known(whole=True) if going_on else None
        with ExitStack() as at_end:
            beyond = beyond_memory(self, given, before)
            if beyond is None:
                rows, known = read(self, given, before)
            else:
                at_end.callback(beyond.close)
                known = beyond.known
            held = None
            if watched is not None:
                held = read(self, watched, replace(known, whole=False))[0]
            feed, chance = None, self.random_state
            if beyond is None:
                coding = known.coding
                held = None if held is None else coding.weighted(held, rows)
                rows = coding.weighted(rows, rows)
                plan = plan_training(settings, coding, rows, held, random_state=chance)
            else:
                plan, feed = fed(beyond, settings, held, chance)
            n_rows = len(plan.rows) if feed is None else feed.n_rows
            if going_on:
                plan = plan.going_on(self.coefs_, self.intercepts_)
            trainer = plan.trainer()
            # The line that called `fit`: 1 is here, 2 is _fit, 3 is fit.
            warn_of_clipping(self.batch_size, settings, n_rows, stacklevel=4)

            def learned(stop_reason: StopReason | None = None) -> dict[str, Any]:
                attributes = learned_attributes(trainer, n_rows, earlier, stop_reason)
                return self._network_learned(trainer, known) | attributes

            n_threads = self._n_threads()
            watchers: list[Watcher] = [Printer(trainer)] if self.verbose else []
            if "_skl_callbacks" in vars(self):
                watchers.append(CallbackTasks(self, X, y, weight, learned))

            def train() -> None:
                try:
                    run(trainer, n_threads, watchers, feed)
                except KeyboardInterrupt:
                    if feed is not None:
                        feed.end_pass(trainer, n_threads)
                    raise

            self._learn(trainer, train, learned, n_rows, going_on=going_on, stacklevel=5)
        if watchers and isinstance(watchers[-1], CallbackTasks):
            watchers[-1].end()
        return self

    def _learn(
        self,
        trainer: engine.Trainer,
        train: Callable[[], None],
        learned: Callable[..., dict[str, Any]],
        n_rows: int,
        *,
        going_on: bool,
        stacklevel: int,
    ) -> None:
        """Train, and take what came of it in the place of what was learned before.

        `learned` gives the attributes; it may be told why training ended. `stacklevel` is that of
        the line that called `fit`.
        """
        try:
            train()
        except KeyboardInterrupt:
            trainer.finish()
            # What was reached is kept, where no other model would have to make way for it.
            first = going_on or not self.__sklearn_is_fitted__()
            if first and trainer.n_iter and engine.all_finite(trainer.weights()):
                self._adopt(learned("interrupted"))
            raise
        trainer.finish()
        try:
            refuse_divergence(trainer)
        except DivergedError:
            self._forget()
            raise
        attributes = learned()
        solver = trainer.spec.solver.name
        if solver in STOCHASTIC:
            attributes["_solver_state"] = (solver, trainer.solver_state())
        # The trainer may have a part of the rows.
        attributes["_training_facts"] = replace(TrainingFacts.of_trainer(trainer), n_rows=n_rows)
        self._adopt(attributes)
        warn_unless_converged(self, trainer, stacklevel)

    def _partial_fit(self, given: Given, coding: Coding | None) -> Self:
        if self.early_stopping:
            raise ValueError(
                "partial_fit does not support early_stopping=True. It does one pass; stop by "
                "calling it no more."
            )
        settings = settings_of(self)
        live = self._live
        if live is not None and live.knows(self, settings):
            known = live.known
        elif self.__sklearn_is_fitted__():
            known = self._known(whole=False, coding=coding)
        else:
            known = None if coding is None else Known(None, coding, None)
        with ExitStack() as at_end:
            feed = None
            beyond = beyond_memory(self, given, known)
            if beyond is None:
                rows, known = read(self, given, known)
                rows = known.coding.weighted(rows, rows)
            else:
                at_end.callback(beyond.close)
                feed, known = Feed.of_one_pass(beyond, settings, self.random_state), beyond.known
                rows = feed.first()
            n_rows = len(rows) if feed is None else feed.n_rows
            coding = known.coding
            if live is not None and live.goes_on(self, settings, coding, rows):
                live.take(self, coding, rows)
            else:
                live = LiveTraining.begin(self, settings, coding, rows)
            warn_of_clipping(self.batch_size, settings, n_rows, stacklevel=3)
            trainer = live.trainer
            printer = Printer(trainer) if self.verbose else None
            try:
                if feed is None:
                    engine.train([trainer], n_threads=self._n_threads(), max_passes=1)
                else:
                    feed.train_pass(trainer, self._n_threads())
                if trainer.stop_reason == "diverged":
                    refuse_divergence(trainer)
            except DivergedError:
                self._forget()
                raise
            except BaseException:
                # Half a pass has changed the solver's memory, though not the model.
                self._live = self._solver_state = None
                raise
        if printer is not None:
            printer.after_pass()
        attributes = self._network_learned(trainer, known)
        attributes |= live.learned(self, attributes, n_rows)
        live.known = known
        self._adopt(attributes)
        return self

    def _n_threads(self) -> int | None:
        """As many as joblib would count; None is all that the engine finds free."""
        return None if self.n_jobs is None else int(effective_n_jobs(self.n_jobs))

    def _known(self, *, whole: bool, coding: Coding | None = None) -> Known:
        """What holds for all rows that a fitted estimator is given."""
        coding = coding or self._known_coding()
        columns = Columns(self.n_features_in_, vars(self).get("feature_names_in_"))
        return Known(columns, coding, self.coefs_[0].dtype, whole)

    # --- What is learned -----------------------------------------------------------------

    def _network_learned(self, trainer: engine.Trainer, known: Known) -> dict[str, Any]:
        """What a network in training, or after it, says of itself, its rows and targets."""
        network = trainer.spec.network
        parameters = trainer.weights()
        attributes = weights_of(network, parameters) | self._learned_of(known.coding)
        columns = cast("Columns", known.columns)  # they were read
        attributes["n_features_in_"] = columns.n_features
        if columns.names is not None:
            attributes["feature_names_in_"] = columns.names
        attributes["_quick"] = QuickAnswer.of(network, parameters, self.activation, attributes)
        return attributes

    def _adopt(self, learned: Mapping[str, Any]) -> None:
        """Take the place of what was learned before, in one step.

        A thread that predicts meanwhile has the one model or the other.
        """
        new = {**_NOTHING_KEPT, **learned}
        if new["_live"] is None:
            new["_findings"] = Findings(self, new)
        self.__dict__.update(new)
        if "feature_names_in_" not in new:
            self.__dict__.pop("feature_names_in_", None)

    def _forget(self) -> None:
        """Drop what was learned, and nothing else."""
        for name in LEARNED & vars(self).keys():
            self.__dict__.pop(name, None)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self._live is not None:
            # The curves that it goes on with are its own.
            state["_solver_state"] = self._live.solver_state()
            state["loss_curve_"] = list(self.loss_curve_)
            state["gradient_norm_curve_"] = list(self.gradient_norm_curve_)
            state["_findings"] = Findings.of(self.diagnosis_)
        return {name: value for name, value in state.items() if name not in ("_quick", "_live")}

    def _come_back(self) -> None:
        if self.__sklearn_is_fitted__():
            adopt_weights(self, self.coefs_, self.intercepts_)

    # --- Answers -------------------------------------------------------------------------

    def _twin(self, learned: Mapping[str, Any]) -> Self:
        """The same as it is now, but for these attributes; other threads do not know of it."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.__dict__.update(learned)
        return twin

    def _outputs(self, X: ArrayLike) -> NDArray[Any]:
        """What the network gives for each row; of rows that need a closer look as well."""
        if self._quick is not None and (answer := self._quick(vars(self), X)) is not None:
            return answer
        check_is_fitted(self)
        rows = check_rows(self, X)
        network = fitted_network(self)
        dtype = np.result_type(rows.dtype, self.coefs_[0].dtype)
        parameters = packed_weights(network, self.coefs_, self.intercepts_)
        return engine.predict(network, parameters, rows.astype(dtype, copy=False))


@cache
def _names_of_parameters(kind: type[BaseMLP]) -> tuple[str, ...]:
    # scikit-learn looks into the constructor each time that it is asked.
    return tuple(super(BaseMLP, kind)._get_param_names())  # type: ignore[misc]


def is_stochastic(estimator: BaseMLP) -> bool:
    """Tell whether `partial_fit` is there; say why not."""
    if estimator.solver not in STOCHASTIC:
        raise AttributeError(
            "partial_fit is only available for stochastic optimizers. "
            f"{estimator.solver} is not stochastic. Use solver='sgd' or 'adam'."
        )
    return True
