"""How fast are 1,750 networks, the study of a small table, with every fold and start?

Seven sizes, five penalties, five folds, ten starts on the moons, L-BFGS to scikit-learn's
tolerance, and the log loss of the rows held out. What is timed has all of it: drawing the
starts, fitting, predicting.

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
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from benchmarks.moons import SIZES, X, y
from moonlet import engine
from moonlet.estimators.initial import initial_parameters
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

ALPHAS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
STARTS = 10  # that are timed
COMPARED, COMPARED_QUICKLY = 40, 5  # whose held-out losses are compared
TOLERANCE, MOST = 1e-4, 15_000
FOLDS = list(StratifiedKFold(5, shuffle=True, random_state=0).split(X, y))


class Network(NamedTuple):
    """One of the grid."""

    units: int
    alpha: float
    fold: int
    seed: int


def grid(starts: int) -> list[Network]:
    """All networks, or those of the first few starts: as many of every size."""
    return [Network(*key) for key in product(SIZES, ALPHAS, range(len(FOLDS)), range(starts))]


def log_loss(probability: np.ndarray, labels: np.ndarray) -> float:
    """Mean, in nats, of the probability of class 1."""
    smallest = np.finfo(np.float64).eps
    given = np.where(labels == 1, probability, 1.0 - probability)
    return float(-np.log(np.maximum(given, smallest)).mean())


def ours_once(networks: list[Network], n_threads: int) -> list[float]:
    """One batch for the engine; the held-out losses."""
    parts = [engine.TrainingData(X[fit], y[fit, np.newaxis]) for fit, _ in FOLDS]
    random_state = np.random.RandomState()
    trainers = []
    for units, alpha, fold, seed in networks:
        network = NetworkSpec((2, units, 1), ("tanh",), "sigmoid")
        random_state.seed(seed)  # what RandomState(seed) is, in 2 us instead of 110
        first = initial_parameters(network, "glorot_uniform", random_state)
        spec = TrainingSpec(network, SolverSpec("lbfgs"), StopRule(MOST, TOLERANCE), alpha)
        trainers.append(engine.Trainer(spec, parts[fold], first))
    engine.train(trainers, n_threads=n_threads)
    losses = []
    for trainer, network in zip(trainers, networks, strict=True):
        held_out = FOLDS[network.fold][1]
        given = engine.predict(trainer.spec.network, trainer.parameters, X[held_out])
        losses.append(log_loss(given[:, 0], y[held_out]))
    return losses


def fit_theirs(network: Network) -> float:
    """One fit of scikit-learn's; its held-out loss."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    fit, held_out = FOLDS[network.fold]
    estimator = MLPClassifier(
        (network.units,),
        "tanh",
        solver="lbfgs",
        alpha=network.alpha,
        tol=TOLERANCE,
        max_iter=MOST,
        random_state=network.seed,
    ).fit(X[fit], y[fit])
    return log_loss(estimator.predict_proba(X[held_out])[:, 1], y[held_out])


def by_start(losses: list[float], starts: int) -> list[float]:
    """The mean over sizes, penalties and folds of each start in the grid."""
    means: list[float] = np.reshape(losses, (-1, starts)).mean(axis=0).tolist()
    return means


def _ready(once, quick: bool) -> Ready:  # type: ignore[no-untyped-def]
    starts, compared = (1, COMPARED_QUICKLY) if quick else (STARTS, COMPARED)
    networks = grid(starts)
    return Ready(
        lambda: once(networks),
        errors={"held-out log loss": by_start(once(grid(compared)), compared)},
        share=starts / STARTS,
    )


def ours(n_threads: int, quick: bool) -> Ready:
    """The engine."""
    return _ready(lambda networks: ours_once(networks, n_threads), quick)


def scikit_learn(quick: bool) -> Ready:
    """A process a core, each with one thread; the processes are up before the clock starts."""
    pool = Parallel(n_jobs=2, batch_size="auto")
    pool(delayed(fit_theirs)(network) for network in grid(1)[:8])
    return _ready(
        lambda networks: pool(delayed(fit_theirs)(network) for network in networks), quick
    )


def cases() -> list[Case]:
    """The grid."""
    here = "how_fast_are_1750_networks"
    return [
        Case(
            "1,750 networks, L-BFGS",
            [
                Contender("moonlet, 2 threads", "moonlet", f"{here}:ours", {"n_threads": 2}, 2),
                Contender("moonlet, 1 thread", "moonlet", f"{here}:ours", {"n_threads": 1}, 1),
                Contender("scikit-learn, joblib", "scikit-learn", f"{here}:scikit_learn"),
            ],
            [
                Goal("scikit-learn", "moonlet, 2 threads", 40),
                Goal("moonlet, 1 thread", "moonlet, 2 threads", title="one thread, by two"),
            ],
            "the grid",
            "7 sizes × 5 penalties × 5 folds × 10 starts on 200 moons to a gradient of "
            f"{TOLERANCE:g}; drawing the starts and the held-out log loss are in the time. A quick "
            "run does one start of ten, of every size, penalty and fold, and scales. Held-out "
            f"losses are compared in pairs over {COMPARED} starts, {COMPARED_QUICKLY} in a quick "
            "run, each the mean over all sizes, penalties and folds. "
            "scikit-learn: MLPClassifier in joblib's processes on both cores, one thread each.",
            rounds=3,
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
