"""Rows in CSR: the bits of dense ones, whatever the network; and indices that nobody trusts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from moonlet import engine, reference
from moonlet.specs import Array, NetworkSpec, SolverSpec, StopRule, TrainingSpec

RATES: dict[Any, float] = {"gd": 0.1, "sgd": 0.05, "adam": 0.01, "lbfgs": 1.0}


def some_rows(random: np.random.RandomState, shape: tuple[int, int], there: float) -> Array:
    """Rows most of whose numbers are 0."""
    return np.where(random.rand(*shape) < there, random.randn(*shape), 0.0)


def some_targets(random: np.random.RandomState, output: str, shape: tuple[int, int]) -> Array:
    """Targets for this output."""
    if output == "softmax":
        return np.eye(shape[1])[random.randint(shape[1], size=shape[0])]
    return random.randint(2, size=shape) if output == "sigmoid" else random.randn(*shape)


def some_training(seed: int) -> tuple[TrainingSpec, Array, Array, Array | None, Array]:
    """A network of any shape, on rows of any: what is trained, X, targets, weights and start.

    Sizes are at the edges of lanes, tiles and the pieces of a sum; half of the batches are so
    large that threads share them.
    """
    random = np.random.RandomState(seed)
    n_rows = int(random.choice([1, 8, 9, 100, 239, 241, 481, 700, 1500]))
    width = int(random.choice([5, 17, 129, 256, 257, 300, 511, 513, 1100]))
    n_hidden = random.randint(3)
    hidden = [int(random.choice([1, 2, 4, 7, 8, 15, 16, 20, 33, 100])) for _ in range(n_hidden)]
    output = random.choice(["softmax", "sigmoid", "identity"])
    n_outputs = int(random.choice([2, 3, 5])) if output == "softmax" else random.randint(1, 4)
    solver = random.choice(list(RATES))
    activation = random.choice(["tanh", "relu", "gelu"])
    network = NetworkSpec((width, *hidden, n_outputs), (activation,) * n_hidden, output)
    spec = TrainingSpec(
        network,
        SolverSpec(solver, RATES[solver], batch_size=int(random.choice([50, 200, 500])), seed=seed),
        StopRule(3, tol=0.0),
        alpha=float(random.choice([0.0, 0.1])),
        dropout=0.3 if hidden and solver != "lbfgs" and random.rand() < 0.3 else 0.0,
    )
    X = some_rows(random, (n_rows, width), random.choice([0.001, 0.01, 0.05, 0.2]))
    X = X.astype([np.float32, np.float64][seed % 2])
    weights = random.rand(n_rows) + 0.1 if random.rand() < 0.5 else None
    targets = some_targets(random, output, (n_rows, n_outputs))
    return spec, X, targets, weights, 0.3 * random.randn(network.n_parameters)


@pytest.mark.parametrize("seed", range(60))
def test_every_bit_is_that_of_dense_rows_on_any_number_of_threads(seed: int) -> None:
    spec, X, targets, weights, start = some_training(seed)
    ends = []
    for rows, n_threads in ((X, 1), (csr_array(X), 1), (csr_array(X), 2)):
        data = engine.TrainingData(rows, targets, weights)
        one = engine.Trainer(spec, data, start, data)
        engine.train([one], n_threads=n_threads)
        answers = engine.predict(spec.network, one.parameters, rows).ravel()
        curves = (one.loss_curve, one.gradient_norm_curve, one.validation_loss_curve)
        ends.append(np.concatenate([one.parameters, *curves, answers]))
    for end in ends[1:]:
        np.testing.assert_array_equal(end, ends[0])


@pytest.mark.parametrize("n_hidden", [3, 33])
@pytest.mark.parametrize("n_rows", [240, 256, 257, 352, 480, 700])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_sums_over_more_samples_than_a_chain_has_are_those_of_dense_rows(
    kind: type, n_rows: int, n_hidden: int
) -> None:
    # A chain of products is of 256 at most; tiles of 32 bit are up to 480 rows, of 64 bit 240.
    # Where every fourth number is there rows are made dense.
    random = np.random.RandomState(n_rows)
    X = some_rows(random, (n_rows, 40), 0.05).astype(kind)
    network = NetworkSpec((40, n_hidden, 2), ("tanh",), "softmax")
    spec = TrainingSpec(network, SolverSpec("gd", 0.3), StopRule(3, tol=0.0), alpha=0.1)
    start = 0.3 * random.randn(network.n_parameters)
    targets = np.eye(2)[random.randint(2, size=n_rows)]
    dense, sparse = (
        engine.Trainer(spec, engine.TrainingData(rows, targets), start)
        for rows in (X, csr_array(X))
    )
    engine.train([dense, sparse])
    np.testing.assert_array_equal(sparse.parameters, dense.parameters)


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_loss_and_gradient_are_the_references(seed: int) -> None:
    spec, X, targets, weights, start = some_training(seed)
    X64 = X.astype(np.float64)
    data = engine.TrainingData(csr_array(X64), targets, weights)
    loss, gradient = engine.loss_and_gradient(spec.network, start, data, spec.alpha)
    wanted = reference.loss_and_gradient(
        spec.network, start, X64, targets, alpha=spec.alpha, sample_weight=weights
    )
    assert loss == pytest.approx(wanted[0], rel=1e-10)  # some 1e3 numbers of 64 bit are added up
    np.testing.assert_allclose(gradient, wanted[1], rtol=1e-9, atol=1e-12)


def trained(X: Any, targets: Array) -> Array:
    """Where a small network ends."""
    network = NetworkSpec((X.shape[1], 3, 2), ("tanh",), "softmax")
    spec = TrainingSpec(network, SolverSpec("adam", 0.05, batch_size=50), StopRule(3), alpha=0.1)
    start = 0.1 * np.random.RandomState(0).randn(network.n_parameters)
    one = engine.Trainer(spec, engine.TrainingData(X, targets), start)
    engine.train([one])
    return np.concatenate([one.parameters, engine.predict(network, one.parameters, X).ravel()])


@pytest.mark.parametrize("there", [0.05, 0.6])  # taken as they are; made dense, tile by tile
@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_columns_out_of_order_or_twice_are_summed_as_scipy_sums_them(
    kind: type, there: float
) -> None:
    random = np.random.RandomState(1)
    n_rows, width = 120, 40
    lengths = random.poisson(there * width, size=n_rows)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    columns = random.randint(width, size=starts[-1]).astype(kind)
    X = csr_array((random.randn(starts[-1]), columns, starts), shape=(n_rows, width))
    X.indices = X.indices.astype(kind)
    before = X.indices.copy(), X.data.copy()
    targets = np.eye(2)[random.randint(2, size=n_rows)]
    assert not X.has_canonical_format
    np.testing.assert_array_equal(trained(X, targets), trained(X.toarray(), targets))
    np.testing.assert_array_equal(X.indices, before[0])  # it is somebody's
    np.testing.assert_array_equal(X.data, before[1])


def test_numbers_behind_the_last_row_are_no_part_of_the_matrix() -> None:
    random = np.random.RandomState(2)
    X = csr_array(some_rows(random, (90, 30), 0.1))
    targets = np.eye(2)[random.randint(2, size=90)]
    wanted = trained(X, targets)
    X.data = np.append(X.data, [1e300, np.nan])
    X.indices = np.append(X.indices, [-7, 10**9]).astype(np.int32)
    np.testing.assert_array_equal(trained(X, targets), wanted)


def test_rows_without_a_number_and_a_matrix_without_any() -> None:
    targets = np.eye(2)[np.arange(50) % 2]
    X = np.zeros((50, 20))
    np.testing.assert_array_equal(trained(csr_array(X), targets), trained(X, targets))
    X[17, 3] = 2.0
    np.testing.assert_array_equal(trained(csr_array(X), targets), trained(X, targets))


def spoiled(X: csr_array, random: np.random.RandomState) -> tuple[csr_array, str]:
    """The same with something wrong about its structure, and a word of the error."""
    X = X.copy()
    at = random.randint(1, len(X.indptr) - 1)
    what = random.randint(5)
    if what == 0:
        X.indices[random.randint(len(X.indices))] = random.choice([-1, X.shape[1], 2**31 - 1])
        return X, "out of range"
    if what == 1:
        X.indptr[at] = random.choice([-1, -(2**31)])
    elif what == 2:
        X.indptr[at] = len(X.data) + random.randint(1, 1000)
    elif what == 3:
        X.indptr[0] = 1
    else:
        X.indptr[at], X.indptr[at + 1] = X.indptr[at + 1] + 1, X.indptr[at]
    return X, "row starts"


@pytest.mark.parametrize("seed", range(100))
def test_a_structure_that_is_none_is_refused(seed: int) -> None:
    random = np.random.RandomState(seed)
    whole = csr_array(some_rows(random, (random.randint(2, 60), random.randint(2, 300)), 0.5))
    X, word = spoiled(whole, random)
    network = NetworkSpec((X.shape[1], 2), (), "softmax")
    with pytest.raises(ValueError, match=f"the CSR matrix .*{word}"):
        engine.TrainingData(X, np.ones((X.shape[0], 2)))
    with pytest.raises(ValueError, match=f"the CSR matrix .*{word}"):
        engine.predict(network, np.zeros(network.n_parameters), X)


def test_a_sum_of_two_numbers_at_one_place_that_is_infinite() -> None:
    X = csr_array((np.full(2, 1.7e308), np.array([4, 4]), np.array([0, 2])), shape=(1, 20))
    with pytest.raises(ValueError, match="at the same place whose sum is infinite"):
        engine.TrainingData(X, np.ones((1, 1)))
