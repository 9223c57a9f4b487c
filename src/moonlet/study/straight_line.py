"""The straight line that a network has to beat: the same network without a hidden layer.

It has the rows, the weights, the loss and the freedom that the networks have, so that a gain
is the hidden layer's and nothing else's. For log loss this is logistic regression, for squared
error ridge regression, until rounding ends the descent.

How it differs from scikit-learn's `LogisticRegressionCV` and `RidgeCV`:

1. Preprocessing is fitted inside the folds.
2. What every row costs under every penalty is kept, so that the penalty can be chosen for each
   fold without that fold.
3. Of penalties that do equally well the strongest is taken.
4. What is delivered is no single line but the mean of those whose penalties are the best over
   folds that are drawn anew: that of one choice hangs on which folds there happened to be.
5. Numbers are fitted by the same solver as classes, until rounding ends it, and not by a
   decomposition: any loss of the networks has its line.
6. All penalties are trained side by side from 0. Where rows or weights are many, one after the
   other from the strongest on, each from where the last one ended.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.pipeline import Pipeline

from moonlet import engine
from moonlet.data import make_preprocessor
from moonlet.specs import Array, SolverSpec, TrainingSpec
from moonlet.study.cuts import Split
from moonlet.study.measure import Measure
from moonlet.study.plan import derived_seed
from moonlet.study.problem import PreparedFold, Problem
from moonlet.study.rows import take
from moonlet.study.targets import raw_outputs

# Of the line, and of scikit-learn's, whose default of 100 is too few at the weakest penalties.
_MAX_ITER = 1000
_MAX_ITER_OF_MANY = 200
# How often folds are drawn anew to see which penalties they choose.
_DRAWS = 25
# Of the lines that are trained side by side: the solver has 25 vectors for each.
_MOST_PARAMETERS = 1_000_000
# Steps of half a decade, as wide as `LogisticRegressionCV` goes.
ALPHAS = tuple(float(f"{10.0**power:.3g}") for power in np.arange(-4.0, 4.5, 0.5))


@dataclass(frozen=True, slots=True, eq=False)
class StraightLine:
    """The straight line on the folds of a study, the further cuts' last.

    Parameters
    ----------
    alphas : tuple of float
        Strengths of the penalty; scikit-learn's ``C`` of logistic regression is 1 / alpha.
    losses, scores : ndarray of shape (n_alphas, n_folds)
    row_losses : list of ndarray of shape (n_alphas, n_held_out)
        Of each fold.
    """

    alphas: tuple[float, ...]
    losses: Array
    scores: Array
    row_losses: list[Array]

    def best(self, measure: Measure, folds: Sequence[int]) -> int:
        """Position of the penalty with the best mean over some folds; the strongest of equals."""
        return _strongest(measure.costs(self.losses, self.scores)[:, list(folds)])

    def penalties(
        self, measure: Measure, folds: Sequence[int], n_drawn: int, seed: int
    ) -> list[float]:
        """Penalties that the folds choose, when so many are drawn of them again and again.

        A line that is the mean of theirs does not hang on which folds there happened to be.
        """
        costs = measure.costs(self.losses, self.scores)[:, list(folds)]
        random = np.random.RandomState(derived_seed(seed, "penalties of the line"))
        drawn = random.randint(costs.shape[1], size=(_DRAWS, n_drawn))
        return [self.alphas[_strongest(costs[:, some])] for some in drawn]


def _strongest(costs: Array) -> int:
    """Position of the best mean, of shape (n_alphas, n_folds); the strongest of equals."""
    means = costs.mean(axis=1)
    return len(means) - 1 - int(means[::-1].argmin())


def fit_straight_line(
    problem: Problem,
    folds: Iterable[int],
    n_threads: int | None = None,
    seconds: float = math.inf,
) -> StraightLine:
    """Fit the line with every penalty on every fold.

    Parameters
    ----------
    problem : Problem
    folds : iterable of int
    n_threads : int, optional
        All cores that this process may use, when None.
    seconds : float
        About so long: where it is short there are fewer penalties, around the first fold's best.
    """
    folds = list(folds)
    alphas = alphas_of(problem)
    if seconds < math.inf:
        alphas = _alphas_in_time(problem, folds, n_threads, seconds)
    measured = [_path(problem, problem.prepare(number), alphas, n_threads) for number in folds]
    losses, scores = (np.array([path[part] for path in measured]).T for part in (0, 1))
    row_losses = [np.array(path[2]) for path in measured]
    return StraightLine(alphas, losses, scores, row_losses)


def alphas_of(problem: Problem) -> tuple[float, ...]:
    """Penalties that the line is given where there is time for them."""
    # Of many rows whole decades do: the penalty is next to nothing there.
    return ALPHAS[::2] if problem.in_32_bit else ALPHAS


def _alphas_in_time(
    problem: Problem, folds: Sequence[int], n_threads: int | None, seconds: float
) -> tuple[float, ...]:
    """All penalties, or as many decades around the first fold's best as there is time for."""
    begun, fold = monotonic(), problem.prepare(folds[0])
    losses: dict[float, float] = {}
    # From the strongest on: the weaker, the longer it takes.
    for alpha in reversed(ALPHAS[::2]):
        (losses[alpha],), _, _ = _path(problem, fold, (alpha,), n_threads)
        of_a_fit = (monotonic() - begun) / len(losses)
        if monotonic() - begun > seconds / 2.0:
            break
    n_there_is_time_for = int(seconds / (of_a_fit * len(folds)))
    if n_there_is_time_for >= len(alphas_of(problem)):
        return alphas_of(problem)
    best = math.log10(min(losses, key=losses.__getitem__))
    nearest = sorted(losses, key=lambda alpha: abs(math.log10(alpha) - best))
    return tuple(sorted(nearest[: max(1, n_there_is_time_for)]))


