"""Small Dask clusters on this machine, for the tests that need one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

distributed = pytest.importorskip("distributed")

# Killed workers leave sockets and tracebacks behind that are Dask's business.
WHERE_WORKERS_ARE_KILLED = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*clean up|.*Port|.*GIL:UserWarning"),
]


@contextmanager
def local_cluster(n_workers: int, *, threads: int = 1, processes: bool = True) -> Iterator[Any]:
    """A client of a new cluster, which ends with it; its `cluster` tells of the workers."""
    import dask

    with (
        # A busy machine starts processes slowly.
        dask.config.set({"distributed.comm.timeouts.connect": "60s"}),
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=threads,
            processes=processes,
            dashboard_address=":0",
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client
