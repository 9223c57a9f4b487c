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
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.check import disagreements
from benchmarks.contest import Case, Contender

__all__ = ["Worker", "measure"]

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
    return {**os.environ, **variables}


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
        return json.loads(line) if line else {"failed": "its process ended; see what it said"}

    def seconds(self) -> float:
        """Of its work, done now."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        reply = self.reply()
        if not isinstance(reply, float):
            raise RuntimeError(f"{self.contender.name} failed while it was timed: {reply}")
        return reply


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
            reply = worker.reply()
            if "absent" in reply or "failed" in reply:
                record.update(reply)
                continue
            record.update(reply)
            workers.append((worker, record))
        told["wrong"] = disagreements([record for _, record in workers])
        if told["wrong"]:
            return told
        rounds = min(case.rounds, QUICK_ROUNDS) if quick else case.rounds
        for number in range(rounds):
            say(f"{case.name}: round {number + 1} of {rounds}")
            _round(workers, number)
    return told


def _round(workers: Sequence[tuple[Worker, Mapping[str, Any]]], number: int) -> None:
    # Another one begins each round: nobody always follows the same neighbor.
    first = number % max(len(workers), 1)
    for worker, record in [*workers[first:], *workers[:first]]:
        time.sleep(PAUSE)
        record["seconds"].append(worker.seconds())
