"""One network in training, from its start through every change that was made on the way."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moonlet import engine
from moonlet.diagnosis import Finding, TrainingFacts, TrainingHistory, examine
from moonlet.estimators.base import class_targets
from moonlet.estimators.plan import draw
from moonlet.estimators.targets import class_probabilities, output_for
from moonlet.lab.curve import Curve
from moonlet.lab.messages import NetworkChoice, Scores, TrainingChoice
from moonlet.lab.rows import Rows
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec

# Their rate does not depend on how many passes are still to come.
OPEN_ENDED = ("constant", "invscaling", "adaptive")
_TEST_LOSSES = 400


@dataclass(frozen=True, slots=True)
class Phase:
    """So many passes under one choice; `limit` is the `max_iter` they were begun with."""

    training: TrainingChoice
    passes: int
    limit: int


class Run:
    """A network and all that has been done to it since its start.

    A change of how it is trained begins a new phase from the weights as they
    stand. The phases are the recipe: who follows it gets the same weights.

    Parameters
    ----------
    rows : Rows
    network : NetworkChoice
    training : TrainingChoice
    """

    def __init__(self, rows: Rows, network: NetworkChoice, training: TrainingChoice) -> None:
        self.rows = rows
        self.choice = network
        self.training = training
        self.network = network_spec(rows, network)
        self._targets = class_targets(rows.class_indices[rows.train], rows.n_classes, self.network)
        self._data = engine.TrainingData(rows.X_train, self._targets)
        self.phases: list[Phase] = []
        self._losses: list[Array] = []
        self._norms: list[Array] = []
        self._curve = Curve()
        self._tested: list[tuple[int, float]] = []
        self._test_each = 1
        self._begin(self._first_weights())

    @property
    def n_iter(self) -> int:
        """Passes done since the network's start."""
        return self._done + self._trainer.n_iter

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self._trainer.stop_reason is not None

    @property
    def stop_reason(self) -> str | None:
        """Why training ended; None while it can go on."""
        return self._trainer.stop_reason

    @property
    def parameters(self) -> Array:
        """The weights as they stand."""
        return self._trainer.parameters

    @property
    def seconds(self) -> float:
        """Time spent in the engine during this phase."""
        return self._trainer.seconds

    @property
    def trainer(self) -> engine.Trainer:
        """The trainer of the current phase."""
        return self._trainer

    def findings(self) -> list[Finding]:
        """What the tutor says of the current phase."""
        trainer = self._trainer
        if trainer.n_iter == 0:
            return []
        history = TrainingHistory.of_trainer(trainer)
        if len(self.rows.test) and len(self._tested) > 1:
            at, losses = np.array(self._tested).T
            passes = self._done + 1 + np.arange(trainer.n_iter)
            history = replace(history, validation_loss_curve=np.interp(passes, at, losses))
        parameters = trainer.parameters
        if not np.isfinite(parameters).all():
            return examine(history)
        facts = TrainingFacts.of(trainer.spec, parameters, self.rows.X_train, self._targets, None)
        names = tuple(str(name) for name in self.rows.classes)
        return examine(history, replace(facts, class_names=names))

    @property
    def best_pass(self) -> int | None:
        """Where the loss on the test rows was lowest, as far as it was looked at."""
        return min(self._tested, key=lambda tested: tested[1])[0] if self._tested else None

    def advance(self, most_passes: int | None, seconds: float) -> int:
        """Train for so many passes or so long, whichever is less; tell how many were done."""
        began, before = time.perf_counter(), self.n_iter
        end = None if most_passes is None else before + most_passes
        while not self.finished and (end is None or self.n_iter < end):
            left = seconds - (time.perf_counter() - began)
            if left <= 0:
                break
            passes = self.until_test()
            if end is not None:
                passes = min(passes, end - self.n_iter)
            engine.train([self._trainer], n_threads=1, max_passes=passes, max_seconds=left)
            self.test()
        return self.n_iter - before

    def until_test(self) -> int:
        """Passes until the test rows are to be looked at."""
        return self._test_each - self.n_iter % self._test_each

    def test(self) -> None:
        """Look at the test rows, if it is time to."""
        if self.n_iter % self._test_each == 0 or self.finished:
            self._test()

    def change(self, training: TrainingChoice) -> None:
        """Go on under another choice; a new phase unless nothing depends on the old one."""
        if training == self.training:
            return
        if self.stop_reason == "diverged" or self.n_iter == 0:
            self.restart(training)
            return
        only_longer = replace(training, max_iter=self.training.max_iter) == self.training
        if only_longer and training.schedule in OPEN_ENDED and training.max_iter > self.n_iter:
            self.training = training
            self._set_test_stride()
            self._trainer.reopen(training.max_iter - self._done)
            return
        if self._trainer.n_iter:
            self._follow()
            self.phases.append(self._phase())
            self._losses.append(self._trainer.loss_curve[: self._trainer.n_iter])
            self._norms.append(self._trainer.gradient_norm_curve[: self._trainer.n_iter])
        self.training = training
        self._begin(self._trainer.parameters)

    def restart(self, training: TrainingChoice | None = None) -> None:
        """Back to the starting weights."""
        self.training = training or self.training
        self.phases, self._losses, self._norms, self._tested = [], [], [], []
        self._curve = Curve()
        self._begin(self._first_weights())

    def recipe(self) -> list[Phase]:
        """All phases, the current one last, however short."""
        return [*self.phases, self._phase()]

    def curve(self) -> Array:
        """Pass, lowest and highest loss since the point before, test loss, gradient norm."""
        self._follow()
        passes, low, high, norm = self._curve.points()
        tested = np.full(len(passes), np.nan)
        if len(passes) and self._tested and len(self.rows.test):
            at, values = np.array(self._tested).T
            tested = np.interp(passes, at, values, right=np.nan)
            tested[-1] = values[-1] if at[-1] >= passes[-1] - self._test_each else np.nan
        return np.stack([passes, low, high, tested, norm])

    def recent(self) -> Array:
        """Losses of the last `RECENT` passes, one by one."""
        self._follow()
        return self._curve.recent

    def curves(self) -> tuple[Array, Array]:
        """The loss and the gradient's norm with which each pass began."""
        trainer = self._trainer
        losses = np.concatenate([*self._losses, trainer.loss_curve[: trainer.n_iter]])
        norms = np.concatenate([*self._norms, trainer.gradient_norm_curve[: trainer.n_iter]])
        n = min(len(losses), len(norms))
        return losses[:n], norms[:n]

    def _follow(self) -> None:
        """Bring the curve up to the passes that were done since it was looked at last."""
        losses, norms = self._trainer.curves_since(self._curve.n_passes - self._done)
        n = min(len(losses), len(norms))
        self._curve.extend(losses[:n], norms[:n])

    def _phase(self) -> Phase:
        limit = self.training.max_iter - self._done
        return Phase(self.training, self._trainer.n_iter, max(limit, 1))

    def _begin(self, weights: Array) -> None:
        self._done = sum(phase.passes for phase in self.phases)
        limit = max(self.training.max_iter - self._done, 1)
        batch = min(self.training.batch_size, len(self.rows.train))
        training = replace(self.training, batch_size=batch)
        spec = training_spec(self.network, training, limit, self._shuffle_seed)
        self._trainer = engine.Trainer(spec, self._data, weights)
        self._set_test_stride()
        self._test()

    def _set_test_stride(self) -> None:
        self._test_each = max(1, self.training.max_iter // _TEST_LOSSES)

    def _test(self) -> None:
        if len(self.rows.test) and (not self._tested or self._tested[-1][0] != self.n_iter):
            loss, _ = _judge(self.network, self.parameters, self.rows, test=True)
            self._tested.append((self.n_iter, loss))

    def _first_weights(self) -> Array:
        start, self._shuffle_seed = draw(self.network, self.choice.init, self.choice.seed)
        return start


def network_spec(rows: Rows, choice: NetworkChoice) -> NetworkSpec:
    """The network for these rows."""
    n_outputs = 1 if rows.n_classes == 2 and choice.output == "auto" else rows.n_classes
    return NetworkSpec(
        (rows.X_train.shape[1], *(layer.units for layer in choice.hidden), n_outputs),
        tuple(layer.activation for layer in choice.hidden),
        output_for(n_outputs),
    )


def stop_rule(training: TrainingChoice, limit: int) -> StopRule:
    """When a phase ends: at its limit, but for solvers and schedules with an end of their own."""
    if training.solver == "lbfgs":
        return StopRule(limit, tol=1e-6, max_fun=10 * limit + 100)
    if training.schedule == "adaptive":
        return StopRule(limit, tol=1e-4, n_iter_no_change=10)
    return StopRule(limit, tol=0.0, n_iter_no_change=limit)


def training_spec(
    network: NetworkSpec, training: TrainingChoice, limit: int, shuffle_seed: int
) -> TrainingSpec:
    """How a phase is trained, in the engine's words."""
    solver = SolverSpec(
        training.solver,
        training.learning_rate_init,
        schedule=training.schedule,
        batch_size=training.batch_size,
        seed=shuffle_seed,
    )
    # lbfgs cannot descend a loss that changes from pass to pass.
    dropout = 0.0 if training.solver == "lbfgs" else training.dropout
    return TrainingSpec(network, solver, stop_rule(training, limit), training.alpha, dropout)


def scores(network: NetworkSpec, parameters: Array, rows: Rows) -> Scores:
    """Losses and accuracies on both parts of the rows."""
    train_loss, train_accuracy = _judge(network, parameters, rows, test=False)
    if not len(rows.test):
        return Scores(train_loss, None, train_accuracy, None)
    test_loss, test_accuracy = _judge(network, parameters, rows, test=True)
    return Scores(train_loss, test_loss, train_accuracy, test_accuracy)


def row_losses(network: NetworkSpec, parameters: Array, rows: Rows, *, test: bool) -> Array:
    """The loss of each row, in nats."""
    return _losses(*_probabilities(network, parameters, rows, test=test))


def _losses(probabilities: Array, wanted: NDArray[np.int64]) -> Array:
    # As small as a float64 can be: a row that is certainly wrong costs 745 nats, not infinity.
    smallest = np.finfo(np.float64).smallest_subnormal
    return -np.log(np.maximum(probabilities[np.arange(len(wanted)), wanted], smallest))


def confusion(network: NetworkSpec, parameters: Array, rows: Rows) -> tuple[tuple[int, ...], ...]:
    """How many rows of each class (down) were called which (across); of the test rows, if any."""
    probabilities, wanted = _probabilities(network, parameters, rows, test=len(rows.test) > 0)
    k = rows.n_classes
    counts = np.bincount(wanted * k + probabilities.argmax(axis=1), minlength=k * k)
    return tuple(tuple(row) for row in counts.reshape(k, k).tolist())


def _judge(
    network: NetworkSpec, parameters: Array, rows: Rows, *, test: bool
) -> tuple[float, float]:
    probabilities, wanted = _probabilities(network, parameters, rows, test=test)
    correct = np.mean(probabilities.argmax(axis=1) == wanted)
    return float(_losses(probabilities, wanted).mean()), float(correct)


def _probabilities(
    network: NetworkSpec, parameters: Array, rows: Rows, *, test: bool
) -> tuple[Array, NDArray[np.int64]]:
    X, part = (rows.X_test, rows.test) if test else (rows.X_train, rows.train)
    outputs = engine.predict(network, parameters, X)
    return class_probabilities(outputs, rows.n_classes), rows.class_indices[part]
