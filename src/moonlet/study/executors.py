"""Jobs in, results out: who trains the networks of a study.

An executor is given the problem once and then hands over results as networks
finish. A result depends on nothing but the problem and the job's key, so it is
the same to the last bit wherever it comes from.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from moonlet.exceptions import WorkerError
from moonlet.study.cluster import (
    is_client,
    refuse_asynchronous,
    refuse_other_versions,
    versions,
)
from moonlet.study.plan import Job, Size
from moonlet.study.problem import Problem
from moonlet.study.store import GO_ON
from moonlet.study.training import NetworkResult, Report, failed, train_jobs

if TYPE_CHECKING:
    from distributed import Client, Future

# A batch shall keep a worker busy for some seconds: sending it costs milliseconds, and losing the
# worker costs no more than the batch.
_BATCH_SECONDS = 3.0
_FIRST_BATCH = 8
_MOST_NETWORKS = 512
# Batches on their way to each worker: one in training, one to go on with at once.
_BATCHES_A_WORKER = 2
# A network that took so many workers with it is given up.
_MOST_KILLS = 3
# Seconds that a scheduler may be without a worker before the rows are sent.
_PATIENCE = 30
# Seconds between two looks at whether there are workers.
_LOOK = 2.0
# Tells this study's notes on the scheduler from other people's.
_NOTES = "moonlet-begun"


class Executor(Protocol):
    """Trains jobs and reports their results, in any order, each once."""

    def run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        """Train all jobs; `report` is called on this thread as they finish."""


class LocalExecutor:
    """The cores of this machine, in this process.

    Parameters
    ----------
    n_threads : int, optional
        All cores that this process may use, when None. Results do not depend on it.
    """

    def __init__(self, n_threads: int | None = None) -> None:
        self.n_threads = n_threads

    def run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        """Train all jobs; on an interruption, what had finished is reported before it goes on."""
        train_jobs(problem, jobs, report, self.n_threads)


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs that are sent to a worker together.

    `kills` counts the workers that were lost in training them so far, `tries` how often the
    scheduler lost track of them.
    """

    jobs: tuple[Job, ...]
    kills: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Suspects:
    """What a worker returns in place of results: earlier ones were lost over these jobs."""

    kills: int


