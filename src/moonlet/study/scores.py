"""The final score: what the study's choice and the straight line get on the test rows.

References
----------
.. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", Journal of the American Statistical Association 22, 1927.
.. [2] J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver
   operating characteristic (ROC) curve", Radiology 143, 1982.
.. [3] R. G. Newcombe, "Confidence intervals for an effect size measure based on the
   Mann-Whitney statistic. Part 2", Statistics in Medicine 25, 2006.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, TypedDict, final

from scipy.optimize import brentq

from moonlet.specs import Array
from moonlet.study.targets import Target, Values

# Two-sided 95 % of the normal distribution.
_Z = 1.959963984540054


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
    baseline_accuracy: float
    baseline_log_loss: float
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


def score_on_test_rows(
    target: Target, estimator: Any, baseline: Any, X: Any, values: Values
) -> FinalScores:
    """Score both models, once, at the end.

    Parameters
    ----------
    target : Target
    estimator, baseline : fitted estimators
    X : DataFrame or ndarray of shape (n_test, n_features)
    values : ndarray of shape (n_test,)
        Coded targets.
    """
    ours, lines = (
        model.predict(X) if target.is_numeric else model.predict_proba(X)
        for model in (estimator, baseline)
    )
    losses, line_losses = target.row_losses(ours, values), target.row_losses(lines, values)
    gains = line_losses - losses
    score, line_score = target.score(ours, values), target.score(lines, values)
    if not target.is_numeric:
        return ClassScores(
            n_test=len(values),
            accuracy=score,
            accuracy_interval=proportion_interval(score, len(values)),
            log_loss=float(losses.mean()),
            log_loss_interval=mean_interval(losses),
            baseline_accuracy=line_score,
            baseline_log_loss=float(line_losses.mean()),
            log_loss_gain=float(gains.mean()),
            log_loss_gain_interval=mean_interval(gains),
        )
    return NumberScores(
        n_test=len(values),
        r2=score,
        r2_interval=r2_interval(ours, values),
        loss=float(losses.mean()),
        loss_interval=mean_interval(losses),
        baseline_r2=line_score,
        baseline_loss=float(line_losses.mean()),
        loss_gain=float(gains.mean()),
        loss_gain_interval=mean_interval(gains),
    )


def r2_interval(predictions: Array, values: Array) -> tuple[float, float]:
    """95 % interval of R squared, by the delta method for the ratio of two means."""
    left, total = (values - predictions) ** 2, (values - values.mean()) ** 2
    if not total.any():
        return -math.inf, math.inf
    ratio = float(left.mean() / total.mean())
    # The ratio's error is, to first order, the mean of these.
    low, high = mean_interval((left - ratio * total) / total.mean())
    return 1.0 - ratio - (high - low) / 2, min(1.0, 1.0 - ratio + (high - low) / 2)


def proportion_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a proportion by Wilson's score [1]_.

    Examples
    --------
    >>> low, high = proportion_interval(1.0, 50)  # not (1, 1): 50 rows prove no perfection
    >>> round(low, 3), round(high, 3)
    (0.929, 1.0)
    """
    weight = _Z**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = _Z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, centre - half), min(1.0, centre + half)


def area_interval(area: float, n_positive: int, n_negative: int) -> tuple[float, float]:
    """95 % interval of the area under a ROC curve.

    Those areas of which the one observed is no more than 1.96 of their own standard errors
    [2]_ away: as Wilson's of a proportion, and not of width 0 at an area of 1 [3]_.

    Examples
    --------
    >>> low, high = area_interval(1.0, 20, 20)
    >>> round(low, 3), high
    (0.899, 1.0)
    """

    def beyond(true: float) -> float:
        return abs(area - true) - _Z * _area_error(true, n_positive, n_negative)

    # At an area of 0 or 1 the error is 0: those are no solutions, unless they were observed.
    low, high = area - 1e-9, area + 1e-9
    return (
        float(brentq(beyond, 0.0, low)) if low > 0.0 else 0.0,
        float(brentq(beyond, high, 1.0)) if high < 1.0 else 1.0,
    )


def _area_error(area: float, n_positive: int, n_negative: int) -> float:
    """Standard error of the area, by Hanley and McNeil's formula."""
    two_positive = area / (2.0 - area) - area**2
    two_negative = 2.0 * area**2 / (1.0 + area) - area**2
    variance = (
        area * (1.0 - area) + (n_positive - 1) * two_positive + (n_negative - 1) * two_negative
    )
    return math.sqrt(max(variance, 0.0) / (n_positive * n_negative))


def mean_interval(values: Array) -> tuple[float, float]:
    """95 % interval of a mean over rows, by the normal distribution."""
    mean = float(values.mean())
    half = _Z * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    return mean - half, mean + half
