"""A capacity study on the cores of several machines.

On one machine that all others can reach, start a scheduler; it tells its address:

    pip install "moonlet[distributed]"
    dask scheduler

On every machine, the first one too, start a worker with as many threads as it has cores
(every machine needs the same versions of moonlet, NumPy and scikit-learn):

    dask worker tcp://10.0.0.5:8786 --nworkers 1 --nthreads 16

Then, wherever the table is:

    python study_on_several_machines.py tcp://10.0.0.5:8786 table.csv

or, with a report at the end, from the shell alone:

    moonlet study table.csv --scheduler tcp://10.0.0.5:8786

Without an address this script starts a cluster of three processes here, to try it out.
Workers may come and go meanwhile; what has been trained is in the store. Only use a cluster in
a network you trust: whoever reaches the scheduler can run code on the workers (Dask's TLS
settings close that).
"""

from __future__ import annotations

import sys

from distributed import Client, LocalCluster

from moonlet import CapacityStudy
from moonlet.data import load


def main(address: str | None = None, table: str = "moons") -> None:
    """Run a study on the workers of the scheduler at an address."""
    data = load(table)
    where = address or LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None)
    with Client(where) as client:
        study = CapacityStudy(
            executor=client, store="study.db", n_restarts=10, random_state=0, progress=True
        )
        study.fit(data.X, data.y)
    print(study.verdict_)
    if not address:
        where.close()


if __name__ == "__main__":  # processes of a cluster import this file
    main(*sys.argv[1:])