class DaskExecutor:
    """The workers of a Dask cluster, on as many machines as it has.

    The problem is sent once. Jobs go out in batches of some seconds; a batch whose
    worker is lost is trained again elsewhere, one network at a time, so that a
    network which takes its worker with it is found out. At the third worker it is
    given up, with the status "failed".

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        # Rows that were let go and are sent again at once may be lost on the way.
        self._sent: dict[str, Future] = {}

    def run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        """Train all jobs; on an interruption the batches under way are called off.

        Raises
        ------
        WorkerError
            If the scheduler is lost, or has no worker for half a minute.
        """
        try:
            self._run(problem, jobs, report)
        except (OSError, CancelledError, LookupError, ValueError, RuntimeError) as error:
            # Dask tells the end of a scheduler in many ways; a scorer may raise the same.
            if isinstance(error, WorkerError) or self._scheduler_answers():
                raise
            address = self.client.scheduler.address if self.client.scheduler else "its address"
            raise WorkerError(
                f"The scheduler at {address} answers no more. Start it and its workers again, then "
                f"{GO_ON}."
            ) from error

    def _run(self, problem: Problem, jobs: Sequence[Job], report: Report) -> None:
        if not jobs:
            return
        digest = problem.digest()
        queue = _Queue(problem, jobs)
        if digest not in self._sent:
            self._sent = {digest: self._scatter(problem, digest)}
        under_way: dict[Future, Batch] = {}
        try:
            while queue or under_way:
                slots = _BATCHES_A_WORKER * max(1, len(self.client.nthreads()))
                while queue and len(under_way) < slots:
                    batch = queue.take()
                    under_way[self._submit(digest, batch)] = batch
                self._wait(list(under_way))
                for future in [future for future in under_way if future.done()]:
                    batch = under_way.pop(future)
                    outcome = self._outcome(future)
                    if isinstance(outcome, Suspects):
                        queue.put_back_singly(batch, outcome.kills)
                    elif outcome is None:
                        begun = int(self.client.get_metadata([_NOTES, future.key], 0))
                        self._sent[digest] = self._scatter(problem, digest)
                        queue.put_back(batch, begun)
                    else:
                        queue.learn(outcome)
                        report(outcome)
        except BaseException:
            with suppress(
                Exception
            ):  # Of the error that ends this, not of what it brought with it.
                for future in [future for future in under_way if future.status == "finished"]:
                    if isinstance(outcome := self._outcome(future), list):
                        report(outcome)
                self.client.cancel(list(under_way))
            raise

    def _wait(self, futures: list[Future]) -> None:
        """Wait until one is done; workers may go and come meanwhile."""
        from distributed import wait

        alone_since: float | None = None
        while True:
            # A batch whose data went with the worker counts as cancelled: seen to by the caller.
            with suppress(CancelledError, TimeoutError):
                wait(futures, timeout=_LOOK, return_when="FIRST_COMPLETED")
            if any(future.done() for future in futures):
                return
            if self.client.nthreads():
                alone_since = None
                continue
            alone_since = time.monotonic() if alone_since is None else alone_since
            if time.monotonic() - alone_since > _PATIENCE:
                raise self._no_worker()

    def _scatter(self, problem: Problem, digest: str) -> Future:
        # To all workers there are: the data outlive any one of them.
        given = {f"moonlet-{digest}": problem}
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                (sent,) = self.client.scatter(given, broadcast=True, timeout=_PATIENCE).values()
            except (OSError, CancelledError, LookupError, ValueError) as error:
                # A worker was lost while rows were sent to it; others, or it itself, will be back.
                if time.monotonic() > until:
                    raise self._no_worker() from error
                if not self._scheduler_answers():
                    raise
                time.sleep(0.1)
            else:
                return sent

    def _no_worker(self) -> WorkerError:
        return WorkerError(
            f"The scheduler has had no worker for {_PATIENCE} s. Start some by `dask worker "
            f"{self.client.scheduler.address}`, then {GO_ON}."
        )

    def _scheduler_answers(self) -> bool:
        try:
            self.client.sync(self.client.scheduler.identity, callback_timeout=_LOOK)
        except Exception:
            return False
        return True

    def _submit(self, digest: str, batch: Batch) -> Future:
        import joblib

        key = f"moonlet-{joblib.hash((digest, batch))}"
        sent = self._sent[digest]
        return self.client.submit(
            train_batch, sent, batch, key, versions(), key=key, pure=True, retries=0
        )

    def _outcome(self, future: Future) -> list[NetworkResult] | Suspects | None:
        """What came of a batch; None where the scheduler lost it or the data."""
        from distributed.scheduler import KilledWorker

        if future.status in ("cancelled", "lost"):
            return None
        error = future.exception()
        if isinstance(error, KilledWorker):
            return None
        if error is not None:
            raise error
        try:
            results: list[NetworkResult] | Suspects = future.result()
        except CancelledError:  # finished, and gone with its worker before it was fetched
            return None
        return results


# One batch at a time in a process: all its threads are the batch's, and a process that dies has
# died of that batch.
_ONE_AT_A_TIME = threading.Lock()


def train_batch(
    problem: Problem, batch: Batch, key: str, expected: dict[str, str]
) -> list[NetworkResult] | Suspects:
    """Train a batch on a worker; pure, but for a note on the scheduler that it has begun."""
    from distributed import get_client, get_worker

    refuse_other_versions(expected)
    with _ONE_AT_A_TIME:
        client = get_client()
        begun = int(client.get_metadata([_NOTES, key], 0))
        kills = batch.kills + begun
        if begun and len(batch.jobs) > 1:
            client.set_metadata([_NOTES, key], 0)
            return Suspects(kills)
        if kills >= _MOST_KILLS:
            client.set_metadata([_NOTES, key], 0)
            return [failed(job) for job in batch.jobs]
        client.set_metadata([_NOTES, key], begun + 1)
        results: list[NetworkResult] = []
        try:
            n_threads = int(get_worker().state.nthreads)
            train_jobs(problem, batch.jobs, results.extend, n_threads)
        finally:
            # An error is no lost worker, nor is a batch that was called off.
            client.set_metadata([_NOTES, key], 0)
        return results


class _Queue:
    """Jobs that wait, longest first, cut into batches by what earlier ones took."""

    def __init__(self, problem: Problem, jobs: Iterable[Job]) -> None:
        self._n_parameters = {job.hidden: problem.n_parameters(job.hidden) for job in jobs}
        self._jobs = deque(
            sorted(jobs, key=lambda job: (-self._n_parameters[job.hidden], job.alpha, job.fold))
        )
        self._batches: deque[Batch] = deque()
        self._taken: dict[tuple[Size, float], tuple[int, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._jobs or self._batches)

    def take(self) -> Batch:
        """The next batch."""
        if self._batches:
            return self._batches.popleft()
        jobs: list[Job] = []
        seconds = 0.0
        while self._jobs and len(jobs) < _MOST_NETWORKS:
            each = self._seconds(self._jobs[0])
            if jobs and seconds + each > _BATCH_SECONDS:
                break
            seconds += each
            jobs.append(self._jobs.popleft())
        return Batch(tuple(jobs))

    def put_back(self, batch: Batch, begun: int = 0) -> None:
        """Have a batch sent again, under another key: the scheduler remembers this one's end.

        `begun` counts the workers that were lost while they trained it.
        """
        if batch.tries >= 2 * _MOST_KILLS:
            raise WorkerError(
                f"A batch of {len(batch.jobs)} networks was lost {batch.tries + 1} times, with its "
                f"workers or its data. Look into the workers' logs, then {GO_ON}."
            )
        kills = batch.kills + begun
        if begun and len(batch.jobs) > 1:
            self.put_back_singly(batch, kills)
        else:
            self._batches.append(Batch(batch.jobs, kills, batch.tries + 1))

    def put_back_singly(self, batch: Batch, kills: int) -> None:
        """Have each network of a batch sent alone."""
        self._batches.extend(Batch((job,), kills) for job in batch.jobs)

    def learn(self, results: Sequence[NetworkResult]) -> None:
        """Remember how long networks take."""
        for result in results:
            n, seconds = self._taken.get((result.hidden, result.alpha), (0, 0.0))
            if result.seconds == result.seconds:  # not failed
                taken = n + 1, seconds + result.seconds
                self._taken[result.hidden, result.alpha] = taken

    def _seconds(self, job: Job) -> float:
        known = self._taken.get((job.hidden, job.alpha))
        if known is None:
            alike = [taken for (size, _), taken in self._taken.items() if size == job.hidden]
            alike = alike or list(self._taken.values())
            known = (sum(n for n, _ in alike), sum(seconds for _, seconds in alike))
        n, seconds = known
        return seconds / n if n else _BATCH_SECONDS / _FIRST_BATCH


def read_executor(given: Any, n_threads: int | None) -> Executor:
    """Make an executor of a study's ``executor`` parameter.

    Raises
    ------
    ValueError
        If it is neither None nor a Dask client that waits.
    """
    if given is None:
        return LocalExecutor(n_threads)
    if not is_client(given):
        raise ValueError(
            f"executor must be None or a distributed.Client. Got {given!r} instead. None trains on "
            "the cores of this machine; distributed.Client(address) on those of a cluster."
        )
    refuse_asynchronous("executor", given)
    return DaskExecutor(given)
