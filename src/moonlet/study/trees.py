"""Boosted trees: a second reference, of another kind than lines and networks.

How they differ from boosted trees as one would tune them [1]_, [2]_:

1. Their settings are the same for every table. They show whether there is more to be had, at
   0.05 s a fold, and are no contest of their own: what is found tuned may be better still.
2. They are few and small, of 8 leaves and of 10 rows a leaf at least where scikit-learn has 31 and
   20: tables of hundreds of rows have none to spare.
3. All 60 rounds are taken. To stop early, rows would have to be held out of those that the
   networks learn from.
4. They get the rows as networks do, with gaps filled and categories as columns of their own, and
   not as trees like them best: what is compared is the model.
5. They are trained on the networks' loss where trees have it, else on the one that the table of
   names says, and are always judged by the networks'.

References
----------
.. [1] J. H. Friedman, "Greedy function approximation: a gradient boosting machine", Annals of
   Statistics 29, 2001.
.. [2] G. Ke et al., "LightGBM: a highly efficient gradient boosting decision tree", NIPS 2017.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import monotonic
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


def trees_costs(
    problem: Problem, measure: Measure, folds: Sequence[int], seconds: float = math.inf
) -> Array | None:
    """What trees cost on the held-out rows of some folds; None if that takes too long."""
    begun = monotonic()
    with _one_thread():
        costs = [_cost(problem, measure, folds[0])]
        if (monotonic() - begun) * len(folds) > seconds:
            return None
        return np.array([*costs, *(_cost(problem, measure, number) for number in folds[1:])])


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
