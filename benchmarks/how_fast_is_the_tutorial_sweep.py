"""How fast is the tutorial's sweep, beside the tutorial's own NumPy loop?

Seven hidden sizes, 20,000 passes each, 200 moons, 64 bit, one thread. The NumPy
loop is the tutorial's algorithm, line for line in what it computes (summed
gradients, rate 0.01); it is timed on a tenth of the passes, whose cost does not
change, and scaled. The two take turns, so that a machine that slows down slows
both; the median of the ratios is told with its spread.

The answer is checked before the time is taken.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Sequence

import numpy as np
from sklearn.datasets import make_moons

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

SIZES = (1, 2, 3, 4, 5, 20, 50)
PASSES = 20_000
NUMPY_PASSES = 2_000
ROUNDS = 5

X, y = make_moons(200, noise=0.20, random_state=0)


def start(units: int) -> tuple[np.ndarray, np.ndarray]:
    """The tutorial's first weights."""
    random = np.random.RandomState(0)
    return random.randn(2, units) / np.sqrt(2), random.randn(units, 2) / np.sqrt(units)


def numpy_loop(units: int, passes: int) -> float:
    """The tutorial's descent; gives the mean loss after the last pass."""
    rate, penalty = 0.01, 0.01
    W1, W2 = start(units)
    b1, b2 = np.zeros((1, units)), np.zeros((1, 2))
    rows = range(len(X))
    for _ in range(passes):
        hidden = np.tanh(X.dot(W1) + b1)
        scores = np.exp(hidden.dot(W2) + b2)
        delta = scores / scores.sum(axis=1, keepdims=True)
        delta[rows, y] -= 1
        dW2 = hidden.T.dot(delta) + penalty * W2
        db2 = delta.sum(axis=0, keepdims=True)
        below = delta.dot(W2.T) * (1 - np.power(hidden, 2))
        dW1 = X.T.dot(below) + penalty * W1
        db1 = below.sum(axis=0)
        W1 -= rate * dW1
        b1 -= rate * db1
        W2 -= rate * dW2
        b2 -= rate * db2
    hidden = np.tanh(X.dot(W1) + b1)
    scores = np.exp(hidden.dot(W2) + b2)
    probabilities = scores / scores.sum(axis=1, keepdims=True)
    data_loss = -np.log(probabilities[rows, y]).sum()
    return (data_loss + penalty / 2 * (np.square(W1).sum() + np.square(W2).sum())) / len(X)


def jobs(passes: int) -> list[engine.Trainer]:
    """The same seven descents for the engine: mean gradients, so the rate is 0.01 × 200."""
    data = engine.TrainingData(X, np.eye(2)[y])
    trainers = []
    for units in SIZES:
        network = NetworkSpec((2, units, 2), ("tanh",), "softmax")
        spec = TrainingSpec(network, SolverSpec("gd", 2.0), StopRule(passes, tol=0.0), alpha=0.01)
        initial = network.pack(list(start(units)), [np.zeros(units), np.zeros(2)])
        trainers.append(engine.Trainer(spec, data, initial))
    return trainers


def engine_seconds(threads: int) -> float:
    """The whole sweep on the engine."""
    trainers = jobs(PASSES)
    began = time.perf_counter()
    engine.train(trainers, n_threads=threads)
    return time.perf_counter() - began


def numpy_seconds() -> float:
    """The whole sweep in NumPy, from a tenth of its passes."""
    began = time.perf_counter()
    for units in SIZES:
        numpy_loop(units, NUMPY_PASSES)
    return (time.perf_counter() - began) * PASSES / NUMPY_PASSES


def check() -> None:
    """Both give the same losses after 300 passes, before rounding decides."""
    trainers = jobs(300)
    engine.train(trainers)
    for units, trainer in zip(SIZES, trainers, strict=True):
        wanted = numpy_loop(units, 300)
        if abs(trainer.loss - wanted) > 1e-9 * wanted:
            sys.exit(f"h = {units}: the engine's loss {trainer.loss} is not NumPy's {wanted}")


def told(values: Sequence[float], form: str) -> str:
    """Median and spread."""
    return f"{statistics.median(values):8{form}} ({min(values):{form}} to {max(values):{form}})"


def main() -> None:
    """Check, time in turns, tell."""
    check()
    rounds = [(numpy_seconds(), engine_seconds(1), engine_seconds(2)) for _ in range(ROUNDS)]
    ratios = {
        "one thread": [loop / one for loop, one, _ in rounds],
        "two threads": [loop / two for loop, _, two in rounds],
        "two threads over one": [one / two for _, one, two in rounds],
    }
    info = engine.info()
    print(f"{platform.processor() or platform.machine()}, {info.n_cores} cores, level {info.level}")
    print(f"numpy {np.__version__}, python {platform.python_version()}, {info.compiler}")
    for name, column in zip(
        ("NumPy loop", "one thread", "two threads"), zip(*rounds, strict=True), strict=True
    ):
        print(f"{name:<22} {told(column, '.3f')} s")
    for name, values in ratios.items():
        print(f"{name:<22} {told(values, '.1f')} ×")
    if "--json" in sys.argv:
        print(json.dumps(ratios))


if __name__ == "__main__":
    main()
