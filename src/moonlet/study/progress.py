"""How far a study has come: what its progress callable is given, and the line a terminal shows."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from moonlet.study.executors import NetworkResult
from moonlet.study.plan import Size
from moonlet.study.verdict import Measure
from moonlet.study.words import size_in_words


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
    best : str or None
        The best size so far among those whose networks are all trained, in words.
    """

    done: int
    total: int
    seconds: float
    best: str | None

    def __str__(self) -> str:
        counted = f"{self.done:,} of {self.total:,} networks, {self.seconds:.1f} s"
        return f"{counted}; best so far: {self.best}" if self.best else counted


class Tally:
    """Counts networks as they finish and knows which setting leads.

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
        self._sums: dict[tuple[Size, float], tuple[int, float]] = {}
        self._best: tuple[float, str] | None = None

    def add(self, results: Iterable[NetworkResult]) -> None:
        """Count networks."""
        for result in results:
            self._done += 1
            value = -result.valid_score if self._measure.greater_is_better else result.valid_loss
            setting = (result.hidden, result.alpha)
            count, total = self._sums.get(setting, (0, 0.0))
            self._sums[setting] = count + 1, total + value
            # Folds differ in difficulty: only settings that have been through all compare.
            if count + 1 == self._n_each:
                self._consider(setting, (total + value) / self._n_each)

    def progress(self) -> StudyProgress:
        """How far the study has come now."""
        seconds = time.perf_counter() - self._begun
        best = self._best[1] if self._best else None
        return StudyProgress(self._done, self._total, seconds, best)

    def _consider(self, setting: tuple[Size, float], cost: float) -> None:
        leads = self._best is None or cost < self._best[0]
        if leads and math.isfinite(cost):
            hidden, alpha = setting
            name = f"{size_in_words(hidden)}, alpha {alpha:g}"
            self._best = cost, f"{name}, {self._measure.name} {abs(cost):.3f}"


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
