"""The typed doorway to the compiled core.

Everything is a batch of training jobs: a single fit is a batch of one. A
`Trainer` is one network from start to stop; `train` runs any number of them,
of unlike shapes and rules, over the cores. The same numbers come out bit for
bit whatever the number of threads or the company in the batch.

The core knows arrays and frozen specs; it may be imported by anything from
`moonlet.diagnosis` on and imports nothing but `moonlet.specs`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from moonlet.exceptions import EngineMissingError
from moonlet.specs import Array, NetworkSpec, StopReason, TrainingSpec

try:
    import moonlet._core as _core
except ImportError as error:  # pragma: no cover - exercised by tests in a subprocess
    raise EngineMissingError(
        "moonlet's compiled core is missing or does not load on this machine "
        f"({error}). Build it with `make build` in a checkout, or `pip install moonlet`."
    ) from error

__all__ = ["EngineInfo", "Trainer", "TrainingData", "info", "loss_and_gradient", "predict", "train"]


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What the compiled core was built for and what it uses here."""

    level: str
    levels: tuple[str, ...]
    compiler: str
    n_cores: int


class TrainingData:
    """Rows and targets, laid out for the engine once and shared by any number of trainers.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Finite numbers.
    targets : array-like of shape (n_samples, n_outputs)
        One-hot rows for softmax, 0 or 1 for sigmoid, values for identity.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of the rows, none negative, not all zero. The loss is the
        weighted mean.
    """

    def __init__(
        self, X: ArrayLike, targets: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        rows = _matrix(X)
        wanted = _matrix(targets)
        weights = None
        if sample_weight is not None:
            weights = np.ascontiguousarray(sample_weight, dtype=np.float64)
        self._core = _core.TrainingData(rows, wanted, weights)
        self.n_samples, self.n_features = rows.shape
        self.n_outputs = wanted.shape[1]


class Trainer:
    """One network in training: started once, run in slices, read at any time.

    Parameters
    ----------
    spec : TrainingSpec
    data : TrainingData
    initial_parameters : array-like of shape (n_parameters,)
        As `NetworkSpec.pack` lays them out.
    """

    def __init__(
        self, spec: TrainingSpec, data: TrainingData, initial_parameters: ArrayLike
    ) -> None:
        self.spec = spec
        self._core = _core.Trainer(
            _core_network(spec.network),
            data._core,
            np.ascontiguousarray(initial_parameters, dtype=np.float64),
            solver=spec.solver.name,
            learning_rate_init=spec.solver.learning_rate_init,
            alpha=spec.alpha,
            max_iter=spec.stop.max_iter,
            tol=spec.stop.tol,
            n_iter_no_change=spec.stop.n_iter_no_change,
            max_fun=spec.stop.max_fun,
        )

    @property
    def parameters(self) -> Array:
        """A copy of the flat parameter vector as it stands."""
        return self._core.parameters()

    @property
    def n_iter(self) -> int:
        """Passes ("gd") or iterations ("lbfgs") done."""
        return self._core.n_iter()

    @property
    def loss(self) -> float:
        """The loss at the parameters: mean over rows, in nats for log loss, penalty included."""
        return self._core.loss()

    @property
    def loss_curve(self) -> Array:
        """The loss with which each pass began (as scikit-learn records it), shape (n_iter,)."""
        return self._core.loss_curve()

    @property
    def gradient_norm_curve(self) -> Array:
        """Euclidean norm of the gradient with which each pass began, shape (n_iter,)."""
        return self._core.gradient_norm_curve()

    @property
    def stop_reason(self) -> StopReason | None:
        """Why training ended; None while it can go on."""
        return cast(StopReason | None, self._core.stop_reason())

    @property
    def seconds(self) -> float:
        """Time spent in training so far."""
        return self._core.seconds()


def train(
    trainers: Sequence[Trainer],
    *,
    n_threads: int | None = None,
    max_passes: int | None = None,
    on_finished: Callable[[Sequence[int]], None] | None = None,
) -> None:
    """Run trainers to their end, or for a budget of passes, over the cores.

    Ctrl-C is answered between passes: KeyboardInterrupt is raised and every
    trainer is left as after some whole pass, able to go on.

    Parameters
    ----------
    trainers : sequence of Trainer
        Those that have ended already are left alone. The longest are begun first.
    n_threads : int, optional
        All cores that this process may use, when None. The results do not depend on it.
    max_passes : int, optional
        Return when each trainer has done this many more passes.
    on_finished : callable, optional
        Called now and then on the calling thread with the positions of the
        trainers that have ended since the last call; each is named once.
        What it raises ends training and is raised here.
    """
    _core.train(
        [trainer._core for trainer in trainers],
        n_cores() if n_threads is None else n_threads,
        -1 if max_passes is None else max_passes,
        on_finished,
    )


def loss_and_gradient(
    network: NetworkSpec, parameters: ArrayLike, data: TrainingData, alpha: float = 0.0
) -> tuple[float, Array]:
    """Loss and its gradient at the given parameters.

    Returns
    -------
    loss : float
        Mean over rows, penalty included.
    gradient : ndarray of shape (n_parameters,)
        Laid out as the parameters are.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    return _core.loss_and_gradient(_core_network(network), flat, data._core, alpha)


def predict(network: NetworkSpec, parameters: ArrayLike, X: ArrayLike) -> Array:
    """What the network gives for each row, after its output function.

    Returns
    -------
    outputs : ndarray of shape (n_samples, n_outputs)
        Probabilities for softmax and sigmoid, values for identity.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    return _core.predict(_core_network(network), flat, _matrix(X))


def n_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def info() -> EngineInfo:
    """What the compiled core was built for and what it uses here."""
    return EngineInfo(_core.level(), tuple(_core.levels()), _core.compiler(), n_cores())


def _core_network(network: NetworkSpec) -> _core.Network:
    return _core.Network(list(network.layer_sizes), list(network.activations), network.output)


def _matrix(values: ArrayLike) -> Array:
    matrix = np.ascontiguousarray(values, dtype=np.float64)
    if matrix.ndim != 2:
        raise ValueError(f"Expected a matrix of rows and columns. Got {matrix.ndim} dimension(s).")
    return matrix
