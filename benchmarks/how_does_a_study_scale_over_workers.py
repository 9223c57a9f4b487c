"""How does a study scale over the workers of a cluster? Overhead measured, 100 workers modelled.

What is serial is the driver and the scheduler: sending a batch, taking its results, committing
them. It is measured with batches of one network that takes no time, on workers of this machine.
A study of W seconds of work on n workers, in batches of b seconds, then takes about

    start + max(W / n + b, (W / b) · serial)

the second term being what no number of workers helps; b at the end is the last batch, alone.

    python -m benchmarks.how_does_a_study_scale_over_workers --figure docs/images/workers.png
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from distributed import Client, LocalCluster
from sklearn.datasets import make_moons

from moonlet import CapacityStudy, MLPClassifier
from moonlet.study import executors
from moonlet.study.executors import DaskExecutor
from moonlet.study.plan import plan_jobs, split_rows
from moonlet.study.problem import Problem
from moonlet.study.store import StudyStore
from moonlet.study.targets import Classes
from moonlet.study.training import NetworkResult

WORKERS = (1, 2, 5, 10, 20, 50, 100, 200)
WORK = 3600.0  # seconds of the study that is modelled


def tiny_problem() -> Problem:
    X, y = make_moons(200, noise=0.2, random_state=0)
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=5, seed=0)
    network = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=5000)
    return Problem(X, y, Classes(np.array([0, 1])), network, split.numbered())


def seconds_a_batch(client: Client, n_batches: int, n_networks: int) -> float:
    """Wall time of a batch of networks that take next to none, its commit included."""
    problem = tiny_problem()
    jobs = plan_jobs([0], [1.0], range(5), n_batches * n_networks // 5, seed=int(time.time()))
    most = executors._MOST_NETWORKS
    executors._MOST_NETWORKS = n_networks
    try:
        with TemporaryDirectory() as folder, StudyStore(f"{folder}/study.db", {}) as store:
            began = time.perf_counter()

            def keep(results: list[NetworkResult]) -> None:
                store.add(results)

            DaskExecutor(client).run(problem, jobs, keep)
            return (time.perf_counter() - began) / n_batches
    finally:
        executors._MOST_NETWORKS = most


def measure() -> dict[str, Any]:
    X, y = make_moons(2000, noise=0.2, random_state=0)
    grid: dict[str, Any] = {"hidden": (5, 20), "alpha": (1e-2, 1.0), "n_restarts": 10}
    told: dict[str, Any] = {"cores": len(os.sched_getaffinity(0))}
    began = time.perf_counter()
    here = CapacityStudy(**grid, n_jobs=1, random_state=0).fit(X, y)
    told["study_here_one_thread"] = time.perf_counter() - began
    for n_workers in (1, 2):
        began = time.perf_counter()
        with (
            LocalCluster(n_workers, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            told[f"start_{n_workers}"] = time.perf_counter() - began
            seconds_a_batch(client, 10, 5)
            told[f"batch_of_5_on_{n_workers}"] = seconds_a_batch(client, 200, 5)
            told[f"batch_of_100_on_{n_workers}"] = seconds_a_batch(client, 50, 100)
            began = time.perf_counter()
            there = CapacityStudy(**grid, executor=client, random_state=0).fit(X, y)
            told[f"study_on_{n_workers}"] = time.perf_counter() - began
        columns = here.results_.columns.drop("seconds")
        assert here.results_[columns].equals(there.results_[columns]), "not the same bits"
    return told


def model(told: dict[str, Any]) -> list[dict[str, float]]:
    # The workers' own part of a batch would shrink with their number: the whole is an upper bound.
    serial = min(told["batch_of_100_on_1"], told["batch_of_100_on_2"])
    batch = executors._BATCH_SECONDS
    rows = []
    for n in WORKERS:
        seconds = told["start_1"] + max(WORK / n + batch, WORK / batch * serial)
        rows.append({"workers": n, "seconds": seconds, "efficiency": WORK / (n * seconds)})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    told = measure()
    rows = model(told)
    print(json.dumps({name: round(float(value), 4) for name, value in told.items()}, indent=1))
    for row in rows:
        print("| {workers} | {seconds:.0f} s | {efficiency:.0%} |".format(**row))
    if options.figure:
        draw(rows, options.figure)


def draw(rows: list[dict[str, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
    n = [row["workers"] for row in rows]
    ax.loglog(n, [WORK / row["seconds"] for row in rows], "o-", color="#0072B2", label="model")
    ax.loglog(n, n, ":", color="black", label="as many times as workers")
    ax.set(xlabel="workers", ylabel="times as fast as one core")
    ax.legend(frameon=False)
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
