"""From jobs to results on the cores of this machine: what every executor does in the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from moonlet import engine
from moonlet.study.plan import Job, Key, Size
from moonlet.study.problem import Problem
from moonlet.study.targets import raw_outputs

Report: TypeAlias = Callable[[list["NetworkResult"]], None]

# A chunk of trainers ends before the next begins, so that memory stays bounded: 100 MB at most
# for "lbfgs", which keeps about 25 vectors as long as the parameters, or a matrix of 64 at most.
_CHUNK_NETWORKS = 1024
_CHUNK_PARAMETERS = 500_000


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """What is kept of a trained network: one row of the table of results.

    Losses are means over rows without the penalty, so that training and held-out
    rows can be compared. A network that diverged, or failed, has NaN for them.

    `raw` is no column of the table: the float64 of `raw_outputs` for the held-out rows, as
    bytes; none where a single start is trained.
    """

    hidden: Size
    alpha: float
    fold: int
    restart: int
    seed: int
    status: str
    n_iter: int
    train_loss: float
    valid_loss: float
    valid_score: float
    gradient_norm: float
    seconds: float
    raw: bytes = b""

    @property
    def key(self) -> Key:
        """What names the network within its study."""
        return (self.hidden, self.alpha, self.fold, self.restart)


def train_jobs(
    problem: Problem, jobs: Sequence[Job], report: Report, n_threads: int | None = None
) -> None:
    """Train networks on the cores of this machine.

    Parameters
    ----------
    problem : Problem
    jobs : sequence of Job
    report : callable
        Given the results of networks as they finish, each once; on an interruption those
        that had finished, before it goes on.
    n_threads : int, optional
        All cores that this process may use, when None. Results do not depend on it.
    """
    for chunk in _chunks(problem, jobs):
        _train_chunk(problem, chunk, report, n_threads)


def measure(problem: Problem, job: Job, trainer: engine.Trainer) -> NetworkResult:
    """Take down how a network was judged, on the rows it saw and on those held out."""
    fold, judgement = problem.prepare(job.fold), trainer.judgement
    if judgement is None:
        raise ValueError(f"The network of {job} is still to be trained to its end.")
    unit, valid_score = problem.target.unit_of_loss(fold.scale), judgement.held_out_score
    raw = b""
    if has_weights(trainer):
        network, parameters = trainer.spec.network, trainer.parameters
        # Weights of classes are a part of the loss, but not of the share that is put right.
        if problem.scorer is not None or fold.loss_weight is not fold.valid_weight:
            _, valid_score, _ = problem.measure_held_out(fold, network, parameters)
        if problem.keeps_raw:
            raw = raw_outputs(network, parameters, fold.X_valid).tobytes()
    return NetworkResult(
        *job.key,
        seed=job.seed,
        status=str(trainer.stop_reason),
        n_iter=trainer.n_iter,
        train_loss=unit * judgement.own_loss,
        valid_loss=unit * judgement.held_out_loss,
        valid_score=valid_score,
        gradient_norm=judgement.gradient_norm,
        seconds=trainer.seconds,
        raw=raw,
    )


def has_weights(trainer: engine.Trainer) -> bool:
    """Whether a trainer ended with weights to go by: early stopping saves some from divergence."""
    return trainer.stop_reason != "diverged" or trainer.spec.early_stopping is not None


def failed(job: Job) -> NetworkResult:
    """Say of a network that it could not be trained: it kills the process that tries."""
    nan = math.nan
    return NetworkResult(*job.key, job.seed, "failed", 0, nan, nan, nan, nan, nan)


def _chunks(problem: Problem, jobs: Sequence[Job]) -> Iterator[list[Job]]:
    sizes = {size: problem.n_parameters(size) for size in {job.hidden for job in jobs}}
    # Of a large table some folds at a time. Then longest first: a large network that is begun
    # last keeps one core busy alone.
    at_once = problem.folds_at_once() if jobs else 1
    chunk: list[Job] = []
    n_parameters = 0
    for job in sorted(jobs, key=lambda job: (job.fold // at_once, -sizes[job.hidden], job.alpha)):
        n_parameters += sizes[job.hidden]
        full = len(chunk) == _CHUNK_NETWORKS or n_parameters > _CHUNK_PARAMETERS
        if chunk and (full or job.fold // at_once != chunk[-1].fold // at_once):
            yield chunk
            chunk, n_parameters = [], sizes[job.hidden]
        chunk.append(job)
    if chunk:
        yield chunk


def _train_chunk(problem: Problem, jobs: list[Job], report: Report, n_threads: int | None) -> None:
    trainers = [problem.trainer(job) for job in jobs]
    reported: set[int] = set()

    def hand_over(finished: Sequence[int]) -> None:
        reported.update(finished)
        if finished:
            report([measure(problem, jobs[at], trainers[at]) for at in finished])

    try:
        engine.train(trainers, n_threads=n_threads, on_finished=hand_over)
    except BaseException:
        judged = {at for at, trainer in enumerate(trainers) if trainer.judgement is not None}
        hand_over(sorted(judged - reported))
        raise
