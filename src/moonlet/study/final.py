"""The models that leave a study: fitted once more, on all rows but the test rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.estimators.targets import rescale_outputs
from moonlet.study.grid import Grid
from moonlet.study.plan import ALL_FOLDS, Fold, Indices, Size, Split, layer_sizes, plan_jobs
from moonlet.study.problem import Problem
from moonlet.study.rows import take
from moonlet.study.straight_line import fit_quietly, line_cv
from moonlet.study.targets import Target, Values
from moonlet.study.training import has_weights, measure_training


def fit_network(
    grid: Grid,
    X: Any,
    values: Values,
    target: Target,
    rest: Indices,
    hidden: Size,
    alpha: float,
    seed: int,
) -> Pipeline:
    """Fit preprocessing and the best of the random starts of one size.

    Parameters
    ----------
    grid : Grid
    X : DataFrame or ndarray of shape (n_samples, n_features)
    values : ndarray of shape (n_samples,)
        Coded targets.
    target : Target
    rest : ndarray of int
        Positions of the rows to fit on.
    hidden : int or tuple of int
    alpha : float
    seed : int
        The study's.

    Returns
    -------
    pipeline : Pipeline
        Its network has the seed whose start ended at the lowest training loss,
        so that it can be fitted again to the same bits. Where numbers are scaled for
        training, the last layer's weights are scaled back afterwards.
    """
    problem = Problem(X, values, target, grid.template, {ALL_FOLDS: Fold(rest, rest[:0])})
    jobs = plan_jobs([hidden], [alpha], [ALL_FOLDS], grid.n_restarts, seed)
    trainers = [problem.trainer(job) for job in jobs]
    engine.train(trainers, n_threads=grid.n_threads)
    # Without the penalty, as in the folds: so is the kind of network that was judged.
    losses = [
        measure_training(problem, job, trainer) if has_weights(trainer) else np.inf
        for job, trainer in zip(jobs, trainers, strict=True)
    ]
    best = jobs[int(np.argmin(losses))]
    network = clone(grid.template).set_params(
        hidden_layer_sizes=layer_sizes(hidden), alpha=alpha, random_state=best.seed
    )
    rows = take(X, rest)
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("network", network)])
    scale = target.scale(values[rest])
    y = target.labels(values[rest])
    if target.is_numeric:
        y = (y - scale.center) / scale.spread
    with warnings.catch_warnings():
        # The verdict counts the networks that have not converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(rows, y)
    if (scale.center, scale.spread) != (0.0, 1.0):
        rescale_outputs(network, scale.center, scale.spread)
    return pipeline


def fit_baseline(problem: Problem, split: Split, alpha: float, scoring: Any) -> Pipeline:
    """Fit preprocessing and the straight line with the penalty that the folds chose.

    Parameters
    ----------
    problem : Problem
    split : Split
    alpha : float
        From `fit_straight_line`, where preprocessing is inside the folds.
    scoring : str, callable or None
    """
    rows = take(problem.X, split.rest)
    folds = [
        (np.searchsorted(split.rest, fold.train), np.searchsorted(split.rest, fold.valid))
        for fold in split.folds
    ]
    line = line_cv(problem, folds, scoring, [alpha])
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("line", line)])
    return fit_quietly(pipeline, rows, problem.target.labels(problem.coded[split.rest]))
