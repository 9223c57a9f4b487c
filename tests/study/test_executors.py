from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from moonlet.exceptions import WorkerError
from moonlet.study import executors
from moonlet.study.executors import Batch, DaskExecutor, read_executor
from moonlet.study.plan import Job, plan_jobs
from moonlet.study.problem import Problem
from moonlet.study.training import NetworkResult
from tests.dask_clusters import WHERE_WORKERS_ARE_KILLED, local_cluster
from tests.study.conftest import run

distributed = pytest.importorskip("distributed")

pytestmark = WHERE_WORKERS_ARE_KILLED


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with local_cluster(3) as client:
        yield client.cluster


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster) as client:
        yield client


class DeadlyFor:
    """A scorer that kills its process over one row count, and notes each time in a file."""

    def __init__(self, folder: Path, n_iter: int) -> None:
        self.folder = folder
        self.n_iter = n_iter

    def __call__(self, model: Any, X: Any, y: Any) -> float:
        if model.network.n_parameters == self.n_iter:
            (self.folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return 0.5


def trained(executor: DaskExecutor, problem: Problem, jobs: list[Job]) -> dict[Any, NetworkResult]:
    results: list[NetworkResult] = []
    executor.run(problem, jobs, results.extend)
    assert len(results) == len(jobs)
    return {result.key: result for result in results}


def without_time(results: dict[Any, NetworkResult], jobs: list[Job]) -> list[NetworkResult]:
    return [replace(results[job.key], seconds=0.0) for job in jobs]


@pytest.mark.slow
def test_one_worker_and_three_give_the_bits_of_this_process(
    client: Any, problem: Problem, jobs: list[Job]
) -> None:
    expected = without_time(run(problem, jobs), jobs)
    assert without_time(trained(DaskExecutor(client), problem, jobs), jobs) == expected
    with local_cluster(1, threads=2) as alone:
        assert without_time(trained(DaskExecutor(alone), problem, jobs), jobs) == expected


@pytest.mark.slow
def test_a_lost_worker_costs_only_its_batch(
    client: Any, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_MOST_NETWORKS", 10)
    jobs = plan_jobs([20, 30], [1e-4], range(3), 60, seed=0)
    expected = without_time(run(problem, jobs, n_threads=2), jobs)
    results: list[NetworkResult] = []
    killed: list[int] = []

    def report(new: list[NetworkResult]) -> None:
        results.extend(new)
        if len(results) >= 100 and not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    DaskExecutor(client).run(problem, jobs, report)
    assert killed
    assert len(results) == len(jobs)
    assert without_time({one.key: one for one in results}, jobs) == expected


@pytest.mark.slow
def test_all_workers_lost_at_once_and_again_cost_only_their_batches(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_MOST_NETWORKS", 10)
    # On a machine with much else to do workers take long to come back.
    monkeypatch.setattr(executors, "_PATIENCE", 120)
    jobs = plan_jobs([20, 30], [1e-4], range(3), 60, seed=0)
    expected = without_time(run(problem, jobs, n_threads=2), jobs)
    results: list[NetworkResult] = []
    killed: list[int] = []
    with local_cluster(2) as client:

        def report(new: list[NetworkResult]) -> None:
            results.extend(new)
            if len(results) >= 60 * (len(killed) // 2 + 1) and len(killed) < 6:
                for pid in client.run(os.getpid).values():
                    killed.append(pid)
                    os.kill(pid, signal.SIGKILL)

        DaskExecutor(client).run(problem, jobs, report)
    assert len(killed) == 6
    assert len(results) == len(jobs)
    assert without_time({one.key: one for one in results}, jobs) == expected


@pytest.mark.slow
def test_a_scheduler_that_is_lost_ends_in_a_sentence_that_names_resume(
    problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_MOST_NETWORKS", 5)
    file = tmp_path / "scheduler.json"
    command = [sys.executable, "-m"]
    options = ["--scheduler-file", str(file), "--no-dashboard"]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [*command, "distributed.cli.dask_scheduler", "--port", "0", *options], **quiet
    )
    worker = subprocess.Popen([*command, "distributed.cli.dask_worker", *options], **quiet)
    try:
        results: list[NetworkResult] = []

        def report(new: list[NetworkResult]) -> None:
            results.extend(new)
            scheduler.kill()

        with distributed.Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(1, timeout=60)
            jobs = plan_jobs([20], [1e-4], range(3), 60, seed=0)
            with pytest.raises(WorkerError, match=r"answers no more\. Start it .* --resume"):
                DaskExecutor(client).run(problem, jobs, report)
        assert 0 < len(results) < len(jobs)
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_network_that_kills_its_worker_three_times_is_given_up_and_the_rest_completes(
    client: Any, problem: Problem, tmp_path: Path
) -> None:
    # Of 3 hidden units there is one network: 13 parameters.
    deadly = plan_jobs([3], [0.01], [0], 1, seed=0)
    others = plan_jobs([0, 2, 5], [0.01], range(3), 2, seed=0)
    problem.scorer = DeadlyFor(tmp_path, problem.n_parameters(3))
    results = trained(DaskExecutor(client), problem, [*deadly, *others])
    assert results[deadly[0].key].status == "failed"
    assert np.isnan(results[deadly[0].key].train_loss)
    assert len(list(tmp_path.iterdir())) == 3
    assert {results[job.key].status for job in others} == {"converged"}


class Forlorn:
    """A client whose rows reach no worker; its scheduler answers, or does not."""

    def __init__(self, *, answers: bool) -> None:
        self.scheduler = SimpleNamespace(address="tcp://127.0.0.1:1", identity=None)
        self.answers = answers
        self.tries = 0

    def scatter(self, *_: Any, **__: Any) -> Any:
        self.tries += 1
        assert self.tries < 9, "it tries for ever"
        raise OSError("lost on the way")

    def sync(self, *_: Any, **__: Any) -> None:
        if not self.answers:
            raise OSError("closed")


@pytest.mark.parametrize(
    ("answers", "n_tries", "told"),
    [
        (True, 7, r"has had no worker for 3 s\. Start some by `dask worker tcp://127"),
        (False, 1, r"The scheduler at tcp://127\.0\.0\.1:1 answers no more"),
    ],
)
def test_rows_that_reach_no_worker_are_sent_again_for_a_while_and_then_it_is_told(
    problem: Problem, monkeypatch: pytest.MonkeyPatch, answers: bool, n_tries: int, told: str
) -> None:
    client, times = Forlorn(answers=answers), itertools.count(0.0, 0.5)
    clock = SimpleNamespace(monotonic=lambda: next(times), sleep=lambda seconds: None)
    monkeypatch.setattr(executors, "time", clock)
    monkeypatch.setattr(executors, "_PATIENCE", 3)
    with pytest.raises(WorkerError, match=told):
        DaskExecutor(client).run(problem, plan_jobs([2], [0.1], [0], 1, seed=0), print)
    assert client.tries == n_tries


@pytest.mark.slow
def test_an_error_on_a_worker_is_raised_here(client: Any, problem: Problem) -> None:
    problem.scorer = _unhappy
    with pytest.raises(ZeroDivisionError):
        trained(DaskExecutor(client), problem, plan_jobs([2], [0.1], [0], 1, seed=0))


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told_where_they_are_started(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_PATIENCE", 1)
    jobs = plan_jobs([2], [0.1], [0], 1, seed=0)
    with (
        local_cluster(0) as client,
        pytest.raises(WorkerError, match=r"no worker for 1 s. Start some by `dask worker tcp://"),
    ):
        trained(DaskExecutor(client), problem, jobs)


def _unhappy(model: Any, X: Any, y: Any) -> float:
    raise ZeroDivisionError


@pytest.mark.slow
def test_workers_of_another_version_are_refused(
    client: Any, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.study.cluster.__version__", "99.0")
    with pytest.raises(WorkerError, match=r"A worker has moonlet .*, this process 99\.0"):
        trained(DaskExecutor(client), problem, plan_jobs([2], [0.1], [0], 1, seed=0))


@pytest.mark.slow
def test_an_interruption_hands_over_what_had_finished(
    client: Any, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "_MOST_NETWORKS", 2)
    jobs = plan_jobs([2, 3], [0.1], range(3), 10, seed=0)
    results: list[NetworkResult] = []

    def stop(new: list[NetworkResult]) -> None:
        results.extend(new)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DaskExecutor(client).run(problem, jobs, _once(stop, results))
    keys = [one.key for one in results]
    assert 0 < len(set(keys)) == len(keys) < len(jobs)


def _once(stop: Any, results: list[NetworkResult]) -> Any:
    def report(new: list[NetworkResult]) -> None:
        if results:
            results.extend(new)
        else:
            stop(new)

    return report


def test_a_problem_is_sent_without_what_was_prepared_and_is_the_same_there(
    problem: Problem, jobs: list[Job]
) -> None:
    import pickle

    before = problem.digest()
    run(problem, jobs[:2])
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - our own bytes
    assert before == problem.digest() == copy.digest()
    assert len(pickle.dumps(problem)) < 4 * problem.X.nbytes + 20_000
    other = Problem(
        problem.X + 1e-9, problem.coded, problem.target, problem.estimator, problem.folds
    )
    assert other.digest() != before


def test_batches_grow_to_some_seconds(problem: Problem) -> None:
    jobs = plan_jobs([3], [0.1], range(3), 400, seed=0)
    queue = executors._Queue(problem, jobs)
    first = queue.take()
    assert len(first.jobs) == 8
    one = next(iter(run(problem, list(first.jobs[:1])).values()))
    queue.learn([replace(one, seconds=0.01)] * 8)
    assert len(queue.take().jobs) == 300  # 3 s
    queue.learn([replace(one, seconds=10.0)] * 100)
    assert len(queue.take().jobs) == 1


def test_a_batch_that_is_lost_again_and_again_ends_the_study(problem: Problem) -> None:
    jobs = plan_jobs([3], [0.1], [0], 2, seed=0)
    queue = executors._Queue(problem, jobs)
    batch = Batch(tuple(jobs))
    for _ in range(6):
        queue.put_back(batch)
        batch = queue.take()
    with pytest.raises(WorkerError, match="lost 7 times"):
        queue.put_back(batch)


def test_a_batch_that_lost_workers_comes_back_in_singles_that_remember_how_many(
    problem: Problem,
) -> None:
    jobs = tuple(plan_jobs([3], [0.1], [0], 3, seed=0))
    queue = executors._Queue(problem, ())
    queue.put_back(Batch(jobs, kills=1, tries=2))
    # Nobody had begun with it: it was the scheduler's loss.
    assert queue.take() == Batch(jobs, kills=1, tries=3)
    queue.put_back(Batch(jobs, kills=1, tries=2), begun=1)
    assert [queue.take() for _ in jobs] == [Batch((job,), kills=2) for job in jobs]
    queue.put_back(Batch(jobs[:1], kills=2), begun=1)
    assert queue.take() == Batch(jobs[:1], kills=3, tries=1)
    assert not queue


class Notes:
    """What a worker asks of its client, without a cluster."""

    def __init__(self) -> None:
        self.begun: dict[Any, int] = {}

    def get_metadata(self, keys: list[str], default: int) -> int:
        return self.begun.get(keys[1], default)

    def set_metadata(self, keys: list[str], value: int) -> None:
        self.begun[keys[1]] = value


@pytest.mark.parametrize(
    ("n_jobs", "kills", "begun", "expected"),
    [
        (2, 2, 0, "converged"),
        (2, 1, 1, executors.Suspects(2)),
        (1, 1, 1, "converged"),
        (1, 2, 1, "failed"),
        (1, 3, 0, "failed"),
    ],
)
def test_a_worker_gives_up_networks_that_three_workers_died_of_and_no_others(
    problem: Problem,
    monkeypatch: pytest.MonkeyPatch,
    n_jobs: int,
    kills: int,
    begun: int,
    expected: object,
) -> None:
    notes = Notes()
    notes.begun["key"] = begun
    worker = SimpleNamespace(state=SimpleNamespace(nthreads=1))
    monkeypatch.setattr("distributed.get_client", lambda: notes)
    monkeypatch.setattr("distributed.get_worker", lambda: worker)
    jobs = tuple(plan_jobs([3], [0.1], [0], n_jobs, seed=0))
    found = executors.train_batch(problem, Batch(jobs, kills), "key", executors.versions())
    # A worker that is lost later was not lost over these.
    assert notes.begun["key"] == 0
    if isinstance(expected, executors.Suspects):
        assert found == expected
    else:
        assert isinstance(found, list)
        assert [one.status for one in found] == [expected] * n_jobs


def test_the_largest_networks_go_first_and_sizes_not_seen_yet_take_as_long_as_others(
    problem: Problem,
) -> None:
    queue = executors._Queue(problem, plan_jobs([1, 20, 3], [0.1], range(3), 100, seed=0))
    first = queue.take()
    assert {job.hidden for job in first.jobs} == {20}
    one = next(iter(run(problem, [first.jobs[0]]).values()))
    queue.learn([replace(one, seconds=0.01)] * 8)
    sizes = [job.hidden for job in queue.take().jobs]
    assert sizes == [20] * 292 + [3] * 8
    queue.learn([replace(one, hidden=3, seconds=1.0)])
    assert [job.hidden for job in queue.take().jobs] == [3] * 3


def test_an_executor_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"executor must be None or a distributed\.Client"):
        read_executor("tcp://127.0.0.1:8786", None)


@pytest.mark.slow
def test_a_study_on_a_cluster_is_the_study_in_this_process(
    client: Any, moons: tuple[Any, Any], small_study: Any, tmp_path: Path
) -> None:
    import pandas as pd

    from moonlet import CapacityStudy
    from tests.study.conftest import SMALL

    study = CapacityStudy(**SMALL, executor=client, store=tmp_path / "study.db").fit(*moons)
    pd.testing.assert_frame_equal(
        study.results_.drop(columns="seconds"),
        small_study.results_.drop(columns="seconds"),
        check_exact=True,
    )
    assert str(study.verdict_) == str(small_study.verdict_)
    # Going on elsewhere than where it was begun is no other study.
    again = CapacityStudy(**SMALL, store=tmp_path / "study.db").fit(*moons)
    assert str(again.verdict_) == str(small_study.verdict_)
    assert threading.active_count() < 50
