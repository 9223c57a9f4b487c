"""What networks of many kinds learn, as one hash each: to be the same from one day to the next.

    python -m tests.estimators.learned_bits

writes the hashes of today to learned_bits.json. Only a decision that says why may change one.
The rows come from NumPy's uniform numbers and plain arithmetic, which are the same everywhere.
"""

from __future__ import annotations

import copy
import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.estimators.initial import INITS
from moonlet.exceptions import DivergedError
from moonlet.specs import ACTIVATIONS, SCHEDULES

FILE = Path(__file__).with_suffix(".json")

Fit = Callable[[], Any]

SOLVERS: dict[str, dict[str, object]] = {
    "gd": {"solver": "gd", "learning_rate_init": 0.05, "max_iter": 30},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.1, "max_iter": 8},
    "adam": {"solver": "adam", "learning_rate_init": 0.02, "max_iter": 8},
    "lbfgs": {"solver": "lbfgs", "max_iter": 25},
}


def rows(n: int = 230, width: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).uniform(-1.0, 1.0, (n, width))


X = rows()
RING = X[:, 0] * X[:, 0] + X[:, 1] * X[:, 1]
TWO = (RING > 0.6).astype(np.int64)
THREE = TWO + (RING > 0.9)
NUMBER = X[:, 0] * X[:, 1] + 0.5 * X[:, 2]
LABELS = np.column_stack([X[:, 0] > 0.0, RING > 0.6, X[:, 3] > X[:, 4]]).astype(np.int64)
WEIGHT = np.random.RandomState(1).uniform(0.5, 2.0, len(X))

Y_OF = {MLPClassifier: THREE, MLPRegressor: NUMBER}


def network(kind: type, solver: str, **changes: object) -> Any:
    settings = {"hidden_layer_sizes": (7,), "alpha": 0.01, "tol": 1e-7, "random_state": 3}
    return kind(**(settings | SOLVERS[solver] | changes))


def hash_of(train: Fit) -> str:
    """Of everything that training leaves behind, the diagnosis apart."""
    try:
        estimator = train()
    except DivergedError as error:
        return str(error)
    found = hashlib.sha256()
    for array in (*estimator.coefs_, *estimator.intercepts_):
        found.update(np.ascontiguousarray(array).tobytes())
    for name in ("loss_curve_", "gradient_norm_curve_", "validation_loss_curve_"):
        found.update(np.array(getattr(estimator, name) or [], dtype=np.float64).tobytes())
    facts = [
        getattr(estimator, name)
        for name in ("validation_scores_", "loss_", "best_loss_", "n_iter_", "t_", "stop_reason_")
    ]
    found.update(repr([facts, estimator.coefs_[0].dtype.name]).encode())
    return found.hexdigest()[:20]


def cases() -> Iterator[tuple[str, Fit]]:
    """Each kind of training by its name, with a way to get what it gives."""
    for solver in SOLVERS:
        for kind in (MLPClassifier, MLPRegressor):
            yield from _layouts(kind, solver)
            yield from _weights(kind, solver)
            yield from _ends(kind, solver)
        yield from _targets(solver)
        yield from _shapes(solver)
    yield from _passes()


def _layouts(kind: type, solver: str) -> Iterator[tuple[str, Fit]]:
    y = Y_OF[kind]
    layouts = {
        "C": X,
        "Fortran": np.asfortranarray(X),
        "backwards": X[::-1].copy()[::-1],
        "big-endian": X.astype(">f8"),
        "list": X.tolist(),
        "frame": pd.DataFrame(X, columns=list("abcde")),
        "frame of float32": pd.DataFrame(X.astype(np.float32), columns=list("abcde")),
        "CSR": sparse.csr_matrix(np.where(X > 0.2, X, 0.0)),
        "CSR of float32": sparse.csr_matrix(np.where(X > 0.2, X, 0.0).astype(np.float32)),
        "float32": X.astype(np.float32),
        "Fortran float32": np.asfortranarray(X.astype(np.float32)),
        "int": (4 * X).astype(np.int64),
        "bool": X > 0.0,
    }
    for name, laid_out in layouts.items():
        yield (
            f"{kind.__name__} {solver} layout {name}",
            lambda laid_out=laid_out: network(kind, solver).fit(laid_out, y),
        )


