"""What is to be trained, as frozen values: the language the layers speak to each other.

An estimator's parameters are turned into these once, in ``fit``; reference and
engine understand nothing else. A value that cannot be trained cannot be built.

Conventions, everywhere in moonlet: losses and gradients are means over samples,
and the penalty is ``alpha / (2 N) * sum(W ** 2)`` over the weights, never the
biases (scikit-learn's convention; N is the number of rows, or the sum of their
weights). The tutorial's rate of 0.01 on a summed gradient over 200 points is
therefore a rate of 2.0 here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

Activation = Literal["identity", "logistic", "tanh", "relu"]
Output = Literal["identity", "sigmoid", "softmax"]
Loss = Literal["log_loss", "squared_error"]
SolverName = Literal["gd", "lbfgs"]
StopReason = Literal["converged", "max_iter", "early_stopping", "diverged", "interrupted"]

ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
OUTPUTS: tuple[Output, ...] = get_args(Output)
SOLVERS: tuple[SolverName, ...] = get_args(SolverName)

Array = NDArray[np.float64]


class Layer(NamedTuple):
    """Where one layer's weights and biases stand in the flat parameter vector."""

    fan_in: int
    fan_out: int
    weights: slice
    biases: slice


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """The shape of a network and the loss it is trained on.

    Parameters
    ----------
    layer_sizes : tuple of int
        Inputs, hidden units layer by layer, outputs. Two entries are a
        straight line: no hidden layer.
    activations : tuple of str
        One name for each hidden layer.
    output : {"identity", "sigmoid", "softmax"}
        What turns the last layer's values into predictions. It fixes the loss:
        squared error for "identity", log loss for the other two.
    """

    layer_sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    output: Output

    def __post_init__(self) -> None:
        if len(self.layer_sizes) < 2 or any(size < 1 for size in self.layer_sizes):
            raise ValueError(
                "layer_sizes must name at least inputs and outputs, each 1 or more. "
                f"Got {self.layer_sizes} instead."
            )
        if len(self.activations) != len(self.layer_sizes) - 2:
            raise ValueError(
                f"activations must have one name for each of the {len(self.layer_sizes) - 2} "
                f"hidden layers. Got {len(self.activations)} instead."
            )
        for name in self.activations:
            _check_name("activation", name, ACTIVATIONS)
        _check_name("output", self.output, OUTPUTS)
        if self.output == "softmax" and self.layer_sizes[-1] < 2:
            raise ValueError("softmax needs at least two outputs. Use output='sigmoid' for one.")

    @property
    def n_inputs(self) -> int:
        """Number of features of a row."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Number of values that the network gives for a row."""
        return self.layer_sizes[-1]

    @property
    def loss(self) -> Loss:
        """The loss that goes with the output."""
        return "squared_error" if self.output == "identity" else "log_loss"

    @property
    def n_parameters(self) -> int:
        """Length of the flat parameter vector."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.layer_sizes))

    def layers(self) -> Iterator[Layer]:
        """Where each layer lies in the flat parameter vector.

        A layer is its weights, row by row (``fan_in`` rows of ``fan_out``),
        followed by its biases.
        """
        start = 0
        for fan_in, fan_out in pairwise(self.layer_sizes):
            split = start + fan_in * fan_out
            yield Layer(fan_in, fan_out, slice(start, split), slice(split, split + fan_out))
            start = split + fan_out

    def pack(
        self, coefs: Sequence[NDArray[np.floating]], intercepts: Sequence[NDArray[np.floating]]
    ) -> Array:
        """One flat parameter vector from weight matrices and bias vectors."""
        flat = np.empty(self.n_parameters)
        for layer, W, b in zip(self.layers(), coefs, intercepts, strict=True):
            flat[layer.weights] = np.ravel(W)
            flat[layer.biases] = b
        return flat

    def unpack(self, parameters: Array) -> tuple[list[Array], list[Array]]:
        """Views of the flat parameter vector: weight matrices and bias vectors."""
        coefs = [parameters[at.weights].reshape(at.fan_in, at.fan_out) for at in self.layers()]
        intercepts = [parameters[at.biases] for at in self.layers()]
        return coefs, intercepts


@dataclass(frozen=True, slots=True)
class SolverSpec:
    """How the loss is descended.

    Parameters
    ----------
    name : {"gd", "lbfgs"}
        "gd" is full-batch gradient descent, ``p -= learning_rate_init * gradient``.
    learning_rate_init : float
        The step on the mean gradient; ignored by "lbfgs".
    """

    name: SolverName
    learning_rate_init: float = 0.001

    def __post_init__(self) -> None:
        _check_name("solver", self.name, SOLVERS)
        if not 0.0 < self.learning_rate_init < math.inf:
            raise ValueError(
                "learning_rate_init must be a float in (0, inf). "
                f"Got {self.learning_rate_init} instead."
            )


@dataclass(frozen=True, slots=True)
class StopRule:
    """When training ends.

    Parameters
    ----------
    max_iter : int
        Passes over the rows ("gd") or iterations ("lbfgs").
    tol : float
        "lbfgs": converged when no component of the gradient exceeds it.
        "gd": converged when the loss has not fallen by more than `tol` for
        more than `n_iter_no_change` passes in a row; never for 0.
    n_iter_no_change : int
        See `tol`.
    max_fun : int
        Evaluations of loss and gradient that "lbfgs" may use.
    """

    max_iter: int = 200
    tol: float = 1e-4
    n_iter_no_change: int = 10
    max_fun: int = 15_000


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """Everything that decides how a network is trained, but for rows and starting weights."""

    network: NetworkSpec
    solver: SolverSpec
    stop: StopRule
    alpha: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.alpha < math.inf:
            raise ValueError(
                f"alpha must be a float in [0, inf). Got {self.alpha} instead. "
                "Use alpha=0 to turn weight decay off."
            )


def _check_name(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise ValueError(f"{what} must be one of {', '.join(allowed)}. Got {given!r} instead.")