def stop_of(problem: Problem) -> tuple[int, float]:
    """At most so many iterations of the line, and their tolerance.

    With none the solver goes on while the loss can be lowered: penalties must not differ by
    where they stop, and of what is all but a line the little that is left counts. Of classes
    of many rows scikit-learn's own.
    """
    if not problem.in_32_bit:
        return _MAX_ITER, 0.0
    return _MAX_ITER_OF_MANY, 0.0 if problem.target.is_numeric else 1e-4


def line_spec(problem: Problem, n_features: int, alpha: float) -> TrainingSpec:
    """The straight line in the engine's words, whatever the solver of the networks is."""
    spec = problem.spec(0, alpha, n_features)
    max_iter, tol = stop_of(problem)
    stop = replace(spec.stop, max_iter=max_iter, tol=tol, max_fun=10 * max_iter)
    return replace(
        spec,
        solver=SolverSpec("lbfgs"),
        stop=stop,
        dropout=0.0,
        l1_ratio=0.0,
        early_stopping=None,
    )


def _path(
    problem: Problem, fold: PreparedFold, alphas: Sequence[float], n_threads: int | None
) -> tuple[list[float], list[float], list[Array]]:
    """Loss, score and losses of all rows for each penalty, on a fold."""
    n_features = fold.X_train.shape[1]
    specs = [line_spec(problem, n_features, alpha) for alpha in alphas]
    many = len(specs) * specs[0].network.n_parameters > _MOST_PARAMETERS
    one_by_one = problem.in_32_bit or many
    ends = _trained(specs, fold.training_data, n_threads, one_by_one=one_by_one)
    losses, scores, of_rows = [], [], []
    for spec, parameters in zip(specs, ends, strict=True):
        raw = raw_outputs(spec.network, parameters, fold.X_valid)
        loss, score, rows = problem.measure_raw(fold, raw)
        losses.append(loss)
        scores.append(score)
        of_rows.append(rows)
    return losses, scores, of_rows


def _trained(
    specs: Sequence[TrainingSpec],
    data: engine.TrainingData,
    n_threads: int | None,
    *,
    one_by_one: bool,
) -> list[Array]:
    """Where each line ends."""
    start = np.zeros(specs[0].network.n_parameters)
    if not one_by_one:
        trainers = [engine.Trainer(spec, data, start) for spec in specs]
        engine.train(trainers, n_threads=n_threads)
        return [trainer.parameters for trainer in trainers]
    # From the strongest penalty on, each beginning where the last one ended: there is one optimum,
    # wherever it starts, and of many rows that saves most of the passes. All cores share a pass.
    ends: list[Array] = []
    for spec in reversed(specs):
        trainer = engine.Trainer(spec, data, start)
        engine.train([trainer], n_threads=n_threads)
        start = trainer.parameters
        ends.insert(0, start)
    return ends


def fit_baseline(problem: Problem, split: Split, alpha: float, scoring: Any) -> Pipeline:
    """Fit preprocessing and scikit-learn's line with the penalty that the folds chose.

    Parameters
    ----------
    problem : Problem
    split : Split
    alpha : float
        From `fit_straight_line`, where preprocessing is inside the folds.
    scoring : str, callable or None
    """
    rows = take(problem.X, split.rest)
    folds = [
        (np.searchsorted(split.rest, fold.train), np.searchsorted(split.rest, fold.valid))
        # The penalty is chosen already: of many rows one fold is enough of a ceremony.
        for fold in split.folds[: 1 if problem.in_32_bit else None]
    ]
    if problem.target.is_numeric:
        line: Any = RidgeCV(alphas=[alpha], cv=folds, scoring=scoring)
    else:
        line = LogisticRegressionCV(
            Cs=[1.0 / alpha],
            cv=folds,
            scoring=scoring or "neg_log_loss",
            l1_ratios=(0.0,),
            use_legacy_attributes=False,
            max_iter=stop_of(problem)[0],
            tol=1e-4 if problem.in_32_bit else 1e-8,
            class_weight=problem.class_weight,
        )
    pipeline = Pipeline([("preprocess", make_preprocessor(rows)), ("line", line)])
    options = {}
    if problem.weight is not None:
        options["line__sample_weight"] = problem.weight[split.rest]
    labels = problem.target.labels(problem.coded[split.rest])
    with warnings.catch_warnings():
        # At the weakest penalties it need not converge, nor be chosen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return pipeline.fit(rows, labels, **options)
