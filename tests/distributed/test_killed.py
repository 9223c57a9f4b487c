"""Workers that are killed while they train, in processes of their own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from moonlet import distributed
from moonlet.distributed import crew
from moonlet.exceptions import WorkerError
from tests.dask_clusters import WHERE_WORKERS_ARE_KILLED, local_cluster
from tests.distributed.conftest import learned, network, rows

da = pytest.importorskip("dask.array")
dask_distributed = pytest.importorskip("distributed")

pytestmark = WHERE_WORKERS_ARE_KILLED

# A new worker takes seconds to come: MOONLET_KILLS=10 is for who has some minutes.
N_KILLS = int(os.environ.get("MOONLET_KILLS", "1"))


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    with local_cluster(2) as client:
        yield client


class Killer:
    """Kills a worker at some of the questions that workers are asked, a moment after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, client: Any, at: set[int]) -> None:
        self.n_kills = self.n_asked = 0
        self._client = client
        self._chance = np.random.RandomState(0)
        ask = crew.Crew.ask

        def counted(these: Any, question: str, *details: Any) -> list[Any]:
            if self.n_asked in at:
                threading.Timer(self._chance.uniform(0, 0.02), self.kill_one).start()
            self.n_asked += 1
            return ask(these, question, *details)

        monkeypatch.setattr(crew.Crew, "ask", counted)

    def kill_one(self) -> None:
        nannies = self._client.cluster.workers.values()
        alive = [one.process.pid for one in nannies if one.process and one.process.pid]
        self.n_kills += 1  # one may have died a moment ago
        if alive:
            with suppress(ProcessLookupError):
                os.kill(alive[self._chance.randint(len(alive))], signal.SIGKILL)


def trained(client: Any, dtype: Any, n_iter: int) -> Any:
    X, y = rows(2000, dtype)
    at = (500, 990, 10, 500)
    there = da.from_array(X, chunks=(at, X.shape[1])), da.from_array(y, chunks=(at,))
    estimator = network(solver="gd", learning_rate_init=0.5, tol=0, max_iter=n_iter)
    return distributed.fit(estimator, *there, client=client)


def test_a_killed_worker_changes_no_bit(
    client: Any, processes: Any, small_tiles: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_iter = 20 * N_KILLS
    expected = learned(trained(client, np.float32, n_iter))
    at = np.random.RandomState(1).choice(n_iter - 10, N_KILLS, replace=False)
    killer = Killer(monkeypatch, processes, set(at.tolist()))
    assert learned(trained(processes, np.float32, n_iter)) == expected
    assert killer.n_kills == N_KILLS


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_PATIENCE", 0.3)
    with (
        local_cluster(0, processes=False) as client,
        pytest.raises(WorkerError, match=r"has had no worker for 0\.3 s\. Start some"),
    ):
        trained(client, np.float32, 1)
