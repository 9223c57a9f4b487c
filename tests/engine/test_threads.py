"""Threads and processes: fits side by side, forks after threads, and Python free meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from moonlet import engine
from tests.engine.programs import not_under_sanitizers, run_python
from tests.engine.some_trainers import bits, many_small, one_big, some_data, some_trainer


def test_every_child_forked_after_a_threaded_fit_can_fit() -> None:
    run_python("-m", "tests.engine.forked", "100")


def test_two_python_threads_that_fit_at_once_get_the_bits_of_each_alone() -> None:
    alone = many_small("gd", 40), many_small("lbfgs", 40)
    for batch in alone:
        engine.train(batch, n_threads=1)
    together = many_small("gd", 40), many_small("lbfgs", 40)
    threads = [
        threading.Thread(target=engine.train, args=(batch,), kwargs={"n_threads": 2})
        for batch in together
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [bits(batch) for batch in together] == [bits(batch) for batch in alone]


class Heartbeat:
    """A Python thread that beats every millisecond and remembers its longest pause."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.beats = 0
        self.stop = False

    def run(self) -> None:
        last = time.perf_counter()
        while not self.stop:
            time.sleep(0.001)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last)
            self.beats += 1
            last = now


@contextmanager
def heartbeat() -> Iterator[Heartbeat]:
    beat = Heartbeat()
    thread = threading.Thread(target=beat.run)
    thread.start()
    try:
        yield beat
    finally:
        beat.stop = True
        thread.join()


def train_for(seconds: float) -> None:
    """Two Python threads train without end on both cores; many small networks and a big one."""
    stop_at = time.perf_counter() + seconds

    def slices(trainers: list[engine.Trainer], passes: int) -> None:
        while time.perf_counter() < stop_at:
            engine.train(trainers, n_threads=2, max_passes=passes)

    data = some_data(20_000, 50)
    big = [some_trainer(data, 50)]
    threads = [
        threading.Thread(target=slices, args=(many_small(), 50)),
        threading.Thread(target=slices, args=(big, 20)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@not_under_sanitizers
def test_the_gil_is_free_while_the_engine_works() -> None:
    # A heart that waits for the GIL misses beats in every run; one that waits for a busy
    # machine does not: any one run of three without a pause of 50 ms shows that the GIL is free.
    pauses = []
    for _ in range(3):
        with heartbeat() as beat:
            train_for(0.5)
        assert beat.beats > 10
        pauses.append(beat.longest)
        if beat.longest < 0.05:
            return
    pytest.fail(f"the longest pauses of three runs were {pauses} seconds")


@not_under_sanitizers
def test_the_gil_is_free_while_a_large_table_is_laid_out() -> None:
    pauses = []
    for _ in range(3):
        with heartbeat() as beat:
            one_big()
        pauses.append(beat.longest)
        if beat.longest < 0.05:
            return
    pytest.fail(f"the longest pauses of three runs were {pauses} seconds")
