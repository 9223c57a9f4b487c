"""Would more rows help? The recommended network, trained on ever larger parts of the rows.

References
----------
C. Cortes et al., "Learning curves: asymptotic values and rate of convergence",
Advances in Neural Information Processing Systems 6, 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from moonlet.specs import Array
from moonlet.study.evidence import PairedTest, corrected_t_test, of_lowest, standard_error
from moonlet.study.grid import Grid, read_grid
from moonlet.study.plan import Fold, Indices, derived_seed, plan_jobs
from moonlet.study.problem import Problem
from moonlet.study.targets import Classes, Target, Values
from moonlet.study.training import NetworkResult, train_jobs

if TYPE_CHECKING:
    from moonlet.study.study import CapacityStudy

_SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
# With fewer rows a point says more about which rows they are than about how many.
_FEWEST_ROWS = 10
# Passes × rows × weights, and not seconds: what is drawn must not depend on the machine.
# A few seconds of one core.
_MOST_WORK = 4e9


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """How the recommended network fares by the number of rows it is trained on.

    Parameters
    ----------
    n_rows : ndarray of shape (n_points,)
        Rows trained on, rising; the mean over the folds.
    held_out : ndarray of shape (n_points, n_folds)
        In the study's measure, on the held-out rows of each fold; they stay the same.
    train_loss : ndarray of shape (n_points, n_folds)
        Mean loss on the rows trained on, without the penalty.
    n_restarts : int
        Random starts, of which the one with the lowest training loss is judged.
    last_step : PairedTest
        How much better the last point is than the one before, fold by fold.
    """

    n_rows: Array
    held_out: Array
    train_loss: Array
    n_restarts: int
    last_step: PairedTest

    @property
    def held_out_error(self) -> Array:
        """Standard errors over the folds, of shape (n_points,)."""
        return standard_error(self.held_out)


def learning_curve(
    study: CapacityStudy,
    *,
    shares: Sequence[float] = _SHARES,
    most_work: float = _MOST_WORK,
) -> LearningCurve | None:
    """Train the recommended network on parts of each fold's rows, and judge it on its others.

    Size and weight decay stay; a part holds the classes as the whole does, and lies within
    the next larger one. The last point is the study's own.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.
    shares : sequence of float
        Of the rows trained on, each in (0, 1) and rising. Those of fewer than 10 rows, or
        than 2 a class, are left out; so are those of too few rows for early stopping.
    most_work : float
        Passes times rows times weights that may be spent. Where it takes more, fewer random
        starts are tried.

    Returns
    -------
    curve : LearningCurve or None
        None if not even one start can be afforded, no share is large enough, or a
        network went wrong.
    """
    is_numeric = not hasattr(study, "classes_")
    grid = read_grid(study, is_numeric=is_numeric)
    values, target = study._read_target(study.X_, study.y_, grid)
    least = max(_least_share(grid, values, target, train) for train, _ in study.folds_)
    shares = [share for share in shares if share >= least]
    if not shares:
        return None
    # A start without a single pass costs nothing.
    n_restarts = min(study.n_restarts, int(most_work / max(_work(study) * sum(shares), 1.0)))
    if not n_restarts:
        return None
    parts = [
        Fold(part, valid)
        for number, (train, valid) in enumerate(study.folds_)
        for part in _nested_parts(values, is_numeric, train, shares, study.seed_, number)
    ]
    problem = Problem(study.X_, values, target, grid.template, dict(enumerate(parts)), grid.scorer)
    # Each part starts where its whole fold started: only the rows make a difference.
    chosen = study.verdict_.recommended
    jobs = [
        replace(job, fold=len(shares) * job.fold + place)
        for place in range(len(shares))
        for job in plan_jobs(
            [chosen.hidden], [chosen.alpha], range(len(study.folds_)), n_restarts, study.seed_
        )
    ]
    results: list[NetworkResult] = []
    train_jobs(problem, jobs, results.extend, grid.n_threads)
    of_parts = pd.DataFrame(results).sort_values(["fold", "restart"])
    n_rows = np.array([len(fold.train) for fold in parts]).reshape(-1, len(shares)).mean(axis=0)
    n_whole = np.mean([len(train) for train, _ in study.folds_])
    curve = _judged(study, of_parts, np.append(n_rows, n_whole), n_restarts)
    return curve if np.isfinite(curve.held_out).all() else None


def _judged(
    study: CapacityStudy, of_parts: pd.DataFrame, n_rows: Array, n_restarts: int
) -> LearningCurve:
    """Let the best start of each part speak; the study's own networks are the last point."""
    whole = _cell(study)
    whole = whole[whole["restart"] < n_restarts]
    shape = (len(study.folds_), -1, n_restarts)

    def cube(name: str) -> Array:
        sides = [rows[name].to_numpy(dtype=float).reshape(shape) for rows in (of_parts, whole)]
        return np.concatenate(sides, axis=1).swapaxes(0, 1)

    train = cube("train_loss")
    held = cube("valid_score" if study.verdict_.measure.greater_is_better else "valid_loss")
    held_out = of_lowest(train, held)
    gains = held_out[-1] - held_out[-2]
    if not study.verdict_.measure.greater_is_better:
        gains = -gains
    n_valid = float(np.mean([len(valid) for _, valid in study.folds_]))
    last_step = corrected_t_test(gains, float(n_rows[-1]), n_valid)
    return LearningCurve(n_rows, held_out, of_lowest(train, train), n_restarts, last_step)


def _least_share(grid: Grid, values: Values, target: Target, train: Indices) -> float:
    """The smallest part of a fold's rows that can be trained on."""
    if not isinstance(target, Classes):
        return _FEWEST_ROWS / len(train)
    n_classes = len(target.names)
    share = max(_FEWEST_ROWS, 2 * n_classes) / len(train)
    if not grid.template.early_stopping:
        return share
    # It holds rows out once more: of each class at least one, and one must be left.
    rarest = int(np.bincount(values[train]).min())
    return max(share, n_classes / grid.template.validation_fraction / len(train), 2.5 / rarest)


def _cell(study: CapacityStudy) -> pd.DataFrame:
    """The study's networks of the recommended size and alpha, by fold and restart."""
    recommended, results = study.verdict_.recommended, study.results_
    of_size = np.array([hidden == recommended.hidden for hidden in results["hidden"]])
    return results[of_size & (results["alpha"] == recommended.alpha).to_numpy()]


def _work(study: CapacityStudy) -> float:
    """What one start in every fold took: passes × rows × weights."""
    passes = float(_cell(study)["n_iter"].sum()) / study.n_restarts
    of_size = [hidden == study.recommended_ for hidden in study.summary_["hidden"]]
    weights = float(study.summary_["n_parameters"][of_size].iloc[0])
    return passes * weights * float(np.mean([len(train) for train, _ in study.folds_]))


def _nested_parts(
    values: Values,
    is_numeric: bool,
    train: Indices,
    shares: Sequence[float],
    seed: int,
    number: int,
) -> list[Indices]:
    """Parts of a fold's rows, each within the next, with the classes as in the whole."""
    random = np.random.default_rng(derived_seed(seed, f"learning curve {number}"))
    order = random.permutation(train)
    if not is_numeric:
        # By how far each row is within its own class; the first of every class come first.
        rank = pd.Series(values[order]).groupby(values[order]).cumcount().to_numpy()
        counts = np.bincount(values[train])
        order = order[np.argsort(rank / counts[values[order]], kind="stable")]
    return [np.sort(order[: round(share * len(order))]) for share in shares]
