"""How fast is predict_proba on a single row, with all of its checks?

scikit-learn validates with a function of its own, whose cost is told as well. moonlet's sees at
once that a plain array of the right type and width is in order, and that its numbers are finite;
anything else goes through the same function.
"""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.utils.validation import validate_data

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import X, y
from moonlet import MLPClassifier, engine
from moonlet.estimators.fitted import fitted_network

CALLS = 200
_SETTINGS = {"hidden_layer_sizes": (5,), "activation": "tanh", "solver": "lbfgs", "alpha": 0.01}


def fitted() -> TheirClassifier:
    """scikit-learn's, whose weights both sides predict with."""
    return TheirClassifier(**_SETTINGS, max_iter=2_000, random_state=0).fit(X, y)


def same_weights() -> MLPClassifier:
    """Ours, with those weights laid where its own are."""
    theirs = fitted()
    estimator = MLPClassifier(**_SETTINGS, max_iter=1, tol=1e9, random_state=0).fit(X, y)
    for mine, other in zip(estimator.coefs_, theirs.coefs_, strict=True):
        mine[...] = other
    for mine, other in zip(estimator.intercepts_, theirs.intercepts_, strict=True):
        mine[...] = other
    return estimator


def _ready(predict) -> Ready:  # type: ignore[no-untyped-def]
    rows = [X[i : i + 1] for i in range(CALLS)]
    return Ready(
        lambda: [predict(row) for row in rows],
        answers={"probabilities": [float(np.ravel(predict(row))[-1]) for row in rows]},
        share=CALLS,
    )


def estimator(theirs: bool, quick: bool) -> Ready:
    """predict_proba."""
    return _ready((fitted() if theirs else same_weights()).predict_proba)


def without_estimator(quick: bool) -> Ready:
    """The engine's own predict, which checks types and shapes only."""
    estimator = same_weights()
    network = fitted_network(estimator)
    parameters = network.pack(estimator.coefs_, estimator.intercepts_)
    return _ready(lambda row: engine.predict(network, parameters, row))


def validation(quick: bool) -> Ready:
    """scikit-learn's validate_data alone, beside the engine's answers."""
    ready = without_estimator(quick)
    estimator = same_weights()
    rows = [X[i : i + 1] for i in range(CALLS)]
    return Ready(
        lambda: [validate_data(estimator, row, dtype=np.float64, reset=False) for row in rows],
        answers=ready.answers,
        share=CALLS,
    )


def cases() -> list[Case]:
    """One row."""
    here = "how_fast_is_one_prediction"
    return [
        Case(
            "predict_proba, one row",
            [
                Contender(
                    "moonlet, MLPClassifier", "moonlet", f"{here}:estimator", {"theirs": False}
                ),
                Contender("moonlet, the engine", "moonlet", f"{here}:without_estimator"),
                Contender("validate_data alone", "scikit-learn's check", f"{here}:validation"),
                Contender("scikit-learn", "scikit-learn", f"{here}:estimator", {"theirs": True}),
            ],
            [
                Goal("scikit-learn", "moonlet, MLPClassifier", 20),
                Goal("scikit-learn", "moonlet, the engine", title="by the engine alone"),
                Goal(
                    "scikit-learn",
                    "validate_data alone",
                    title="the most that validate_data allows",
                ),
            ],
            "a call",
            "Five tanh units, the same weights in both, one row a call, validated. The last "
            "line is what scikit-learn's own validation would allow.",
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
