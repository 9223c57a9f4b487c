"""Threads and processes: fits side by side, forks after threads, and Python free meanwhile."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context

import pytest

import moonlet._core as _core
from moonlet import engine
from tests.engine.daemon import WORK
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


@pytest.mark.parametrize("work", WORK)
def test_a_daemon_thread_in_the_engine_lets_python_end_in_silence(work: str) -> None:
    run_python("-m", "tests.engine.daemon", work, silent=True)


@pytest.mark.skipif(engine.n_cores() < 2, reason="there is one core to take")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@not_under_sanitizers
@pytest.mark.parametrize(
    ("limit", "calls", "at_work"),
    [
        (2, ["big"], 2),
        (1, ["big"], 1),
        (2, ["many"], 2),
        (2, ["small"], 1),
        (2, ["small", "small"], 2),
        (2, ["big", "big"], 2),  # the first gives one of its two back
        (2, ["many", "big"], 2),
        (2, ["big", "many"], 2),
        (2, ["many", "one of one thread"], 2),
    ],
)
def test_calls_that_are_not_told_take_what_is_free_and_together_no_more(
    limit: int, calls: list[str], at_work: int
) -> None:
    environment = {"OMP_NUM_THREADS": str(limit)}
    said = run_python("-m", "tests.engine.granted", str(at_work), *calls, environment=environment)
    assert json.loads(said) == [at_work, at_work]


def threads_of_a_fit() -> int:
    """The most that the engine counts in a fit that takes what is free."""
    trainers, counted = many_small(max_iter=300), [0]
    fit = threading.Thread(target=engine.train, args=(trainers,))
    fit.start()
    while fit.is_alive():
        counted.append(_core.threads_in_use())
        time.sleep(0.001)
    return max(counted)


@pytest.mark.skipif("fork" not in get_all_start_methods(), reason="the pool forks")
@not_under_sanitizers
def test_the_processes_of_a_pool_take_one_thread_each() -> None:
    free = min(engine.n_cores(), len(many_small()))
    assert threads_of_a_fit() == free
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(threads_of_a_fit) == 1
    assert threads_of_a_fit() == free


def test_the_limit_of_threads_is_the_least_of_cores_and_environment() -> None:
    program = (
        "from moonlet import engine; n = engine.n_cores(); import os; "
        "os.environ['OMP_NUM_THREADS'] = '1'; assert engine.n_cores() == n; print(n)"
    )
    n_cores = int(run_python("-c", program, environment={"OMP_NUM_THREADS": ""}))
    assert n_cores >= 1
    for value, wanted in {"1": 1, "1,4": 1, "nonsense": n_cores, str(10**6): n_cores}.items():
        assert int(run_python("-c", program, environment={"OMP_NUM_THREADS": value})) == wanted


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be taken away here")
def test_the_limit_follows_the_affinity_of_the_process() -> None:
    run_python(
        "-c",
        "import os\n"
        "from moonlet import engine\n"
        "cores = os.sched_getaffinity(0)\n"
        "before = engine.n_cores()\n"
        "assert before <= len(cores)\n"
        "os.sched_setaffinity(0, {min(cores)})\n"
        "assert engine.n_cores() == 1 == engine.info().n_cores\n"
        "os.sched_setaffinity(0, cores)\n"
        "assert engine.n_cores() == before\n",
    )


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
