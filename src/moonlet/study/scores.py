"""The final score: what the study's choice and the straight line get on the test rows.

References
----------
.. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical
   inference", Journal of the American Statistical Association 22, 1927.
"""

from __future__ import annotations

import math
from typing import Any, TypedDict

import numpy as np

from moonlet.specs import Array
from moonlet.study.executors import row_log_losses
from moonlet.study.plan import Indices

# Two-sided 95 % of the normal distribution.
_Z = 1.959963984540054


class FinalScores(TypedDict):
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


def score_on_test_rows(
    estimator: Any, baseline: Any, X: Any, class_indices: Indices
) -> FinalScores:
    """Score both models, once, at the end.

    Parameters
    ----------
    estimator, baseline : fitted classifiers
    X : DataFrame or ndarray of shape (n_test, n_features)
    class_indices : ndarray of shape (n_test,)
    """
    probabilities, of_line = estimator.predict_proba(X), baseline.predict_proba(X)
    losses = row_log_losses(probabilities, class_indices)
    line_losses = row_log_losses(of_line, class_indices)
    accuracy = float(np.mean(probabilities.argmax(axis=1) == class_indices))
    return FinalScores(
        n_test=len(class_indices),
        accuracy=accuracy,
        accuracy_interval=proportion_interval(accuracy, len(class_indices)),
        log_loss=float(losses.mean()),
        log_loss_interval=mean_interval(losses),
        baseline_accuracy=float(np.mean(of_line.argmax(axis=1) == class_indices)),
        baseline_log_loss=float(line_losses.mean()),
        log_loss_gain=float((line_losses - losses).mean()),
        log_loss_gain_interval=mean_interval(line_losses - losses),
    )


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


def mean_interval(values: Array) -> tuple[float, float]:
    """95 % interval of a mean over rows, by the normal distribution."""
    mean = float(values.mean())
    half = _Z * float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    return mean - half, mean + half
