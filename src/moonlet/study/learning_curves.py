"""Would more rows help? What is delivered, trained on ever larger parts of the rows.

How it differs from the textbook:

1. Nothing is extrapolated. A power law can be laid through few points in many ways; what is told
   is the last step, as a rule from half of the rows to all, and how far chance explains it.
2. Each part lies within the next larger one and holds the classes as the whole does, and all are
   judged on the same held-out rows: what differs between two points is the number of rows alone.
3. Size and weight decay stay those of the whole. It is the curve of what is delivered, not of what
   one would choose had one fewer rows.

References
----------
C. Cortes et al., "Learning curves: asymptotic values and rate of convergence",
Advances in Neural Information Processing Systems 6, 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.specs import Array
from moonlet.study.base import BaseStudy
from moonlet.study.cuts import Fold
from moonlet.study.evidence import Evidence
from moonlet.study.given import read_again
from moonlet.study.grid import effective_threads
from moonlet.study.paired import PairedTest, corrected_t_test
from moonlet.study.plan import derived_seed, plan_jobs
from moonlet.study.problem import Problem
from moonlet.study.rows import Indices
from moonlet.study.targets import Classes, Values
from moonlet.study.training import train_jobs

_SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
# With fewer rows a point says more about which rows they are than about how many.
_FEWEST_ROWS = 10
# Passes × rows × weights, and not seconds: what is drawn must not depend on the machine.
# A few seconds of one core.
_MOST_WORK = 4e9


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """How the delivered model fares by the number of rows it is trained on.

    Parameters
    ----------
    n_rows : ndarray of shape (n_points,)
        Rows trained on, rising; the mean over the folds.
    held_out : ndarray of shape (n_points, n_folds)
        In the study's measure, on the held-out rows of each fold; they stay the same.
    train_loss : ndarray of shape (n_points, n_folds)
        Mean loss on the rows trained on, without the penalty.
    n_restarts : int
        Random starts, averaged before the output function.
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
        return np.asarray(self.held_out.std(axis=1, ddof=1) / np.sqrt(self.held_out.shape[1]))


def learning_curve(
    study: BaseStudy,
    *,
    shares: Sequence[float] = _SHARES,
    most_work: float = _MOST_WORK,
) -> LearningCurve | None:
    """Train the delivered model on parts of each fold's rows, and judge it on its others.

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
    given = read_again(study)
    problem, template = given.problem(), given.grid.template
    values, is_numeric = problem.coded, problem.target.is_numeric
    least = max(_least_share(template, problem, train) for train, _ in study.folds_)
    shares = [*(share for share in shares if share >= least), 1.0]
    if len(shares) < 2:
        return None
    # A start without a single pass costs nothing.
    n_restarts = min(_n_starts(study), int(most_work / max(_work(study) * sum(shares), 1.0)))
    if not n_restarts:
        return None
    parts = [
        Fold(part, valid)
        for number, (train, valid) in enumerate(study.folds_)
        for part in _nested_parts(values, is_numeric, train, shares, study.seed_, number)
    ]
    problem.folds = dict(enumerate(parts))
    problem.keeps_raw = n_restarts > 1
    # Each part starts where its whole fold started: only the rows make a difference.
    chosen = study.verdict_.delivered
    jobs = [
        replace(job, fold=len(shares) * job.fold + place)
        for place in range(len(shares))
        for job in plan_jobs(
            [chosen.hidden], [chosen.alpha], range(len(study.folds_)), n_restarts, study.seed_
        )
    ]
    measure = study.verdict_.measure
    evidence = Evidence(problem, measure, len(parts), 0, n_restarts)
    train_jobs(problem, jobs, evidence.add, effective_threads(study.n_jobs))
    setting, shape = (chosen.hidden, chosen.alpha), (-1, len(shares))
    costs = evidence.costs(setting, evidence.folds).reshape(shape).T
    train = evidence.train_losses(setting, evidence.folds).reshape(shape).T
    if not np.isfinite(costs).all():
        return None
    n_rows = np.array([len(fold.train) for fold in parts]).reshape(shape).mean(axis=0)
    n_valid = float(np.mean([len(valid) for _, valid in study.folds_]))
    last_step = corrected_t_test(costs[-2] - costs[-1], float(n_rows[-1]), n_valid)
    held_out = (measure.perfect or 0.0) - costs if measure.greater_is_better else costs
    return LearningCurve(n_rows, held_out, train, n_restarts, last_step)


def _least_share(template: MLPClassifier | MLPRegressor, problem: Problem, train: Indices) -> float:
    """The smallest part of a fold's rows that can be trained on."""
    target = problem.target
    if not isinstance(target, Classes):
        return _FEWEST_ROWS / len(train)
    n_classes = len(target.names)
    share = max(_FEWEST_ROWS, 2 * n_classes) / len(train)
    if not template.early_stopping:
        return share
    # It holds rows out once more: of each class at least one, and one must be left.
    rarest = int(np.bincount(problem.coded[train]).min())
    return max(share, n_classes / template.validation_fraction / len(train), 2.5 / rarest)


def _n_starts(study: BaseStudy) -> int:
    """As many as were judged; the straight line has one optimum."""
    if study.verdict_.delivered.hidden == 0:
        return 1
    return int(study.results_["restart"].max()) + 1


def _work(study: BaseStudy) -> float:
    """What one start in every fold took: passes × rows × weights."""
    chosen, results = study.verdict_.delivered, study.results_
    network = study.tested_estimator_[-1]
    of_size = np.array([hidden == chosen.hidden for hidden in results["hidden"]], dtype=bool)
    of_setting = results[of_size & (results["alpha"] == chosen.alpha).to_numpy()]
    passes = float(of_setting["n_iter"].sum()) / _n_starts(study)
    if not len(of_setting):
        passes = float(network.n_iter_ * len(study.folds_))
    n_merged = max(1, study.verdict_.n_starts if chosen.hidden != 0 else 1)
    weights = sum(W.size for W in network.coefs_) / n_merged
    return (
        float(passes) * float(weights) * float(np.mean([len(train) for train, _ in study.folds_]))
    )


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
