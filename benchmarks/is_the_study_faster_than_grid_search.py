"""Is the study faster than a grid search over scikit-learn's networks, and does it choose as well?

GridSearchCV over MLPClassifier(solver="lbfgs") with the same sizes, penalties, number of starts and
the very same folds, on two processes; the study's own time includes everything that it does beyond
(straight line, test set, the models it delivers). Both models are then scored on the test rows.

    python -m benchmarks.is_the_study_faster_than_grid_search [--data moons breast_cancer]
"""

from __future__ import annotations

import argparse
import json
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy
from moonlet.data import load

SIZES = (1, 2, 3, 4, 5, 20, 50)
ALPHAS = (1e-4, 1e-2, 1.0)
STARTS = 5
MOST = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", default=["moons"])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    for name in options.data:
        for number in range(options.rounds):
            print(json.dumps({"data": name, "round": number, **compare(name, number)}), flush=True)


def compare(name: str, seed: int) -> dict[str, object]:
    X, y = load(name)
    X = X.to_numpy()
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    began = time.perf_counter()
    study = CapacityStudy(
        hidden=SIZES, alpha=ALPHAS, n_restarts=STARTS, cv=folds, n_jobs=2, random_state=seed
    ).fit(X, y)
    ours = time.perf_counter() - began
    rest = np.setdiff1d(np.arange(len(y)), study.test_indices_)

    network = MLPClassifier(solver="lbfgs", activation="tanh", max_iter=MOST)
    grid = {
        "mlpclassifier__hidden_layer_sizes": [(size,) for size in SIZES],
        "mlpclassifier__alpha": ALPHAS,
        "mlpclassifier__random_state": list(range(STARTS)),
    }
    search = GridSearchCV(
        make_pipeline(StandardScaler(), network), grid, scoring="neg_log_loss", cv=folds, n_jobs=2
    )
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X[rest], y[rest])
    theirs = time.perf_counter() - began
    assert len(study.results_) == len(search.cv_results_["params"]) * 5

    test = study.test_indices_
    return {
        "networks": len(study.results_),
        "study_seconds": round(ours, 2),
        "grid_search_seconds": round(theirs, 2),
        "ratio": round(theirs / ours, 1),
        "study_recommends": str(study.recommended_),
        "study_best": f"{study.verdict_.best.hidden}, alpha {study.verdict_.best.alpha:g}",
        "study_best_held_out": round(study.verdict_.best.mean, 4),
        "grid_search_best": "{}, alpha {:g}".format(
            search.best_params_["mlpclassifier__hidden_layer_sizes"][0],
            search.best_params_["mlpclassifier__alpha"],
        ),
        "grid_search_best_held_out": round(-search.best_score_, 4),
        "study_test_loss": round(study.test_scores_["log_loss"], 4),
        "grid_search_test_loss": round(log_loss(y[test], search.predict_proba(X[test])), 4),
    }


if __name__ == "__main__":
    main()
