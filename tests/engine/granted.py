"""How many threads are at work when calls are not told how many: a program for `test_threads.py`.

    python -m tests.engine.granted WANTED CALL …

starts each call in a Python thread of its own, and watches how many threads of the process the
kernel sees at work, and how many the engine counts at most. On a busy machine calls take their time
to begin and to make room: it watches again until both are as wanted. They go on as they are, so
what is wrong stays wrong. What was seen last is printed, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import moonlet._core as _core
from moonlet import engine
from tests.engine.some_trainers import many_small, one_big, some_data, some_trainer

SETTLE, WATCH = 0.3, 0.6  # seconds
TICKS = 0.02  # of processor time: less is nobody at work


Call = Callable[[], None]


def small() -> Call:
    """One fit after the other, each over in no time."""
    data = some_data(100, 2)

    def call() -> None:
        while True:
            engine.train([some_trainer(data, 3, "lbfgs", max_iter=100)])

    return call


def endless(trainers: list[engine.Trainer], n_threads: int | None = None) -> Call:
    """One call that goes on and on."""
    return lambda: engine.train(trainers, n_threads=n_threads)


def spent() -> dict[str, float]:
    """Seconds of processor time of each thread of this process."""
    tick = os.sysconf("SC_CLK_TCK")
    seconds = {}
    for task in Path("/proc/self/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        seconds[task.name] = (int(fields[11]) + int(fields[12])) / tick
    return seconds


CALLS: dict[str, Callable[[], Call]] = {
    "small": small,
    "big": lambda: endless(one_big()),
    "many": lambda: endless(many_small()),
    "one of one thread": lambda: endless(many_small()[:1], n_threads=1),
}


def watched() -> list[int]:
    """Threads that spent time in a while, but for the one that watches; and the most counted."""
    before, until, counted = spent(), time.perf_counter() + WATCH, 0
    while time.perf_counter() < until:
        counted = max(counted, _core.threads_in_use())
        time.sleep(0.002)
    after = spent()
    after.pop(str(os.getpid()))
    return [sum(now - before.get(task, 0.0) > TICKS for task, now in after.items()), counted]


def main(wanted: int, names: list[str]) -> None:
    """Let them settle, and watch."""
    for call in [CALLS[name]() for name in names]:
        threading.Thread(target=call, daemon=True).start()
        time.sleep(SETTLE)
    for _ in range(20):
        seen = watched()
        if seen == [wanted, wanted]:
            break
    print(json.dumps(seen))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