def _weights(kind: type, solver: str) -> Iterator[tuple[str, Fit]]:
    y = Y_OF[kind]
    for dtype in (np.float64, np.float32):
        yield (
            f"{kind.__name__} {solver} weights {dtype.__name__}",
            lambda dtype=dtype: network(kind, solver).fit(X.astype(dtype), y, WEIGHT),
        )
    if kind is MLPClassifier:
        for name, weight in (("balanced", "balanced"), ("a dict", {0: 2.0, 2: 0.5})):
            yield (
                f"{kind.__name__} {solver} class_weight {name}",
                lambda weight=weight: network(kind, solver, class_weight=weight).fit(X, y, WEIGHT),
            )


def _ends(kind: type, solver: str) -> Iterator[tuple[str, Fit]]:
    y = Y_OF[kind]
    for on in ("score", "loss"):
        early = {"early_stopping": True, "early_stopping_on": on, "max_iter": 40}
        yield (
            f"{kind.__name__} {solver} early stopping on {on}",
            lambda early=early: network(kind, solver, **early).fit(X, y, WEIGHT),
        )
    yield (
        f"{kind.__name__} {solver} eval_set",
        lambda: network(kind, solver).fit(X[:150], y[:150], eval_set=(X[150:], y[150:])),
    )

    def warm() -> Any:
        estimator = network(kind, solver, warm_start=True, early_stopping=solver == "adam")
        return estimator.fit(X, y).set_params(alpha=0.1).fit(X, y)

    yield f"{kind.__name__} {solver} warm start", warm

    def instance() -> Any:
        estimator = network(kind, solver, random_state=np.random.RandomState(5))
        return estimator.fit(X, y).fit(X, y)

    yield f"{kind.__name__} {solver} two fits from one RandomState", instance


def _targets(solver: str) -> Iterator[tuple[str, Fit]]:
    names = np.array(["no", "perhaps", "yes"])
    targets: dict[str, tuple[type, object, dict[str, object]]] = {
        "two classes": (MLPClassifier, TWO, {}),
        "two classes by softmax": (MLPClassifier, TWO, {"output": "softmax"}),
        "one class": (MLPClassifier, np.zeros(len(X), dtype=int), {}),
        "words": (MLPClassifier, names[THREE], {}),
        "words as objects": (MLPClassifier, names[THREE].astype(object), {}),
        "truth values": (MLPClassifier, TWO > 0, {}),
        "numbers that are far apart": (MLPClassifier, THREE * 10**12 - 5, {}),
        "whole floats": (MLPClassifier, THREE.astype(float), {}),
        "unsigned bytes": (MLPClassifier, THREE.astype(np.uint8), {}),
        "a series": (MLPClassifier, pd.Series(THREE), {}),
        "several labels": (MLPClassifier, LABELS, {}),
        "several labels, sparse": (MLPClassifier, sparse.csr_matrix(LABELS), {}),
        "smoothed": (MLPClassifier, THREE, {"label_smoothing": 0.1}),
        "smoothed, two": (MLPClassifier, TWO, {"label_smoothing": 0.1}),
        "smoothed, several": (MLPClassifier, LABELS, {"label_smoothing": 0.1}),
        "two numbers": (MLPRegressor, np.column_stack([NUMBER, RING]), {}),
        "whole numbers": (MLPRegressor, THREE, {}),
        "a list": (MLPRegressor, NUMBER.tolist(), {}),
        "float32": (MLPRegressor, NUMBER.astype(np.float32), {}),
        "poisson": (MLPRegressor, THREE, {"loss": "poisson"}),
        "huber": (MLPRegressor, NUMBER, {"loss": "huber", "huber_delta": 0.2}),
        "absolute_error": (MLPRegressor, NUMBER, {"loss": "absolute_error"}),
        "quantile": (MLPRegressor, NUMBER, {"loss": "quantile", "quantile": 0.8}),
        "log_cosh": (MLPRegressor, NUMBER, {"loss": "log_cosh"}),
    }
    for name, (kind, y, changes) in targets.items():
        yield (
            f"{kind.__name__} {solver} target {name}",
            lambda kind=kind, y=y, changes=changes: network(kind, solver, **changes).fit(X, y),
        )


