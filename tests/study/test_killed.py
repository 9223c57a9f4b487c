"""A study that is killed again and again comes to the table of one that is left alone."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from moonlet.study.store import NETWORKS, REPEATS, count_stored

distributed = pytest.importorskip("distributed")

from tests.study.killed_driver import BATCH, N_NETWORKS, Noting, drive  # noqa: E402

# Killed workers leave sockets and tracebacks behind that are Dask's business.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*clean up|.*Port|.*GIL:UserWarning"),
]

# What kills a driver, and how many workers are killed before; None: there is no cluster.
SESSIONS: list[tuple[str, int | None]] = [
    *[("whenever", None)] * 3,
    *[("between rows and commit", None)] * 3,
    *[("while the log is written", None)] * 3,
    *[("whenever", 1)] * 2,
    *[("between rows and commit", 1)] * 2,
    ("while the log is written", 2),
]
N_KILLS = sum(1 + (n_workers or 0) for _, n_workers in SESSIONS)
PATIENCE = 120.0


class Driver:
    """A process that runs the study."""

    def __init__(self, store: Path, log: Path, address: str | None = None) -> None:
        # Imports once: what takes long in starting a process twenty times.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["distributed", "moonlet.study", "tests.study.killed_driver"]
        )
        self.store = store
        self.die = context.Event()
        self.process = context.Process(target=drive, args=(store, log, address, self.die))
        self.process.start()

    def kill(self, how: str, chance: random.Random) -> None:
        """Kill it; it must not have come to its end before."""
        moment = chance.random() * 0.02
        if how == "between rows and commit":
            self.die.set()
        elif how == "while the log is written":
            self._wait_for(self._log_state)
            os.kill(self.process.pid, signal.SIGKILL)
        else:
            time.sleep(moment)
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join(PATIENCE)
        assert self.process.exitcode == -signal.SIGKILL

    def wait_for_a_commit(self) -> None:
        self._wait_for(lambda: count_stored(self.store))

    def _log_state(self) -> tuple[int, int]:
        state = self.store.with_name(self.store.name + "-wal").stat()
        return state.st_size, state.st_mtime_ns

    def _wait_for(self, change_of: Any) -> None:
        before, deadline = change_of(), time.monotonic() + PATIENCE
        while change_of() == before:
            assert self.process.exitcode is None, "it came to its end before it was killed"
            assert time.monotonic() < deadline


@pytest.fixture
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


def table_hash(store: Path) -> str:
    digest = hashlib.sha256()
    with closing(sqlite3.connect(store)) as connection:
        for table in (NETWORKS, REPEATS):
            query = f"SELECT * FROM {table} ORDER BY hidden, alpha, fold, restart"  # noqa: S608
            for row in connection.execute(query):
                *values, _seconds, raw, _checksum = row  # Seconds differ, and so does their sum.
                digest.update(repr((values, raw)).encode())
    return digest.hexdigest()


def uninterrupted(store: Path, log: Path) -> None:
    driver = Driver(store, log)
    driver.process.join(PATIENCE)
    assert driver.process.exitcode == 0
    assert count_stored(store) == N_NETWORKS


def test_twenty_kills_of_driver_and_workers_cost_a_batch_each_and_change_nothing(
    cluster: Any, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    uninterrupted(whole, tmp_path / "whole.log")
    log = tmp_path / "killed.log"
    with distributed.Client(cluster) as client:
        client.register_plugin(Noting(log))
    chance = random.Random(0)  # noqa: S311
    sessions = chance.sample(SESSIONS, len(SESSIONS))
    for how, n_workers in sessions:
        driver = Driver(killed, log, None if n_workers is None else cluster.scheduler_address)
        for _ in range(n_workers or 0):
            driver.wait_for_a_commit()
            time.sleep(chance.random() * 0.02)
            kill_one_of(cluster, chance)
        driver.wait_for_a_commit()
        driver.kill(how, chance)
    assert N_KILLS == 20
    uninterrupted(killed, log)
    assert table_hash(killed) == table_hash(whole)
    trained = log.read_text().splitlines()
    once = (tmp_path / "whole.log").read_text().splitlines()
    assert set(trained) == set(once)
    assert len(trained) - len(once) <= N_KILLS * BATCH


def kill_one_of(cluster: Any, chance: random.Random) -> None:
    alive = {name: nanny.pid for name, nanny in cluster.workers.items() if nanny.pid}
    os.kill(alive[chance.choice(sorted(alive))], signal.SIGKILL)
