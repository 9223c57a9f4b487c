"""Batches of trainers for the tests of the engine's behaviour: made of nothing but a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverName, SolverSpec, StopRule, TrainingSpec

ENDLESS = 2**62


def some_data(n_rows: int, n_features: int, n_classes: int = 2) -> engine.TrainingData:
    """Noise: there is always something left to learn by heart."""
    random = np.random.RandomState(0)
    targets = np.eye(n_classes)[random.randint(n_classes, size=n_rows)]
    return engine.TrainingData(random.randn(n_rows, n_features), targets)


def some_trainer(
    data: engine.TrainingData,
    hidden: int = 5,
    solver: SolverName = "gd",
    max_iter: int = ENDLESS,
    seed: int = 0,
) -> engine.Trainer:
    """One network; without a limit of passes when none is given."""
    network = NetworkSpec((data.n_features, hidden, data.n_outputs), ("tanh",), "softmax")
    start = 0.5 * np.random.RandomState(seed).randn(network.n_parameters)
    rate = {"gd": 0.5, "sgd": 0.05, "adam": 0.01, "lbfgs": 1.0}[solver]
    # sgd and adam take tol=0 for "not better at all": nothing is worse than minus infinity.
    tol = -np.inf if solver in ("sgd", "adam") else 0.0
    stop = StopRule(max_iter, tol=tol, max_fun=ENDLESS)
    return engine.Trainer(
        TrainingSpec(network, SolverSpec(solver, rate), stop, alpha=0.01), data, start
    )


def many_small(solver: SolverName = "gd", max_iter: int = ENDLESS) -> list[engine.Trainer]:
    """Sixty unlike networks on one table."""
    data = some_data(500, 3)
    return [some_trainer(data, 1 + seed % 20, solver, max_iter, seed) for seed in range(60)]


def one_big(solver: SolverName = "gd", max_iter: int = ENDLESS) -> list[engine.Trainer]:
    """One network on a table so large that a single pass takes about 100 ms."""
    return [some_trainer(some_data(300_000, 50), 50, solver, max_iter)]


def bits(trainers: Sequence[engine.Trainer]) -> str:
    """A hash of all parameters."""
    digest = hashlib.sha256()
    for trainer in trainers:
        digest.update(trainer.parameters.tobytes())
    return digest.hexdigest()
