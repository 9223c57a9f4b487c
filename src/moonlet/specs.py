"""What is to be trained, as frozen values: the language the layers speak to each other.

An estimator's parameters are turned into these once, in ``fit``; reference and
engine understand nothing else. A value that cannot be trained cannot be built.

Conventions, everywhere in moonlet: losses and gradients are means over samples,
and the penalty is ``alpha / N * (l1_ratio * sum(|W|) + (1 - l1_ratio) / 2 * sum(W ** 2))``
over the weights, never the biases (scikit-learn's convention; N is the number of rows, or
the sum of their weights). The tutorial's rate of 0.01 on a summed gradient over 200 points is
therefore a rate of 2.0 here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moonlet import names
from moonlet.names import Activation, Loss, Output, Schedule, SolverName

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "OUTPUTS",
    "SCHEDULES",
    "SOLVERS",
    "Activation",
    "Array",
    "Layer",
    "Loss",
    "NetworkSpec",
    "Output",
    "Schedule",
    "SolverName",
    "SolverSpec",
    "StopReason",
    "StopRule",
    "TrainingSpec",
]

StopReason = Literal["converged", "max_iter", "early_stopping", "diverged", "interrupted"]

ACTIVATIONS: Final = tuple(names.ACTIVATIONS)
OUTPUTS: Final = tuple(names.OUTPUTS)
SOLVERS: Final = tuple(names.SOLVERS)
SCHEDULES: Final = tuple(names.SCHEDULES)
# The losses that an output can be trained on; the first is meant when none is named.
LOSSES: Final[Mapping[Output, tuple[Loss, ...]]] = {
    output: names.losses_of(output) for output in OUTPUTS
}

Array = NDArray[np.float64]

# Only until __post_init__ puts a value in its place, so the fields' types need not know of it.
_NOT_GIVEN: Final[Any] = None


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
    output : {"identity", "exp", "sigmoid", "softmax"}
        What turns the last layer's values into predictions.
    loss : str, optional
        What training makes small; the output limits the choice, see `LOSSES`.
    loss_parameter : float, optional
        Of the losses that have one in `moonlet.names`: where "huber" turns from
        squares to straight lines, say. It is 0 for others, whatever is given.
    """

    layer_sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    output: Output
    loss: Loss = _NOT_GIVEN
    loss_parameter: float = _NOT_GIVEN

    def __post_init__(self) -> None:
        # The engine looks a network up by its hash, which a list does not have.
        object.__setattr__(self, "layer_sizes", tuple(self.layer_sizes))  # frozen to everyone else
        object.__setattr__(self, "activations", tuple(self.activations))
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
        self._settle_loss()

    def _settle_loss(self) -> None:
        allowed = LOSSES[self.output]
        loss = allowed[0] if self.loss is None else self.loss
        if loss not in allowed:
            raise ValueError(
                f"loss must be one of {', '.join(allowed)} for output {self.output!r}. "
                f"Got {loss!r} instead."
            )
        value, parameter = self.loss_parameter, names.LOSSES[loss].parameter
        if parameter is None:
            value = 0.0
        elif value is None:
            value = parameter.usual
        elif not 0.0 < value < parameter.most:
            raise ValueError(
                f"loss_parameter must be a float in (0, {parameter.most:g}) for loss {loss!r}. "
                f"Got {value} instead."
            )
        object.__setattr__(self, "loss", loss)
        object.__setattr__(self, "loss_parameter", value)

    @property
    def n_inputs(self) -> int:
        """Number of features of a row."""
        return self.layer_sizes[0]

    @property
    def n_outputs(self) -> int:
        """Number of values that the network gives for a row."""
        return self.layer_sizes[-1]

    @property
    def n_parameters(self) -> int:
        """Length of the flat parameter vector."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.layer_sizes))

    def layers(self) -> Iterator[Layer]:
        """Where each layer lies in the flat parameter vector.

        A layer is its weights, row by row (``fan_in`` rows of ``fan_out``),
        followed by its biases.
        """
        return iter(_layers(self.layer_sizes))

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
        layers = _layers(self.layer_sizes)
        coefs = [parameters[at.weights].reshape(at.fan_in, at.fan_out) for at in layers]
        return coefs, [parameters[at.biases] for at in layers]


@dataclass(frozen=True, slots=True)
class SolverSpec:
    """How the loss is descended.

    Parameters
    ----------
    name : {"gd", "sgd", "adam", "lbfgs"}
        "gd" is full-batch gradient descent, ``p -= rate * gradient``; "sgd" and
        "adam" take mini-batches. "lbfgs" learns the curvature from its last ten
        steps, or from all where there are 64 parameters or fewer (BFGS).
    learning_rate_init : float
        The step on the mean gradient; ignored by "lbfgs".
    schedule : str
        How the rate changes from pass to pass: one of `SCHEDULES`. Some fall with the
        share of `StopRule.max_iter` that is done.
    power_t : float
        Of "invscaling".
    momentum : float
        Of "sgd", in [0, 1].
    nesterovs_momentum : bool
    beta_1, beta_2, epsilon : float
        Of "adam": decay of the mean and of the mean square, and what is added to
        the root of the latter.
    batch_size : int
        Rows of a mini-batch; clipped to the rows there are.
    shuffle : bool
        Take the rows in a new order each epoch.
    seed : int
        Of the shuffles and of dropout, in [0, 2**64). What is drawn for an epoch
        depends on it and on the epoch alone.
    """

    name: SolverName
    learning_rate_init: float = 0.001
    schedule: Schedule = "constant"
    power_t: float = 0.5
    momentum: float = 0.9
    nesterovs_momentum: bool = True
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    batch_size: int = 200
    shuffle: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        _check_name("solver", self.name, SOLVERS)
        _check_name("schedule", self.schedule, SCHEDULES)
        if not 0.0 < self.learning_rate_init < math.inf:
            raise ValueError(
                "learning_rate_init must be a float in (0, inf). "
                f"Got {self.learning_rate_init} instead."
            )
        if self.batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more. Got {self.batch_size} instead.")
        if not 0 <= self.seed < 2**64:
            raise ValueError(f"seed must be an int in [0, 2**64). Got {self.seed} instead.")


@dataclass(frozen=True, slots=True)
class StopRule:
    """When training ends.

    Parameters
    ----------
    max_iter : int
        Passes over the rows, or iterations of "lbfgs".
    tol : float
        "lbfgs": converged when no component of the gradient exceeds it.
        The others: converged when the loss (or with early stopping the
        validation's loss or score) has not become better by more than `tol` for
        more than `n_iter_no_change` passes in a row; "gd" never stops so for 0.
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
    """Everything that decides how a network is trained, but for rows and starting weights.

    Parameters
    ----------
    network : NetworkSpec
    solver : SolverSpec
    stop : StopRule
    alpha : float
        Strength of the penalty.
    dropout : float
        Share of the hidden units, in [0, 1), that each row does without in each
        pass; the others count ``1 / (1 - dropout)`` times meanwhile. Not with "lbfgs".
    early_stopping : {"score", "loss"}, optional
        Stop on the validation rows' score (accuracy, or R squared) or loss, and
        keep the best parameters.
    l1_ratio : float
        Share of the penalty, in [0, 1], that is on the weights' size, not on its square.
    """

    network: NetworkSpec
    solver: SolverSpec
    stop: StopRule
    alpha: float = 0.0
    dropout: float = 0.0
    early_stopping: Literal["score", "loss"] | None = None
    l1_ratio: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.alpha < math.inf:
            raise ValueError(
                f"alpha must be a float in [0, inf). Got {self.alpha} instead. "
                "Use alpha=0 to turn weight decay off."
            )
        if not 0.0 <= self.l1_ratio <= 1.0:
            raise ValueError(
                f"l1_ratio must be a float in [0, 1]. Got {self.l1_ratio} instead. "
                "Use alpha for the strength of the penalty."
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(
                f"dropout must be a float in [0, 1). Got {self.dropout} instead. "
                "Use dropout=0 to keep all units."
            )
        if self.dropout > 0.0 and not names.SOLVERS[self.solver.name].has_rate:
            raise ValueError(
                f"dropout must be 0 with the solver 'lbfgs'. Got {self.dropout} instead. lbfgs "
                "cannot descend a loss that changes from pass to pass: use 'adam', 'sgd' or 'gd'."
            )


@lru_cache(maxsize=256)
def _layers(layer_sizes: tuple[int, ...]) -> tuple[Layer, ...]:
    layers, start = [], 0
    for fan_in, fan_out in pairwise(layer_sizes):
        split = start + fan_in * fan_out
        layers.append(Layer(fan_in, fan_out, slice(start, split), slice(split, split + fan_out)))
        start = split + fan_out
    return tuple(layers)


def _check_name(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise ValueError(f"{what} must be one of {', '.join(allowed)}. Got {given!r} instead.")
