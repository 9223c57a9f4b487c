"""How fast are fits with nothing but the default parameters, and are they as good?

scikit-learn's estimators and moonlet's of the same names on the tables that scikit-learn ships,
standardised; ten seeds, which also draw the split; accuracy or R squared on the held-out quarter.
"""

from __future__ import annotations

import importlib
import warnings

from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from benchmarks.contest import Case, Contender, Goal, Ready

TABLES = {
    "iris": ("MLPClassifier", 13.0),
    "wine": ("MLPClassifier", 11.0),
    "breast_cancer": ("MLPClassifier", 9.0),
    "digits": ("MLPClassifier", 6.0),
    "diabetes": ("MLPRegressor", 12.0),
}


def fits(table: str, module: str, quick: bool) -> Ready:
    """The estimator of this module, ten seeds; what it misses of a score of 1."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    kind = getattr(importlib.import_module(module), TABLES[table][0])
    X, y = getattr(datasets, f"load_{table}")(return_X_y=True)
    seeds = range(10)
    parts = []
    for seed in seeds:
        stratify = None if table == "diabetes" else y
        X_fit, X_test, y_fit, y_test = train_test_split(
            X, y, test_size=0.25, random_state=seed, stratify=stratify
        )
        scaler = StandardScaler().fit(X_fit)
        parts.append((scaler.transform(X_fit), y_fit, scaler.transform(X_test), y_test))

    def fit(some: range) -> list[float]:
        return [
            1.0
            - kind(random_state=seed).fit(parts[seed][0], parts[seed][1]).score(*parts[seed][2:])
            for seed in some
        ]

    timed = seeds[:3] if quick else seeds
    score = "1 − R²" if table == "diabetes" else "error rate"
    return Ready(lambda: fit(timed), errors={score: fit(seeds)}, share=len(timed))


def cases() -> list[Case]:
    """Five tables."""
    here = "how_fast_are_default_fits"
    made = []
    for table, (kind, needed) in TABLES.items():
        contenders = [
            Contender(
                f"{library}, {threads} thread{'s' * (threads > 1)}",
                library,
                f"{here}:fits",
                {"table": table, "module": module},
                threads,
                in_quick=threads == 1,
            )
            for library, module, threads in (
                ("moonlet", "moonlet", 1),
                ("moonlet", "moonlet", 2),
                ("scikit-learn", "sklearn.neural_network", 1),
                ("scikit-learn", "sklearn.neural_network", 2),
            )
        ]
        made.append(
            Case(
                f"{kind}() on {table}",
                contenders,
                [Goal("scikit-learn", at_least=needed)],
                "a fit and score",
                f"{kind}(random_state=seed) and nothing else, fitted on three quarters of {table}, "
                "standardised, scored on the rest; ten seeds, which also draw the split (three of "
                "them are timed in a quick run). The errors of all ten are compared in pairs.",
                rounds=3,
            )
        )
    return made


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
