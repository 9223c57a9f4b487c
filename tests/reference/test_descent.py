"""Descent beside scikit-learn's and the tutorial's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from moonlet import reference
from moonlet.reference import descent
from moonlet.specs import Array, NetworkSpec, Schedule, SolverSpec, StopRule, TrainingSpec
from tests import tutorial


def test_descent_is_scikit_learns_full_batch_descent() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 3), rng.randn(60)
    theirs = MLPRegressor(
        hidden_layer_sizes=(5,),
        activation="tanh",
        solver="sgd",
        alpha=0.5,
        batch_size=60,
        learning_rate_init=0.1,
        momentum=0.0,
        shuffle=False,
        warm_start=True,
        tol=0.0,
        n_iter_no_change=1_000,
        max_iter=1,
        random_state=0,
    )
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    network = NetworkSpec((3, 5, 1), ("tanh",), "identity")
    start = network.pack(theirs.coefs_, theirs.intercepts_)
    with pytest.warns(ConvergenceWarning):
        theirs.set_params(max_iter=200).fit(X, y)
    end, curve, _ = reference.gd(
        network, start, X, y[:, np.newaxis], learning_rate_init=0.1, alpha=0.5, max_iter=200
    )
    # 200 passes, each adding rounding of 1e-16 to a descent that contracts it.
    np.testing.assert_allclose(curve, theirs.loss_curve_[-200:], rtol=1e-12)
    np.testing.assert_allclose(end, network.pack(theirs.coefs_, theirs.intercepts_), rtol=1e-9)


def test_descent_of_poisson_is_scikit_learns() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.randn(60, 3), rng.poisson(2.0, size=60).astype(np.float64)
    theirs = MLPRegressor(
        hidden_layer_sizes=(5,),
        loss="poisson",
        activation="tanh",
        solver="sgd",
        alpha=0.5,
        batch_size=60,
        learning_rate_init=0.05,
        momentum=0.0,
        shuffle=False,
        warm_start=True,
        tol=0.0,
        n_iter_no_change=1_000,
        max_iter=1,
        random_state=0,
    )
    with pytest.warns(ConvergenceWarning):
        theirs.fit(X, y)
    network = NetworkSpec((3, 5, 1), ("tanh",), "exp")
    start = network.pack(theirs.coefs_, theirs.intercepts_)
    with pytest.warns(ConvergenceWarning):
        theirs.set_params(max_iter=100).fit(X, y)
    end, curve, _ = reference.gd(
        network, start, X, y[:, np.newaxis], learning_rate_init=0.05, alpha=0.5, max_iter=100
    )
    np.testing.assert_allclose(curve, theirs.loss_curve_[-100:], rtol=1e-12)
    np.testing.assert_allclose(end, network.pack(theirs.coefs_, theirs.intercepts_), rtol=1e-9)


def test_descent_leaves_its_start_alone_and_records_where_each_pass_began() -> None:
    X, Y = tutorial.moons()
    network, start = tutorial.network(3), tutorial.start(3)
    kept = start.copy()
    end, losses, norms = reference.gd(
        network, start, X, Y, learning_rate_init=1.0, alpha=0.1, max_iter=3
    )
    assert np.array_equal(start, kept)
    assert losses.shape == norms.shape == (3,)
    first_loss, first_gradient = reference.loss_and_gradient(network, start, X, Y, alpha=0.1)
    assert (losses[0], norms[0]) == (first_loss, np.linalg.norm(first_gradient))
    assert reference.loss(network, end, X, Y, alpha=0.1) < losses[2]


def test_descent_with_a_huge_rate_ends_in_infinity_without_a_warning() -> None:
    line = NetworkSpec((1, 1), (), "identity")
    _, losses, _ = reference.gd(
        line, [0.0, 0.0], [[1.0], [2.0]], [[1.0], [0.0]], learning_rate_init=1e6, max_iter=100
    )
    assert np.isfinite(losses[0])
    assert not np.isfinite(losses[-1])


def test_tutorials_first_losses_come_out_to_six_decimals() -> None:
    _, losses, _ = _descend_the_moons(3, tutorial.RATE, max_iter=1_002)
    assert {i: round(losses[i + 1], 6) for i in (0, 1_000)} == tutorial.LOSS_AFTER_PASS


@pytest.mark.slow
@pytest.mark.parametrize("hidden", tutorial.FINAL_LOSS)
def test_tutorials_final_losses_come_out(hidden: int) -> None:
    _, losses, _ = _descend_the_moons(hidden, tutorial.RATE, max_iter=tutorial.N_PASSES + 1)
    # At h = 1 and 3 the descent swings between two values; rounding decides which comes last.
    assert tutorial.FINAL_LOSS[hidden] in {round(loss, 6) for loss in losses[-2:]}


@pytest.mark.slow
def test_half_the_tutorials_rate_goes_on_falling() -> None:
    _, losses, _ = _descend_the_moons(3, tutorial.RATE / 2, max_iter=tutorial.N_PASSES)
    assert losses[-1] <= 0.0679
    assert losses[-1] < losses[-2]


def _descend_the_moons(hidden: int, rate: float, max_iter: int) -> tuple[Array, Array, Array]:
    X, Y = tutorial.moons()
    return reference.gd(
        tutorial.network(hidden),
        tutorial.start(hidden),
        X,
        Y,
        learning_rate_init=rate,
        alpha=tutorial.ALPHA,
        max_iter=max_iter,
    )


# --- What sgd, adam and lbfgs add ---------------------------------------------------------


def test_descend_with_all_rows_and_no_memory_is_plain_descent() -> None:
    X, Y = tutorial.moons()
    network, start = tutorial.network(3), tutorial.start(3)
    plain = reference.gd(network, start, X, Y, learning_rate_init=0.5, alpha=0.1, max_iter=20)
    one_batch = {"momentum": 0.0, "nesterovs_momentum": False, "batch_size": 200, "shuffle": False}
    for solver in (SolverSpec("gd", 0.5), SolverSpec("sgd", 0.5, **one_batch)):
        spec = TrainingSpec(network, solver, StopRule(20), alpha=0.1)
        for actual, expected in zip(reference.descend(spec, start, X, Y), plain, strict=True):
            np.testing.assert_allclose(actual, expected, rtol=1e-14)


@pytest.mark.parametrize("name", ["momentum", "nesterov", "adam"])
def test_steps_are_scikit_learns(name: str) -> None:
    rng = np.random.RandomState(0)
    theirs, mine = np.zeros(7), np.zeros(7)
    if name == "adam":
        optimizer = AdamOptimizer([theirs], 0.3, 0.8, 0.95, 1e-6)
        step = descent.Adam(0.8, 0.95, 1e-6)
    else:
        nesterov = name == "nesterov"
        optimizer = SGDOptimizer([theirs], 0.3, momentum=0.7, nesterov=nesterov)
        step = descent.Momentum(0.7, nesterov=nesterov)
    for _ in range(50):
        gradient = rng.randn(7)
        optimizer.update_params([theirs], [gradient])
        mine += step(gradient, 0.3)
        np.testing.assert_allclose(mine, theirs, rtol=1e-13)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", [2.0, 2.0, 2.0, 2.0, 2.0]),
        ("invscaling", [2.0, 2.0 / 17.0, 2.0 / 33.0, 2.0 / 49.0, 2.0 / 65.0]),
        ("step", [2.0, 2.0, 0.2, 0.02, 0.02]),
        ("exponential", [2.0, 2.0 * 0.01**0.25, 0.2, 2.0 * 0.01**0.75, 0.02]),
        ("cosine", [2.0, 1.0 + 0.5**0.5, 1.0, 1.0 - 0.5**0.5, 0.0]),
        ("linear", [2.0, 1.5, 1.0, 0.5, 0.0]),
    ],
)
def test_rates_fall_as_their_schedule_says(schedule: Schedule, expected: list[float]) -> None:
    solver = SolverSpec("sgd", 2.0, schedule=schedule, power_t=1.0)
    rates = [descent.learning_rate(solver, t, n_passes=4, n_samples=16) for t in range(5)]
    np.testing.assert_allclose(rates, expected, rtol=1e-14, atol=1e-15)


def test_a_pass_takes_each_row_once_and_no_two_passes_take_them_alike() -> None:
    solver = SolverSpec("adam", batch_size=7, seed=4)
    passes = [list(descent.batches(solver, 40, epoch)) for epoch in range(3)]
    for rows in passes:
        assert [len(batch) for batch in rows] == [7, 7, 7, 7, 7, 5]
        assert sorted(np.concatenate(rows)) == list(range(40))
    assert len({tuple(np.concatenate(rows)) for rows in passes}) == 3


def test_weights_and_dropout_reach_the_updates() -> None:
    X, Y = tutorial.moons()
    network, start = tutorial.network(3), tutorial.start(3)
    weights = np.repeat([0.0, 1.0], 100)
    solver = SolverSpec("sgd", 0.1, batch_size=200, shuffle=False, seed=3)
    spec = TrainingSpec(network, solver, StopRule(1), dropout=0.5)
    end, _, _ = reference.descend(spec, start, X, Y, sample_weight=weights)
    masks = reference.dropout_masks(network, range(200), dropout=0.5, seed=3, epoch=0)
    slope = reference.gradient(network, start, X, Y, sample_weight=weights, masks=masks)
    # The first step of Nesterov's momentum: mu v - rate dp, where v = -rate dp.
    np.testing.assert_allclose(end, start - 0.1 * (1.0 + 0.9) * slope, rtol=1e-13)


def test_lbfgs_searches_along_the_inverse_of_the_matrix_that_bfgs_builds() -> None:
    # The textbook's dense update, its equation 6.17, from the same first guess.
    rng = np.random.RandomState(0)
    bowl = rng.randn(6, 6)
    bowl = bowl @ bowl.T + np.eye(6)
    steps = [rng.randn(6) for _ in range(4)]
    changes = [bowl @ s for s in steps]
    H = np.eye(6) * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
    for s, y in zip(steps, changes, strict=True):
        rho = 1.0 / (s @ y)
        left = np.eye(6) - rho * np.outer(s, y)
        H = left @ H @ left.T + rho * np.outer(s, s)
    dp = rng.randn(6)
    np.testing.assert_allclose(reference.lbfgs_direction(dp, steps, changes), -H @ dp, rtol=1e-10)
    assert np.array_equal(reference.lbfgs_direction(dp, [], []), -dp)


def test_bfgs_explains_the_last_step_and_finds_the_bottom_of_a_bowl_in_as_many_as_axes() -> None:
    rng = np.random.RandomState(0)
    bowl = rng.randn(6, 6)
    bowl = bowl @ bowl.T + np.eye(6)
    steps: list[Array] = []
    changes: list[Array] = []
    p = rng.randn(6)
    for _ in range(6):
        d = reference.bfgs_direction(bowl @ p, steps, changes)
        s = -(d @ bowl @ p) / (d @ bowl @ d) * d  # to the lowest point along d
        steps, changes, p = [*steps, s], [*changes, bowl @ s], p + s
        # H y = s: the next direction from the slope y would be that very step, backwards.
        told = reference.bfgs_direction(changes[-1], steps, changes)
        np.testing.assert_allclose(told, -steps[-1], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(p, 0.0, atol=1e-8)  # theorem 6.4 of Nocedal and Wright


def test_bfgs_lengthens_all_steps_where_the_loss_proves_flatter_and_never_shortens_them() -> None:
    along, across = np.eye(2)
    for later, expected in ((0.1, 10.0), (10.0, 1.0)):
        H_across = -reference.bfgs_direction(across, [along, along], [along, later * along])
        np.testing.assert_allclose(H_across, expected * across)
    assert np.array_equal(reference.bfgs_direction(along, [], []), -along)


@pytest.mark.parametrize(
    ("solver", "words"),
    [
        (SolverSpec("lbfgs"), "solver must be 'gd', 'sgd' or 'adam' here.*'lbfgs'"),
        (SolverSpec("sgd", schedule="adaptive"), "schedule must not be 'adaptive' here"),
    ],
)
def test_what_the_reference_cannot_follow_is_refused(solver: SolverSpec, words: str) -> None:
    spec = TrainingSpec(tutorial.network(3), solver, StopRule(2))
    with pytest.raises(ValueError, match=words):
        reference.descend(spec, tutorial.start(3), *tutorial.moons())
