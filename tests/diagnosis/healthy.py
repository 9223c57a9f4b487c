"""Trainings in which nothing is wrong: the tutor has nothing to say of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn import datasets

from tests.diagnosis.runs import Rows, Run, bundled, classes, moons, numbers, run

# Passes enough to get to the end, at rates that textbooks give for inputs of size 1.
_SOLVERS = {
    "gd": (3_000, (0.1, 0.2)),
    "sgd": (400, (0.01, 0.05)),
    "adam": (600, (0.001, 0.01)),
    "lbfgs": (2_000, (0.001, 0.001)),
}
_ACTIVATIONS = ("relu", "tanh", "gelu", "leaky_relu", "silu")
_HIDDEN = ((), (3,), (10,), (50,), (20, 20), (100,))


def _table(rng: np.random.RandomState, seed: int) -> Rows:
    kinds = ("moons", "circles", "blobs", "friedman", "iris", "wine", "breast_cancer", "diabetes")
    kind = kinds[rng.randint(len(kinds))]
    if kind == "moons":
        return moons(seed=seed)
    if kind == "circles":
        X, y = datasets.make_circles(200, noise=0.1, factor=0.5, random_state=seed)
        return classes(X, y).standardized()
    if kind == "blobs":
        return classes(*datasets.make_blobs(300, centers=3, random_state=seed)).standardized()
    if kind == "friedman":
        return numbers(*datasets.make_friedman1(300, noise=0.5, random_state=seed)).standardized()
    return bundled(kind)


def healthy_runs(n_runs: int, seed: int = 0) -> Iterator[tuple[str, Run, Run]]:
    """What was trained; the training; and the same with ten times the passes and no tolerance."""
    rng = np.random.RandomState(seed)
    for i in range(n_runs):
        rows = _table(rng, seed=i)
        solver = tuple(_SOLVERS)[rng.randint(4)]
        activation = _ACTIVATIONS[rng.randint(len(_ACTIVATIONS))]
        hidden = _HIDDEN[rng.randint(len(_HIDDEN))]
        max_iter, (low, high) = _SOLVERS[solver]
        rate = np.exp(rng.uniform(np.log(low), np.log(high)))
        alpha = 10.0 ** rng.uniform(-4, 0)
        trained = run(
            rows, hidden, activation, solver, rate, max_iter=max_iter, alpha=alpha, seed=i
        )
        longer = trained
        if "stopped_early" in trained.kinds:
            change = trained.findings[0].change
            limits = {"max_iter": max_iter, "tol": 1e-4} | dict(change)
            longer = run(rows, hidden, activation, solver, rate, **limits, alpha=alpha, seed=i)
        what = f"{rows.X.shape} {solver} {activation} {hidden} rate={rate:.3g} alpha={alpha:.3g}"
        yield what, trained, longer
