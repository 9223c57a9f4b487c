"""A study in a process of its own that notes what it trains and can be told to die."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from distributed import Client, WorkerPlugin
from sklearn.datasets import make_moons

from moonlet import CapacityStudy
from moonlet.study import executors, training
from moonlet.study.store import StudyStore

BATCH = 25  # networks that are begun together

# Four sizes × five alphas × five folds × twenty starts.
GRID: dict[str, Any] = {
    "hidden": (0, 3, 5, 20),
    "alpha": (1e-3, 1e-2, 0.1, 1.0, 10.0),
    "n_restarts": 20,
    "cv": 5,
}
N_NETWORKS = 2000


class Noting(WorkerPlugin):
    """Have a worker write down its process id, and each network that it has trained."""

    def __init__(self, log: Path) -> None:
        self.log = log

    def setup(self, worker: Any) -> None:
        note_what_is_trained(self.log)
        (self.log.parent / "workers" / str(os.getpid())).touch()


def note_what_is_trained(log: Path) -> None:
    measure = training.measure

    def noted(problem: Any, job: Any, trainer: Any) -> Any:
        with log.open("a", encoding="utf-8") as file:
            print(*job.key, file=file)
        return measure(problem, job, trainer)

    training.measure = noted


def drive(store: Path, log: Path, address: str | None, ends: tuple[Any, Any, int | None]) -> None:
    """Run the study, here or on a cluster.

    Parameters
    ----------
    store, log : Path
    address : str or None
        Of the scheduler.
    ends : tuple of two multiprocessing.Event, and int or None
        Once the first is set, the next commit is the end: after its rows, before they are in
        force. With the second the scheduler, whose process this is, is killed just before.
    """
    training._CHUNK_NETWORKS = executors._MOST_NETWORKS = BATCH
    executors._PATIENCE = 120  # On a machine with much else to do workers take long to come back.
    connect = StudyStore._connect
    StudyStore._connect = lambda store: Dying(connect(store), *ends)  # type: ignore
    X, y = make_moons(200, noise=0.2, random_state=0)
    given = {**GRID, "store": store, "n_jobs": 1, "random_state": 0}
    if address is None:
        note_what_is_trained(log)
        CapacityStudy(**given).fit(X, y)
        return
    with Client(address) as client:
        CapacityStudy(**given, executor=client).fit(X, y)


class Dying:
    """A connection that kills its process between the rows of a commit and the commit."""

    def __init__(self, connection: Any, die: Any, die_together: Any, scheduler: int | None) -> None:
        self.connection = connection
        self.die = die
        self.die_together = die_together
        self.scheduler = scheduler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def executemany(self, statement: str, rows: Any) -> Any:
        done = self.connection.executemany(statement, rows)
        if self.scheduler is not None and self.die_together.is_set():
            os.kill(self.scheduler, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        if self.die.is_set():
            os.kill(os.getpid(), signal.SIGKILL)
        return done
