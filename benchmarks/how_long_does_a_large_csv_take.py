"""How long does `moonlet fit` take over a text file that memory does not hold, and how much memory?

A CSV of 3 GB: 20 numbers of 9 signs, two columns of categories, one gap in 50, and two classes. The
command has a process of its own that may have 1.5 GB (`ulimit -d`).

    python -m benchmarks.how_long_does_a_large_csv_take [--gigabytes 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.machine import machine

COLUMNS, BLOCK, MOST = 20, 1 << 16, 1_500_000_000
PASSES = 3


def write(path: Path, n_bytes: float) -> int:
    """Write the file; its rows."""
    import pyarrow as pa
    import pyarrow.csv as pc

    cities, sizes = np.array(["Bern", "Genf", "Basel", "Chur"]), np.array(["S", "M", "L"])
    n_rows = 0
    with path.open("wb") as file:
        while file.tell() < n_bytes:
            generator = np.random.default_rng(n_rows)
            X = generator.normal(size=(BLOCK, COLUMNS)).round(6)
            city, size = generator.integers(4, size=BLOCK), generator.integers(3, size=BLOCK)
            label = X[:, 0] * X[:, 1] + X[:, 2] + (city == 1) + 0.3 * generator.normal(size=BLOCK)
            gaps = generator.random((BLOCK, COLUMNS)) < 0.02
            columns = [pa.array(X[:, at], mask=gaps[:, at]) for at in range(COLUMNS)]
            columns += [pa.array(cities[city]), pa.array(sizes[size])]
            columns += [pa.array(np.where(label > 0.5, "yes", "no"))]
            names = [*(f"x{at}" for at in range(COLUMNS)), "city", "size", "label"]
            how = pc.WriteOptions(include_header=n_rows == 0, quoting_style="needed")
            pc.write_csv(pa.table(columns, names=names), file, how)
            n_rows += BLOCK
    return n_rows


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--gigabytes", type=float, default=3.0)
    given = options.parse_args()
    with TemporaryDirectory(dir="/var/tmp") as named:  # /tmp may be memory
        path, model = Path(named) / "big.csv", Path(named) / "model.onnx"
        n_rows = write(path, given.gigabytes * 1e9)
        found = {"machine": machine(), "GB": path.stat().st_size / 1e9, "rows": n_rows}
        command = [sys.executable, "-m", "moonlet", "fit", str(path), "--target", "label"]
        command += ["--hidden", "16", "--max-iter", str(PASSES), "--json", "-o", str(model)]
        begun = time.perf_counter()
        done = subprocess.run(
            command,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MOST, MOST)),
        )
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = json.loads(done.stdout)
        found |= {
            "passes": PASSES,
            "seconds": time.perf_counter() - begun,
            "processor_seconds": used.ru_utime + used.ru_stime,
            "peak MB": used.ru_maxrss / 1024,
            "told": {name: told[name] for name in told if name != "columns"},
        }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
