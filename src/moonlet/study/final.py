"""The models that leave a study: fitted once more, on all rows but the test rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.study.evidence import fit_quietly, logistic_regression_cv
from moonlet.study.executors import Problem, measure_training
from moonlet.study.grid import Grid
from moonlet.study.plan import ALL_FOLDS, Fold, Indices, Size, Split, layer_sizes, plan_jobs
from moonlet.study.rows import take


def fit_network(
    grid: Grid, X: Any, y: NDArray[Any], rest: Indices, hidden: Size, alpha: float, seed: int
) -> Pipeline:
    """Fit preprocessing and the best of the random starts of one size.

    Parameters
    ----------
    grid : Grid
    X : DataFrame or ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
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
        so that it can be fitted again to the same bits.
    """
    classes, class_indices = np.unique(y, return_inverse=True)
    everything = {ALL_FOLDS: Fold(rest, rest[:0])}
    problem = Problem(X, class_indices, classes, grid.template, everything)
    jobs = plan_jobs([hidden], [alpha], [ALL_FOLDS], grid.n_restarts, seed)
    trainers = [problem.trainer(job) for job in jobs]
    engine.train(trainers, n_threads=grid.n_threads)
    # Without the penalty, as in the folds: so is the kind of network that was judged.
    data = problem.prepare(ALL_FOLDS).training_data
    losses = [
        np.inf if trainer.stop_reason == "diverged" else measure_training(trainer, data)[0]
        for trainer in trainers
    ]
    best = jobs[int(np.argmin(losses))]
    network = clone(grid.template).set_params(
        hidden_layer_sizes=layer_sizes(hidden), alpha=alpha, random_state=best.seed
    )
    rows = take(X, rest)
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("network", network)])
    with warnings.catch_warnings():
        # The verdict counts the networks that have not converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return pipeline.fit(rows, y[rest])


def fit_baseline(X: Any, y: NDArray[Any], split: Split, C: float, scoring: Any) -> Pipeline:
    """Fit preprocessing and logistic regression with the penalty that the folds chose.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    split : Split
    C : float
        From `evidence.fit_straight_line`, where preprocessing is inside the folds.
    scoring : str, callable or None
    """
    rows = take(X, split.rest)
    folds = [
        (np.searchsorted(split.rest, fold.train), np.searchsorted(split.rest, fold.valid))
        for fold in split.folds
    ]
    line = logistic_regression_cv(folds, scoring, Cs=[C])
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("line", line)])
    return fit_quietly(pipeline, rows, y[split.rest])
