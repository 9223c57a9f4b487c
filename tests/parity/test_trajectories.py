"""Whole trainings: every solver goes the reference's way from start to end."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from scipy.sparse import csr_array

from moonlet import engine, reference
from moonlet.engine import Trainer, TrainingData
from moonlet.specs import (
    ACTIVATIONS,
    Array,
    NetworkSpec,
    Schedule,
    SolverSpec,
    StopRule,
    TrainingSpec,
)
from tests import tutorial
from tests.random_networks import OUTPUT_AND_LOSS, Problem, problem

SOLVERS = {
    "gd": SolverSpec("gd", 0.05, seed=7),
    "sgd": SolverSpec("sgd", 0.01, batch_size=16, seed=7),
    "sgd, plain momentum": SolverSpec(
        "sgd", 0.01, momentum=0.5, nesterovs_momentum=False, batch_size=7, shuffle=False, seed=7
    ),
    "adam": SolverSpec("adam", 0.01, batch_size=16, seed=7),
    "adam, other betas": SolverSpec(
        "adam", 0.01, beta_1=0.5, beta_2=0.9, epsilon=1e-4, batch_size=100, seed=7
    ),
}
SCHEDULES = [name for name in get_args(Schedule) if name != "adaptive"]
ENDLESS = -np.inf  # tol: no pass is too little of a gain


def compare(spec: TrainingSpec, some: Problem, rtol: float = 1e-10) -> None:
    """Train both, and hold every pass and the end of one to the other's."""
    spec = replace(spec, network=some.network, alpha=some.alpha)
    data = TrainingData(some.X, some.targets, some.sample_weight)
    trainer = Trainer(spec, data, some.parameters)
    engine.train([trainer])
    end, losses, norms = reference.descend(
        spec, some.parameters, some.X, some.targets, sample_weight=some.sample_weight
    )
    # Every update adds roundings of 1e-16, and rates so low let some hundred updates magnify them
    # to 1e-12 at most: 1e-10 leaves room. A wrong row, mask or rate is off by 1e-3.
    np.testing.assert_allclose(trainer.loss_curve, losses, rtol=rtol)
    # A norm that goes to 0 is what is left of numbers near 1.
    np.testing.assert_allclose(trainer.gradient_norm_curve, norms, rtol=rtol, atol=1e-14)
    np.testing.assert_allclose(trainer.parameters, end, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_and_schedule_with_and_without_dropout(
    name: str, schedule: Schedule, dropout: float
) -> None:
    solver = replace(SOLVERS[name], schedule=schedule)
    network = NetworkSpec((4, 7, 5, 3), ("tanh", "gelu"), "softmax")
    some = problem(network, 53, alpha=0.1, weighted=True, size=1.0, seed=2)
    stop = StopRule(20, tol=ENDLESS)
    compare(TrainingSpec(network, solver, stop, dropout=dropout), some)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), OUTPUT_AND_LOSS)
def test_every_activation_and_loss(activation: str, output: str, loss: str) -> None:
    network = NetworkSpec((3, 6, 4, 2), (activation, activation), output, loss)
    some = problem(network, 41, alpha=0.1, weighted=True, size=0.4, seed=3, smoothing=0.1)
    for solver in (SOLVERS["gd"], SOLVERS["sgd"], SOLVERS["adam"]):
        stop = StopRule(5, tol=ENDLESS)
        compare(TrainingSpec(network, solver, stop, dropout=0.2), some)


@pytest.mark.parametrize("l1_ratio", [0.4, 1.0])
@pytest.mark.parametrize("name", SOLVERS)
def test_weights_that_pay_for_their_size(name: str, l1_ratio: float) -> None:
    network = NetworkSpec((4, 7, 5, 3), ("tanh", "gelu"), "softmax")
    some = problem(network, 53, alpha=3.0, weighted=True, size=0.5, seed=2)
    spec = TrainingSpec(network, SOLVERS[name], StopRule(60, tol=ENDLESS), l1_ratio=l1_ratio)
    compare(spec, some)
    end, _, _ = reference.descend(
        replace(spec, alpha=some.alpha),
        some.parameters,
        some.X,
        some.targets,
        sample_weight=some.sample_weight,
    )
    assert (end == 0.0).sum() >= 5


@pytest.mark.parametrize("name", ["gd", "sgd", "adam"])
def test_they_do_so_in_csr_and_where_two_threads_share_many_inputs(name: str) -> None:
    network = NetworkSpec((300, 30, 3), ("tanh",), "softmax")
    some = problem(network, 430, alpha=0.5, weighted=True, size=0.2, seed=5)
    X = np.where(some.X > 0.8, some.X, 0.0)
    solver = replace(SOLVERS[name], batch_size=200)
    spec = TrainingSpec(network, solver, StopRule(5, tol=ENDLESS), l1_ratio=0.8)
    compare(spec, some)
    compare(spec, replace(some, X=X))
    ends = []
    for rows in (X, csr_array(X)):
        data = TrainingData(rows, some.targets, some.sample_weight)
        trainer = Trainer(replace(spec, alpha=some.alpha), data, some.parameters)
        engine.train([trainer])
        ends.append(trainer.parameters)
    np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize("name", ["gd", "sgd", "adam"])
