"""One network's way through the engine, watched pass by pass where someone wants to see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from moonlet import engine
from moonlet.estimators.network import Network

if TYPE_CHECKING:
    from moonlet.estimators.feed import Feed

__all__ = ["CallbackTasks", "Printer", "Watcher", "run"]


class Watcher(Protocol):
    """Someone who looks on between the passes."""

    def before_pass(self) -> None:
        """A pass is about to begin."""

    def after_pass(self) -> bool:
        """A pass is done. True asks to stop."""


def run(
    trainer: engine.Trainer,
    n_threads: int | None,
    watchers: list[Watcher],
    feed: Feed | None = None,
) -> None:
    """Train to the end, or until a watcher asks to stop; on rows that a feed brings, if any."""
    if not watchers and feed is None:
        engine.train([trainer], n_threads=n_threads)
        return
    wanted = True
    while wanted and trainer.stop_reason is None:
        for watcher in watchers:
            watcher.before_pass()
        if feed is None:
            engine.train([trainer], n_threads=n_threads, max_passes=1)
        else:
            feed.train_pass(trainer, n_threads)
        asks = [watcher.after_pass() for watcher in watchers]  # all of them hear of it
        wanted = not any(asks)


class CallbackTasks:
    """Tells scikit-learn's callbacks of `fit` and of each pass within it.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    X, y, sample_weight
        As they were given to `fit`.
    learned : callable
        Gives the attributes that the estimator would have, were `fit` to end now.
    """

    def __init__(
        self,
        estimator: Network,
        X: Any,
        y: Any,
        sample_weight: Any,
        learned: Callable[[], Mapping[str, Any]],
    ) -> None:
        metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
        self._what: dict[str, Any] = {
            "estimator": estimator, "X": X, "y": y, "metadata": metadata
        }  # fmt: skip
        self._learned = learned
        self._fit = estimator._init_callback_context(max_subtasks=int(estimator.max_iter))
        self._pass: Any = None
        self._fit.call_on_fit_task_begin(**self._what)

    def before_pass(self) -> None:
        """Begin a task within that of `fit`."""
        self._pass = self._fit.subcontext(task_name="iteration")
        self._pass.call_on_fit_task_begin(**self._what)

    def after_pass(self) -> bool:
        """End it; a callback may ask for the end of training."""
        stop: bool = self._pass.call_on_fit_task_end(
            **self._what, reconstruction_attributes=self._learned
        )
        return stop

    def end(self) -> None:
        """End the task of `fit`."""
        self._fit.call_on_fit_task_end(**self._what, reconstruction_attributes=self._learned)


class Printer:
    """Writes to standard output what scikit-learn's ``verbose`` writes."""

    def __init__(self, trainer: engine.Trainer) -> None:
        self._trainer = trainer
        self._before = trainer.n_iter
        self._rate = trainer.learning_rate

    def before_pass(self) -> None:
        """Say nothing."""

    def after_pass(self) -> bool:
        """Write a line on the pass, and one on each decision after it."""
        trainer = self._trainer
        if not len(trainer.loss_curve):
            return False
        _say(f"Iteration {trainer.n_iter - self._before}, loss = {trainer.loss_curve[-1]:.8f}")
        spec, scores = trainer.spec, trainer.validation_score_curve
        if spec.early_stopping and len(scores):
            _say(f"Validation score: {scores[-1]:f}")
        what = f"Validation {spec.early_stopping}" if spec.early_stopping else "Training loss"
        idle = (
            f"{what} did not improve more than tol={spec.stop.tol:f} for "
            f"{spec.stop.n_iter_no_change} consecutive epochs."
        )
        if trainer.learning_rate < self._rate and spec.solver.schedule == "adaptive":
            _say(f"{idle} Setting learning rate to {trainer.learning_rate:f}")
        elif trainer.stop_reason in ("converged", "early_stopping") and spec.solver.name != "lbfgs":
            small = "Learning rate too small. " if spec.solver.schedule == "adaptive" else ""
            _say(f"{idle} {small}Stopping.")
        self._rate = trainer.learning_rate
        return False


def _say(line: str) -> None:
    print(line)  # noqa: T201  # what `verbose` asks for
