"""How fast is a fit over the workers of a Dask cluster, from Parquet files to the model?

Two processes of one thread each, on this machine; 2,000,000 rows of 30 numbers, 32 hidden units,
L-BFGS. The answer is checked first: the loss is that of `fit` in this process, and the same to the
last bit when the rows are cut differently. What an evaluation costs beside the computing is
measured on the same cluster with a table of one row a worker.

    python -m benchmarks.how_fast_is_a_fit_over_workers [--rows 2000000] [--iterations 8]
"""

from __future__ import annotations

import argparse
import json
import resource
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
from distributed import Client, LocalCluster
from sklearn.exceptions import ConvergenceWarning

from benchmarks.machine import machine
from moonlet import MLPClassifier, distributed

N_COLUMNS = 30
NAMES = [f"x{i}" for i in range(N_COLUMNS)]


def write(folder: Path, n_rows: int, n_files: int = 16) -> None:
    """Rows whose two classes a network tells apart better than a line, in Parquet files."""
    random = np.random.RandomState(0)
    direction = random.normal(size=(N_COLUMNS, 3))
    for number in range(n_files):
        n = n_rows * (number + 1) // n_files - n_rows * number // n_files
        X = random.normal(size=(n, N_COLUMNS))
        bent = np.tanh(X @ direction).prod(axis=1) + 0.2 * X[:, 0] + 0.3 * random.normal(size=n)
        table = pd.DataFrame(X, columns=NAMES)
        table["y"] = (bent > 0).astype(np.int64)
        table.to_parquet(folder / f"part{number:03d}.parquet")


def network(iterations: int, start: int = 0) -> MLPClassifier:
    return MLPClassifier((32,), solver="lbfgs", max_iter=iterations, tol=0, random_state=start)


def processor_seconds(client: Client) -> float:
    """Of this process and of the workers."""
    there = client.run(time.process_time)
    return time.process_time() + sum(there.values())


def from_parquet(client: Client, folder: Path, one: MLPClassifier, dtype: str) -> dict[str, Any]:
    """A fit with the reading, timed."""
    before, begun = processor_seconds(client), time.perf_counter()
    table = dd.read_parquet(folder)
    trained = distributed.fit(one, table[NAMES].astype(dtype), table["y"], client=client)
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "processor_seconds": processor_seconds(client) - before,
        "loss": trained.loss_,
        "weights": b"".join(W.tobytes() for W in trained.coefs_),
    }


def milliseconds_an_evaluation(client: Client, n_workers: int) -> float:
    """Of asking all workers, with next to nothing to compute: for as many weights."""
    X = np.random.RandomState(0).normal(size=(n_workers * 65_536, N_COLUMNS))[::65_536]
    y = np.arange(n_workers) % 2
    there = da.from_array(X, chunks=(1, N_COLUMNS)), da.from_array(y, chunks=1)

    def seconds(passes: int) -> float:
        one = MLPClassifier((32,), solver="gd", tol=0, max_iter=passes, random_state=0)
        begun = time.perf_counter()
        distributed.fit(one, *there, client=client)
        return time.perf_counter() - begun

    seconds(1)
    return float(np.median([seconds(201) - seconds(1) for _ in range(3)])) / 200 * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--iterations", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    found: dict[str, Any] = {"machine": machine(), "rows": asked.rows}
    with (
        TemporaryDirectory() as named,
        LocalCluster(
            n_workers=asked.workers, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        folder = Path(named)
        write(folder, asked.rows)
        found["milliseconds_beside"] = milliseconds_an_evaluation(client, asked.workers)
        for dtype in ("float64", "float32"):
            runs = [
                from_parquet(client, folder, network(asked.iterations), dtype) for _ in range(2)
            ]
            assert runs[0].pop("weights") == runs[1].pop("weights")
            begun, before = time.perf_counter(), time.process_time()
            table = pd.read_parquet(folder)
            here = network(asked.iterations).fit(
                table[NAMES].to_numpy(dtype), table["y"].to_numpy()
            )
            one_process = {
                "seconds": time.perf_counter() - begun,
                "processor_seconds": time.process_time() - before,
                "loss": here.loss_,
            }
            # In 32 bit as many rows in other sums are apart by some of its last digits.
            assert abs(here.loss_ - runs[0]["loss"]) < (1e-9 if dtype == "float64" else 1e-3)
            found[dtype] = {
                "workers": min(runs, key=lambda run: run["seconds"]), "one_process": one_process
            }  # fmt: skip
            del table
        found["largest_memory_here"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
