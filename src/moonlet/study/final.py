"""The models that leave a study: several starts, fitted once more and merged into one network."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from moonlet.data import make_preprocessor
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.merge import merged
from moonlet.estimators.targets import rescale_outputs
from moonlet.exceptions import DivergedError
from moonlet.study.plan import ALL_FOLDS, Setting, layer_sizes, network_seed
from moonlet.study.problem import Problem
from moonlet.study.rows import Indices, take


def fit_network(
    template: MLPClassifier | MLPRegressor,
    problem: Problem,
    positions: Indices,
    setting: Setting,
    n_starts: int,
    seed: int,
) -> Pipeline:
    """Fit preprocessing and a network of several starts.

    Parameters
    ----------
    template : MLPClassifier or MLPRegressor
    problem : Problem
    positions : ndarray of int
        Of the rows to fit on.
    setting : tuple of size and alpha
    n_starts : int
        Starts that are averaged before the output function. Those that diverge are left out.
    seed : int
        The study's.

    Returns
    -------
    pipeline : Pipeline
        Its last step is one network: the starts side by side, the one with the lowest
        loss, penalty included, first. Where numbers are scaled for training, the last layer's
        weights are scaled back.

    Raises
    ------
    DivergedError
        If all starts diverge.
    """
    hidden, alpha = setting
    starts = [
        clone(template).set_params(
            hidden_layer_sizes=layer_sizes(hidden),
            alpha=alpha,
            random_state=network_seed(seed, (hidden, alpha, ALL_FOLDS, start)),
        )
        for start in range(n_starts)
    ]
    return _fitted(problem, positions, starts)


def fit_line(
    template: MLPClassifier | MLPRegressor, problem: Problem, positions: Indices, alpha: float
) -> Pipeline:
    """Fit preprocessing and the straight line: a network without a hidden layer."""
    line = clone(template).set_params(
        hidden_layer_sizes=(),
        activation="identity",
        alpha=alpha,
        solver="lbfgs",
        max_iter=1000,
        max_fun=15_000,
        tol=1e-5,
        early_stopping=False,
        dropout=0.0,
        random_state=0,  # There is one optimum, wherever it starts.
    )
    return _fitted(problem, positions, [line])


def _fitted(
    problem: Problem, positions: Indices, networks: Sequence[MLPClassifier | MLPRegressor]
) -> Pipeline:
    rows = take(problem.X, positions)
    preprocessor = make_preprocessor(rows)
    X: Any = preprocessor.fit_transform(rows)
    X = X.astype(np.float32 if problem.in_32_bit else X.dtype, copy=False)
    values = problem.coded[positions]
    scale = problem.target.scale(values)
    y = problem.target.labels(values)
    if problem.target.is_numeric:
        y = (y - scale.center) / scale.spread
    weight = None if problem.weight is None else problem.weight[positions]
    fitted = []
    with warnings.catch_warnings():
        # The verdict counts the networks that have not converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for network in networks:
            try:
                fitted.append(network.fit(X, y, sample_weight=weight))
            except DivergedError:
                if network is networks[-1] and not fitted:
                    raise
    fitted.sort(key=lambda network: network.loss_)
    network = merged(fitted)
    if (scale.center, scale.spread) != (0.0, 1.0):
        rescale_outputs(network, scale.center, scale.spread)
    return Pipeline([("preprocess", preprocessor), ("network", network)])
