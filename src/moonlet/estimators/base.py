"""What all of moonlet's networks share as estimators: training, and what is learned.

The way through `fit`: parameters become settings, rows are read, a plan is drawn up, one batch of
one trainer runs in the engine, and what it learned replaces what an earlier `fit` had learned, all
at once. Until then nothing of the estimator is touched.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from moonlet import engine
from moonlet.diagnosis import Finding, diagnose
from moonlet.estimators.beyond import beyond_memory
from moonlet.estimators.coding import Coding
from moonlet.estimators.ending import (
    refuse_divergence,
    warn_of_clipping,
)
from moonlet.estimators.feed import Feed, fed
from moonlet.estimators.findings import Findings
from moonlet.estimators.fitted import adopt_weights, fitted_network, packed_weights
from moonlet.estimators.known import Columns, Given, Known
from moonlet.estimators.learned import learned_attributes
from moonlet.estimators.live import LiveTraining
from moonlet.estimators.network import Network
from moonlet.estimators.plan import plan_training
from moonlet.estimators.reading import read
from moonlet.estimators.rows import check_rows
from moonlet.estimators.run import CallbackTasks, Printer, Watcher, run
from moonlet.estimators.scikit_learns_own import callback_management_context
from moonlet.estimators.settings import settings_of
from moonlet.estimators.transaction import adopt, learn, network_learned
from moonlet.exceptions import DivergedError
from moonlet.specs import SolverName, StopReason

__all__ = ["BaseMLP"]


class BaseMLP(Network):
    """Base of moonlet's estimators; not for use by itself."""

    _live: LiveTraining | None = None
    _findings: Findings | None = None

    # --- Training ------------------------------------------------------------------------

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
                return network_learned(self, trainer, known) | attributes

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

            learn(self, trainer, train, learned, n_rows, going_on=going_on, stacklevel=5)
        if watchers and isinstance(watchers[-1], CallbackTasks):
            watchers[-1].end()
        return self

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
                live = LiveTraining.begin(self, settings, coding, rows, self._solver_memory())
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
        attributes = network_learned(self, trainer, known)
        attributes |= live.learned(self, attributes, n_rows)
        live.known = known
        adopt(self, attributes)
        return self

    def _solver_memory(self) -> tuple[SolverName, engine.SolverState | bytes] | None:
        """What the solver has kept of the passes so far."""
        return self._solver_state if self._live is None else self._live.solver_state()

    def _n_threads(self) -> int | None:
        """As many as joblib would count; None is all that the engine finds free."""
        return None if self.n_jobs is None else int(effective_n_jobs(self.n_jobs))

    def _known(self, *, whole: bool, coding: Coding | None = None) -> Known:
        """What holds for all rows that a fitted estimator is given."""
        coding = coding or self._known_coding()
        columns = Columns(self.n_features_in_, vars(self).get("feature_names_in_"))
        return Known(columns, coding, self.coefs_[0].dtype, whole)

    # --- What is learned -----------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self._live is not None:
            # The curves that it goes on with are its own.
            state["_solver_state"] = self._solver_memory()
            state["loss_curve_"] = list(self.loss_curve_)
            state["gradient_norm_curve_"] = list(self.gradient_norm_curve_)
            state["_findings"] = Findings.of(self.diagnosis_)
        return {name: value for name, value in state.items() if name not in ("_quick", "_live")}

    def _come_back(self) -> None:
        if self.__sklearn_is_fitted__():
            adopt_weights(self, self.coefs_, self.intercepts_)

    # --- Answers -------------------------------------------------------------------------

    def _outputs(self, X: ArrayLike) -> NDArray[Any]:
        """What the network gives for each row; of rows that need a closer look as well."""
        if self._quick is not None and (answer := self._quick(vars(self), X)) is not None:
            return answer
        check_is_fitted(self)
        rows = check_rows(self, X)
        rows = rows.astype(np.result_type(rows.dtype, self.coefs_[0].dtype), copy=False)
        if self._quick is not None and (answer := self._quick(vars(self), rows)) is not None:
            return answer
        network = fitted_network(self)
        parameters = packed_weights(network, self.coefs_, self.intercepts_)
        return engine.predict(network, parameters, rows)
