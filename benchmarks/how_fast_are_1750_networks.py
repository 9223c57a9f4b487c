"""How fast are 1,750 networks, the study of a small table, with every fold and start?

Seven sizes, five penalties, five folds, ten starts on the moons, L-BFGS to scikit-learn's
tolerance. For moonlet it is `CapacityStudy.fit` from rows to verdict, with all that it does
besides: a straight line, boosted trees, the best settings once more on two further cuts, and what
it delivers. For scikit-learn the same networks are fitted on the study's own folds, standardised
before the clock starts, and judged by the log loss of the rows held out.

Whether the held-out loss is as low is asked over more starts than are timed, of the mean over all
that begin from one start: sizes and penalties of one start begin with the same draws, networks of
one fold are judged by the same rows, and so 1,750 losses are not 1,750 independent ones. Rows and
folds are the same for both, so that only the starts are drawn at random.
"""

from __future__ import annotations

import warnings
from itertools import product
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import moonlet
from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import SIZES, X, y
from moonlet import CapacityStudy

ALPHAS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
STARTS = 10  # that are timed
COMPARED, COMPARED_QUICKLY = 40, 5  # whose held-out losses are compared
TOLERANCE, MOST = 1e-4, 15_000
N_FOLDS = 5


class Network(NamedTuple):
    """One of the grid."""

    units: int
    alpha: float
    fold: int
    seed: int


def grid(starts: int) -> list[Network]:
    """All networks, or those of the first few starts: as many of every size."""
    return [Network(*key) for key in product(SIZES, ALPHAS, range(N_FOLDS), range(starts))]


def log_loss(probability: np.ndarray, labels: np.ndarray) -> float:
    """Mean, in nats, of the probability of class 1."""
    smallest = np.finfo(np.float64).eps
    given = np.where(labels == 1, probability, 1.0 - probability)
    return float(-np.log(np.maximum(given, smallest)).mean())


def study(starts: int, n_threads: int | None) -> CapacityStudy:
    """A study of the grid; `n_jobs=None`, its default, is all cores."""
    return CapacityStudy(
        moonlet.MLPClassifier(activation="tanh", solver="lbfgs", tol=TOLERANCE, max_iter=MOST),
        hidden=SIZES,
        alpha=ALPHAS,
        n_restarts=starts,
        cv=N_FOLDS,
        n_jobs=n_threads,
        random_state=0,
    )


class Rows(NamedTuple):
    """Those of a fold, standardised by the rows that are trained on."""

    X: np.ndarray
    y: np.ndarray
    X_held_out: np.ndarray
    y_held_out: np.ndarray


def folds() -> list[Rows]:
    """The study's."""
    made = []
    for train, valid in study(1, None).set_params(hidden=(1,), alpha=(1.0,)).fit(X, y).folds_:
        scaler = StandardScaler().fit(X[train])
        made.append(
            Rows(scaler.transform(X[train]), y[train], scaler.transform(X[valid]), y[valid])
        )
    return made


def fit_theirs(network: Network, rows: Rows) -> float:
    """One fit of scikit-learn's; its held-out loss."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    estimator = MLPClassifier(
        (network.units,),
        "tanh",
        solver="lbfgs",
        alpha=network.alpha,
        tol=TOLERANCE,
        max_iter=MOST,
        random_state=network.seed,
    ).fit(rows.X, rows.y)
    return log_loss(estimator.predict_proba(rows.X_held_out)[:, 1], rows.y_held_out)


def by_start(losses: list[float], starts: int) -> list[float]:
    """The mean over sizes, penalties and folds of each start in the grid."""
    means: list[float] = np.reshape(losses, (-1, starts)).mean(axis=0).tolist()
    return means


def ours(n_jobs: int | None, quick: bool) -> Ready:
    """`CapacityStudy.fit`, to the verdict."""
    starts, compared = _starts(quick)
    losses = study(compared, None).fit(X, y).results_["valid_loss"].to_numpy()
    return Ready(
        lambda: study(starts, n_jobs).fit(X, y),
        errors={"held-out log loss": by_start(losses, compared)},
        share=starts / STARTS,
    )


def scikit_learn(quick: bool) -> Ready:
    """A process a core, each with one thread; the processes are up before the clock starts."""
    starts, compared = _starts(quick)
    pool = Parallel(n_jobs=2, batch_size="auto")
    of_fold = folds()

    def once(networks: list[Network]) -> list[float]:
        return list(pool(delayed(fit_theirs)(one, of_fold[one.fold]) for one in networks))

    once(grid(1)[:8])
    return Ready(
        lambda: once(grid(starts)),
        errors={"held-out log loss": by_start(once(grid(compared)), compared)},
        share=starts / STARTS,
    )


def _starts(quick: bool) -> tuple[int, int]:
    return (1, COMPARED_QUICKLY) if quick else (STARTS, COMPARED)


def cases() -> list[Case]:
    """The grid."""
    here = "how_fast_are_1750_networks"
    return [
        Case(
            "1,750 networks, L-BFGS",
            [
                Contender("moonlet, 2 threads", "moonlet", f"{here}:ours", {"n_jobs": None}, 2),
                Contender("moonlet, 1 thread", "moonlet", f"{here}:ours", {"n_jobs": 1}, 1),
                Contender("scikit-learn, joblib", "scikit-learn", f"{here}:scikit_learn"),
            ],
            [
                Goal("scikit-learn", "moonlet, 2 threads", 44),
                Goal("moonlet, 1 thread", "moonlet, 2 threads", title="one thread, by two"),
            ],
            "the grid",
            "7 sizes × 5 penalties × 5 folds × 10 starts on 200 moons to a gradient of "
            f"{TOLERANCE:g}. moonlet: CapacityStudy.fit to the verdict, its straight line, boosted "
            "trees, two further cuts for the best settings and the delivered network in the time. "
            "A quick run does one start of ten, of every size, penalty and fold, and scales. "
            f"Held-out losses are compared in pairs over {COMPARED} starts, {COMPARED_QUICKLY} in "
            "a quick run, each the mean over all sizes, penalties and folds. scikit-learn: "
            "MLPClassifier in joblib's processes on both cores, one thread each, on the same "
            "folds, and their held-out log loss.",
            rounds=3,
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
