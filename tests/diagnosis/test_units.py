from __future__ import annotations

import numpy as np
import pytest

from tests.diagnosis.runs import bundled, moons, run


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_dead_units_are_counted_and_elu_revives_them(seed: int) -> None:
    dead = run(moons(), (4,) * 8, "relu", "sgd", 0.1, seed=seed)
    assert dead.kinds == ["dead_units"]
    n_dead = [layer.n_dead for layer in dead.facts.layers]
    words = f"{max(n_dead)} of the 4 units in hidden layer {n_dead.index(max(n_dead)) + 1} are dead"
    assert words in dead.findings[0].message
    assert dead.findings[0].change == {"activation": "elu"}
    cured = run(moons(), (4,) * 8, "elu", "sgd", 0.1, seed=seed)
    assert [layer.n_dead for layer in cured.facts.layers] == [0] * 8
    assert cured.loss < 0.85 * dead.loss


@pytest.mark.parametrize("seed", range(5))
def test_some_dead_units_in_a_network_that_learned_are_let_pass(seed: int) -> None:
    learned = run(bundled("digits", scaled=False), (20,), "relu", "lbfgs", seed=seed)
    assert any(layer.n_dead for layer in learned.facts.layers)
    assert learned.kinds == []


@pytest.mark.parametrize("seed", range(3))
def test_saturated_units_are_counted_and_a_tenth_of_the_rate_cures_them(seed: int) -> None:
    stuck = run(bundled("wine"), (20, 20), "tanh", "sgd", 10.0, seed=seed)
    assert stuck.kinds == ["saturated_units"]
    n_flat = max(layer.n_flat for layer in stuck.facts.layers)
    assert f"{n_flat} of the 20 units in hidden layer" in str(stuck.findings[0])
    assert stuck.findings[0].change == {"learning_rate_init": 1.0}
    cured = run(bundled("wine"), (20, 20), "tanh", "sgd", 1.0, seed=seed)
    assert cured.kinds == []
    assert cured.loss < 0.01 * stuck.loss


def test_steep_units_that_tell_classes_apart_are_let_pass() -> None:
    # Two separable blobs and no penalty: weights grow until most units are steps.
    steps = run(moons(noise=0.02), (3,), "tanh", "lbfgs", alpha=0.0, max_iter=2_000, tol=1e-9)
    assert max(layer.n_flat for layer in steps.facts.layers) >= 1
    assert "saturated_units" not in steps.kinds


def test_units_are_counted_by_their_slopes_on_the_rows() -> None:
    trained = run(moons(), (6,), "tanh", "adam", 0.3)
    network = trained.trainer.spec.network
    (W, _), (b, _) = network.unpack(trained.trainer.parameters)
    slopes = 1.0 - np.tanh(moons().X @ W + b) ** 2
    (layer,) = trained.facts.layers
    assert layer.n_flat == np.sum(np.mean(slopes < 0.05, axis=0) >= 0.95)
    assert layer.n_dead == np.sum(np.all(slopes < 1e-3, axis=0))
