"""The course of a study: the line, the contest of networks, and what comes of it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from math import inf
from time import monotonic

from moonlet.study.base import BaseStudy
from moonlet.study.contest import Contest
from moonlet.study.cuts import Split, mean_sizes
from moonlet.study.evidence import Evidence
from moonlet.study.given import Given
from moonlet.study.identity import study_identity
from moonlet.study.outcome import Outcome, conclude
from moonlet.study.progress import progress_callable
from moonlet.study.session import Session, Stopped
from moonlet.study.store import StudyStore
from moonlet.study.straight_line import fit_straight_line

# Of `max_seconds`, until the contest ends, and of that until the line is there; the rest is for
# trees and what is delivered.
_SHARE_OF_TIME, _SHARE_OF_LINE = 0.8, 0.3


def hold(
    study: BaseStudy, given: Given, split: Split, asked: tuple[str, ...], begun: float
) -> tuple[Outcome, Stopped | None]:
    """Hold a study from its cuts to its outcome.

    Parameters
    ----------
    study : CapacityStudy
        Its parameters, and `seed_`.
    given : Given
    split : Split
    asked : tuple of str
        Questions about the rows, told with the verdict.
    begun : float
        When `fit` was called, by `time.monotonic`.

    Returns
    -------
    outcome : Outcome
    stopped : {"time", "interrupted"} or None
        Why the contest did not come to its end.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before there is anything to be judged.
    """
    grid, problem, numbered = given.grid, given.problem(split), split.numbered()
    evidence = Evidence(problem, grid.measure, len(split.folds), len(split.repeats), grid.n_starts)
    n_train, n_valid = mean_sizes(numbered, evidence.folds)
    contest = Contest(
        *(grid.sizes, grid.alphas, grid.grows, study.seed_, n_train, n_valid),
        races=grid.effort.races,
        most_work=grid.effort.most_work,
    )
    given_time = inf if study.max_seconds is None else float(study.max_seconds)
    # First: a store that is refused costs nothing.
    with _open_store(study, given, split) as store:
        line = fit_straight_line(problem, numbered, grid.n_threads, _SHARE_OF_LINE * given_time)
        deadline = begun + _SHARE_OF_TIME * given_time
        tell = progress_callable(study.progress)
        session = Session(grid.executor, problem, evidence, store, tell, deadline)
        stopped = session.hold(contest)
    try:
        outcome = conclude(
            problem,
            grid,
            split,
            evidence,
            line,
            seed=study.seed_,
            scoring=study.scoring,
            asked=asked,
            stopped=stopped,
            seconds=begun + given_time - monotonic(),
        )
    except BaseException:
        if stopped == "interrupted":
            raise KeyboardInterrupt from None
        raise
    return outcome, stopped


def _open_store(
    study: BaseStudy, given: Given, split: Split
) -> AbstractContextManager[StudyStore | None]:
    if study.store is None:
        return nullcontext()
    # Sizes, alphas and starts are not among them: a study may be given more.
    settings: dict[str, object] = {
        "estimator": given.grid.template,
        "cv": study.cv,
        "test_size": study.test_size,
        "scoring": study.scoring,
        "seed": study.seed_,
    }
    identity = study_identity(settings, study.X_, study.y_, split, given.weight)
    return StudyStore(study.store, identity)
