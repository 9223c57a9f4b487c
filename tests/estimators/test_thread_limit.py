"""threadpoolctl limits the engine's threads."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from moonlet import __version__, engine
from moonlet.estimators.thread_limit import EngineThreads
from tests.engine.some_trainers import bits, many_small


def limit() -> dict[str, object]:
    """The engine's entry in threadpoolctl's list of libraries."""
    (found,) = [
        library for library in threadpool_info() if library["user_api"] == EngineThreads.user_api
    ]
    return found


def test_threadpoolctl_knows_the_engine_and_gives_back_what_it_took() -> None:
    assert limit()["num_threads"] == engine.n_cores()
    assert limit()["version"] == __version__
    with threadpool_limits(limits=1):
        assert limit()["num_threads"] == 1
    with threadpool_limits(limits=1, user_api="blas"):
        assert limit()["num_threads"] == engine.n_cores()
    assert limit()["num_threads"] == engine.n_cores()


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_no_more_threads_are_started_than_it_allows_and_the_bits_stay() -> None:
    def train() -> tuple[int, str]:
        before, most = len(os.listdir("/proc/self/task")), 0

        def count(_: Sequence[int]) -> None:
            nonlocal most
            most = max(most, len(os.listdir("/proc/self/task")) - before)

        trainers = many_small(max_iter=2_000)
        engine.train(trainers, n_threads=2, on_finished=count)
        return most, bits(trainers)

    if engine.n_cores() < 2:
        pytest.skip("one core is no more than one thread")
    free, expected = train()
    with threadpool_limits(limits=1):
        limited, found = train()
    assert (limited, free) == (1, 2)
    assert found == expected
