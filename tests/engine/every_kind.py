"""One training of every kind, for the tests that the same bits come out however it is run.

python -m tests.engine.every_kind

prints the level in use and a hash of each one's weights, as JSON.
"""

from __future__ import annotations

import hashlib
import json
from itertools import product

import numpy as np
from scipy.sparse import csr_array

from moonlet import engine
from moonlet.specs import (
    SOLVERS,
    Activation,
    Loss,
    NetworkSpec,
    Output,
    SolverName,
    SolverSpec,
    StopRule,
    TrainingSpec,
)

RATES: dict[SolverName, float] = {"gd": 0.3, "sgd": 0.02, "adam": 0.01, "lbfgs": 1.0}
DROPOUT = (0.0, 0.25)
DTYPES = ("float64", "float32")
ROWS = ("dense", "csr")
WITH_EVERY_SOLVER = [
    f"{solver}, dropout {dropout}, {dtype}, {rows}"
    for solver, dropout, dtype, rows in product(SOLVERS, DROPOUT, DTYPES, ROWS)
    if not (solver == "lbfgs" and dropout)
]
# Hidden layers, solver, output, loss, activation.
OTHERS: dict[str, tuple[tuple[int, ...], SolverName, Output, Loss, Activation]] = {
    "one logit": ((3,), "gd", "softmax", "log_loss", "tanh"),
    "softplus": ((20, 7), "lbfgs", "softmax", "log_loss", "softplus"),
    "a line": ((), "lbfgs", "sigmoid", "log_loss", "relu"),
    "squares": ((50,), "gd", "identity", "squared_error", "tanh"),
    "absolute": ((9, 2), "gd", "identity", "absolute_error", "gelu"),
    "huber": ((13,), "lbfgs", "identity", "huber", "silu"),
    "quantile": ((6,), "gd", "identity", "quantile", "elu"),
    "counts": ((5, 5), "lbfgs", "exp", "poisson", "leaky_relu"),
    "labels": ((9,), "adam", "sigmoid", "log_loss", "logistic"),
}


def every_kind() -> dict[str, list[engine.Trainer]]:
    """Fresh trainers by their kind: of each solver a small one, stopped early, and a large one."""
    kinds = {name: _with_solver(name) for name in WITH_EVERY_SOLVER}
    kinds |= {name: [_other(*of)] for name, of in OTHERS.items()}
    return kinds | {
        f"zeros, {solver}": [
            _other((9,), solver, "softmax", "log_loss", "tanh", alpha=30.0, l1_ratio=0.8)
        ]
        for solver in SOLVERS
    }


def _with_solver(name: str) -> list[engine.Trainer]:
    solver, dropout, dtype, rows = name.replace("dropout ", "").split(", ")
    random = np.random.RandomState(1)

    def data(n_rows: int, n_features: int) -> engine.TrainingData:
        X = random.randn(n_rows, n_features).astype(dtype)
        X[X < 0.3] = 0.0
        targets = np.eye(3)[random.randint(3, size=n_rows)]
        return engine.TrainingData(X if rows == "dense" else csr_array(X), targets)

    def trainer(
        hidden: tuple[int, ...],
        training: engine.TrainingData,
        validation: engine.TrainingData | None,
        batch_size: int,
        passes: int,
    ) -> engine.Trainer:
        network = NetworkSpec(
            (training.n_features, *hidden, 3), ("tanh", "gelu")[: len(hidden)], "softmax"
        )
        spec = TrainingSpec(
            network,
            SolverSpec(solver, RATES[solver], batch_size=batch_size, seed=2**33 + 3),
            StopRule(passes, tol=1e-7, n_iter_no_change=10),
            alpha=0.1,
            dropout=float(dropout),
            early_stopping=None if validation is None else "loss",
        )
        start = 0.3 * random.randn(network.n_parameters)
        return engine.Trainer(spec, training, start, validation)

    # A batch of 1,000 rows of the larger is work enough to be cut for two threads; so are all rows.
    return [
        trainer((5,), data(203, 2), data(57, 2), batch_size=32, passes=40),
        trainer((70, 9), data(2_500, 60), None, batch_size=1_000, passes=4),
    ]


def _other(
    hidden: tuple[int, ...],
    solver: SolverName,
    output: Output,
    loss: Loss,
    activation: Activation,
    alpha: float = 0.1,
    l1_ratio: float = 0.0,
) -> engine.Trainer:
    random = np.random.RandomState(3)
    n_outputs = {"softmax": 2, "sigmoid": 3, "identity": 2, "exp": 2}[output]
    network = NetworkSpec((4, *hidden, n_outputs), (activation,) * len(hidden), output, loss)
    targets = random.randint(2, size=(301, n_outputs)).astype(np.float64)
    if output == "softmax":
        targets = np.eye(n_outputs)[random.randint(n_outputs, size=301)]
    data = engine.TrainingData(random.randn(301, 4), targets, random.rand(301))
    spec = TrainingSpec(
        network,
        SolverSpec(solver, RATES[solver]),
        StopRule(200, tol=0.0),
        alpha,
        l1_ratio=l1_ratio,
    )
    return engine.Trainer(spec, data, random.randn(network.n_parameters) * 0.5)


def trained_alone() -> dict[str, str]:
    """Every kind's hash, each trainer run by itself on one thread."""
    kinds = every_kind()
    for trainers in kinds.values():
        for trainer in trainers:
            engine.train([trainer], n_threads=1)
    return hashes(kinds)


def hashes(kinds: dict[str, list[engine.Trainer]]) -> dict[str, str]:
    """Of weights and of all that was recorded on the way, and why each of them stopped."""
    return {name: " ".join(map(_hash, trainers)) for name, trainers in kinds.items()}


def recorded(trainer: engine.Trainer) -> tuple[np.ndarray, ...]:
    """Its weights, and all that was taken down on the way."""
    return (
        trainer.parameters,
        trainer.loss_curve,
        trainer.gradient_norm_curve,
        trainer.validation_loss_curve,
        trainer.validation_score_curve,
    )


def _hash(trainer: engine.Trainer) -> str:
    digest = hashlib.sha256()
    for values in recorded(trainer):
        digest.update(values.tobytes())
    return f"{trainer.stop_reason}:{digest.hexdigest()}"


if __name__ == "__main__":
    print(json.dumps({"level": engine.info().level, **trained_alone()}))  # noqa: T201
