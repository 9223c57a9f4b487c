"""Random problems for hypothesis: any depth, activation, loss, weight, penalty and dropout."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from moonlet import reference
from moonlet.specs import ACTIVATIONS, LOSSES, Activation, Array, Loss, NetworkSpec, Output

OUTPUT_AND_LOSS: list[tuple[Output, Loss]] = [
    (output, loss) for output, losses in LOSSES.items() for loss in losses
]
PARAMETERS: dict[Loss, list[float]] = {"huber": [0.3, 1.0], "quantile": [0.1, 0.5, 0.9]}

MOST_EXPONENT = 20.0

# Where the first or second derivative jumps, a difference of two losses is no slope.
CORNERS: set[Activation] = {"relu", "leaky_relu", "elu"}


@dataclass(frozen=True)
class Problem:
    network: NetworkSpec
    parameters: Array
    X: Array
    targets: Array
    alpha: float
    sample_weight: Array | None
    dropout: float = 0.0
    seed: int = 0  # of the dropout
    l1_ratio: float = 0.0

    EPOCH = 3

    def masks(self) -> list[Array] | None:
        """Which hidden units stay: None without dropout."""
        if self.dropout == 0.0:
            return None
        rows = np.arange(len(self.X))
        return reference.dropout_masks(
            self.network, rows, dropout=self.dropout, seed=self.seed, epoch=self.EPOCH
        )

    def distance_to_a_corner(self) -> float:
        """The least by which any sum or error misses a point where the loss is not smooth."""
        Z, A = reference.forward_layers(self.network, self.parameters, self.X, masks=self.masks())
        gaps = [
            np.abs(sums).min()
            for activation, sums in zip(self.network.activations, Z[:-1], strict=True)
            if activation in CORNERS
        ]
        error = np.abs(A[-1] - self.targets)
        if self.network.loss in ("absolute_error", "quantile"):
            gaps.append(error.min())
        if self.network.loss == "huber":
            gaps.append(np.abs(error - self.network.loss_parameter).min())
        if self.alpha * self.l1_ratio > 0.0:
            gaps += [np.abs(self.parameters[at.weights]).min() for at in self.network.layers()]
        return float(min(gaps, default=np.inf))


@st.composite
def problems(draw: st.DrawFn, most_rows: int = 12, most_units: int = 6) -> Problem:
    """Hypothesis chooses, and shrinks, the shape; the numbers come from a seed."""
    output, loss = draw(st.sampled_from(OUTPUT_AND_LOSS))
    hidden = draw(st.lists(st.integers(1, most_units), max_size=3))
    n_inputs = draw(st.integers(1, most_units))
    n_outputs = draw(st.integers(2 if output == "softmax" else 1, 4))
    activations = tuple(draw(st.sampled_from(ACTIVATIONS)) for _ in hidden)
    parameter = draw(st.sampled_from(PARAMETERS.get(loss, [0.0])))
    network = NetworkSpec((n_inputs, *hidden, n_outputs), activations, output, loss, parameter)
    some = problem(
        network,
        n_samples=draw(st.integers(1, most_rows)),
        alpha=draw(st.sampled_from([0.0, 0.01, 3.0])),
        weighted=draw(st.booleans()),
        size=draw(st.sampled_from([0.1, 1.0, 2.0])),
        seed=draw(st.integers(0, 2**32 - 1)),
        dropout=draw(st.sampled_from([0.0, 0.0, 0.2, 0.7])),
        smoothing=draw(st.sampled_from([0.0, 0.0, 0.1, 1.0])),
    )
    return replace(some, l1_ratio=draw(st.sampled_from([0.0, 0.0, 0.3, 1.0])))


def problem(
    network: NetworkSpec,
    n_samples: int,
    alpha: float,
    weighted: bool,
    size: float,
    seed: int,
    dropout: float = 0.0,
    smoothing: float = 0.0,
) -> Problem:
    """Random rows, targets and parameters for a network; `smoothing` is of the labels."""
    rng = np.random.RandomState(seed)
    coefs = [size * rng.randn(at.fan_in, at.fan_out) / at.fan_in**0.5 for at in network.layers()]
    intercepts = [size * rng.randn(at.fan_out) for at in network.layers()]
    some = Problem(
        network,
        network.pack(coefs, intercepts),
        rng.randn(n_samples, network.n_inputs),
        _targets(network, n_samples, smoothing, rng),
        alpha,
        _weights(n_samples, rng) if weighted else None,
        dropout,
        seed,
    )
    if network.output != "exp":
        return some
    # e^700 is no number. Weights add up, and dropout scales those that it keeps.
    smaller = min(
        1.0, MOST_EXPONENT / max(_largest_sum(some, masks) for masks in (None, some.masks()))
    )
    coefs[-1] *= smaller
    intercepts[-1] *= smaller
    return replace(some, parameters=network.pack(coefs, intercepts))


def _largest_sum(problem: Problem, masks: list[Array] | None) -> float:
    with np.errstate(over="ignore"):
        Z, _ = reference.forward_layers(problem.network, problem.parameters, problem.X, masks=masks)
    return float(np.abs(Z[-1]).max())


def _targets(
    network: NetworkSpec, n_samples: int, smoothing: float, rng: np.random.RandomState
) -> Array:
    if network.output == "softmax":
        labels = np.eye(network.n_outputs)[rng.randint(network.n_outputs, size=n_samples)]
        return (1.0 - smoothing) * labels + smoothing / network.n_outputs
    if network.output == "sigmoid":
        labels = rng.randint(2, size=(n_samples, network.n_outputs)).astype(np.float64)
        return (1.0 - smoothing) * labels + smoothing / 2.0
    if network.output == "exp":  # counts, a few of them halves: any number >= 0 is allowed
        counts = rng.poisson(2.0, size=(n_samples, network.n_outputs))
        return counts * rng.choice([1.0, 1.0, 0.5], size=counts.shape)
    return rng.randn(n_samples, network.n_outputs)


def _weights(n_samples: int, rng: np.random.RandomState) -> Array:
    weights = rng.uniform(0.1, 5.0, n_samples) * (rng.uniform(size=n_samples) > 0.2)
    weights[0] = 1.0  # some rows may weigh nothing, but not all of them
    return weights
