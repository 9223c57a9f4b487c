"""Small data and small studies that several files look at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_moons

from moonlet import CapacityStudy, MLPClassifier
from moonlet.study.cuts import split_rows
from moonlet.study.executors import LocalExecutor
from moonlet.study.plan import Job, plan_jobs
from moonlet.study.problem import Problem
from moonlet.study.targets import Classes
from moonlet.study.training import NetworkResult

SMALL: dict[str, Any] = {
    "hidden": (0, 2, 5),
    "alpha": (0.01, 0.1),
    "n_restarts": 2,
    "cv": 3,
    "random_state": 0,
}


@pytest.fixture(scope="session")
def moons() -> tuple[Any, Any]:
    return make_moons(120, noise=0.2, random_state=3)


@pytest.fixture(scope="session")
def small_study(moons: tuple[Any, Any]) -> CapacityStudy:
    return CapacityStudy(**SMALL).fit(*moons)


@pytest.fixture
def problem(moons: tuple[Any, Any]) -> Problem:
    X, y = moons
    split = split_rows(y, np.array([0, 1]), test_size=0.25, cv=3, seed=0)
    template = MLPClassifier(activation="tanh", solver="lbfgs", max_iter=1000)
    folds = dict(enumerate(split.folds))
    return Problem(X, y, Classes(np.array([0, 1])), template, folds)


@pytest.fixture
def jobs() -> list[Job]:
    return plan_jobs([0, 3, (4, 2)], [0.01, 1.0], range(3), 2, seed=0)


def run(problem: Problem, jobs: list[Job], n_threads: int = 1) -> dict[Any, NetworkResult]:
    """All results of some jobs, by key."""
    results: list[NetworkResult] = []
    LocalExecutor(n_threads).run(problem, jobs, results.extend)
    assert len(results) == len(jobs)
    return {result.key: result for result in results}
