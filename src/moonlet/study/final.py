"""The models that leave a study: several starts, fitted once more and merged into one network.

How this differs from the textbook's ensembles, bagging above all [1]_:

1. Networks differ by their starts alone; each sees all rows. What is averaged away is where a
   descent happened to end, and no row is left out for it.
2. They are averaged before the output function. That mean is one network of as many times the
   units, so that what is delivered is a plain one, for ONNX and scikit-learn too.
3. A start that diverges is left out; if all do, that is an error.
4. The folds judge such a mean as well, of as many starts as they train, and not single networks.

References
----------
.. [1] L. Breiman, "Bagging predictors", Machine Learning 24, 1996.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline

from moonlet.data import make_preprocessor
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.fitted import rescale_outputs
from moonlet.estimators.merge import merged
from moonlet.exceptions import DivergedError
from moonlet.specs import Array
from moonlet.study.base import BaseStudy
from moonlet.study.given import read_again
from moonlet.study.plan import ALL_FOLDS, Setting, layer_sizes, network_seed
from moonlet.study.problem import Problem
from moonlet.study.rows import Indices, take
from moonlet.study.straight_line import stop_of
from moonlet.study.targets import Scale, Values

Network: TypeAlias = MLPClassifier | MLPRegressor


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """Some rows, preprocessed: what any number of models can be fitted on.

    Parameters
    ----------
    preprocessor : Pipeline
        Fitted on them.
    X : ndarray of shape (n_rows, n_inputs)
    y : ndarray of shape (n_rows,)
        Numbers to predict are scaled by `scale`.
    weight : ndarray of shape (n_rows,) or None
    scale : Scale
    line_stop : tuple of int and float
        See `straight_line.stop_of`.
    """

    preprocessor: Pipeline
    X: Array
    y: Values
    weight: Array | None
    scale: Scale
    line_stop: tuple[int, float]


def make_ready(problem: Problem, positions: Indices) -> Ready:
    """Preprocess the rows at some positions by what they alone say."""
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
    return Ready(preprocessor, X, y, weight, scale, stop_of(problem))


def fit_model(
    template: Network,
    ready: Ready,
    setting: Setting,
    n_starts: int,
    seed: int,
) -> Pipeline:
    """Fit a network of several starts, or the straight line.

    Parameters
    ----------
    template : MLPClassifier or MLPRegressor
    ready : Ready
    setting : tuple of size and alpha
        A size of 0 is the straight line.
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
    if hidden == 0:
        return fit_line(template, ready, [alpha])
    starts = [
        clone(template).set_params(
            hidden_layer_sizes=layer_sizes(hidden),
            alpha=alpha,
            random_state=network_seed(seed, (hidden, alpha, ALL_FOLDS, start)),
        )
        for start in range(n_starts)
    ]
    fitted = sorted(_trained(ready, starts), key=lambda network: network.loss_)
    return _delivered(ready, merged(fitted))


def fit_line(template: Network, ready: Ready, penalties: Sequence[float]) -> Pipeline:
    """Fit the straight line that is the mean of those with some penalties, which may repeat."""
    often = Counter(penalties).most_common()
    lines = [_trained(ready, [_line(template, ready, alpha)])[0] for alpha, _ in often]
    if len(lines) > 1:
        lines = [line for line, (_, n) in zip(lines, often, strict=True) for _ in range(n)]
    return _delivered(ready, merged(lines))


def fit_again(study: BaseStudy, settings: Sequence[Setting]) -> list[Pipeline]:
    """Fit other models as a study's `tested_estimator_` was fitted.

    Parameters
    ----------
    study : CapacityStudy
        Fitted.
    settings : sequence of tuple of size and alpha
    """
    given, n_starts = read_again(study), study.verdict_.n_starts
    rest = np.setdiff1d(np.arange(len(study.y_)), study.test_indices_)
    ready = make_ready(given.problem(), rest)
    return [fit_model(given.grid.template, ready, one, n_starts, study.seed_) for one in settings]


def _line(template: Network, ready: Ready, alpha: float) -> Network:
    """The straight line: a network without a hidden layer."""
    max_iter, tol = ready.line_stop
    line: Network = clone(template).set_params(
        hidden_layer_sizes=(),
        activation="identity",
        alpha=alpha,
        solver="lbfgs",
        max_iter=max_iter,
        max_fun=15 * max_iter,
        tol=tol,
        early_stopping=False,
        dropout=0.0,
        l1_ratio=0.0,
        random_state=0,  # There is one optimum, wherever it starts.
    )
    return line


def _trained(ready: Ready, networks: Sequence[Network]) -> list[Network]:
    """Those of some networks that do not diverge."""
    fitted = []
    with warnings.catch_warnings():
        # The verdict counts the networks that have not converged.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for network in networks:
            try:
                fitted.append(network.fit(ready.X, ready.y, sample_weight=ready.weight))
            except DivergedError:
                if network is networks[-1] and not fitted:
                    raise
    return fitted


def _delivered(ready: Ready, network: Network) -> Pipeline:
    if ready.scale != Scale():
        rescale_outputs(network, ready.scale.center, ready.scale.spread)
    return Pipeline([("preprocess", ready.preprocessor), ("network", network)])
