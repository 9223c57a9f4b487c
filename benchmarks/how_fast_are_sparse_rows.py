"""How fast does a network learn from sparse rows, and how much memory does it take?

`MLPClassifier.fit` and `predict` on CSR matrices, beside scikit-learn's. Made dense, the first
would be 8 GB, as would the third.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Callable

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as TheirClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.sparse_rows import KINDS
from moonlet import MLPClassifier

# Iterations, and what was promised: adam's table is an epoch, so the start counts for little.
TRAININGS = {
    ("20,000 × 50,000", "lbfgs"): (15, 1.5),
    ("texts, 3,000 × 27,806", "lbfgs"): (40, 2.0),
    ("20,000 × 50,000", "adam"): (3, 6.0),
    ("texts, 3,000 × 27,806", "adam"): (10, 6.0),
    ("1,000 × 1,048,576", "adam"): (10, 6.0),
}


def fits(theirs: bool, kind: str, solver: str, cpu: bool, quick: bool) -> Ready:
    """MLPClassifier.fit of either library."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    make, arguments, hidden = KINDS[kind]
    X, y = make(*arguments)
    max_iter = TRAININGS[kind, solver][0]
    library = TheirClassifier if theirs else MLPClassifier

    def fit() -> object:
        settings = {"solver": solver, "max_iter": max_iter, "tol": 0.0, "random_state": 0}
        return library(hidden, **settings).fit(X, y)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss = fit().loss_  # type: ignore[attr-defined]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    return Ready(fit, errors={"loss": [loss]}, figures={"MB more": grown}, clock=_clock(cpu))


def predictions(theirs: bool, kind: str, cpu: bool, quick: bool) -> Ready:
    """MLPClassifier.predict_proba of either library, by the same weights."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    make, arguments, hidden = KINDS[kind]
    X, y = make(*arguments)
    network = MLPClassifier(hidden, solver="lbfgs", max_iter=3, random_state=0).fit(X, y)
    if theirs:
        other = TheirClassifier(hidden, solver="lbfgs", max_iter=1, random_state=0).fit(X, y)
        other.coefs_, other.intercepts_ = network.coefs_, network.intercepts_
        network = other
    answers = {"probabilities": network.predict_proba(X)[::100, 1]}
    return Ready(lambda: network.predict_proba(X), answers=answers, clock=_clock(cpu))


def _clock(cpu: bool) -> Callable[[], float]:
    return time.process_time if cpu else time.perf_counter


def _case(name: str, make: str, arguments: dict[str, object], goal: float, unit: str) -> Case:
    def contender(library: str, **more: object) -> Contender:
        path = f"how_fast_are_sparse_rows:{make}"
        return Contender(library, library, path, {**arguments, **more}, threads=2)

    cpu = "processor time of" if arguments["cpu"] else "time of"
    return Case(
        name,
        [contender("moonlet", theirs=False), contender("scikit-learn", theirs=True)],
        [Goal("scikit-learn", at_least=goal)],
        unit,
        f"The {cpu} the public call on a CSR matrix, both libraries on both cores.",
        rounds=3,
    )


def cases() -> list[Case]:
    """Fits by processor time and by the clock, and answers."""
    found = []
    for cpu, clock in ((True, ", processor time"), (False, "")):
        for (kind, solver), (max_iter, goal) in TRAININGS.items():
            name = f"sparse rows, {kind}, {solver}{clock}"
            arguments: dict[str, object] = {"kind": kind, "solver": solver, "cpu": cpu}
            unit = f"a fit of {max_iter} iterations"
            found.append(_case(name, "fits", arguments, goal, unit))
    for kind in list(KINDS)[:2]:
        arguments = {"kind": kind, "cpu": True}
        name = f"sparse rows, {kind}, answers, processor time"
        found.append(_case(name, "predictions", arguments, 1.5, "a call"))
    return found


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
