"""Networks of many kinds, to be trained by Python and by the page to the same bits.

    python -m tests.engine.page_bits

writes page_bits.json: recipes, and hashes of what Python's engine makes of each: of a state
half-way, with which the page could go on, or Python with the page's, and of what is learned at
the end. Python is held to it by test_page_bits.py, the page by web/tests/engine.bits.test.ts (in
Node.js) and tests/lab/browser/test_engine.py (in Chromium).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from moonlet import engine
from moonlet.data.toy import draw
from moonlet.estimators.initial import INITS, start_and_seed
from moonlet.names import TOYS
from moonlet.specs import (
    ACTIVATIONS,
    LOSSES,
    SCHEDULES,
    NetworkSpec,
    SolverSpec,
    StopRule,
    TrainingSpec,
)
from tests.engine.every_kind import recorded

FILE = Path(__file__).with_suffix(".json")

Recipe = dict[str, Any]
_OF_SOLVER = {
    "gd": {"solver": "gd", "learning_rate_init": 0.5, "max_iter": 120},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.1, "max_iter": 20, "batch_size": 32},
    "adam": {"solver": "adam", "learning_rate_init": 0.02, "max_iter": 20, "batch_size": 32},
    "lbfgs": {"solver": "lbfgs", "max_iter": 60},
}


def recipe(
    toy: str = "moons", hidden: tuple[int, ...] = (3,), activation: str = "tanh", **more: object
) -> Recipe:
    """What the page and Python are told."""
    data = {"noise": 0.2, "n_samples": 200, "n_classes": 2, "random_state": 0}
    known = set(data) | {"output", "init", "loss", "loss_parameter", "seed", "watch"}
    training = _OF_SOLVER[str(more.get("solver", "gd"))] | {
        key: value for key, value in more.items() if key not in known
    }
    training = {"tol": 0.0, "n_iter_no_change": training["max_iter"], "alpha": 0.01} | training
    return {
        "toy": toy,
        "options": data | {key: more[key] for key in data if key in more},
        "hidden": list(hidden),
        "activations": [activation] * len(hidden),
        "output": more.get("output", "identity" if TOYS[toy].is_numeric else "softmax"),
        "loss": more.get("loss"),
        "loss_parameter": more.get("loss_parameter"),
        "init": more.get("init", "lecun_normal"),
        "seed": more.get("seed", 0),
        "watch": more.get("watch", False),
        "training": training,
    }


def recipes() -> Iterator[Recipe]:
    """Over solvers, schedules, activations, losses, depths, dropout, mini-batches and sets."""
    for h in (0, 1, 2, 3, 4, 5, 20, 50):
        yield recipe(hidden=(h,) if h else (), learning_rate_init=2.0, max_iter=400)
    for solver in _OF_SOLVER:
        for activation in ACTIVATIONS:
            yield recipe(solver=solver, hidden=(6, 5), activation=activation, init="glorot_uniform")
    for schedule in SCHEDULES:
        for solver in ("sgd", "adam"):
            yield recipe("circles", solver=solver, schedule=schedule, hidden=(8,), noise=0.1)
    for toy in TOYS:
        yield recipe(toy, hidden=(8, 8), solver="adam", noise=0.1, random_state=3, max_iter=5)
    for loss in LOSSES["identity"]:
        for solver in ("gd", "lbfgs"):
            yield recipe("wave", loss=loss, solver=solver, hidden=(7,), learning_rate_init=0.05)
    yield recipe("hills", output="exp", loss="poisson", hidden=(4,), learning_rate_init=0.01)
    for solver in ("gd", "sgd", "adam"):
        for rate in (0.2, 0.5):
            yield recipe(solver=solver, dropout=rate, hidden=(16, 9), activation="relu", seed=5)
    for solver in _OF_SOLVER:
        for l1_ratio in (0.3, 1.0):
            yield recipe(solver=solver, alpha=1.0, l1_ratio=l1_ratio, hidden=(8,), batch_size=64)
    yield recipe(solver="sgd", alpha=1.0, l1_ratio=1.0, nesterovs_momentum=False)
    for init in INITS:
        yield recipe(init=init, seed=7, hidden=(4,), output="sigmoid", activation="logistic")
    for n_classes in (3, 5):
        yield recipe(
            "spirals",
            n_classes=n_classes,
            solver="adam",
            hidden=(32, 32),
            activation="silu",
            noise=0.03,
        )
    for batch_size in (1, 7, 64, 1000):
        yield recipe("xor", solver="adam", batch_size=batch_size, hidden=(8, 8), activation="gelu")
    yield recipe("xor", solver="sgd", shuffle=False, momentum=0.5, nesterovs_momentum=False)
    yield recipe(n_samples=2000, hidden=(100, 60), solver="adam", max_iter=3, batch_size=200)
    for on in ("score", "loss"):
        yield recipe(solver="adam", watch=True, early_stopping=on, n_iter_no_change=3, tol=1e-3)
    yield recipe(solver="gd", watch=True)
    yield recipe(learning_rate_init=900.0, hidden=(5,))  # diverges, or nearly


def targets(y: np.ndarray, output: str, n_classes: int) -> np.ndarray:
    """What the network is to give for each row."""
    if output == "softmax":
        return np.eye(n_classes)[y.astype(int)]
    values = np.abs(y) if output == "exp" else y
    return values.astype(np.float64)[:, np.newaxis]


def train(given: Recipe) -> dict[str, str]:
    """By Python: the hash of what is learned, and of the state half-way."""
    trainer = _trainer(given)
    engine.train([trainer], n_threads=1, max_passes=given["training"]["max_iter"] // 2)
    halfway = hashlib.sha256(trainer.state()[: -len(_SECONDS)]).hexdigest()[:20]
    engine.train([trainer], n_threads=1)
    return {"state": halfway, "hash": hash_of(trainer)}


_SECONDS = bytes(8)  # the end of a state: how long it took


def _trainer(given: Recipe) -> engine.Trainer:
    X, y = draw(given["toy"], **_known(given))
    n_classes = max(2, int(y.max()) + 1)
    T = targets(y, given["output"], n_classes)
    network = NetworkSpec(
        (2, *given["hidden"], T.shape[1]),
        tuple(given["activations"]),
        given["output"],
        given["loss"],
        given["loss_parameter"],
    )
    weights, shuffle_seed = start_and_seed(network, given["init"], given["seed"])
    settings = dict(given["training"])
    stop = {
        name: settings.pop(name)
        for name in ("max_iter", "tol", "n_iter_no_change", "max_fun")
        if name in settings
    }
    whole = {
        name: settings.pop(name)
        for name in ("alpha", "dropout", "early_stopping", "l1_ratio")
        if name in settings
    }
    solver = SolverSpec(settings.pop("solver"), seed=shuffle_seed, **settings)
    spec = TrainingSpec(network, solver, StopRule(**stop), **whole)
    third = len(X) // 3 if given["watch"] else 0
    watched = engine.TrainingData(X[:third], T[:third]) if third else None
    return engine.Trainer(spec, engine.TrainingData(X[third:], T[third:]), weights, watched)


def _known(given: Recipe) -> dict[str, Any]:
    options = dict(given["options"])
    if TOYS[given["toy"]].n_classes is None:
        del options["n_classes"]
    return options


def hash_of(trainer: engine.Trainer) -> str:
    """Of the weights, of the curves and of how it ended."""
    found = hashlib.sha256()
    for values in recorded(trainer):
        found.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    found.update(str(trainer.stop_reason).encode())
    return found.hexdigest()[:20]


if __name__ == "__main__":
    lines = [json.dumps(one | train(one)) for one in recipes()]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")