def test_rows_in_csr_and_several_labels(name: str) -> None:
    network = NetworkSpec((6, 5, 3), ("relu",), "sigmoid")
    some = problem(network, 60, alpha=0.0, weighted=True, size=1.0, seed=4)
    X = np.where(some.X > 0.3, some.X, 0.0)
    spec = TrainingSpec(network, SOLVERS[name], StopRule(20, tol=ENDLESS), dropout=0.1)
    data = TrainingData(csr_array(X), some.targets, some.sample_weight)
    trainer = Trainer(spec, data, some.parameters)
    engine.train([trainer])
    end, losses, _ = reference.descend(
        spec, some.parameters, X, some.targets, sample_weight=some.sample_weight
    )
    np.testing.assert_allclose(trainer.loss_curve, losses, rtol=1e-9)
    np.testing.assert_allclose(trainer.parameters, end, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("n_inputs", [300, 512])
@pytest.mark.parametrize("hidden", [(40,), (30, 20)])
def test_many_inputs_which_two_threads_share_in_halves(
    hidden: tuple[int, ...], n_inputs: int
) -> None:
    network = NetworkSpec((n_inputs, *hidden, 3), ("tanh",) * len(hidden), "softmax")
    some = problem(network, 430, alpha=0.1, weighted=True, size=1.0, seed=5)
    for name in ("sgd", "adam"):
        solver = replace(SOLVERS[name], batch_size=200)  # the last one is short and not shared
        for dropout in (0.0, 0.3):
            spec = TrainingSpec(network, solver, StopRule(5, tol=ENDLESS), dropout=dropout)
            compare(spec, some)


@pytest.mark.parametrize("name", ["gd", "sgd", "adam"])
def test_32_bit_goes_the_same_way_with_fewer_digits(name: str) -> None:
    network = NetworkSpec((4, 7, 3), ("tanh",), "softmax")
    some = problem(network, 53, alpha=0.1, weighted=True, size=1.0, seed=2)
    spec = TrainingSpec(network, SOLVERS[name], StopRule(20, tol=ENDLESS), 0.1, dropout=0.3)
    data = TrainingData(some.X.astype(np.float32), some.targets, some.sample_weight)
    trainer = Trainer(spec, data, some.parameters)
    engine.train([trainer])
    _, losses, _ = reference.descend(
        spec, some.parameters, some.X, some.targets, sample_weight=some.sample_weight
    )
    np.testing.assert_allclose(trainer.loss_curve, losses, rtol=1e-4)


@pytest.mark.parametrize("hidden", [1, 3, 12, 13, 20])
def test_every_step_of_lbfgs_goes_the_references_way_as_far_as_wolfe_allows(hidden: int) -> None:
    X, Y = tutorial.moons()
    network = tutorial.network(hidden)
    # Twelve units have 62 parameters, thirteen have 67.
    small = network.n_parameters <= 64
    direction_of = reference.bfgs_direction if small else reference.lbfgs_direction
    spec = TrainingSpec(network, SolverSpec("lbfgs"), StopRule(60, tol=1e-5), tutorial.ALPHA)
    trainer = Trainer(spec, TrainingData(X, Y), tutorial.start(hidden))

    def slope_at(p: Array) -> tuple[float, Array]:
        return reference.loss_and_gradient(network, p, X, Y, alpha=tutorial.ALPHA)

    p = trainer.parameters
    loss, dp = slope_at(p)
    steps: list[Array] = []
    changes: list[Array] = []
    while trainer.stop_reason is None:
        engine.train([trainer], max_passes=1)
        step = trainer.parameters - p
        direction = direction_of(dp, steps, changes)
        length = (step @ direction) / (direction @ direction)
        # Gradients that nearly cancel lose digits: 1e-16 of them is some 1e-8 of their change.
        np.testing.assert_allclose(step, length * direction, atol=1e-6 * np.linalg.norm(step))

        new_loss, new_dp = slope_at(trainer.parameters)
        assert trainer.loss == pytest.approx(new_loss, rel=1e-12)
        # The strong Wolfe conditions: equation 3.7 of Nocedal and Wright, with their 1e-4 and 0.9.
        assert new_loss <= loss + 1e-4 * (dp @ step) + 1e-14
        assert abs(new_dp @ step) <= 0.9 * abs(dp @ step) + 1e-14
        kept = 0 if small else -9
        steps, changes = [*steps[kept:], step], [*changes[kept:], new_dp - dp]
        p, loss, dp = trainer.parameters, new_loss, new_dp
    assert trainer.n_iter >= 10
    assert np.abs(dp).max() <= 1e-5 or trainer.stop_reason == "max_iter"
