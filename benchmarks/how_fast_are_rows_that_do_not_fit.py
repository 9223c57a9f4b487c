"""How fast is a pass over rows that memory does not hold, beside one over rows that it does?

Tables of 30 columns of float32 and two classes; 32 units, adam. Each way has a process of its own,
with a limit on its memory that the table is larger than (`ulimit -d`): an array in memory, as many
rows of it as fit; a memmap of the whole; Parquet of the whole, decoded into the cache first. A pass
is a later one: the first reads a file for the first time. At the end, rows sorted by class.

    python -m benchmarks.how_fast_are_rows_that_do_not_fit --quick
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from benchmarks.machine import machine
from moonlet import MLPClassifier
from moonlet.data import ParquetRows

COLUMNS, HIDDEN, BLOCK = 30, (32,), 1 << 18
PASSES = 3
BYTES_IN_MEMORY = 4 * 10**8  # of the table: it is there twice, as it came and as it is trained on


def write(folder: Path, n_bytes: int) -> None:
    """The same table as an array and as Parquet, in parts."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (folder / "parts").mkdir()
    names = [f"x{at}" for at in range(COLUMNS)]
    with (folder / "X").open("wb") as X_file, (folder / "y").open("wb") as y_file:
        for at in range(-(-n_bytes // (BLOCK * COLUMNS * 4))):
            generator = np.random.default_rng(at)
            X = generator.standard_normal((BLOCK, COLUMNS), dtype=np.float32)
            y = (X[:, 0] * X[:, 1] + X[:, 2] > 0.2).astype(np.int8)
            X.tofile(X_file)
            y.tofile(y_file)
            columns = [pa.array(np.ascontiguousarray(column)) for column in X.T]
            table = pa.table([*columns, pa.array(y)], names=[*names, "y"])
            how = {"compression": "none", "use_dictionary": False}
            pq.write_table(table, folder / "parts" / f"part-{at}.parquet", **how)


def peak_memory() -> float:
    """The most that was resident, in MB: of the process alone, and with pages of files."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Clocked:
    """Hears of windows, and keeps what the passes after the first took."""

    def __init__(self) -> None:
        self.reading = 0.0
        self._marks: list[tuple[int, float, float]] = []

    def __call__(self, now: Any) -> None:
        """Take note."""
        if now.stage == "reading":
            self.reading = now.seconds
        elif now.n_done % now.n_rows == 0:
            self._marks.append((now.n_done, time.perf_counter(), time.process_time()))

    def rates(self) -> tuple[float, float]:
        """Rows a second, and a second of processor time: the best pass after the first."""
        pairs = list(zip(self._marks, self._marks[1:], strict=False))
        return tuple(  # type: ignore[return-value]
            max((b[0] - a[0]) / (b[clock] - a[clock]) for a, b in pairs) for clock in (1, 2)
        )


def train(way: str, folder: Path) -> dict[str, float]:
    """What a process measures of its way."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    clocked = Clocked()
    X = np.memmap(folder / "X", dtype=np.float32, mode="r").reshape(-1, COLUMNS)
    y = np.memmap(folder / "y", dtype=np.int8, mode="r")
    network = MLPClassifier(HIDDEN, solver="adam", max_iter=PASSES, random_state=0, tol=0.0)
    if way != "parquet":
        rows, labels = X, y
        if way == "memory":
            n_rows = BYTES_IN_MEMORY // (COLUMNS * 4)
            rows, labels = np.array(X[:n_rows]), np.array(y[:n_rows])
        network.set_params(max_iter=1).fit(rows, labels)
        found = []
        for _ in range(PASSES - 1):
            began = time.perf_counter(), time.process_time()
            network.partial_fit(rows, labels)
            found.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        rates = tuple(len(rows) / min(times) for times in zip(*found, strict=True))
    else:
        network.fit(ParquetRows(folder / "parts", target="y", progress=clocked))
        rates = clocked.rates()
    # 50,000 rows are enough to see whether something was learned.
    return {
        "rows a second": rates[0],
        "rows a second of processor time": rates[1],
        "seconds of reading": clocked.reading,
        "peak MB": peak_memory(),
        "accuracy": float(network.score(np.array(X[:50_000]), np.array(y[:50_000]))),
    }


def sorted_by_class() -> dict[str, float]:
    """Held-out loss of sorted rows in windows over that of a full shuffle: the worst of 5 seeds."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    generator = np.random.default_rng(0)
    # So wide that a window has 256 blocks, as is the rule: narrow rows have more.
    X = generator.standard_normal((600_000, 100), dtype=np.float32)
    noise = generator.standard_normal((len(X), 3))
    y = np.argmax(X[:, :3] * X[:, 3:6] + X[:, 6:9] + noise, axis=1)
    own, X_held, y_held = slice(None, 500_000), X[500_000:], y[500_000:]
    order = np.argsort(y[own], kind="stable")
    ratios = []
    for seed in range(5):
        network, losses = MLPClassifier((32,), max_iter=3, random_state=seed), []
        network.fit(X[own], y[own])
        losses.append(loss_of(network, X_held, y_held))
        parts = np.array_split(order, 50)
        network.fit((X[part], y[part]) for part in parts)
        losses.append(loss_of(network, X_held, y_held))
        ratios.append(losses[1] / losses[0])
    return {"worst ratio": max(ratios), "median ratio": float(np.median(ratios))}


def loss_of(network: MLPClassifier, X: Any, y: Any) -> float:
    """Log loss on other rows."""
    return float(-network.predict_log_proba(X)[np.arange(len(y)), y].mean())


def main() -> None:
    """Make the table, try each way in a process of its own, and print what was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="2 GB instead of 8")
    options.add_argument("--way", help="what the processes are called with")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    if given.way:
        print(json.dumps(train(given.way, given.folder)))
        return
    size = (2 if given.quick else 8) * 10**9
    limit = (1 if given.quick else 1.5) * 10**9
    print(json.dumps(machine()))
    with TemporaryDirectory(dir="/var/tmp") as name:  # /tmp may be memory
        folder = Path(name)
        write(folder, size)
        found = {}
        for way in ("memory", "memmap", "parquet"):
            command = [sys.executable, "-m", __spec__.name, "--way", way, "--folder", name]
            done = subprocess.run(
                command,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                # Arrow's usual pool reserves 1 GB of addresses, which `ulimit -d` counts as used.
                env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (int(limit),) * 2),
            )
            found[way] = json.loads(done.stdout.splitlines()[-1])
            print(way, json.dumps(found[way]), flush=True)
    for way in ("memmap", "parquet"):
        # The answer first: both have learned what the rows in memory teach.
        assert found[way]["accuracy"] > found["memory"]["accuracy"] - 0.02, found
        for unit in ("rows a second", "rows a second of processor time"):
            print(f"{way}: {found[way][unit] / found['memory'][unit]:.2f} × memory's {unit}")
    print("sorted by class", json.dumps(sorted_by_class()))


if __name__ == "__main__":
    main()
