"""What the trained networks say, as numbers; no decision is taken here.

The random starts of a setting (a size and an alpha) are judged together: their outputs for the
held-out rows are averaged before the output function, as they are in what is delivered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from moonlet.specs import Array
from moonlet.study.measure import Measure
from moonlet.study.plan import Key, Setting, Size, keys
from moonlet.study.problem import Problem
from moonlet.study.training import NetworkResult

if TYPE_CHECKING:
    import pandas as pd

_SUMMARY = [
    *("hidden", "alpha", "n_parameters", "n_folds", "n_networks", "n_converged"),
    *("train_loss", "valid_loss", "valid_loss_se", "valid_loss_restart_sd", "gap"),
    *("valid_score", "valid_score_se", "valid_score_restart_sd", "seconds"),
]


# Quicker than `dataclasses.replace`, where a network trains in 100 us.
_ALL_BUT_RAW = attrgetter(*(field.name for field in fields(NetworkResult) if field.name != "raw"))


class Evidence:
    """Results of networks, by setting and fold.

    Parameters
    ----------
    problem : Problem
    measure : Measure
    n_folds : int
        Of the first cut, with the numbers 0, 1, …; folds of further cuts come after.
    n_repeats : int
        Folds of further cuts.
    n_starts : int
        Random starts of each network.
    """

    def __init__(
        self, problem: Problem, measure: Measure, n_folds: int, n_repeats: int, n_starts: int
    ) -> None:
        self.problem = problem
        self.measure = measure
        self.folds = range(n_folds)
        self.repeats = range(n_folds, n_folds + n_repeats)
        self.n_starts = n_starts
        self.results: dict[Key, NetworkResult] = {}
        # Loss and score of all starts of a setting together, by setting and fold.
        self._together: dict[tuple[Setting, int], tuple[float, float]] = {}
        # Losses of the held-out rows, likewise.
        self._row_losses: dict[tuple[Setting, int], Array] = {}
        # Folds that a setting has been through, in the order in which settings came.
        self._folds: dict[Setting, set[int]] = {}

    def add(self, results: Iterable[NetworkResult]) -> None:
        """Take in results; starts are averaged as soon as all of a fold are there."""
        for result in results:
            self.results[result.key] = result
            setting, fold = (result.hidden, result.alpha), result.fold
            starts = self.table([fold], [setting])
            if len(starts) == self.n_starts:
                self._together[setting, fold] = self._average(starts, fold)
                self._folds.setdefault(setting, set()).add(fold)
                # The outputs have done their part; of a large table they fill the memory.
                for start in starts:
                    self.results[start.key] = NetworkResult(*_ALL_BUT_RAW(start))

    def _average(self, starts: Sequence[NetworkResult], fold: int) -> tuple[float, float]:
        setting = (starts[0].hidden, starts[0].alpha)
        kept = [start for start in starts if math.isfinite(start.valid_loss)]
        if not kept:
            return math.nan, math.nan
        if not kept[0].raw:
            return kept[0].valid_loss, kept[0].valid_score
        prepared = self.problem.prepare(fold)
        shape = (len(prepared.valid_values), -1)
        raws = [np.frombuffer(start.raw).reshape(shape) for start in kept]
        loss, score, losses = self.problem.measure_raw(prepared, np.mean(raws, axis=0))
        self._row_losses[setting, fold] = losses
        return (kept[0].valid_loss, kept[0].valid_score) if len(kept) == 1 else (loss, score)

    def row_losses(self, settings: Sequence[Setting], fold: int) -> Array | None:
        """Losses of a fold's held-out rows, setting by setting; None where they were not kept."""
        known = [self._row_losses.get((setting, fold)) for setting in settings]
        return None if any(losses is None for losses in known) else np.array(known)

    def is_complete(self, setting: Setting, folds: Iterable[int]) -> bool:
        """Whether all starts of a setting have been trained on all of some folds."""
        return self._folds.get(setting, set()).issuperset(folds)

    def settings(self, folds: Iterable[int]) -> list[Setting]:
        """Settings that are complete on some folds, in the order of their results."""
        folds = list(folds)
        return [setting for setting in self._folds if self._folds[setting].issuperset(folds)]

    def losses(self, setting: Setting, folds: Iterable[int]) -> Array:
        """Mean held-out loss of a setting, fold by fold."""
        return np.array([self._together[setting, fold][0] for fold in folds])

    def scores(self, setting: Setting, folds: Iterable[int]) -> Array:
        """Its score, likewise."""
        return np.array([self._together[setting, fold][1] for fold in folds])

    def costs(self, setting: Setting, folds: Iterable[int]) -> Array:
        """What the study's measure makes of them; less is better, and NaN where all diverged."""
        folds = list(folds)
        return self.measure.costs(self.losses(setting, folds), self.scores(setting, folds))

    def cost(self, setting: Setting, folds: Iterable[int]) -> float:
        """Mean over some folds; infinite where all starts of one diverged."""
        mean = float(self.costs(setting, folds).mean())
        return mean if math.isfinite(mean) else math.inf

    def train_losses(self, setting: Setting, folds: Iterable[int]) -> Array:
        """Mean training loss over the starts, fold by fold."""
        return np.array([np.mean(self._of_starts(setting, fold, "train_loss")) for fold in folds])

    def restart_deviation(self, setting: Setting, folds: Iterable[int], column: str) -> float:
        """Spread that random starts alone cause: within a fold, pooled over the folds.

        NaN when there is a single start.
        """
        if self.n_starts < 2:
            return math.nan
        values = np.array([self._of_starts(setting, fold, column) for fold in folds])
        return float(np.sqrt(values.var(axis=-1, ddof=1).mean()))

    def _of_starts(self, setting: Setting, fold: int, column: str) -> list[float]:
        return [
            getattr(self.results[*setting, fold, start], column) for start in range(self.n_starts)
        ]

    def table(self, folds: Iterable[int], order: Sequence[Setting]) -> list[NetworkResult]:
        """Results on some folds, setting by setting, as `plan.plan_jobs` has them."""
        wanted = keys(order, folds, self.n_starts)
        return [self.results[key] for key in wanted if key in self.results]

    def summary(self, order: Sequence[Setting]) -> pd.DataFrame:
        """One row a (hidden, alpha): what `CapacityStudy.summary_` documents."""
        import pandas as pd

        rows = [self._summary_row(setting) for setting in order]
        return pd.DataFrame(rows, columns=_SUMMARY)

    def _summary_row(self, setting: Setting) -> dict[str, object]:
        folds = [fold for fold in self.folds if self.is_complete(setting, [fold])]
        networks = self.table(folds, [setting])
        losses, scores = self.losses(setting, folds), self.scores(setting, folds)
        train = np.array([result.train_loss for result in networks])
        valid = np.array([result.valid_loss for result in networks])
        return {
            "hidden": setting[0],
            "alpha": setting[1],
            "n_parameters": self.problem.n_parameters(setting[0]),
            "n_folds": len(folds),
            "n_networks": len(networks),
            "n_converged": sum(result.status == "converged" for result in networks),
            "train_loss": train.mean() if len(train) else math.nan,
            "valid_loss": losses.mean() if len(losses) else math.nan,
            "valid_loss_se": standard_error(losses),
            "valid_loss_restart_sd": self._deviation(setting, folds, "valid_loss"),
            "gap": (valid - train).mean() if len(train) else math.nan,
            "valid_score": scores.mean() if len(scores) else math.nan,
            "valid_score_se": standard_error(scores),
            "valid_score_restart_sd": self._deviation(setting, folds, "valid_score"),
            "seconds": sum(result.seconds for result in networks),
        }

    def _deviation(self, setting: Setting, folds: Sequence[int], column: str) -> float:
        return self.restart_deviation(setting, folds, column) if folds else math.nan

    def n_parameters(self, size: Size) -> int:
        """Weights and biases of a network of a size."""
        return self.problem.n_parameters(size)


def standard_error(values: Array) -> float:
    """Standard error of a mean over folds; NaN for fewer than two."""
    if len(values) < 2:
        return math.nan
    return float(values.std(ddof=1) / math.sqrt(len(values)))
