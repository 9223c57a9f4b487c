"""How large may a study be? Time and memory as networks, and as rows, double.

Each study runs in a process of its own, whose greatest memory is told.

    python -m benchmarks.how_large_may_a_study_be
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

import numpy as np

NETWORKS = (2_500, 5_000, 10_000, 20_000)
ROWS = (12_500, 25_000, 50_000, 100_000)
COLUMNS = 50


def networks_on_the_moons(n_networks: int) -> tuple[object, object, dict[str, object]]:
    from moonlet.data import load

    X, y = load("moons")
    # Five sizes × four penalties × five folds.
    starts = n_networks // 100
    return X, y, {"hidden": (1, 2, 3, 4, 5), "alpha": (0.01, 0.1, 1.0, 10.0), "n_restarts": starts}


def rows_of_fifty_columns(n_rows: int) -> tuple[object, object, dict[str, object]]:
    random = np.random.RandomState(0)
    X = random.normal(size=(n_rows, COLUMNS))
    z = X[:, 0] * X[:, 1] + X[:, 2:5].sum(axis=1)
    y = (random.rand(n_rows) < 1 / (1 + np.exp(-z))).astype(int)
    return X, y, {"hidden": (0, 5), "alpha": (1.0,), "n_restarts": 2}


def alone(kind: str, amount: int) -> None:
    import resource

    from moonlet import CapacityStudy

    make = networks_on_the_moons if kind == "networks" else rows_of_fifty_columns
    X, y, grid = make(amount)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        study = CapacityStudy(**grid, store=f"{folder}/study.db", random_state=0).fit(X, y)
    told = {
        kind: amount,
        "trained": len(study.results_),
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(resource.getrusage(resource.RUSAGE_SELF).ru_utime, 2),
        "megabytes_before": before // 1024,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "converged": float((study.results_["status"] == "converged").mean()),
    }
    print(json.dumps(told), flush=True)


def main() -> None:
    for kind, amounts in (("networks", NETWORKS), ("rows", ROWS)):
        for amount in amounts:
            subprocess.run([sys.executable, __file__, kind, str(amount)], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(sys.argv[1], int(sys.argv[2]))
    else:
        main()
