"""A study's parameters, checked and read once, in ``fit``."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any

from joblib import effective_n_jobs
from sklearn.base import clone
from sklearn.metrics import get_scorer

from moonlet.estimators import MLPClassifier
from moonlet.study.executors import Scorer
from moonlet.study.plan import Size, read_alphas, read_sizes
from moonlet.study.verdict import Measure

if TYPE_CHECKING:
    from moonlet.study.study import CapacityStudy

# L-BFGS needs up to about 2,000 on the moons, at the sizes and alphas of the defaults.
_MAX_ITER = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What is varied, and how it is trained and measured.

    Parameters
    ----------
    template : MLPClassifier
        The network without what the study decides: size, alpha, seed.
    sizes : tuple of int or tuple of int
    alphas : tuple of float
    n_restarts : int
    n_threads : int or None
        All cores when None.
    scorer : callable or None
    measure : Measure
    """

    template: MLPClassifier
    sizes: tuple[Size, ...]
    alphas: tuple[float, ...]
    n_restarts: int
    n_threads: int | None
    scorer: Scorer | None
    measure: Measure


def read_grid(study: CapacityStudy) -> Grid:
    """Check a study's parameters.

    Raises
    ------
    ValueError
        If one is not allowed; the message says what is.
    """
    if study.executor is not None:
        raise ValueError(
            f"executor must be None. Got {study.executor!r} instead. This version trains on "
            "the cores of this machine; n_jobs says on how many."
        )
    if not isinstance(study.n_restarts, Integral) or study.n_restarts < 1:
        raise ValueError(
            f"n_restarts must be an int in [1, inf). Got {study.n_restarts!r} instead. "
            "5 shows how much depends on the random start."
        )
    scorer = None if study.scoring is None else get_scorer(study.scoring)
    return Grid(
        template=_template(study.estimator),
        sizes=read_sizes(study.hidden),
        alphas=read_alphas(study.alpha),
        n_restarts=int(study.n_restarts),
        n_threads=None if study.n_jobs is None else effective_n_jobs(study.n_jobs),
        scorer=scorer,
        measure=Measure() if scorer is None else _measure(study.scoring),
    )


def _template(estimator: MLPClassifier | None) -> MLPClassifier:
    if estimator is None:
        estimator = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=_MAX_ITER)
    if not isinstance(estimator, MLPClassifier):
        raise ValueError(
            f"estimator must be a moonlet.MLPClassifier or None. Got {estimator!r} instead."
        )
    template: MLPClassifier = clone(estimator)
    # What the study decides by itself must not tell two studies apart.
    template.set_params(hidden_layer_sizes=(), alpha=0.0, random_state=None, n_jobs=None)
    return template


def _measure(scoring: Any) -> Measure:
    name = scoring.replace("_", " ") if isinstance(scoring, str) else ""
    name = name or getattr(scoring, "__name__", "score")
    return Measure(f"held-out {name}", greater_is_better=True)
