"""Random training problems for hypothesis: any depth, activation, output, weight and penalty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from moonlet.specs import ACTIVATIONS, OUTPUTS, Array, NetworkSpec


@dataclass(frozen=True)
class Problem:
    network: NetworkSpec
    parameters: Array
    X: Array
    targets: Array
    alpha: float
    sample_weight: Array | None


@st.composite
def problems(draw: st.DrawFn, most_rows: int = 12, most_units: int = 6) -> Problem:
    """Hypothesis chooses, and shrinks, the shape; the numbers come from a seed."""
    output = draw(st.sampled_from(OUTPUTS))
    hidden = draw(st.lists(st.integers(1, most_units), max_size=3))
    n_inputs = draw(st.integers(1, most_units))
    n_outputs = draw(st.integers(2 if output == "softmax" else 1, 4))
    activations = tuple(draw(st.sampled_from(ACTIVATIONS)) for _ in hidden)
    network = NetworkSpec((n_inputs, *hidden, n_outputs), activations, output)

    n_samples = draw(st.integers(1, most_rows))
    alpha = draw(st.sampled_from([0.0, 0.01, 3.0]))
    weighted = draw(st.booleans())
    size = draw(st.sampled_from([0.1, 1.0, 2.0]))
    rng = np.random.RandomState(draw(st.integers(0, 2**32 - 1)))
    coefs = [size * rng.randn(at.fan_in, at.fan_out) / at.fan_in**0.5 for at in network.layers()]
    intercepts = [size * rng.randn(at.fan_out) for at in network.layers()]
    return Problem(
        network,
        network.pack(coefs, intercepts),
        rng.randn(n_samples, n_inputs),
        _targets(network, n_samples, rng),
        alpha,
        _weights(n_samples, rng) if weighted else None,
    )


def _targets(network: NetworkSpec, n_samples: int, rng: np.random.RandomState) -> Array:
    if network.output == "softmax":
        return np.eye(network.n_outputs)[rng.randint(network.n_outputs, size=n_samples)]
    if network.output == "sigmoid":
        return rng.randint(2, size=(n_samples, network.n_outputs)).astype(np.float64)
    return rng.randn(n_samples, network.n_outputs)


def _weights(n_samples: int, rng: np.random.RandomState) -> Array:
    weights = rng.uniform(0.1, 5.0, n_samples) * (rng.uniform(size=n_samples) > 0.2)
    weights[0] = 1.0  # some rows may weigh nothing, but not all of them
    return weights
