"""Boosted trees: a second reference, of another kind than lines and networks.

Small ones, and the same for every table: they show whether there is more to be had, and are
no contest of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import Pipeline
from threadpoolctl import ThreadpoolController

from moonlet.data import make_preprocessor
from moonlet.specs import Array
from moonlet.study.measure import Measure
from moonlet.study.problem import Problem
from moonlet.study.rows import Indices, take
from moonlet.study.targets import Numbers, mean

_SETTINGS: dict[str, Any] = {
    "max_iter": 60,
    "learning_rate": 0.08,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 10,
    "early_stopping": False,
    "random_state": 0,
}


def make_trees(problem: Problem) -> Any:
    """Unfitted trees for a problem's target; the loss is the networks' where trees have it."""
    target = problem.target
    if not isinstance(target, Numbers):
        return HistGradientBoostingClassifier(**_SETTINGS, class_weight=problem.class_weight)
    if target.loss == "quantile":
        return HistGradientBoostingRegressor(
            loss="quantile", quantile=target.parameter, **_SETTINGS
        )
    return HistGradientBoostingRegressor(loss=target.facts.trees, **_SETTINGS)


def trees_costs(problem: Problem, measure: Measure, folds: Iterable[int]) -> Array:
    """What trees cost on the held-out rows of some folds."""
    with _one_thread():
        return np.array([_cost(problem, measure, number) for number in folds])


def _one_thread() -> Any:
    # OpenMP's threads wait for each other by spinning: on a busy machine that takes a hundred
    # times as long as the work.
    return ThreadpoolController().limit(limits=1, user_api="openmp")


def _cost(problem: Problem, measure: Measure, number: int) -> float:
    fold, target = problem.prepare(number), problem.target
    trees = make_trees(problem)
    weight = None if problem.weight is None else problem.weight[problem.folds[number].train]
    trees.fit(fold.X_train, target.labels(fold.train_values), sample_weight=weight)
    predictions = (trees.predict if target.is_numeric else trees.predict_proba)(fold.X_valid)
    losses = target.row_losses(predictions, fold.valid_values)
    loss, score = mean(losses, fold.loss_weight), problem.score(trees, fold, predictions)
    return float(measure.costs(np.asarray(loss), np.asarray(score)))


def fit_trees(problem: Problem, positions: Indices) -> Pipeline:
    """Fit preprocessing and trees on some rows."""
    rows = take(problem.X, positions)
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("trees", make_trees(problem))])
    options = {}
    if problem.weight is not None:
        options["trees__sample_weight"] = problem.weight[positions]
    with _one_thread():
        return pipeline.fit(rows, problem.target.labels(problem.coded[positions]), **options)
