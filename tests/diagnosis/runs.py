"""Trainings to be diagnosed, on the engine itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn import datasets
from sklearn.preprocessing import StandardScaler

from moonlet import engine
from moonlet.diagnosis import Finding, TrainingFacts, TrainingHistory, examine
from moonlet.engine import Trainer, TrainingData
from moonlet.estimators.initial import initial_parameters
from moonlet.specs import Activation, Array, NetworkSpec, Output, SolverSpec, StopRule, TrainingSpec


@dataclass(frozen=True)
class Rows:
    """A table in the engine's terms, and rows that are held out of it."""

    X: Array
    Y: Array
    output: Output
    held_out: tuple[Array, Array] | None = None

    def standardized(self) -> Rows:
        return replace(self, X=StandardScaler().fit_transform(self.X))


@dataclass(frozen=True)
class Run:
    """A training: what it ended with, and what the tutor says of it."""

    trainer: Trainer
    history: TrainingHistory
    facts: TrainingFacts
    findings: list[Finding]

    @property
    def kinds(self) -> list[str]:
        return [finding.kind for finding in self.findings]

    @property
    def loss(self) -> float:
        return float(self.history.loss_curve[-1])


def classes(X: Any, y: Any) -> Rows:
    labels = np.unique(y, return_inverse=True)[1]
    n_classes = labels.max() + 1
    if n_classes == 2:
        return Rows(np.asarray(X, dtype=float), labels.reshape(-1, 1).astype(float), "sigmoid")
    return Rows(np.asarray(X, dtype=float), np.eye(n_classes)[labels], "softmax")


def numbers(X: Any, y: Any, *, scaled: bool = True) -> Rows:
    y = np.asarray(y, dtype=float).reshape(len(X), -1)
    return Rows(np.asarray(X), StandardScaler().fit_transform(y) if scaled else y, "identity")


def bundled(name: str, *, scaled: bool = True) -> Rows:
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    rows = numbers(X, y, scaled=scaled) if name == "diabetes" else classes(X, y)
    return rows.standardized() if scaled else rows


def moons(n_samples: int = 200, noise: float = 0.2, seed: int = 0) -> Rows:
    return classes(*datasets.make_moons(n_samples, noise=noise, random_state=seed)).standardized()


def run(
    rows: Rows,
    hidden: tuple[int, ...] = (10,),
    activation: Activation = "relu",
    solver: str = "adam",
    rate: float = 0.001,
    *,
    max_iter: int = 200,
    tol: float = 1e-4,
    alpha: float = 1e-4,
    seed: int = 0,
    sample_weight: Array | None = None,
    early_stopping: Any = None,
    **others: Any,
) -> Run:
    """Train a network as an estimator would, and let the tutor look at it."""
    sizes = (rows.X.shape[1], *hidden, rows.Y.shape[1])
    network = NetworkSpec(sizes, (activation,) * len(hidden), rows.output)
    spec = TrainingSpec(
        network,
        SolverSpec(solver, rate, **others),
        StopRule(max_iter, tol),
        alpha,
        early_stopping=early_stopping,
    )
    start = initial_parameters(network, "glorot_uniform", np.random.RandomState(seed))
    trainer = Trainer(
        spec,
        TrainingData(rows.X, rows.Y, sample_weight),
        start,
        None if rows.held_out is None else TrainingData(*rows.held_out),
    )
    engine.train([trainer], n_threads=1)
    history = TrainingHistory.of_trainer(trainer)
    facts = TrainingFacts.of(spec, trainer.parameters, rows.X, rows.Y, sample_weight)
    return Run(trainer, history, facts, examine(history, facts))
