"""How does a study scale over the workers of a cluster? Overhead measured, 100 workers modelled.

What is serial is one process, that of driver and scheduler: it sends a batch, takes its results
and commits them. Its processor time is measured with batches of networks that take next to none,
trained by workers in a process of their own. A study of W seconds of work on n workers, in batches
of b seconds, then takes about

    max(W / n + b / 2, (W / b) · serial)

b / 2 being the wait for the last batches, and the second term what no number of workers helps.
The model is tried with workers that sleep as long as their networks say, so that a few cores do
for many; driver, scheduler and store do all of their work. These workers live in the driver's own
process, which bounds their number: what they do beside sleeping is more than what the driver does.

    python -m benchmarks.how_does_a_study_scale_over_workers --figure docs/images/workers.png
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from distributed import Client, LocalCluster
from sklearn.datasets import make_moons

from benchmarks.machine import machine
from moonlet import MLPClassifier
from moonlet.study import executors
from moonlet.study.executors import DaskExecutor
from moonlet.study.plan import Job, plan_jobs, split_rows
from moonlet.study.problem import Problem
from moonlet.study.store import StudyStore
from moonlet.study.targets import Classes
from moonlet.study.training import NetworkResult, Report

WORKERS = (1, 10, 100, 300, 1000)
SLEEPERS = (5, 10, 20)
WORK_A_WORKER = 30.0  # seconds
EACH = 0.1  # seconds that a sleeper takes for a network


def small_problem() -> Problem:
    X, y = make_moons(200, noise=0.2, random_state=0)
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=5, seed=0)
    network = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=5000)
    return Problem(X, y, Classes(np.array([0, 1])), network, split.numbered())


def run(client: Client, n_networks: int) -> tuple[float, float]:
    """Wall and processor seconds of some networks, commits included."""
    jobs = plan_jobs([0], [1.0], range(5), n_networks // 5, seed=time.time_ns() % 2**32)
    kept: list[NetworkResult] = []
    with TemporaryDirectory() as folder, StudyStore(f"{folder}/study.db", {}) as store:

        def keep(results: list[NetworkResult]) -> None:
            store.add(results)
            kept.extend(results)

        wall, processor = time.perf_counter(), time.process_time()
        DaskExecutor(client).run(small_problem(), jobs, keep)
        passed = time.perf_counter() - wall, time.process_time() - processor
    assert sorted(one.key for one in kept) == sorted(job.key for job in jobs)
    return passed


def serial_seconds() -> dict[str, float]:
    """Processor seconds of driver and scheduler: a batch, and a network in it."""
    most = executors._MOST_NETWORKS
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        run(client, 100)
        spent = {}
        for in_batch, n_batches in ((5, 200), (200, 20)):
            executors._MOST_NETWORKS = in_batch
            rounds = [run(client, in_batch * n_batches)[1] for _ in range(3)]
            spent[in_batch] = min(rounds) / n_batches
    executors._MOST_NETWORKS = most
    network = (spent[200] - spent[5]) / 195
    return {"batch": spent[5] - 5 * network, "network": network}


@contextmanager
def sleeping() -> Iterator[None]:
    """Have workers in this process sleep in place of training."""

    def sleep(problem: Problem, jobs: Sequence[Job], report: Report, n_threads: int) -> None:
        time.sleep(EACH * len(jobs))
        report(
            [NetworkResult(*job.key, job.seed, "converged", 1, *[0.0] * 4, EACH) for job in jobs]
        )

    # Each stands for a process of its own.
    before = executors.train_jobs, executors._ONE_AT_A_TIME
    executors.train_jobs, executors._ONE_AT_A_TIME = sleep, nullcontext()  # type: ignore
    try:
        yield
    finally:
        executors.train_jobs, executors._ONE_AT_A_TIME = before


def tried(n_workers: int) -> dict[str, float]:
    """Share of their time that so many workers are at work."""
    n_networks = round(n_workers * WORK_A_WORKER / EACH)
    with (
        sleeping(),
        LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            processes=False,
            memory_limit=None,
            dashboard_address=None,
        ) as cluster,
        Client(cluster) as client,
    ):
        wall, _ = run(client, n_networks)
    return {
        "workers": n_workers,
        "networks": n_networks,
        "efficiency": n_networks * EACH / (n_workers * wall),
    }


def modelled(serial: dict[str, float], n_workers: float, work: float) -> float:
    """Efficiency of so many workers in a study of some seconds of work."""
    batch = executors._BATCH_SECONDS
    of_batch = serial["batch"] + serial["network"] * batch / EACH
    return work / (n_workers * max(work / n_workers + batch / 2, work / batch * of_batch))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    told: dict[str, Any] = {"machine": machine(), "serial": serial_seconds()}
    told["tried"] = [tried(n) for n in SLEEPERS]
    for row in told["tried"]:
        row["modelled"] = modelled(told["serial"], row["workers"], WORK_A_WORKER * row["workers"])
    for name, work in (("hour", 3600.0), ("day", 86400.0)):
        told[name] = {n: modelled(told["serial"], n, work) for n in WORKERS}
    print(json.dumps(told, indent=1))
    if options.figure:
        draw(told, options.figure)


def draw(told: dict[str, Any], path: Path) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
    n = np.geomspace(1, 1000, 200)
    ideal = {
        "a study of a day on one worker": ("#0072B2", "-", 0.0, 86400.0),
        "of an hour": ("#009E73", "-", 0.0, 3600.0),
        "30 s a worker": ("#D55E00", "--", WORK_A_WORKER, 0.0),
    }
    for name, (colour, style, a_worker, in_all) in ideal.items():
        shares = [modelled(told["serial"], m, a_worker * m + in_all) for m in n]
        ax.semilogx(n, np.multiply(shares, 100.0), style, color=colour, label=name)
    tried_n = [row["workers"] for row in told["tried"]]
    tried_share = [100.0 * row["efficiency"] for row in told["tried"]]
    ax.semilogx(tried_n, tried_share, "o", color="#D55E00", label="30 s a worker, tried")
    ax.set(xlabel="workers", ylabel="share of their time at work, %", ylim=(0, 105))
    ax.legend(frameon=False, loc="lower left")
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
