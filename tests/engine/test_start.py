"""Starts that the engine draws are those of NumPy's RandomState, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import RandomState

from moonlet import engine
from moonlet.specs import Array, NetworkSpec

# One word of the generator's 624 more or less, several thousand numbers, an odd number of normals.
LAYERS = [(1, 1), (2, 1, 2), (2, 3, 2), (4, 100, 3), (11, 28, 1), (64, 50, 40, 10), (7, 5, 9, 1)]
SEEDS = [*range(300), 2**31 - 1, 2**31, 2**32 - 1, *RandomState(0).randint(2**31, size=200)]


def drawn_by_numpy(
    network: NetworkSpec, scales: list[float], seed: int, *, normal: bool
) -> tuple[Array, int]:
    """Layer by layer, weights before biases, and then the seed of the shuffles."""
    random, parts = RandomState(seed), []
    for layer, scale in zip(network.layers(), scales, strict=True):
        shape = (layer.fan_in, layer.fan_out)
        if normal:
            parts += [random.standard_normal(shape) / scale, np.zeros(layer.fan_out)]
        else:
            parts += [random.uniform(-scale, scale, size) for size in (shape, layer.fan_out)]
    return np.concatenate([part.ravel() for part in parts]), random.randint(2**31 - 1)


@pytest.mark.parametrize("normal", [False, True])
@pytest.mark.parametrize("sizes", LAYERS)
def test_starts_and_seeds_of_many_random_states(sizes: tuple[int, ...], normal: bool) -> None:
    network = NetworkSpec(sizes, ("tanh",) * (len(sizes) - 2), "identity")
    for position, seed in enumerate(SEEDS):
        scales = [float(np.sqrt((1 + position) / fan_in)) for fan_in in sizes[:-1]]
        parameters, shuffles = engine.draw_start(network, scales, int(seed), normal=normal)
        wanted = drawn_by_numpy(network, scales, int(seed), normal=normal)
        np.testing.assert_array_equal(parameters, wanted[0])
        assert shuffles == wanted[1]


@pytest.mark.parametrize("normal", [False, True])
def test_a_million_numbers_of_one_random_state(normal: bool) -> None:
    network = NetworkSpec((999, 999, 3), ("tanh",), "identity")
    parameters, shuffles = engine.draw_start(network, [0.1, 3.0], 5, normal=normal)
    wanted = drawn_by_numpy(network, [0.1, 3.0], 5, normal=normal)
    np.testing.assert_array_equal(parameters, wanted[0])
    assert shuffles == wanted[1]


@pytest.mark.parametrize("random_state", [-1, 2**32, 2**80])
def test_a_random_state_that_numpy_has_not(random_state: int) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 2\*\*32 - 1. Got"):
        engine.draw_start(NetworkSpec((1, 1), (), "identity"), [1.0], random_state)
    with pytest.raises(ValueError, match="between 0 and 2"):
        RandomState(random_state)


def test_scales_that_are_not_one_a_layer() -> None:
    with pytest.raises(ValueError, match="a scale for each layer"):
        engine.draw_start(NetworkSpec((1, 1), (), "identity"), [1.0, 1.0], 0)
