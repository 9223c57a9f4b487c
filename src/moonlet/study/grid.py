"""A study's parameters, checked and read once, in ``fit``."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from joblib import effective_n_jobs
from sklearn.base import clone
from sklearn.metrics import get_scorer

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.settings import settings_of
from moonlet.names import LOSSES
from moonlet.study.base import BaseStudy
from moonlet.study.contest import AUTO_SIZES
from moonlet.study.effort import USUAL, Effort
from moonlet.study.executors import Executor, read_executor
from moonlet.study.measure import Measure
from moonlet.study.plan import Size, read_alphas, read_sizes
from moonlet.study.problem import Scorer
from moonlet.study.targets import Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What is varied, and how it is trained and measured.

    Parameters
    ----------
    template : MLPClassifier or MLPRegressor
        The network without what the study decides: size, alpha, seed.
    sizes : tuple of int or tuple of int
    grows : bool
        Whether larger ones may be tried as well.
    alphas : tuple of float or None
        None to search for them.
    n_starts : int
        Random starts of every network that is judged.
    n_delivered : int
        Random starts of what is delivered.
    effort : Effort
        What is spent on each setting.
    refit, trees : bool
    executor : Executor
    n_threads : int or None
        All cores when None.
    scorer : callable or None
    measure : Measure
    """

    template: MLPClassifier | MLPRegressor
    sizes: tuple[Size, ...]
    grows: bool
    alphas: tuple[float, ...] | None
    n_starts: int
    n_delivered: int
    effort: Effort
    refit: bool
    trees: bool
    executor: Executor
    n_threads: int | None
    scorer: Scorer | None
    measure: Measure


def read_grid(study: BaseStudy, *, is_numeric: bool, effort: Effort = USUAL) -> Grid:
    """Check a study's parameters.

    Parameters
    ----------
    study : CapacityStudy
    is_numeric : bool
        Whether the target is a number; see `reads_numbers`.
    effort : Effort

    Raises
    ------
    ValueError
        If one is not allowed; the message says what is.
    """
    if not isinstance(study.n_restarts, Integral) or study.n_restarts < 1:
        raise ValueError(
            f"n_restarts must be an int in [1, inf). Got {study.n_restarts!r} instead. "
            "5 shows how much depends on the random start."
        )
    seconds = study.max_seconds
    if seconds is not None and not (isinstance(seconds, Real) and float(seconds) > 0.0):
        raise ValueError(
            f"max_seconds must be a number in (0, inf) or None. Got {seconds!r} instead. "
            "60 gives a verdict from what a minute can train."
        )
    for name in ("refit", "trees"):
        if not isinstance(getattr(study, name), bool):
            raise ValueError(f"{name} must be True or False. Got {getattr(study, name)!r} instead.")
    template = _template(study.estimator, is_numeric, effort)
    scorer = None if study.scoring is None else get_scorer(study.scoring)
    n_threads = effective_threads(study.n_jobs)
    grows, searches = _is_auto(study.hidden), _is_auto(study.alpha)
    n_delivered = 1 if effort.delivers_one else int(study.n_restarts)
    return Grid(
        template=template,
        sizes=AUTO_SIZES if grows else read_sizes(study.hidden),
        grows=grows,
        alphas=None if searches else read_alphas(study.alpha),
        n_starts=min(n_delivered, effort.most_starts) if grows or searches else n_delivered,
        n_delivered=n_delivered,
        effort=effort,
        refit=study.refit,
        trees=study.trees,
        executor=read_executor(study.executor, n_threads),
        n_threads=n_threads,
        scorer=scorer,
        measure=_measure(study.scoring, scorer, template),
    )


def effective_threads(n_jobs: int | None) -> int | None:
    """Threads that joblib counts; None, which is all cores, stays None."""
    return None if n_jobs is None else int(effective_n_jobs(n_jobs))


def _is_auto(value: object) -> bool:
    return isinstance(value, str) and value == "auto"


def default_network(*, is_numeric: bool) -> MLPClassifier | MLPRegressor:
    """The network that a study varies when none is given: trained (nearly) to convergence."""
    kind = MLPRegressor if is_numeric else MLPClassifier
    return kind(activation="tanh", solver="lbfgs", max_iter=USUAL.max_iter)


def numbers_of(template: MLPRegressor) -> Numbers:
    """The target that a regressor's loss makes of numbers."""
    settings = settings_of(template)
    return Numbers(settings.loss, settings.loss_parameter)


def _template(
    estimator: MLPClassifier | MLPRegressor | None, is_numeric: bool, effort: Effort
) -> MLPClassifier | MLPRegressor:
    default = default_network(is_numeric=is_numeric)
    if estimator is None:
        estimator = default
    if not isinstance(estimator, (MLPClassifier, MLPRegressor)):
        raise ValueError(
            "estimator must be a moonlet.MLPClassifier, a moonlet.MLPRegressor or None. "
            f"Got {estimator!r} instead."
        )
    template: MLPClassifier | MLPRegressor = clone(estimator)
    if repr(template) == repr(default):
        template.set_params(max_iter=effort.max_iter)
    # What the study decides by itself must not tell two studies apart.
    template.set_params(
        hidden_layer_sizes=(), alpha=0.0, random_state=None, n_jobs=None, verbose=False
    )
    return template


def _measure(scoring: Any, scorer: Any, template: MLPClassifier | MLPRegressor) -> Measure:
    loss, line = "log loss", "logistic regression"
    if isinstance(template, MLPRegressor):
        loss = LOSSES[template.loss].words
        line = "ridge regression" if template.loss == "squared_error" else "linear regression"
    if scoring is None:
        return Measure(f"held-out {loss}", loss=loss, line=line)
    name = scoring.replace("_", " ") if isinstance(scoring, str) else ""
    name = name or getattr(scoring, "__name__", "score")
    # Of scikit-learn's scorers the losses come with a minus, and the others end at 1.
    sign = getattr(scorer, "_sign", None) if isinstance(scoring, str) else None
    perfect = None if sign is None else 1.0 if sign > 0 else 0.0
    return Measure(
        f"held-out {name}", greater_is_better=True, loss=loss, line=line, perfect=perfect
    )
