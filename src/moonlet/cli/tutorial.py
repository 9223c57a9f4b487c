"""The tutorial that moonlet grew from, run again: its data, its networks, its numbers.

Only computes; `moonlet.cli.tour` finds the words and orders the pictures. The
tutorial descends with rate 0.01 on a gradient summed over 200 points; moonlet's
gradient is a mean, so the same step is a rate of 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegressionCV

from moonlet import engine
from moonlet.data import load
from moonlet.estimators import MLPClassifier
from moonlet.estimators.fitted import fitted_network
from moonlet.estimators.targets import class_targets

SIZES = (1, 2, 3, 4, 5, 20, 50)
PICTURED_SIZE = 3
N_POINTS, N_FRESH_POINTS = 200, 2_000
N_PASSES = 20_000
RATE = 0.01 * N_POINTS


@dataclass(frozen=True, slots=True)
class End:
    """Where a descent stands after its last pass.

    Parameters
    ----------
    loss : float
        Mean over the points, in nats; penalty included.
    gradient_norm : float
        Euclidean; of the mean loss.
    """

    loss: float
    gradient_norm: float


@dataclass(frozen=True, slots=True, eq=False)
class Tutorial:
    """Everything that the tutorial computes, and what it left out.

    Parameters
    ----------
    X, y : DataFrame of shape (200, 2) and ndarray of shape (200,)
        The moons that everything is trained on.
    X_fresh, y_fresh : DataFrame of shape (2000, 2) and ndarray of shape (2000,)
        Moons of another seed, which the tutorial never had.
    straight_line : LogisticRegressionCV
        Fitted.
    networks : mapping of int to MLPClassifier
        Fitted, by number of hidden units.
    ends : mapping of int to End
        Of the same.
    half_rate : MLPClassifier
        The pictured size again, trained with half the rate.
    half_rate_end : End
    """

    X: pd.DataFrame
    y: NDArray[Any]
    X_fresh: pd.DataFrame
    y_fresh: NDArray[Any]
    straight_line: LogisticRegressionCV
    networks: Mapping[int, MLPClassifier]
    ends: Mapping[int, End]
    half_rate: MLPClassifier
    half_rate_end: End

    @property
    def pictured(self) -> MLPClassifier:
        """The network with three hidden units, whose losses the tutorial prints."""
        return self.networks[PICTURED_SIZE]


def run_tutorial() -> Tutorial:
    """Train everything; under a second on one core."""
    points = load("moons", n_samples=N_POINTS, noise=0.2, random_state=0)
    fresh = load("moons", n_samples=N_FRESH_POINTS, noise=0.2, random_state=1)
    X, y = points.X, points.y
    networks = {size: tutorial_network(size).fit(X, y) for size in SIZES}
    half_rate = tutorial_network(PICTURED_SIZE, RATE / 2).fit(X, y)
    return Tutorial(
        X=X,
        y=y,
        X_fresh=fresh.X,
        y_fresh=fresh.y,
        straight_line=_straight_line().fit(X, y),
        networks=networks,
        ends={size: end_of_descent(network, X, y) for size, network in networks.items()},
        half_rate=half_rate,
        half_rate_end=end_of_descent(half_rate, X, y),
    )


def _straight_line() -> LogisticRegressionCV:
    # The tutorial's LogisticRegressionCV(), with what scikit-learn 1.9 wants spelled out.
    return LogisticRegressionCV(l1_ratios=(0,), scoring="accuracy", use_legacy_attributes=False)


def tutorial_network(n_hidden: int, rate: float = RATE) -> MLPClassifier:
    """Make the tutorial's network, unfitted."""
    return MLPClassifier(
        (n_hidden,),
        activation="tanh",
        solver="gd",
        output="softmax",
        init="lecun_normal",
        learning_rate_init=rate,
        alpha=0.01,
        max_iter=N_PASSES,
        tol=0,
        random_state=0,
    )


def losses_after(network: MLPClassifier, every: int = 1_000) -> dict[int, float]:
    """Pick the loss after pass 0 and after every so many passes, as the tutorial prints it.

    `loss_curve_` holds the loss with which each pass began: what stands after
    pass i is the beginning of pass i + 1.
    """
    curve = network.loss_curve_
    return {i: curve[i + 1] for i in range(0, len(curve) - 1, every)}


def end_of_descent(network: MLPClassifier, X: pd.DataFrame, y: NDArray[Any]) -> End:
    """Compute loss and gradient with the weights that the last pass left."""
    shape = fitted_network(network)
    targets = class_targets(np.searchsorted(network.classes_, y), len(network.classes_), shape)
    loss, gradient = engine.loss_and_gradient(
        shape,
        shape.pack(network.coefs_, network.intercepts_),
        engine.TrainingData(X, targets),
        network.alpha,
    )
    return End(loss, float(np.linalg.norm(gradient)))
