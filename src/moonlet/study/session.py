"""One run of a study: what its contest asks for is looked up in the store, or trained and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from moonlet.study.contest import Contest
from moonlet.study.evidence import Evidence
from moonlet.study.executors import Executor
from moonlet.study.plan import Job
from moonlet.study.problem import Problem
from moonlet.study.progress import StudyProgress, Tally
from moonlet.study.store import NETWORKS, REPEATS, StudyStore, Table
from moonlet.study.training import NetworkResult

Stopped: TypeAlias = Literal["time", "interrupted"]


class TimeIsUp(Exception):  # noqa: N818 - it is no error
    """The study has used the time that it was given."""


class Session:
    """Trains networks, keeps them, and tells how far it has come.

    Parameters
    ----------
    executor : Executor
    problem : Problem
    evidence : Evidence
        Where the results go.
    store : StudyStore or None
    tell : callable or None
        Given the progress after every commit.
    deadline : float
        By `time.monotonic`; when it has passed, `train` raises `TimeIsUp`.
    """

    def __init__(
        self,
        executor: Executor,
        problem: Problem,
        evidence: Evidence,
        store: StudyStore | None,
        tell: Callable[[StudyProgress], None] | None,
        deadline: float,
    ) -> None:
        self._executor = executor
        self._problem = problem
        self._evidence = evidence
        self._store = store
        self._tell = tell
        self._deadline = deadline
        self._tally = Tally(evidence)

    def hold(self, contest: Contest) -> Stopped | None:
        """Train what a contest asks for; say why it did not come to its end, if it did not.

        Raises
        ------
        KeyboardInterrupt
            If no network with hidden units has been through all folds: then there is nothing
            to be judged.
        """
        try:
            contest.hold(self._evidence, self.train)
        except TimeIsUp:
            return "time"
        except KeyboardInterrupt:
            complete = self._evidence.settings(self._evidence.folds)
            if all(hidden == 0 for hidden, _ in complete):
                raise
            return "interrupted"
        return None

    def train(self, jobs: Sequence[Job]) -> None:
        """Have the results of some jobs of one cut, or of the further ones, in the evidence.

        Raises
        ------
        TimeIsUp
            What had finished by then is kept.
        """
        self._expect_time()
        table: Table = NETWORKS if jobs[0].fold in self._evidence.folds else REPEATS
        known = {} if self._store is None else self._store.results(table)
        self._tally.expect(len(jobs))
        self._evidence.add(known[job.key] for job in jobs if job.key in known)
        self._tell_progress()

        def heard(results: list[NetworkResult]) -> None:
            if self._store is not None:
                self._store.add(results, table)
            self._evidence.add(results)
            self._tell_progress()
            self._expect_time()

        missing = [job for job in jobs if job.key not in known]
        self._executor.run(self._problem, missing, heard)

    def _tell_progress(self) -> None:
        if self._tell is not None:
            self._tell(self._tally.progress())

    def _expect_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise TimeIsUp
