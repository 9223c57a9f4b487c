"""Is a fit over the workers of a Dask cluster faster than Spark's, from Parquet files to the model?

Both on this machine's two cores: two processes of one thread each, and Spark's local[2]. 2,000,000
rows of 30 numbers, 32 hidden units, as many iterations of L-BFGS, three starts by turns; Spark at
the block size that was quickest on an eighth of the rows. Neither is charged for starting its
processes. The loss is the mean log loss of all rows.

    python -m venv spark && spark/bin/pip install pyspark pandas numpy pyarrow
    python -m benchmarks.is_a_fit_over_workers_faster_than_spark spark/bin/python
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from distributed import Client, LocalCluster
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from benchmarks.how_fast_is_a_fit_over_workers import (
    NAMES,
    from_parquet,
    milliseconds_an_evaluation,
    network,
    write,
)
from benchmarks.machine import machine

BLOCK_SIZES = (128, 1024, 4096, 16384)
N_FILES, N_STARTS = 16, 3


def by_spark(
    python: str, folder: Path, iterations: int, block_size: int, start: int
) -> dict[str, Any]:
    """A fit in a new process with a new virtual machine."""
    script = Path(__file__).with_name("fit_by_spark.py")
    arguments = [str(one) for one in (folder, iterations, block_size, start)]
    done = subprocess.run(
        [python, str(script), *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def best_block_size(python: str, folder: Path, iterations: int) -> dict[int, float]:
    """Seconds of each block size on some of the files."""
    with TemporaryDirectory(dir=folder.parent) as named:
        for file in sorted(folder.iterdir())[: N_FILES // 8]:
            (Path(named) / file.name).symlink_to(file)
        return {
            size: by_spark(python, Path(named), iterations, size, 0)["seconds"]
            for size in BLOCK_SIZES
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", help="of an environment that has pyspark")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--iterations", type=int, default=8)
    parser.add_argument("--block-size", type=int, help="Spark's, where it is known already")
    asked = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    found: dict[str, Any] = {"machine": machine(), "rows": asked.rows}
    runs: dict[str, list[dict[str, Any]]] = {"spark": [], "float64": [], "float32": []}
    with TemporaryDirectory(dir="/var/tmp") as named:  # /tmp may be memory
        folder = Path(named) / "rows"
        folder.mkdir()
        write(folder, asked.rows, N_FILES)
        best = asked.block_size
        if best is None:
            seconds = best_block_size(asked.python, folder, asked.iterations)
            best = min(seconds, key=lambda size: seconds[size])
            found["seconds_by_block_size"] = seconds
        print(json.dumps(found), file=sys.stderr, flush=True)
        for start in range(N_STARTS):
            runs["spark"].append(by_spark(asked.python, folder, asked.iterations, best, start))
            with (
                LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
                Client(cluster) as client,
            ):
                for dtype in ("float64", "float32"):
                    one = network(asked.iterations, start).set_params(alpha=0.0)
                    run = from_parquet(client, folder, one, dtype)
                    del run["weights"]
                    run["loss"] = loss_of(one, folder)
                    runs[dtype].append(run)
                found["milliseconds_beside"] = milliseconds_an_evaluation(client, 2)
            print(
                json.dumps({name: of[-1] for name, of in runs.items()}), file=sys.stderr, flush=True
            )
    found["runs"] = runs
    found["mean_loss"] = {
        name: statistics.mean(run["loss"] for run in of) for name, of in runs.items()
    }
    for clock in ("seconds", "processor_seconds"):
        middle = {name: statistics.median(run[clock] for run in of) for name, of in runs.items()}
        found[f"times_as_fast_by_{clock}"] = {
            dtype: middle["spark"] / middle[dtype] for dtype in ("float64", "float32")
        }
    print(json.dumps(found, indent=2))


def loss_of(one: Any, folder: Path) -> float:
    """Mean log loss of all rows, file by file: they are alike in size."""
    losses = []
    for file in sorted(folder.iterdir()):
        table = pd.read_parquet(file)
        losses.append(log_loss(table["y"], one.predict_proba(table[NAMES])))
    return statistics.mean(losses)


if __name__ == "__main__":
    main()
