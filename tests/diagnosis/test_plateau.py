from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_circles

from tests.diagnosis.runs import classes, moons, run

CIRCLES = classes(*make_circles(200, noise=0.1, factor=0.5, random_state=0)).standardized()


@pytest.mark.parametrize(
    ("solver", "rate"), [("gd", 0.1), ("sgd", 0.02), ("adam", 0.002), ("lbfgs", 0.001)]
)
def test_flat_activations_that_hold_training_at_a_constant_answer_are_to_be_changed(
    solver: str, rate: float
) -> None:
    stuck = run(CIRCLES, (20, 20), "logistic", solver, rate)
    assert stuck.kinds == ["plateau"]
    finding = stuck.findings[0]
    assert f"the loss has lain at {stuck.loss:.6f}, where" in finding.message
    assert f"the same answer gets {np.log(2.0):.6f}" in finding.message
    assert finding.change == {"activation": "relu"}
    cured = run(CIRCLES, (20, 20), "relu", solver, rate)
    assert "plateau" not in cured.kinds
    assert cured.loss < 0.8 * stuck.loss


def test_descent_that_finds_no_way_down_is_to_leave_the_steps_to_lbfgs() -> None:
    stuck = run(CIRCLES, (100,), "tanh", "gd", 0.1, alpha=0.01)
    assert stuck.kinds == ["plateau"]
    assert stuck.findings[0].change == {"solver": "lbfgs"}
    cured = run(CIRCLES, (100,), "tanh", "lbfgs", alpha=0.01)
    assert cured.loss < 0.1 * stuck.loss


@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_a_penalty_that_holds_all_weights_at_zero_is_to_be_lowered(solver: str) -> None:
    held = run(moons(), (10,), "tanh", solver, 0.3, alpha=100.0)
    assert held.kinds == ["plateau"]
    assert "alpha=100 on 200 rows holds all weights at 0" in held.findings[0].message
    assert held.findings[0].change == {"alpha": 1.0}
    cured = run(moons(), (10,), "tanh", solver, 0.3, alpha=1.0)
    assert cured.kinds == []
    assert cured.loss < 0.5 * held.loss


def test_inputs_that_say_nothing_are_to_be_checked() -> None:
    rng = np.random.RandomState(0)
    noise = classes(rng.randn(500, 5), rng.randint(2, size=500))
    (finding,) = run(noise, (1,), "relu", "lbfgs", alpha=10.0).findings
    assert finding.kind == "plateau"
    assert finding.cure == "Check that X and y are in the same order."
    assert finding.change == {}


@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_what_learns_is_not_on_a_plateau(activation: str) -> None:
    assert "plateau" not in run(CIRCLES, (20,), activation, "adam", 0.01).kinds


def test_a_straight_line_that_fits_nothing_is_not_on_a_plateau() -> None:
    # Circles have no straight boundary: that is its answer, not a failure of training.
    assert run(CIRCLES, (), "relu", "lbfgs").kinds == []
