"""Ctrl-C at random moments: a program for `test_interrupts.py`, so that no test dies of it.

    python -m tests.engine.interrupted {small|big} {gd|lbfgs|adam} MOMENTS

prints the seconds from each signal to its KeyboardInterrupt as a JSON list, after it has
checked that the trainers went on from every interruption as if there had been none.

The signal is a timer's, with Python's own handler of Ctrl-C: the kernel sends it at a known
time, so what is measured contains every delay that a person would see, the machine's too.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import cast

from moonlet import engine
from moonlet.specs import SolverName
from tests.engine.some_trainers import bits, many_small, one_big

BATCHES = {"small": many_small, "big": one_big}


def delay_of_an_interrupt(trainers: list[engine.Trainer], after: float) -> float | None:
    """Seconds from the signal to the exception; None when training ended before the signal."""
    sent = time.perf_counter() + after
    try:
        # On a busy machine the moment may come before the training does.
        signal.setitimer(signal.ITIMER_REAL, after)
        engine.train(trainers, n_threads=2)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        return time.perf_counter() - sent
    return None


def check_as_if_never_interrupted(
    trainers: list[engine.Trainer], start: Callable[[], list[engine.Trainer]]
) -> None:
    """The same number of passes in one go gives the same bits."""
    engine.train(trainers, max_passes=1)  # an epoch may stand between two of its batches
    fresh = start()
    for interrupted, other in zip(trainers, fresh, strict=True):
        engine.train([other], max_passes=interrupted.n_iter)
    if bits(trainers) != bits(fresh):
        sys.exit("the interrupted networks differ from those that were not")


def main(size: str, solver: str, moments: int) -> None:
    """Interrupt, go on, interrupt …; a new batch whenever one has ended."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    moment = random.Random(0)  # noqa: S311

    def start() -> list[engine.Trainer]:
        return BATCHES[size](cast(SolverName, solver))

    longest = 0.25 if size == "big" else 0.06
    delays: list[float] = []
    while len(delays) < moments:
        trainers = start()
        while len(delays) < moments and any(one.stop_reason is None for one in trainers):
            delay = delay_of_an_interrupt(trainers, moment.uniform(0.001, longest))
            if delay is not None:
                delays.append(delay)
        check_as_if_never_interrupted(trainers, start)
    print(json.dumps(delays))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
