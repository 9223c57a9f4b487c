"""Contenders taking turns, so that a machine that slows down slows all of them.

Every contender has a process of its own. All get ready and are checked first; then each
round asks each of them in turn, while the others wait for a line on stdin. A pause between
two turns lets the spinning threads of the last one go to sleep.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.check import disagreements
from benchmarks.contest import Case, Contender

__all__ = ["EndedError", "Worker", "measure", "take_turns"]

ROOT = Path(__file__).parents[1]
QUICK_ROUNDS = 3
PAUSE = 0.1


def environment(threads: int) -> dict[str, str]:
    """What limits every library's threads to so many."""
    count = str(threads)
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
    variables = dict.fromkeys(names, count)
    if threads == 1:
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    variables["JAX_PLATFORMS"] = "cpu"
    # What compiling takes is told, so it may not be remembered from an earlier run.
    variables["TORCHINDUCTOR_FORCE_DISABLE_CACHES"] = "1"
    return {**os.environ, **variables}


class EndedError(Exception):
    """A contender's process ended before it had said what it was asked for."""


class Worker:
    """A contender's process."""

    def __init__(self, contender: Contender, quick: bool) -> None:
        arguments = {**contender.arguments, "quick": quick}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", contender.make, json.dumps(arguments)],
            cwd=ROOT,
            env=environment(contender.threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.contender = contender

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._process.kill()
        self._process.communicate()

    def reply(self) -> Any:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EndedError("its process ended; see what it said")
        return json.loads(line)

    def seconds(self) -> float:
        """Of its work, done now."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self.reply())


def measure(case: Case, quick: bool, say: Callable[[str], None]) -> dict[str, Any]:
    """Check a case's answers and take its times; a plain dict, as the JSON file keeps it.

    Parameters
    ----------
    case : Case
    quick : bool
        Three rounds at most, and less work in each.
    say : callable
        Told what goes on.

    Returns
    -------
    measured : dict
        See `results`. "wrong" tells contenders that gave a wrong answer; none is timed then.
    """
    told: dict[str, Any] = {
        "name": case.name,
        "unit": case.unit,
        "method": case.method,
        "wrong": [],
        "goals": [vars(goal) for goal in case.goals],
        "contenders": [],
    }
    with ExitStack() as stack:
        workers = []
        for contender in case.contenders:
            record = {**vars(contender), "seconds": []}
            told["contenders"].append(record)
            if quick and not contender.in_quick:
                record["absent"] = "left out of a quick run"
                continue
            say(f"{case.name}: {contender.name} gets ready")
            worker = Worker(contender, quick)
            stack.enter_context(worker)
            try:
                record.update(worker.reply())
            except EndedError as error:
                record["failed"] = str(error)
            if "absent" not in record and "failed" not in record:
                workers.append((worker, record))
        told["wrong"] = disagreements([record for _, record in workers])
        if told["wrong"]:
            return told
        rounds = min(case.rounds, QUICK_ROUNDS) if quick else case.rounds
        for number in range(rounds):
            say(f"{case.name}: round {number + 1} of {rounds}")
            take_turns([one for one in workers if "failed" not in one[1]], number)
    for record in told["contenders"]:
        record.pop("answers", None)  # they were equal
    return told


def take_turns(workers: Sequence[tuple[Worker, dict[str, Any]]], number: int) -> None:
    """Let each do its work once; one that ends meanwhile has failed and has no times."""
    # Another one begins each round: nobody always follows the same neighbor.
    first = number % max(len(workers), 1)
    for worker, record in [*workers[first:], *workers[:first]]:
        time.sleep(PAUSE)
        try:
            record["seconds"].append(worker.seconds())
        except (EndedError, BrokenPipeError):
            record.update(failed="its process ended while it was timed", seconds=[])
