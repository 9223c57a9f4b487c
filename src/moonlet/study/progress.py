"""How far a study has come: what its progress callable is given, and the line a terminal shows."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from moonlet.study.evidence import Evidence
from moonlet.study.plan import Size
from moonlet.study.words import number, size_in_words

# So many settings are told of: more would not be read while they move.
_MOST_LEADERS = 5


@dataclass(frozen=True, slots=True)
class Leader:
    """A size and alpha that is among the best so far.

    Parameters
    ----------
    hidden : int or tuple of int
    alpha : float
    mean : float
        Over the folds, in the study's measure.
    """

    hidden: Size
    alpha: float
    mean: float


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study has come.

    Parameters
    ----------
    done : int
        Networks trained, those found in the store included.
    total : int
        Networks in the study, as far as they are known: a search asks for more as it goes on.
    seconds : float
        Time since training began.
    leaders : tuple of Leader
        The best so far among the settings whose networks are all trained, the best first.
    measure : str
        What they are told in.
    """

    done: int
    total: int
    seconds: float
    leaders: tuple[Leader, ...] = ()
    measure: str = ""

    def __str__(self) -> str:
        counted = f"{self.done:,} of {self.total:,} networks, {self.seconds:.1f} s"
        if not self.leaders:
            return counted
        best = self.leaders[0]
        return (
            f"{counted}; best so far: {size_in_words(best.hidden)}, alpha {best.alpha:g}, "
            f"{self.measure} {number(best.mean)}"
        )


class Tally:
    """Counts networks as they finish and knows which settings lead.

    Parameters
    ----------
    evidence : Evidence
        What they say; only settings that have been through all folds compare.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._begun = time.perf_counter()
        self._total = 0

    def expect(self, n_networks: int) -> None:
        """Have so many more networks before us."""
        self._total += n_networks

    def progress(self) -> StudyProgress:
        """How far the study has come now."""
        seconds = time.perf_counter() - self._begun
        done, measure = len(self._evidence.results), self._evidence.measure
        return StudyProgress(done, self._total, seconds, self._leaders(), measure.name)

    def _leaders(self) -> tuple[Leader, ...]:
        evidence = self._evidence
        costs = {
            setting: evidence.cost(setting, evidence.folds)
            for setting in evidence.settings(evidence.folds)
        }
        best = sorted(filter(lambda one: math.isfinite(costs[one]), costs), key=costs.__getitem__)
        return tuple(
            Leader(*setting, evidence.measure.value(costs[setting]))
            for setting in best[:_MOST_LEADERS]
        )


def progress_callable(
    progress: bool | Callable[[StudyProgress], None],
) -> Callable[[StudyProgress], None] | None:
    """Turn the ``progress`` parameter of a study into something to call; None if nobody listens."""
    if callable(progress):
        return progress
    if not isinstance(progress, bool):
        raise ValueError(
            f"progress must be True, False or a callable. Got {progress!r} instead. "
            "A callable is given a StudyProgress."
        )
    # A log file or a pipe has no use for a line that overwrites itself.
    return _show_on_terminal if progress and sys.stderr.isatty() else None


def _show_on_terminal(progress: StudyProgress) -> None:
    # Carriage return, and erase to the end of the line: a shorter text may follow a longer one.
    end = "\n" if progress.done == progress.total else ""
    sys.stderr.write(f"\r{progress}\x1b[K{end}")
    sys.stderr.flush()
