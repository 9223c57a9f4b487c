"""A study's parameters, checked and read once, in ``fit``."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

from joblib import effective_n_jobs
from sklearn.base import clone
from sklearn.metrics import get_scorer

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.settings import settings_of
from moonlet.specs import LOSS_PARAMETERS
from moonlet.study.executors import Executor, read_executor
from moonlet.study.plan import Size, read_alphas, read_sizes
from moonlet.study.problem import Scorer
from moonlet.study.targets import Numbers
from moonlet.study.verdict import Measure

if TYPE_CHECKING:
    from moonlet.study.study import CapacityStudy

# "lbfgs" needs up to some 600 on the moons, at the sizes and alphas of the defaults.
_MAX_ITER = 5000

_LOSS_NAMES = {
    "squared_error": "squared error",
    "absolute_error": "absolute error",
    "huber": "Huber loss",
    "quantile": "quantile loss",
    "poisson": "Poisson loss",
}


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What is varied, and how it is trained and measured.

    Parameters
    ----------
    template : MLPClassifier or MLPRegressor
        The network without what the study decides: size, alpha, seed.
    sizes : tuple of int or tuple of int
    alphas : tuple of float
    n_restarts : int
    executor : Executor
    n_threads : int or None
        All cores when None.
    scorer : callable or None
    measure : Measure
    """

    template: MLPClassifier | MLPRegressor
    sizes: tuple[Size, ...]
    alphas: tuple[float, ...]
    n_restarts: int
    executor: Executor
    n_threads: int | None
    scorer: Scorer | None
    measure: Measure


def read_grid(study: CapacityStudy, *, is_numeric: bool) -> Grid:
    """Check a study's parameters.

    Parameters
    ----------
    study : CapacityStudy
    is_numeric : bool
        Whether the target is a number; see `reads_numbers`.

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
    template = _template(study.estimator, is_numeric)
    scorer = None if study.scoring is None else get_scorer(study.scoring)
    n_threads = None if study.n_jobs is None else effective_n_jobs(study.n_jobs)
    return Grid(
        template=template,
        sizes=read_sizes(study.hidden),
        alphas=read_alphas(study.alpha),
        n_restarts=int(study.n_restarts),
        executor=read_executor(study.executor, n_threads),
        n_threads=n_threads,
        scorer=scorer,
        measure=_measure(study.scoring, template),
    )


def default_network(*, is_numeric: bool) -> MLPClassifier | MLPRegressor:
    """The network that a study varies when none is given: trained to convergence."""
    kind = MLPRegressor if is_numeric else MLPClassifier
    return kind(activation="tanh", solver="lbfgs", max_iter=_MAX_ITER)


def numbers_of(template: MLPRegressor) -> Numbers:
    """The target that a regressor's loss makes of numbers."""
    settings = settings_of(template)
    if settings.loss not in LOSS_PARAMETERS:
        return Numbers(settings.loss)
    return Numbers(settings.loss, settings.loss_parameter)


def _template(
    estimator: MLPClassifier | MLPRegressor | None, is_numeric: bool
) -> MLPClassifier | MLPRegressor:
    if estimator is None:
        estimator = default_network(is_numeric=is_numeric)
    if not isinstance(estimator, (MLPClassifier, MLPRegressor)):
        raise ValueError(
            "estimator must be a moonlet.MLPClassifier, a moonlet.MLPRegressor or None. "
            f"Got {estimator!r} instead."
        )
    template: MLPClassifier | MLPRegressor = clone(estimator)
    # What the study decides by itself must not tell two studies apart.
    template.set_params(
        hidden_layer_sizes=(), alpha=0.0, random_state=None, n_jobs=None, verbose=False
    )
    return template


def _measure(scoring: Any, template: MLPClassifier | MLPRegressor) -> Measure:
    loss, line = "log loss", "logistic regression"
    if isinstance(template, MLPRegressor):
        loss, line = _LOSS_NAMES[template.loss], "ridge regression"
    if scoring is None:
        return Measure(f"held-out {loss}", loss=loss, line=line)
    name = scoring.replace("_", " ") if isinstance(scoring, str) else ""
    name = name or getattr(scoring, "__name__", "score")
    return Measure(f"held-out {name}", greater_is_better=True, loss=loss, line=line)
