"""Does time grow with the work, and no faster: ten times the rows, units, networks?

Each is grown so that the answer stays: rows are repeated, units are added whose weights are
and stay 0, networks are copies. So a wrong answer at any size is noticed.

Ten small ones are timed beside one that is tenfold, in processor time. When a single small one was
timed, the median of its many short times left out whoever else used the machine meanwhile; the
tenfold one's few long times could not.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from sklearn.datasets import make_moons

from benchmarks.contest import Case, Contender, Goal, Ready
from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ROWS, UNITS, NETWORKS, TIMES = 2_000, 20, 20, 10
RATE, CHECKED_PASSES, PASSES = 0.5, 20, 20
ENDLESS = 1_000_000


def memory(which: str) -> float:
    """MB of this process, "VmRSS" now or "VmHWM" at most so far; nan where the system tells not."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith(which)), np.nan)


def forget_the_peak() -> None:
    """Let "VmHWM" begin anew: importing takes more than training does."""
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def network(units: int, width: int) -> tuple[NetworkSpec, np.ndarray]:
    """A network of `width` units, all but the first few of which are 0; its first weights."""
    random = np.random.RandomState(0)
    W1, W2 = np.zeros((2, width)), np.zeros((width, 2))
    W1[:, :units] = random.randn(2, units) / np.sqrt(2)
    W2[:units] = random.randn(units, 2) / np.sqrt(units)
    spec = NetworkSpec((2, width, 2), ("tanh",), "softmax")
    return spec, spec.pack([W1, W2], [np.zeros(width), np.zeros(2)])


def work(rows: int, units: int, networks: int, calls: int, quick: bool) -> Ready:
    """So many times the rows, units and networks, so many times in turn."""
    forget_the_peak()
    before = memory("VmRSS")
    X, y = make_moons(ROWS, noise=0.20, random_state=0)
    data = engine.TrainingData(np.tile(X, (rows, 1)), np.tile(np.eye(2)[y], (rows, 1)))
    shape, first = network(UNITS, UNITS * units)
    spec = TrainingSpec(shape, SolverSpec("gd", RATE), StopRule(ENDLESS, tol=0.0))
    trainers = [engine.Trainer(spec, data, first) for _ in range(NETWORKS * networks)]
    engine.train(trainers, n_threads=1, max_passes=CHECKED_PASSES)

    def train() -> None:
        for _ in range(calls):
            engine.train(trainers, n_threads=1, max_passes=PASSES)

    return Ready(
        train,
        answers={"loss": [trainers[0].loss, trainers[-1].loss]},
        share=PASSES * calls,
        figures={"memory, MB": memory("VmHWM") - before},
        clock=time.process_time,
    )


def cases() -> list[Case]:
    """Three ways to grow."""
    sizes = {
        "rows": (TIMES, 1, 1, 1),
        "hidden units": (1, TIMES, 1, 1),
        "networks": (1, 1, TIMES, 1),
    }
    kinds = {"the work": (1, 1, 1, TIMES)} | {f"{name} × {TIMES}": of for name, of in sizes.items()}
    contenders = [
        Contender(
            name,
            "moonlet",
            "does_time_grow_with_the_work:work",
            dict(zip(("rows", "units", "networks", "calls"), times, strict=True)),
        )
        for name, times in kinds.items()
    ]
    base, *grown = kinds
    return [
        Case(
            "growth of time",
            contenders,
            # In the time of ten of the small one, at least one of the tenfold.
            [Goal(base, name, 1.0, 1 / TIMES, f"work over time, {name}") for name in grown],
            "a pass",
            f"{NETWORKS} networks of {UNITS} tanh units on {ROWS:,} rows, 64 bit, one thread, full "
            "batches, ten times in turn; then one of the three times ten, once. Processor time. "
            "1 is time that grows as the work does, less than 1 is time that grows faster.",
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
