"""The straight line that a network has to beat: logistic or ridge regression on the same folds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, Ridge, RidgeCV

from moonlet import engine
from moonlet.estimators.targets import class_targets
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec
from moonlet.study.problem import PreparedFold, Problem
from moonlet.study.targets import Classes

# Of logistic regression. scikit-learn's default of 100 is too few at the weakest penalties.
_MAX_ITER = 1000
# Of ridge regression, on standardised columns; spaced as scikit-learn spaces logistic regression's.
_RIDGE_ALPHAS = tuple(float(alpha) for alpha in np.logspace(5, -4, 19))
# LogisticRegressionCV's own: C from 1e-4 to 1e4.
_LOGISTIC_ALPHAS = tuple(float(alpha) for alpha in 1.0 / np.logspace(-4, 4, 10))


@dataclass(frozen=True, slots=True, eq=False)
class StraightLine:
    """The straight line on the folds of a study, the further cuts' last.

    Parameters
    ----------
    alpha : float
        Strength of the penalty; scikit-learn's ``C`` of logistic regression is 1 / alpha.
    valid_loss, valid_score : ndarray of shape (n_folds,)
    """

    alpha: float
    valid_loss: Array
    valid_score: Array


def fit_straight_line(
    problem: Problem,
    folds: Sequence[int],
    scoring: Any,
    repeats: Sequence[int] = (),
    n_threads: int | None = None,
) -> StraightLine:
    """Fit the line on the folds, its penalty chosen by the folds as the networks' is.

    Every fold's rows are those that the networks saw, preprocessed inside the
    fold; the penalty with the best mean over the folds is kept.

    Parameters
    ----------
    problem : Problem
    folds : sequence of int
    scoring : str, callable or None
        The study's loss when None.
    repeats : sequence of int
        Folds to be measured on as well, that have no part in choosing the penalty.
    n_threads : int, optional
        All cores that this process may use, when None.
    """
    scores = [_path(problem, problem.prepare(number), scoring, n_threads) for number in folds]
    alpha = _alphas(problem)[int(np.mean(scores, axis=0).argmax())]
    losses, valid_scores = [], []
    for number in (*folds, *repeats):
        fold = problem.prepare(number)
        model = fit_quietly(_line(problem, alpha), fold.X_train, _labels(problem, fold))
        loss, score = _measure(problem, fold, model)
        losses.append(loss)
        valid_scores.append(score)
    return StraightLine(alpha, np.array(losses), np.array(valid_scores))


def line_cv(
    problem: Problem, folds: Iterable[tuple[Any, Any]], scoring: Any, alphas: Sequence[float]
) -> LogisticRegressionCV | RidgeCV:
    """scikit-learn's, unfitted, over some folds and penalties."""
    if problem.target.is_numeric:
        return RidgeCV(alphas=alphas, cv=list(folds), scoring=scoring)
    return logistic_regression_cv(list(folds), scoring, Cs=[1.0 / alpha for alpha in alphas])


def logistic_regression_cv(cv: Any, scoring: Any, **options: Any) -> LogisticRegressionCV:
    """scikit-learn's, with the choices that 1.9 wants spelled out."""
    return LogisticRegressionCV(
        cv=cv,
        scoring=scoring or "neg_log_loss",
        l1_ratios=(0.0,),
        use_legacy_attributes=False,
        max_iter=_MAX_ITER,
        **options,
    )


def fit_quietly(model: Any, X: Array, y: Any) -> Any:
    """Fit logistic regression; at the weakest penalties it need not converge, nor be chosen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def _line(problem: Problem, alpha: float) -> Any:
    if problem.target.is_numeric:
        return Ridge(alpha)
    return LogisticRegression(C=1.0 / alpha if alpha else math.inf, max_iter=_MAX_ITER)


def _labels(problem: Problem, fold: PreparedFold) -> Any:
    return problem.target.labels(fold.train_values)


def _measure(problem: Problem, fold: PreparedFold, model: Any) -> tuple[float, float]:
    numeric = problem.target.is_numeric
    predictions = (model.predict if numeric else model.predict_proba)(fold.X_valid)
    loss = float(problem.target.row_losses(predictions, fold.valid_values).mean())
    return loss, problem.score(model, fold.X_valid, fold.valid_values, predictions)


def _alphas(problem: Problem) -> tuple[float, ...]:
    return _RIDGE_ALPHAS if problem.target.is_numeric else _LOGISTIC_ALPHAS


def _path(problem: Problem, fold: PreparedFold, scoring: Any, n_threads: int | None) -> list[float]:
    """Score of each penalty on a fold."""
    if isinstance(problem.target, Classes):
        measured = _logistic_path(problem, len(problem.target.names), fold, n_threads)
    else:
        y = _labels(problem, fold)
        measured = [
            _measure(problem, fold, _line(problem, alpha).fit(fold.X_train, y))
            for alpha in _RIDGE_ALPHAS
        ]
    return [-loss if scoring is None else score for loss, score in measured]


def _logistic_path(
    problem: Problem, n_classes: int, fold: PreparedFold, n_threads: int | None
) -> list[tuple[float, float]]:
    """Loss and score of each penalty, of networks without a hidden layer.

    Their loss, penalty and tolerance are scikit-learn's logistic regression's, which takes
    twenty times as long for it; the line that networks are compared with is scikit-learn's.
    """
    n_outputs = 1 if n_classes == 2 else n_classes
    sizes = (fold.X_train.shape[1], n_outputs)
    network = NetworkSpec(sizes, (), "sigmoid" if n_outputs == 1 else "softmax")
    data = engine.TrainingData(fold.X_train, class_targets(fold.train_values, n_classes, network))
    rule = StopRule(max_iter=_MAX_ITER, tol=1e-4)
    trainers = [
        engine.Trainer(
            TrainingSpec(network, SolverSpec("lbfgs"), rule, alpha),
            data,
            np.zeros(network.n_parameters),
        )
        for alpha in _LOGISTIC_ALPHAS
    ]
    engine.train(trainers, n_threads=n_threads)
    return [problem.measure_held_out(fold, network, trainer.parameters) for trainer in trainers]
