"""Do denormal numbers slow the engine?

Numbers below 2.2e-308 (1.2e-38 in 32 bit) are slow on some processors: each may cost a trip
through microcode. They come of rows or weights that are next to nothing, and of deltas that die
away below a saturated unit. Each case trains the same network for the same passes with ordinary
and with denormal numbers in one place; the two take turns, and the ratio of their times is told
as a median with its spread. 1.0 means: not slowed.

The answer is checked before the time is taken: all passes done, all parameters finite.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

import numpy as np

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverName, SolverSpec, StopRule, TrainingSpec

ROUNDS = 9
PASSES = 40
ROWS, FEATURES, HIDDEN = 2000, 20, 50
SMALL = {"float64": 1e-310, "float32": 1e-40}
PLACES = (
    "rows",
    "squared gradients",
    "first weights",
    "last weights",
    "all weights",
    "sample weights",
)
# Not lbfgs: its passes differ in their number of evaluations, which are those of gd.
SOLVERS: tuple[SolverName, ...] = ("gd", "sgd", "adam")


def trainer(solver: SolverName, dtype: str, place: str | None, activation: Any) -> engine.Trainer:
    """A network whose numbers are denormal in one place, or nowhere."""
    random = np.random.RandomState(0)
    small = SMALL[dtype]
    X = random.randn(ROWS, FEATURES)
    X *= {"rows": small, "squared gradients": small**0.5}.get(place or "", 1.0)
    targets = np.eye(3)[random.randint(3, size=ROWS)]
    # One row of ordinary weight, so that the mean loss is a number.
    weight = np.r_[1.0, np.full(ROWS - 1, small if place == "sample weights" else 0.7)]
    network = NetworkSpec((FEATURES, HIDDEN, 3), (activation,), "softmax")
    start = 0.2 * random.randn(network.n_parameters)
    first, last = network.layers()
    if place in ("first weights", "all weights"):
        start[first.weights] *= small
    if place in ("last weights", "all weights"):
        start[last.weights] *= small
    # So slow that denormal weights stay what they are.
    rate = 1e-3 * small if place and "weights" in place else 1e-3
    data = engine.TrainingData(X.astype(dtype), targets, weight)
    rules = TrainingSpec(network, SolverSpec(solver, rate), StopRule(10**6, tol=-np.inf))
    return engine.Trainer(rules, data, start)


def seconds(one: engine.Trainer) -> float:
    """Time of some passes after a first one."""
    engine.train([one], n_threads=1, max_passes=1)
    began = time.perf_counter()
    engine.train([one], n_threads=1, max_passes=PASSES)
    took = time.perf_counter() - began
    if one.n_iter != PASSES + 1 or not np.isfinite(one.parameters).all():
        sys.exit(f"{one.spec}: ended early or left the finite numbers")
    return took


def ratios(solver: SolverName, dtype: str, place: str, activation: str) -> list[float]:
    """Time with denormals over time without, round by round."""
    return [
        seconds(trainer(solver, dtype, place, activation))
        / seconds(trainer(solver, dtype, None, activation))
        for _ in range(ROUNDS)
    ]


def main() -> None:
    """One line for each place of each solver; --json adds all ratios."""
    info = engine.info()
    print(f"level {info.level}, {info.compiler}; {ROWS} rows, {FEATURES}-{HIDDEN}-3, one thread")
    told = {}
    for dtype in SMALL:
        for activation in ("tanh", "relu"):
            for solver in SOLVERS if activation == "tanh" else SOLVERS[:1]:
                for place in PLACES:
                    values = ratios(solver, dtype, place, activation)
                    name = f"{dtype} {activation} {solver}, denormal {place}"
                    told[name] = values
                    print(
                        f"{name:<48} {statistics.median(values):5.2f} × "
                        f"({min(values):.2f} to {max(values):.2f})"
                    )
    if "--json" in sys.argv:
        print(json.dumps(told))


if __name__ == "__main__":
    main()
