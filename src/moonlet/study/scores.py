"""The final score: what the study's choice and the straight line get on the test rows."""

from __future__ import annotations

from typing import Any, TypeAlias, TypedDict, final

import numpy as np

from moonlet.specs import Array
from moonlet.study.intervals import (
    class_loss_interval,
    effective_number,
    loss_of_numbers_interval,
    mean_interval,
    proportion_interval,
    r2_interval,
)
from moonlet.study.targets import Numbers, Target, Values, mean


@final  # so that types follow from which keys are there
class ClassScores(TypedDict):
    """Scores on the test rows; log losses are means in nats, intervals are of 95 %.

    `log_loss_gain` is how much lower the network's log loss is than logistic
    regression's, row by row.
    """

    n_test: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    log_loss: float
    log_loss_interval: tuple[float, float]
    brier: float
    brier_interval: tuple[float, float]
    baseline_accuracy: float
    baseline_log_loss: float
    baseline_brier: float
    log_loss_gain: float
    log_loss_gain_interval: tuple[float, float]


@final
class NumberScores(TypedDict):
    """Scores on the test rows of a regression; losses are means, intervals are of 95 %.

    `loss` is the study's: the squared error if nothing else was asked for. `loss_gain`
    is how much lower the network's is than ridge regression's, row by row.
    """

    n_test: int
    r2: float
    r2_interval: tuple[float, float]
    loss: float
    loss_interval: tuple[float, float]
    baseline_r2: float
    baseline_loss: float
    loss_gain: float
    loss_gain_interval: tuple[float, float]


FinalScores: TypeAlias = ClassScores | NumberScores


def gain_of(scores: FinalScores) -> tuple[float, tuple[float, float]]:
    """By how much the loss is lower than the straight line's, and the 95 % interval of that."""
    if "log_loss_gain" in scores:
        return scores["log_loss_gain"], scores["log_loss_gain_interval"]
    return scores["loss_gain"], scores["loss_gain_interval"]


def score_on_test_rows(
    target: Target,
    estimator: Any,
    baseline: Any,
    X: Any,
    values: Values,
    weight: Array | None = None,
) -> FinalScores:
    """Score both models, once, at the end.

    Parameters
    ----------
    target : Target
    estimator, baseline : fitted estimators
    X : DataFrame or ndarray of shape (n_test, n_features)
    values : ndarray of shape (n_test,)
        Coded targets.
    weight : ndarray of shape (n_test,), optional
    """
    if weight is not None and not weight.any():
        weight = None  # All that counts fell to the other rows.
    ours, lines = (
        model.predict(X) if target.is_numeric else model.predict_proba(X)
        for model in (estimator, baseline)
    )
    losses, line_losses = target.row_losses(ours, values), target.row_losses(lines, values)
    gains = line_losses - losses
    score, line_score = (target.score(answers, values, weight) for answers in (ours, lines))
    if not target.is_numeric:
        brier, line_brier = brier_losses(ours, values), brier_losses(lines, values)
        return ClassScores(
            n_test=len(values),
            accuracy=score,
            accuracy_interval=proportion_interval(score, effective_number(len(values), weight)),
            log_loss=mean(losses, weight),
            log_loss_interval=class_loss_interval(target.row_losses, ours, values, weight),
            brier=mean(brier, weight),
            brier_interval=class_loss_interval(brier_losses, ours, values, weight),
            baseline_accuracy=line_score,
            baseline_log_loss=mean(line_losses, weight),
            baseline_brier=mean(line_brier, weight),
            log_loss_gain=mean(gains, weight),
            log_loss_gain_interval=mean_interval(gains, weight),
        )
    return NumberScores(
        n_test=len(values),
        r2=score,
        r2_interval=r2_interval(ours, values, weight),
        loss=mean(losses, weight),
        loss_interval=loss_of_numbers_interval(losses, weight, of_squares=_squares(target)),
        baseline_r2=line_score,
        baseline_loss=mean(line_losses, weight),
        loss_gain=mean(gains, weight),
        loss_gain_interval=mean_interval(gains, weight),
    )


def gain_over_one_answer(
    target: Target,
    estimator: Any,
    X: Any,
    values: Values,
    others: Values,
    weight: Array | None = None,
) -> tuple[float, float] | None:
    """95 % interval of how much lower the loss of rows is than if all got the same answer.

    That is the mean of other rows, or the shares of their classes. None for losses whose best
    answer is another.
    """
    if target.is_numeric and not _squares(target):
        return None
    if weight is not None and not weight.any():
        weight = None
    if target.is_numeric:
        ours, same = estimator.predict(X), np.full(len(values), others.mean())
    else:
        ours = estimator.predict_proba(X)
        shares = np.bincount(others, minlength=ours.shape[1]) / len(others)
        same = np.tile(shares, (len(values), 1))
    gains = target.row_losses(same, values) - target.row_losses(ours, values)
    return mean_interval(gains, weight)


def _squares(target: Target) -> bool:
    """Whether a row's loss is the square of its error."""
    return isinstance(target, Numbers) and target.facts.unit == 2


def brier_losses(probabilities: Array, values: Values) -> Array:
    """Squared distance of each row's probabilities from the truth; of two classes half of it.

    At most 1 (2 for more classes), so no single row can dominate their mean.
    """
    n_classes = probabilities.shape[1]
    squares = np.square(probabilities - np.eye(n_classes)[values]).sum(axis=1)
    return np.asarray(squares / 2.0 if n_classes == 2 else squares)
