"""How fast does a network learn from sparse rows, and how much memory does it take?

`MLPClassifier.fit` and `predict` on CSR matrices, beside scikit-learn's. Made dense, the first
would be 8 GB, as would the third.
"""

from __future__ import annotations

import resource
import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as TheirClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.sparse_rows import KINDS
from moonlet import MLPClassifier

# Iterations, and what was promised: adam's table is an epoch, so the start counts for little.
TRAININGS = {
    ("20,000 × 50,000", "lbfgs"): (15, 1.5),
    ("texts, 3,000 × 27,806", "lbfgs"): (10, 2.0),
    ("20,000 × 50,000", "adam"): (3, 6.0),
    ("texts, 3,000 × 27,806", "adam"): (10, 6.0),
    ("1,000 × 1,048,576", "adam"): (10, 6.0),
}
# Answers are asked of every table, and of one with a wide layer.
HIDDEN: dict[str, tuple[tuple[int, ...], ...]] = {
    "20,000 × 50,000": ((4,), (20,), (100,)),
    "texts, 3,000 × 27,806": ((20,),),
    "1,000 × 1,048,576": ((4,),),
}
STARTS = 3  # whose losses are compared
CALLS = 5  # of a prediction, a few milliseconds each


def fits(theirs: bool, kind: str, solver: str, quick: bool) -> Ready:
    """MLPClassifier.fit of either library."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    make, arguments, hidden = KINDS[kind]
    X, y = make(*arguments)
    max_iter = TRAININGS[kind, solver][0]
    library = TheirClassifier if theirs else MLPClassifier

    def fit(start: int = 0) -> float:
        settings = {"solver": solver, "max_iter": max_iter, "tol": 0.0, "random_state": start}
        return float(library(hidden, **settings).fit(X, y).loss_)

    losses = [fit(start) for start in range(STARTS)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Ready(fit, errors={"loss": losses}, figures={"peak MB": peak})


def predictions(theirs: bool, kind: str, hidden: tuple[int, ...], quick: bool) -> Ready:
    """MLPClassifier.predict of either library, by the same weights."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    make, arguments, _ = KINDS[kind]
    X, y = make(*arguments)
    network = MLPClassifier(hidden, max_iter=1, random_state=0).fit(X[:200], y[:200])
    if theirs:
        other = TheirClassifier(hidden, max_iter=1, random_state=0).fit(X[:200], y[:200])
        other.coefs_, other.intercepts_ = network.coefs_, network.intercepts_
        network = other
    answers = {"probabilities": network.predict_proba(X)[::100, 1]}

    def predict() -> None:
        for _ in range(CALLS):
            network.predict(X)

    return Ready(predict, answers=answers, share=CALLS)


def _case(name: str, make: str, arguments: dict[str, object], goal: float, unit: str) -> Case:
    def contender(library: str, **more: object) -> Contender:
        path = f"how_fast_are_sparse_rows:{make}"
        return Contender(library, library, path, {**arguments, **more}, threads=2)

    return Case(
        name,
        [contender("moonlet", theirs=False), contender("scikit-learn", theirs=True)],
        [Goal("scikit-learn", at_least=goal)],
        unit,
        "The public call on a CSR matrix, by the clock, both libraries on both cores.",
        rounds=3 if make == "fits" else 9,
    )


def cases() -> list[Case]:
    """Fits and answers; some minutes."""
    found = []
    for (kind, solver), (max_iter, goal) in TRAININGS.items():
        name, unit = f"sparse rows, {kind}, {solver}", f"a fit of {max_iter} iterations"
        arguments: dict[str, object] = {"kind": kind, "solver": solver}
        found.append(_case(name, "fits", arguments, goal, unit))
    for kind, widths in HIDDEN.items():
        for hidden in widths:
            name = f"sparse rows, {kind}, {hidden[0]} units, answers"
            arguments = {"kind": kind, "hidden": hidden}
            found.append(_case(name, "predictions", arguments, 1.5, "a call"))
    return found


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
