"""Dropout in the engine: the reference's masks, however training is run; never in predictions."""

from __future__ import annotations

import numpy as np
import pytest

from moonlet import engine, reference
from moonlet.engine import Trainer, TrainingData
from moonlet.specs import ACTIVATIONS, Activation, NetworkSpec, SolverSpec, StopRule, TrainingSpec
from tests import tutorial
from tests.random_networks import problem


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dropout", [1e-3, 0.5, 0.99])
def test_the_gradient_is_the_references_for_every_activation(
    activation: Activation, dropout: float
) -> None:
    network = NetworkSpec((4, 7, 9, 2), (activation, activation), "softmax")
    some = problem(network, 1_003, 0.5, weighted=True, size=1.0, seed=5, dropout=dropout)
    expected_loss, expected = reference.loss_and_gradient(
        network,
        some.parameters,
        some.X,
        some.targets,
        alpha=0.5,
        sample_weight=some.sample_weight,
        masks=some.masks(),
    )
    for dtype, close in ((np.float64, 1e-10), (np.float32, 1e-4)):
        data = TrainingData(some.X.astype(dtype), some.targets, some.sample_weight)
        loss, gradient = engine.loss_and_gradient(
            network, some.parameters, data, 0.5, dropout=dropout, seed=5, epoch=some.EPOCH
        )
        assert loss == pytest.approx(expected_loss, rel=close)
        np.testing.assert_allclose(gradient, expected, atol=close * np.abs(expected).max())


@pytest.mark.parametrize("batch_size", [1, 7, 64, 500])
def test_a_row_has_the_same_masks_in_any_mini_batch(batch_size: int) -> None:
    # One update of each size, from a rate so small that no other moves: the epoch's mean loss
    # is that of the start, its rows masked as the reference masks them.
    rng = np.random.RandomState(0)
    network = NetworkSpec((6, 9, 3), ("relu",), "softmax")
    X, Y = rng.randn(500, 6), np.eye(3)[rng.randint(3, size=500)]
    p = rng.randn(network.n_parameters)
    solver = SolverSpec("sgd", 1e-14, batch_size=batch_size, seed=9)
    trainer = Trainer(
        TrainingSpec(network, solver, StopRule(1), dropout=0.5), TrainingData(X, Y), p
    )
    engine.train([trainer])
    masks = reference.dropout_masks(network, range(500), dropout=0.5, seed=9, epoch=0)
    expected = reference.loss(network, p, X, Y, masks=masks)
    assert trainer.loss == pytest.approx(expected, rel=1e-10)


def test_validation_and_predictions_keep_all_units() -> None:
    X, Y = tutorial.moons()
    network = tutorial.network(20)
    data = TrainingData(X, Y)
    spec = TrainingSpec(network, SolverSpec("adam", 0.01), StopRule(20, tol=0.0), dropout=0.5)
    trainer = Trainer(spec, data, tutorial.start(20), validation=data)
    for epoch in range(20):
        engine.train([trainer], max_passes=1)
        expected = reference.loss(network, trainer.parameters, X, Y)
        assert trainer.validation_loss_curve[epoch] == pytest.approx(expected, rel=1e-12)
    outputs = engine.predict(network, trainer.parameters, X)
    np.testing.assert_allclose(
        outputs, reference.forward(network, trainer.parameters, X), rtol=1e-12
    )


def test_dropout_of_less_than_a_number_is_none() -> None:
    # 2**-33 of 2**32 numbers: no unit can be drawn, and those that stay are not scaled.
    network, data = tutorial.network(3), TrainingData(*tutorial.moons())
    plain = engine.loss_and_gradient(network, tutorial.start(3), data)
    hardly = engine.loss_and_gradient(network, tutorial.start(3), data, dropout=2.0**-33)
    assert hardly[0] == plain[0]
    assert np.array_equal(hardly[1], plain[1])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_dropout_of_less_than_a_number_is_none_in_networks_of_any_kind(
    activation: Activation,
) -> None:
    random = np.random.RandomState(0)
    network = NetworkSpec((7, 6, 5, 3), (activation,) * 2, "softmax")
    data = TrainingData(random.randn(40, 7), np.eye(3)[random.randint(3, size=40)])
    p = random.randn(network.n_parameters)
    plain = engine.loss_and_gradient(network, p, data)
    hardly = engine.loss_and_gradient(network, p, data, dropout=2.0**-33)
    assert hardly[0] == plain[0]
    np.testing.assert_array_equal(hardly[1], plain[1])
