"""How far a study has come: what its progress callable is given, and the line a terminal shows."""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moonlet.study.plan import Size
from moonlet.study.training import NetworkResult
from moonlet.study.verdict import Measure
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
        Networks in the study.
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

    As in the verdict, the start with the lowest training loss speaks for its fold.

    Parameters
    ----------
    total : int
        Networks in the study.
    n_each : int
        Networks of one size and alpha: folds × restarts.
    measure : Measure
    """

    def __init__(self, total: int, n_each: int, measure: Measure) -> None:
        self._total = total
        self._n_each = n_each
        self._measure = measure
        self._begun = time.perf_counter()
        self._done = 0
        self._counts: Counter[tuple[Size, float]] = Counter()
        self._kept: dict[tuple[Size, float], dict[int, tuple[float, float]]] = {}
        self._leaders: list[Leader] = []

    def add(self, results: Iterable[NetworkResult]) -> None:
        """Count networks."""
        for result in results:
            self._done += 1
            setting = (result.hidden, result.alpha)
            self._counts[setting] += 1
            folds = self._kept.setdefault(setting, {})
            if result.train_loss < folds.get(result.fold, (math.inf, 0.0))[0]:
                greater = self._measure.greater_is_better
                value = result.valid_score if greater else result.valid_loss
                folds[result.fold] = result.train_loss, value
            # Folds differ in difficulty: only settings that have been through all compare.
            if self._counts[setting] == self._n_each:
                self._consider(setting, [value for _, value in self._kept.pop(setting).values()])

    def progress(self) -> StudyProgress:
        """How far the study has come now."""
        seconds = time.perf_counter() - self._begun
        leaders = tuple(self._leaders)
        return StudyProgress(self._done, self._total, seconds, leaders, self._measure.name)

    def _consider(self, setting: tuple[Size, float], values: list[float]) -> None:
        if not values:
            return
        self._leaders.append(Leader(*setting, math.fsum(values) / len(values)))
        greater = self._measure.greater_is_better
        self._leaders.sort(key=lambda leader: leader.mean, reverse=greater)
        del self._leaders[_MOST_LEADERS:]


def progress_callable(
    progress: bool | Callable[[StudyProgress], None],
) -> Callable[[StudyProgress], None]:
    """Turn the ``progress`` parameter of a study into something to call."""
    if callable(progress):
        return progress
    if not isinstance(progress, bool):
        raise ValueError(
            f"progress must be True, False or a callable. Got {progress!r} instead. "
            "A callable is given a StudyProgress."
        )
    # A log file or a pipe has no use for a line that overwrites itself.
    return _show_on_terminal if progress and sys.stderr.isatty() else _stay_quiet


def _stay_quiet(progress: StudyProgress) -> None:
    del progress


def _show_on_terminal(progress: StudyProgress) -> None:
    # Carriage return, and erase to the end of the line: a shorter text may follow a longer one.
    end = "\n" if progress.done == progress.total else ""
    sys.stderr.write(f"\r{progress}\x1b[K{end}")
    sys.stderr.flush()
