"""How fast is a fit of a million rows, beside scikit-learn's and beside the engine alone?

Two epochs of Adam in 32 bit, all other parameters at their defaults. What fit does around the
training, to check rows and to tell of the network, should be little; and it should copy no rows.
"""

from __future__ import annotations

import resource
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier as TheirClassifier

from benchmarks.contest import Case, Contender, Goal, Ready
from moonlet import MLPClassifier, engine
from moonlet.estimators.coding import LabelCoding
from moonlet.estimators.plan import plan_training
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import settings_of

N_ROWS, WIDTH, EPOCHS = 1_000_000, 30, 2
SETTINGS = {"hidden_layer_sizes": (32,), "max_iter": EPOCHS, "random_state": 0}


def table() -> tuple[np.ndarray, np.ndarray]:
    """The rows, and two classes."""
    X = np.random.default_rng(0).standard_normal((N_ROWS, WIDTH), dtype=np.float32)
    return X, (X[:, 0] * X[:, 1] + X[:, 2] > 0.0).astype(np.int64)


def fits(theirs: bool, quick: bool) -> Ready:
    """MLPClassifier.fit of either library."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = table()
    kind = TheirClassifier if theirs else MLPClassifier
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    loss = kind(**SETTINGS).fit(X, y).loss_
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    return Ready(
        lambda: kind(**SETTINGS).fit(X, y), errors={"loss": [loss]}, figures={"MB more": grown}
    )


def alone(quick: bool) -> Ready:
    """The engine, with rows and targets laid out beforehand."""
    X, y = table()
    network = MLPClassifier(**SETTINGS)
    coding = LabelCoding.of(network, np.array([0, 1]))
    plan = plan_training(settings_of(network), coding, Rows(X, y), random_state=0)
    data = plan.data()

    def train() -> float:
        trainer = plan.trainer(data)
        engine.train([trainer])
        return float(trainer.loss)

    return Ready(train, errors={"loss": [train()]})


def cases() -> list[Case]:
    """One table."""
    here = "how_fast_are_a_million_rows"
    return [
        Case(
            "a million rows, 30-32-1",
            [
                Contender("moonlet", "moonlet", f"{here}:fits", {"theirs": False}, 2),
                Contender("the engine alone", "the engine alone", f"{here}:alone", {}, 2),
                Contender("scikit-learn", "scikit-learn", f"{here}:fits", {"theirs": True}, 2),
            ],
            [
                Goal("scikit-learn", at_least=15.0),
                Goal("the engine alone", at_least=1.0 / 1.15),
            ],
            "a fit",
            f"MLPClassifier((32,)).fit of {N_ROWS:,} × {WIDTH} numbers of 32 bit, {EPOCHS} epochs, "
            "both libraries on both cores; X takes 114 MB.",
            rounds=5,
        )
    ]


if __name__ == "__main__":
    from benchmarks.driver import run_alone

    run_alone(cases())
