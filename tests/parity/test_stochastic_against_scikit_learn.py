"""sgd and adam from the same start in the same order of rows as scikit-learn's."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.datasets import load_digits, load_iris
from sklearn.neural_network import MLPClassifier

from moonlet import engine
from moonlet.specs import NetworkSpec, SolverSpec, StopRule, TrainingSpec

PASSES = 50

SOLVERS = {
    "adam": (SolverSpec("adam", shuffle=False), {"solver": "adam"}),
    "adam in small batches": (
        SolverSpec(
            "adam", 0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-6, batch_size=32, shuffle=False
        ),
        {
            "solver": "adam",
            "learning_rate_init": 0.01,
            "beta_1": 0.8,
            "beta_2": 0.99,
            "epsilon": 1e-6,
            "batch_size": 32,
        },
    ),
    "sgd": (SolverSpec("sgd", 0.1, shuffle=False), {"solver": "sgd", "learning_rate_init": 0.1}),
    "sgd, plain momentum": (
        SolverSpec(
            "sgd", 0.05, momentum=0.5, nesterovs_momentum=False, batch_size=7, shuffle=False
        ),
        {
            "solver": "sgd",
            "learning_rate_init": 0.05,
            "momentum": 0.5,
            "nesterovs_momentum": False,
            "batch_size": 7,
        },
    ),
    "sgd, inverse scaling": (
        SolverSpec("sgd", 0.5, schedule="invscaling", power_t=0.3, shuffle=False),
        {
            "solver": "sgd",
            "learning_rate_init": 0.5,
            "learning_rate": "invscaling",
            "power_t": 0.3,
        },
    ),
    "sgd, adaptive": (
        SolverSpec("sgd", 0.5, schedule="adaptive", shuffle=False),
        {"solver": "sgd", "learning_rate_init": 0.5, "learning_rate": "adaptive", "tol": 0.05},
    ),
}


def peer(X: np.ndarray, y: np.ndarray, hidden: tuple[int, ...], **options: object) -> MLPClassifier:
    """scikit-learn's network after the same number of passes."""
    network = MLPClassifier(
        hidden,
        activation="tanh",
        alpha=0.1,
        shuffle=False,
        max_iter=PASSES,
        n_iter_no_change=3,
        random_state=1,
        **{"tol": 0.0, **options},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return network.fit(X, y)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("data", ["iris", "digits"])
def test_the_trajectory_is_scikit_learns(name: str, data: str) -> None:
    X, y = (load_iris if data == "iris" else load_digits)(return_X_y=True)
    # Without pixels that are nearly always blank: their weights have no gradient but rounding's,
    # and Adam takes whole steps on that.
    X = X[:, X.std(axis=0) > 0.4]
    X = (X - X.mean(axis=0)) / X.std(axis=0) if data == "digits" else X
    hidden = (9, 5) if data == "iris" else (20,)
    solver, options = SOLVERS[name]
    wanted = peer(X, y, hidden, **options)

    network = NetworkSpec((X.shape[1], *hidden, len(set(y))), ("tanh",) * len(hidden), "softmax")
    stop = StopRule(PASSES, tol=float(options.get("tol", 0.0)), n_iter_no_change=3)
    start = MLPClassifier(hidden, activation="tanh", random_state=1)
    start._random_state = np.random.RandomState(1)
    layers = [start._init_coef(at.fan_in, at.fan_out, float) for at in network.layers()]
    initial = network.pack([W for W, _ in layers], [b for _, b in layers])
    trainer = engine.Trainer(
        TrainingSpec(network, solver, stop, alpha=0.1),
        engine.TrainingData(X, np.eye(len(set(y)))[y]),
        initial,
    )
    engine.train([trainer])
    assert trainer.n_iter == wanted.n_iter_
    # Both in float64; thousands of updates let rounding grow to about 1e-9.
    np.testing.assert_allclose(trainer.loss_curve, wanted.loss_curve_, rtol=1e-6)
    final = network.pack(wanted.coefs_, wanted.intercepts_)
    np.testing.assert_allclose(trainer.parameters, final, rtol=1e-6, atol=1e-6)


def test_every_epoch_takes_each_row_once_in_another_order() -> None:
    from moonlet import _core

    orders = [_core.shuffled_rows(1000, 7, epoch) for epoch in range(20)]
    for order in orders:
        assert sorted(order) == list(range(1000))
    assert len({order.tobytes() for order in orders}) == 20
    assert np.array_equal(_core.shuffled_rows(1000, 7, 3), orders[3])
    # Each row is as likely in any place: chi-square over 10 × 10 blocks of 2,000 small shuffles.
    counts = np.zeros((10, 10))
    for epoch in range(2000):
        counts[np.arange(10), _core.shuffled_rows(10, 1, epoch)] += 1
    chi_square = ((counts - 200) ** 2 / 200).sum()
    assert chi_square < 81 + 5 * np.sqrt(2 * 81)  # five standard deviations


def test_predictions_of_csr_and_dense_rows_have_the_same_bits() -> None:
    X, _ = load_digits(return_X_y=True)
    network = NetworkSpec((64, 10, 10), ("relu",), "softmax")
    p = np.random.RandomState(0).randn(network.n_parameters) * 0.1
    for rows in (X, X.astype(np.float32)):
        dense = engine.predict(network, p, rows)
        assert np.array_equal(engine.predict(network, p, csr_array(rows)), dense)


def test_float32_is_computed_in_32_bit_and_comes_close_to_64() -> None:
    X, y = load_digits(return_X_y=True)
    network = NetworkSpec((64, 30, 10), ("tanh",), "softmax")
    initial = np.random.RandomState(0).randn(network.n_parameters) * 0.1
    losses = {}
    for dtype in (np.float32, np.float64):
        data = engine.TrainingData((X / 16).astype(dtype), np.eye(10)[y])
        spec = TrainingSpec(network, SolverSpec("adam"), StopRule(20, tol=0.0))
        trainer = engine.Trainer(spec, data, initial)
        engine.train([trainer])
        losses[dtype] = trainer.loss_curve
        assert engine.predict(network, trainer.parameters, (X / 16).astype(dtype)).dtype == dtype
    assert not np.array_equal(losses[np.float32], losses[np.float64])
    np.testing.assert_allclose(losses[np.float32], losses[np.float64], rtol=1e-3)
