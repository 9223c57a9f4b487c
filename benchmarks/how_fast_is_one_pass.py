"""How fast is a call of partial_fit, and does it stay so?

A small network on 32 rows, early in its life and after 100,000 other calls; and one of two wide
layers, where the solver's memory is what there is to carry.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.contest import Case, Contender, Goal, Ready

SMALL, WIDE = "MLPClassifier", "MLPRegressor"
EARLIER = 100_000


def passes(module: str, wide: bool, earlier: int, quick: bool) -> Ready:
    """partial_fit of the estimator of this module, so many calls after its first."""
    random = np.random.RandomState(0)
    kind = getattr(importlib.import_module(module), WIDE if wide else SMALL)
    X = random.normal(size=(32, 784 if wide else 8))
    y = X[:, 0] if wide else (X[:, 0] > 0).astype(np.int64)
    estimator = kind(hidden_layer_sizes=(1000, 1000) if wide else (32,), random_state=0)
    known: dict[str, Any] = {} if wide else {"classes": [0, 1]}
    estimator.partial_fit(X, y, **known)
    for _ in range(earlier // (10 if quick else 1)):
        estimator.partial_fit(X, y)
    calls = 5 if wide else 200

    def some() -> None:
        for _ in range(calls):
            estimator.partial_fit(X, y)

    # Both start from the same weights, and take all rows at once.
    return Ready(some, answers={"first loss": estimator.loss_curve_[:1]}, share=calls)


def cases() -> list[Case]:
    """Two networks."""
    here = "how_fast_is_one_pass"
    ours, theirs = {"module": "moonlet"}, {"module": "sklearn.neural_network"}
    small, wide = {"wide": False, "earlier": 0}, {"wide": True, "earlier": 0}
    late = {"wide": False, "earlier": EARLIER}
    return [
        Case(
            "partial_fit, 32 × 8, 32 units",
            [
                Contender("moonlet", "moonlet", f"{here}:passes", {**ours, **small}),
                Contender("moonlet, later", "moonlet, later", f"{here}:passes", {**ours, **late}),
                Contender("scikit-learn", "scikit-learn", f"{here}:passes", {**theirs, **small}),
            ],
            [
                Goal("scikit-learn", at_least=30.0),
                Goal("moonlet", "moonlet, later", 0.9, title="a first call, by a later one"),
            ],
            "a call",
            f"MLPClassifier((32,)).partial_fit of 32 rows; later: after {EARLIER:,} other calls, a "
            "tenth of that in a quick run.",
            rounds=5,
        ),
        Case(
            "partial_fit, 784-1000-1000-1",
            [
                Contender("moonlet", "moonlet", f"{here}:passes", {**ours, **wide}, 2),
                Contender("scikit-learn", "scikit-learn", f"{here}:passes", {**theirs, **wide}, 2),
            ],
            [Goal("scikit-learn", at_least=1.0 / 0.6)],
            "a call",
            "MLPRegressor((1000, 1000)).partial_fit of 32 rows, both libraries on both cores.",
            rounds=5,
        ),
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
