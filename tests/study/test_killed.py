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

pytest.importorskip("distributed")

from tests.study.killed_driver import BATCH, N_NETWORKS, Noting, drive
from tests.study.own_cluster import OwnCluster

# Killed workers leave sockets and tracebacks behind that are Dask's business.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*clean up|.*Port|.*GIL:UserWarning"),
]

# What ends a driver, and what is killed before: so many workers, one by one; or "all" of them at
# once. None: there is no cluster. "the scheduler" ends it too, "with the scheduler" in the midst of
# a commit.
SESSIONS: list[tuple[str, int | str | None]] = [
    ("whenever", None),
    *[("between rows and commit", None)] * 2,
    *[("while the log is written", None)] * 2,
    ("whenever", 1),
    ("between rows and commit", 1),
    ("while the log is written", 2),
    ("whenever", "all"),
    ("between rows and commit", "all"),
    ("the scheduler", 1),
    ("with the scheduler", None),
]


def kills_of(how: str, before: int | str | None) -> int:
    of_workers = before if isinstance(before, int) else 1 if before == "all" else 0
    return of_workers + (2 if how == "with the scheduler" else 1)


N_KILLS = sum(kills_of(*session) for session in SESSIONS)
# A scheduler takes along what it had not handed over: two batches a worker. So many are lost at
# the most by all kills.
N_BATCHES = N_KILLS + 2 + 2 * 4
PATIENCE = 120.0


class Driver:
    """A process that runs the study."""

    def __init__(self, store: Path, log: Path, cluster: OwnCluster | None = None) -> None:
        # Imports once: what takes long in starting a process twenty times.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["distributed", "moonlet.study", "tests.study.killed_driver"]
        )
        self.store = store
        self.cluster = cluster
        self.die, self.die_together = context.Event(), context.Event()
        address = None if cluster is None else cluster.address
        scheduler = None if cluster is None else cluster.scheduler.pid
        ends = (self.die, self.die_together, scheduler)
        self.process = context.Process(target=drive, args=(store, log, address, ends))
        self.process.start()

    def kill(self, how: str, chance: random.Random) -> None:
        """Kill it; it must not have come to its end before."""
        moment = chance.random() * 0.02
        if how == "between rows and commit":
            self.die.set()
        elif how == "with the scheduler":
            self.die_together.set()
        elif how == "the scheduler":
            assert self.cluster is not None
            self.cluster.kill_scheduler()
            self.process.join(PATIENCE)
            assert self.process.exitcode == 1  # An error that names --resume.
            return
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
def cluster(tmp_path: Path) -> Iterator[OwnCluster]:
    cluster = OwnCluster(tmp_path, Noting(tmp_path / "killed.log"))
    yield cluster
    cluster.stop()


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
    with closing(sqlite3.connect(store)) as kept:
        assert kept.execute("SELECT count(*) FROM networks").fetchone() == (N_NETWORKS,)


def test_twenty_kills_of_driver_workers_and_scheduler_cost_their_batches_and_change_nothing(
    cluster: OwnCluster, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    uninterrupted(whole, tmp_path / "whole.log")
    log = tmp_path / "killed.log"
    chance = random.Random(0)  # noqa: S311
    for how, before in chance.sample(SESSIONS, len(SESSIONS)):
        alone = before is None and how != "with the scheduler"
        driver = Driver(killed, log, None if alone else cluster)
        for _ in range(before if isinstance(before, int) else 0):
            driver.wait_for_a_commit()
            time.sleep(chance.random() * 0.02)
            cluster.kill_worker(chance.choice(cluster.workers()))
        if before == "all":
            driver.wait_for_a_commit()
            for worker in cluster.workers():
                cluster.kill_worker(worker)
        driver.wait_for_a_commit()
        driver.kill(how, chance)
        if "scheduler" in how:
            cluster.stop()
            cluster.start()
    assert N_KILLS == 20
    uninterrupted(killed, log)
    assert table_hash(killed) == table_hash(whole)
    trained = log.read_text().splitlines()
    once = (tmp_path / "whole.log").read_text().splitlines()
    assert set(trained) == set(once)
    assert len(trained) - len(once) <= N_BATCHES * BATCH
