"""A study's parameters and what it has learned: what the parts of a `CapacityStudy` ask of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.specs import Array
from moonlet.study.plan import Size
from moonlet.study.progress import StudyProgress
from moonlet.study.rows import Indices
from moonlet.study.verdict import Verdict

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["BaseStudy"]


class BaseStudy:
    """Base of `CapacityStudy`, where each of these is explained; not for use by itself."""

    estimator: MLPClassifier | MLPRegressor | None
    hidden: Sequence[Size] | Literal["auto"]
    alpha: Sequence[float] | Literal["auto"]
    n_restarts: int
    cv: Any
    test_size: float
    scoring: str | Callable[[Any, Any, Any], float] | None
    store: str | os.PathLike[str] | None
    executor: Client | None
    n_jobs: int | None
    random_state: int | np.random.RandomState | None
    progress: bool | Callable[[StudyProgress], None]
    max_seconds: float | None
    refit: bool
    trees: bool

    X_: Any
    y_: NDArray[Any]
    sample_weight_: Array | None
    seed_: int
    named_: tuple[str, ...]
    folds_: list[tuple[Indices, Indices]]
    test_indices_: Indices
    results_: pd.DataFrame
    verdict_: Verdict
    best_estimator_: Pipeline
    tested_estimator_: Pipeline
