"""Are held-out scores with default parameters as good as scikit-learn's?

Ten splits of each of scikit-learn's bundled tables, both libraries on the same rows with the same
seeds, all parameters at their defaults, columns standardized. Told are the mean held-out scores
(accuracy, R squared), the mean difference with its standard error over the splits, and how often
faster moonlet was in fitting, with its spread over the splits. "worse" is a mean difference of
more than two standard errors below 0.

    python benchmarks/are_scores_as_good_as_scikit_learns.py [N_SPLITS]
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn import datasets, neural_network
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import moonlet

TABLES = {
    "iris": ("MLPClassifier", datasets.load_iris),
    "wine": ("MLPClassifier", datasets.load_wine),
    "breast_cancer": ("MLPClassifier", datasets.load_breast_cancer),
    "digits": ("MLPClassifier", datasets.load_digits),
    "diabetes": ("MLPRegressor", datasets.load_diabetes),
}


def compare(name: str, n_splits: int) -> tuple[np.ndarray, np.ndarray]:
    """Held-out scores and seconds, both of shape (n_splits, 2): moonlet, scikit-learn."""
    kind, load = TABLES[name]
    X, y = load(return_X_y=True)
    scores, seconds = np.empty((n_splits, 2)), np.empty((n_splits, 2))
    for seed in range(n_splits):
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
        scaler = StandardScaler().fit(X_train)
        for which, library in enumerate((moonlet, neural_network)):
            network = getattr(library, kind)(random_state=seed)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # 200 passes are too few for most of these
                begun = time.perf_counter()
                network.fit(scaler.transform(X_train), y_train)
                seconds[seed, which] = time.perf_counter() - begun
            scores[seed, which] = network.score(scaler.transform(X_test), y_test)
    return scores, seconds


def main(n_splits: int) -> int:
    print(f"{n_splits} splits, moonlet {moonlet.__version__}, scikit-learn {sklearn.__version__}")
    print("table          moonlet  scikit-learn  difference          times as fast")
    worse = 0
    for name in TABLES:
        scores, seconds = compare(name, n_splits)
        assert np.isfinite(scores).all(), name
        differences = scores[:, 0] - scores[:, 1]
        error = differences.std(ddof=1) / np.sqrt(n_splits)
        is_worse = differences.mean() < -2.0 * error
        worse += is_worse
        ratios = seconds[:, 1] / seconds[:, 0]
        print(
            f"{name:13s}  {scores[:, 0].mean():.4f}   {scores[:, 1].mean():.4f}        "
            f"{differences.mean():+.4f} ± {error:.4f}    {np.median(ratios):.1f} "
            f"({ratios.min():.1f} to {ratios.max():.1f}){'  worse' if is_worse else ''}"
        )
    return int(worse > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