def _shapes(solver: str) -> Iterator[tuple[str, Fit]]:
    for activation in ACTIVATIONS:
        for dtype in (np.float64, np.float32):
            yield (
                f"{solver} {activation} {dtype.__name__}",
                lambda activation=activation, dtype=dtype: network(
                    MLPClassifier, solver, activation=activation
                ).fit(X.astype(dtype), TWO),
            )
    for init in INITS:
        yield (
            f"{solver} {init}",
            lambda init=init: network(MLPClassifier, solver, init=init).fit(X, THREE),
        )
    for sizes in ((), (1,), (40,), (9, 8, 7)):
        yield (
            f"{solver} {sizes}",
            lambda sizes=sizes: network(MLPRegressor, solver, hidden_layer_sizes=sizes).fit(
                X, NUMBER
            ),
        )
    if solver == "lbfgs":
        return
    for schedule in SCHEDULES:
        yield (
            f"{solver} {schedule}",
            lambda schedule=schedule: network(
                MLPClassifier, solver, learning_rate=schedule, max_iter=30, batch_size=50
            ).fit(X, TWO),
        )
    yield f"{solver} dropout", lambda: network(MLPClassifier, solver, dropout=0.3).fit(X, TWO)
    yield f"{solver} no shuffle", lambda: network(MLPRegressor, solver, shuffle=False).fit(X, RING)

    def wide() -> Any:
        many = rows(1500, 300, seed=2).astype(np.float32)
        settings = {"hidden_layer_sizes": (64, 16), "max_iter": 3, "n_jobs": 2}
        return network(MLPClassifier, solver, **settings).fit(many, many[:, 0] > many[:, 1])

    yield f"{solver} many rows and inputs", wide


def _passes() -> Iterator[tuple[str, Fit]]:
    def parts(kind: type, solver: str, n_parts: int, copies: bool, **changes: object) -> Any:
        estimator = network(kind, solver, **changes)
        y = Y_OF[kind]
        known = {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
        for number in range(n_parts):
            some = slice(7 * number, 7 * number + 40 + number)
            estimator.partial_fit(X[some], y[some], **known)
            if copies and number % 3 == 1:
                estimator = copy.deepcopy(estimator)
        return estimator

    for kind in (MLPClassifier, MLPRegressor):
        for solver in ("sgd", "adam"):
            for copies in (False, True):
                yield (
                    f"{kind.__name__} {solver} partial_fit{' and copies' if copies else ''}",
                    lambda kind=kind, solver=solver, copies=copies: parts(kind, solver, 12, copies),
                )
            yield (
                f"{kind.__name__} {solver} partial_fit in batches of 16",
                lambda kind=kind, solver=solver: parts(kind, solver, 12, False, batch_size=16),
            )

            def after_fit(kind: type = kind, solver: str = solver) -> Any:
                estimator = network(kind, solver).fit(X, Y_OF[kind])
                estimator.partial_fit(X[:60], Y_OF[kind][:60])
                return estimator.set_params(alpha=0.2).partial_fit(X[:90], Y_OF[kind][:90])

            yield f"{kind.__name__} {solver} partial_fit after fit", after_fit


def hashes() -> dict[str, str]:
    """Of all kinds of training."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: hash_of(train) for name, train in cases()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(hashes(), indent=1) + "\n")
