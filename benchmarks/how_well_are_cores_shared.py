"""Do networks inside scikit-learn's own parallel loops get in each other's way?

A grid search and a bag of networks on two processes: once with `n_jobs` left as it is, where every
network might take all cores, once with one thread a network.
"""

from __future__ import annotations

import os

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import GridSearchCV

from benchmarks.contest import Case, Contender, Goal, Ready
from moonlet import MLPClassifier

ALONE = "one thread inside"


def network(n_jobs: int | None, quick: bool) -> MLPClassifier:
    """What both are made of."""
    # Where somebody has set it, joblib leaves it as it is for its workers.
    os.environ.pop("OMP_NUM_THREADS", None)
    os.environ["PYTHONWARNINGS"] = "ignore"  # the passes are few; its workers hear of it
    # No tolerance, so that the work is the same whatever is learned.
    passes = 5 if quick else 20
    return MLPClassifier((200,), max_iter=passes, tol=0.0, n_jobs=n_jobs, random_state=0)


def searched(n_jobs: int | None, quick: bool) -> Ready:
    """GridSearchCV: four settings, three folds."""
    X, y = load_digits(return_X_y=True)
    grid = {"alpha": [1e-4, 1e-3, 1e-2, 1e-1]}
    search = GridSearchCV(network(n_jobs, quick), grid, cv=3, n_jobs=2)

    def work() -> GridSearchCV:
        return search.fit(X / 16.0, y)

    return Ready(work, answers={"scores": list(work().cv_results_["mean_test_score"])})


def bagged(n_jobs: int | None, quick: bool) -> Ready:
    """BaggingClassifier: eight networks."""
    X, y = load_digits(return_X_y=True)
    bag = BaggingClassifier(network(n_jobs, quick), 8, n_jobs=2, random_state=0)

    def work() -> BaggingClassifier:
        return bag.fit(X / 16.0, y)

    return Ready(work, answers={"probabilities": list(np.ravel(work().predict_proba(X[:9] / 16)))})


def cases() -> list[Case]:
    """A search and a bag."""
    return [
        Case(
            f"{name}(n_jobs=2) of networks",
            [
                Contender(
                    "moonlet", "moonlet", f"how_well_are_cores_shared:{make}", {"n_jobs": None}, 2
                ),
                Contender(ALONE, ALONE, f"how_well_are_cores_shared:{make}", {"n_jobs": 1}, 2),
            ],
            [Goal(ALONE, at_least=0.95)],
            "a fit",
            "digits, 64-200-10, Adam: networks with default `n_jobs` beside networks "
            "with n_jobs=1.",
        )
        for name, make in (("GridSearchCV", "searched"), ("BaggingClassifier", "bagged"))
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
