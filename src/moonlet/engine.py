"""The typed doorway to the compiled core.

Everything is a batch of training jobs: a single fit is a batch of one. A
`Trainer` is one network from start to stop; `train` runs any number of them,
of unlike shapes and rules, over the cores. The same numbers come out bit for
bit whatever the number of threads or the company in the batch.

The core knows arrays and frozen specs; it may be imported by anything from
`moonlet.diagnosis` on and imports nothing but `moonlet.specs`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.exceptions import EngineMissingError
from moonlet.specs import Array, NetworkSpec, StopReason, TrainingSpec

try:
    import moonlet._core as _core
except ImportError as error:  # pragma: no cover - exercised by tests in a subprocess
    raise EngineMissingError(
        "moonlet's compiled core is missing or does not load on this machine "
        f"({error}). Build it with `make build` in a checkout, or `pip install moonlet`."
    ) from error

__all__ = [
    "EngineInfo",
    "Judgement",
    "Trainer",
    "TrainingData",
    "all_finite",
    "draw_start",
    "ends",
    "facts",
    "info",
    "log_losses",
    "loss_and_gradient",
    "predict",
    "predictor",
    "read_number_text",
    "train",
    "turn_plain_text",
]


class CSRMatrix(Protocol):
    """What SciPy's sparse matrices and arrays in CSR format have in common."""

    format: str
    shape: tuple[int, int]
    data: NDArray[Any]
    indices: NDArray[Any]
    indptr: NDArray[Any]


Rows = ArrayLike | CSRMatrix

_SINGLE, _DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
_ENDLESS = 2**63 - 1  # the largest count that the core can hold
_MOST_PARAMETERS = sys.maxsize // 8
_MOST_THREADS = 2**15
_MOST_COLUMNS = 2**31  # of a CSR matrix
_FREE_THREADS = 0  # what the core takes for "those that are free"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What the compiled core was built for and what it uses here."""

    level: str
    levels: tuple[str, ...]
    compiler: str
    n_cores: int


class Judgement(NamedTuple):
    """What a network is worth where its training ended.

    Parameters
    ----------
    own_loss, held_out_loss : float
        Means over rows without the penalty: of the loss that is trained on, but of log loss that
        of clipped probabilities (docs/decisions/0013).
    held_out_score : float
        Accuracy, or R squared.
    gradient_norm : float
        Euclidean norm of the gradient of what was minimised, without dropout.
    """

    own_loss: float
    held_out_loss: float
    held_out_score: float
    gradient_norm: float


class TrainingData:
    """Rows and targets, shared by any number of trainers.

    C-contiguous arrays of the right type are used where they lie, not copied:
    they must not change while a trainer uses them.

    Parameters
    ----------
    X : array-like or CSR matrix of shape (n_samples, n_features)
        Finite numbers. float32 is computed in 32 bit, anything else in 64.
    targets : array-like of shape (n_samples, n_outputs)
        Shares that add up to 1 in each row for softmax, shares in [0, 1] for sigmoid (1 and
        0 mostly; label smoothing gives others), values for identity, values >= 0 for exp.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of the rows, none negative, not all zero. The loss is the
        weighted mean.
    """

    def __init__(self, X: Rows, targets: ArrayLike, sample_weight: ArrayLike | None = None) -> None:
        rows = _rows(X)
        dtype = rows[0].dtype
        wanted = _matrix(targets, dtype)
        weights = None
        if sample_weight is not None:
            weights = np.ascontiguousarray(sample_weight, dtype=dtype)
        kind: Any = _core.TrainingData32 if dtype == np.float32 else _core.TrainingData64
        self._core = kind(*rows, wanted, weights)
        self.dtype = dtype
        self.n_samples, self.n_features = getattr(X, "shape", None) or np.shape(X)
        self.n_outputs = wanted.shape[1]


class Trainer:
    """One network in training: started once, run in slices, read between them.

    While `train` runs it, on whatever thread, reading it is a RuntimeError.

    Parameters
    ----------
    spec : TrainingSpec
    data : TrainingData
    initial_parameters : array-like of shape (n_parameters,)
        As `NetworkSpec.pack` lays them out.
    validation : TrainingData, optional
        Rows of the same type that are watched after every pass.
    """

    def __init__(
        self,
        spec: TrainingSpec,
        data: TrainingData,
        initial_parameters: ArrayLike,
        validation: TrainingData | None = None,
    ) -> None:
        self.spec = spec
        self.data = data
        self.dtype = data.dtype
        self._watches = validation is not None
        solver, stop = spec.solver, spec.stop
        self._core = _core.Trainer(
            _core_network(spec.network, may_drop=spec.dropout > 0.0),
            data._core,
            np.ascontiguousarray(initial_parameters, dtype=np.float64),
            solver=solver.name,
            learning_rate_init=solver.learning_rate_init,
            schedule=solver.schedule,
            power_t=solver.power_t,
            batch_size=min(solver.batch_size, _ENDLESS),
            shuffle=solver.shuffle,
            seed=solver.seed,
            momentum=solver.momentum,
            nesterov=solver.nesterovs_momentum,
            beta_1=solver.beta_1,
            beta_2=solver.beta_2,
            epsilon=solver.epsilon,
            alpha=spec.alpha,
            dropout=spec.dropout,
            max_iter=min(stop.max_iter, _ENDLESS),
            tol=stop.tol,
            n_iter_no_change=min(stop.n_iter_no_change, _ENDLESS),
            max_fun=min(stop.max_fun, _ENDLESS),
            validation=None if validation is None else validation._core,
            stops_early=spec.early_stopping is not None,
            on_loss=spec.early_stopping == "loss",
        )

    @property
    def parameters(self) -> Array:
        """A copy of the flat parameter vector as it stands."""
        return self._core.parameters()

    def weights(self) -> NDArray[Any]:
        """The same in the type of the data, without a detour."""
        return cast("NDArray[Any]", self._core.weights())

    @property
    def n_iter(self) -> int:
        """Passes ("gd") or iterations ("lbfgs") done."""
        return self._core.n_iter()

    @property
    def loss(self) -> float:
        """Mean over rows, in nats for log loss, penalty included.

        At the parameters; with "sgd" and "adam" the mean over the last epoch's batches.
        With dropout, of the network that training saw: some units left out.
        """
        return self._core.loss()

    @property
    def loss_curve(self) -> Array:
        """The loss with which each pass began (as scikit-learn records it), shape (n_iter,)."""
        return self._core.loss_curve()

    @property
    def gradient_norm_curve(self) -> Array:
        """Euclidean norm of the gradient with which each pass began, shape (n_iter,).

        With "sgd" and "adam" the mean over the epoch's batches.
        """
        return self._core.gradient_norm_curve()

    def curves_since(self, n_iter: int) -> tuple[Array, Array]:
        """What `loss_curve` and `gradient_norm_curve` hold after their first `n_iter` passes.

        Costs as much as that is long: for those who follow a long training.
        """
        return self._core.curves_since(n_iter)

    @property
    def validation_loss_curve(self) -> Array:
        """Loss on the validation rows after each pass, without the penalty, shape (n_iter,)."""
        return self._core.validation_losses()

    @property
    def validation_score_curve(self) -> Array:
        """Accuracy, or R squared, on the validation rows after each pass, shape (n_iter,)."""
        return self._core.validation_scores()

    def judge_by(
        self, minimised: TrainingData, own: TrainingData, held_out: TrainingData | None
    ) -> None:
        """Have the network judged where its training ends, on the thread that trained it.

        Parameters
        ----------
        minimised : TrainingData
            All rows that training went by, with its weights.
        own, held_out : TrainingData
            Rows that it learned from, and others, as they are: without weights, one class a row.
        """
        self._core.judge_by(
            minimised._core, own._core, None if held_out is None else held_out._core
        )

    @property
    def judgement(self) -> Judgement | None:
        """What `judge_by` asked for, NaN where training diverged; None before that is known."""
        found = self._core.judgement()
        return None if found is None else Judgement(*found)

    def reopen(self, max_iter: int) -> None:
        """Let a trainer that has ended go on, up to `max_iter` passes in all."""
        self._core.reopen(min(max_iter, _ENDLESS))

    def state(self) -> bytes:
        """All that going on depends on, to be put into a trainer made of the same arguments."""
        return self._core.state()

    def set_state(self, state: bytes) -> None:
        """Go on where another trainer stood; the same bits come out.

        Raises
        ------
        ValueError
            If it is not the state of a trainer of the same network, solver and rows.
        """
        self._core.set_state(state)

    def take(self, data: TrainingData, parameters: NDArray[Any], seed: int) -> None:
        """Go on from other rows and parameters with the solver's memory; the curves begin anew.

        Parameters
        ----------
        data : TrainingData
            Of the same type and widths.
        parameters : ndarray of shape (n_parameters,)
            Of that type.
        seed : int
            Of the shuffles and of dropout from here on.

        Raises
        ------
        ValueError
            If they do not fit, or the solver's memory is of the rows that it was made for.
        """
        batch_size = min(self.spec.solver.batch_size, _ENDLESS)
        self._core.take(data._core, parameters, batch_size, seed)
        self.data = data

    def finish(self) -> None:
        """End training here: with early stopping the best parameters so far are taken."""
        self._core.finish()

    def solver_state(self) -> bytes:
        """What of the state is the solver's own: momentum, rate, count of passes."""
        return self._core.solver_state()

    def set_solver_state(self, state: bytes) -> None:
        """Let the solver go on where another trainer's stood, on these rows.

        Raises
        ------
        ValueError
            If it is not the state of the same solver for as many parameters.
        """
        self._core.set_solver_state(state)

    @property
    def learning_rate(self) -> float:
        """The rate of the next pass; NaN for "lbfgs"."""
        return self._core.learning_rate()

    @property
    def watches(self) -> bool:
        """Whether there are validation rows."""
        return self._watches

    @property
    def stop_reason(self) -> StopReason | None:
        """Why training ended; None while it can go on."""
        return cast("StopReason | None", self._core.stop_reason())

    @property
    def seconds(self) -> float:
        """Time spent in training so far."""
        return self._core.seconds()


def train(
    trainers: Sequence[Trainer],
    *,
    n_threads: int | None = None,
    max_passes: int | None = None,
    max_seconds: float | None = None,
    on_finished: Callable[[Sequence[int]], None] | None = None,
) -> None:
    """Run trainers to their end, or for a budget of passes or of time, over the cores.

    Ctrl-C raises KeyboardInterrupt and leaves every trainer between two updates,
    able to go on.

    Parameters
    ----------
    trainers : sequence of Trainer
        Those that have ended already are left alone. The longest are begun first.
    n_threads : int, optional
        As many at most. None, which an estimator's ``n_jobs=None`` is, takes what is free: of
        `n_cores`, what other calls of this process leave, one at least; and makes room, but for
        one thread, for calls that come later. In a worker process of a multiprocessing pool it is
        one. Work that would gain nothing from threads gets none in either case. The results do
        not depend on it.
    max_passes : int, optional
        Return when each trainer has done this many more passes.
    max_seconds : float, optional
        Let no trainer begin another pass when it has been at work for this long; each
        does one at least. Those that share a core have this much each, in turn.
    on_finished : callable, optional
        Called now and then on the calling thread with the positions of the
        trainers that have ended since the last call; each is named once.
        What it raises ends training and is raised here.
    """
    _core.train(
        [trainer._core for trainer in trainers],
        _free_threads() if n_threads is None else min(max(n_threads, 1), _MOST_THREADS),
        -1 if max_passes is None else min(max_passes, _ENDLESS),
        np.inf if max_seconds is None else max_seconds,
        on_finished,
    )


def loss_and_gradient(
    network: NetworkSpec,
    parameters: ArrayLike,
    data: TrainingData,
    alpha: float = 0.0,
    *,
    dropout: float = 0.0,
    seed: int = 0,
    epoch: int = 0,
) -> tuple[float, Array]:
    """Loss and its gradient at the given parameters, as full-batch training computes them.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    data : TrainingData
    alpha : float, default=0.0
        Strength of the penalty.
    dropout : float, default=0.0
        Share of the hidden units to leave out, in [0, 1).
    seed, epoch : int
        Which ones: see `moonlet.reference.dropout_masks`.

    Returns
    -------
    loss : float
        Mean over rows, penalty included.
    gradient : ndarray of shape (n_parameters,)
        Laid out as the parameters are.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    wanted = _core_network(network, may_drop=dropout > 0.0)
    return _core.loss_and_gradient(wanted, flat, data._core, alpha, dropout, seed, epoch)


def facts(
    network: NetworkSpec,
    parameters: ArrayLike,
    data: TrainingData,
    alpha: float,
    *,
    rare: float,
    with_curvature: bool,
) -> dict[str, Any]:
    """Look at a network and at its rows, for the tutor.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    data : TrainingData
    alpha : float
        Strength of the penalty.
    rare : float
        Recalls are counted where a class has this part of an even share or less.
    with_curvature : bool
        Whether to look for the largest curvature of the loss.

    Returns
    -------
    facts : dict
        The parameters of `moonlet.diagnosis.TrainingFacts`, but the names of classes; of each
        layer the counts alone.
    """
    flat = np.ascontiguousarray(parameters, dtype=np.float64)
    wanted = _core_network(network)
    found: dict[str, Any] = _core.facts(wanted, flat, data._core, alpha, rare, with_curvature)
    return found


def draw_start(
    network: NetworkSpec, scales: Sequence[float], random_state: int, *, normal: bool = False
) -> tuple[Array, int]:
    """Draw where a network starts, as ``numpy.random.RandomState(random_state)`` would.

    To the same bits, in a small part of the time. How wide a layer is drawn is no matter of the
    engine: see `moonlet.estimators.initial`.

    Parameters
    ----------
    network : NetworkSpec
    scales : sequence of float, one for each layer
        Weights and biases are uniform in ±scale.
    random_state : int
        From 0 to 2**32 - 1.
    normal : bool, default=False
        Weights are normal numbers divided by the scale, and biases 0.

    Returns
    -------
    parameters : ndarray of shape (n_parameters,)
        Drawn layer by layer, weights before biases.
    seed : int
        What ``randint(2**31 - 1)`` gives next: of the shuffles and of dropout.

    Raises
    ------
    ValueError
        If there is no RandomState of this number.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.RandomState(0)
    >>> wanted = random.uniform(-0.5, 0.5, 3), random.randint(2**31 - 1)
    >>> parameters, seed = draw_start(NetworkSpec((2, 1), (), "identity"), [0.5], 0)
    >>> np.array_equal(parameters, wanted[0]), seed == wanted[1]
    (True, True)
    """
    if not 0 <= random_state < 2**32:
        raise ValueError(
            f"random_state must be an int from 0 to 2**32 - 1. Got {random_state} instead."
        )
    return _core.draw_start(_core_network(network), scales, normal, random_state)


def log_losses(probabilities: ArrayLike) -> Array:
    """Log loss of each row, in nats, from the probability that its class was given.

    Probabilities are kept one machine epsilon of 64 bits away from 0 and 1, as scikit-learn keeps
    them, so that a single row cannot cost more than 36.04: see docs/decisions/0013.

    Examples
    --------
    >>> log_losses([1.0, 0.5, 0.0]).round(2)
    array([ 0.  ,  0.69, 36.04])
    """
    return _core.log_losses(np.ascontiguousarray(probabilities, dtype=np.float64))


def predict(network: NetworkSpec, parameters: ArrayLike, X: Rows) -> NDArray[Any]:
    """What the network gives for each row, after its output function.

    Parameters
    ----------
    network : NetworkSpec
    parameters : array-like of shape (n_parameters,)
    X : array-like or CSR matrix of shape (n_samples, n_features)

    Returns
    -------
    outputs : ndarray of shape (n_samples, n_outputs)
        Probabilities for softmax and sigmoid, values for identity, values above 0
        for exp; float32 for X in float32.
    """
    rows = _rows(X)
    flat = np.ascontiguousarray(parameters, dtype=rows[0].dtype)
    outputs: NDArray[Any] = _core.predict(_core_network(network), flat, *rows)
    return outputs


def predictor(
    network: NetworkSpec, parameters: NDArray[Any], *, both_classes: bool = False
) -> Callable[[object], NDArray[Any] | None]:
    """Make a function that answers a row or so at a time, many times.

    Parameters
    ----------
    network : NetworkSpec
    parameters : ndarray of shape (n_parameters,)
        Contiguous, float32 or float64. Used where they lie: a change shows in the answers.
    both_classes : bool, default=False
        For a single sigmoid unit: give the probability of the other class as well, first.

    Returns
    -------
    answer : callable
        Takes rows. Gives outputs like those of `predict`, or None for anything but a plain
        matrix of finite numbers, of the parameters' type and the network's width, which is small
        if it is not C-contiguous.
    """
    kind: Any = _core.Predictor32 if parameters.dtype == np.float32 else _core.Predictor64
    return cast(
        Callable[[object], NDArray[Any] | None],
        kind(_core_network(network), parameters, both_classes),
    )


def all_finite(values: NDArray[Any]) -> bool:
    """Whether an array of float64 or float32 holds numbers only, and no infinity."""
    if not values.flags.c_contiguous:
        if not values.flags.f_contiguous:
            return bool(np.isfinite(values).all())
        values = values.T
    return _core.all_finite(values)


def ends(values: NDArray[np.int64]) -> tuple[int, int]:
    """The least and the largest of some whole numbers in a row."""
    return _core.ends(values)


def n_cores() -> int:
    """How many cores the engine may use, in all calls of this process together.

    The least of what holds for the process now, its affinity and a limit by threadpoolctl, and of
    what held when moonlet was imported: the quota of its control groups and OMP_NUM_THREADS,
    which the workers of joblib and Dask set.
    """
    return _core.thread_limit()


def info() -> EngineInfo:
    """What the compiled core was built for and what it uses here."""
    return EngineInfo(_core.level(), tuple(_core.levels()), _core.compiler(), n_cores())


def _free_threads() -> int:
    # A pool of multiprocessing has a process for each core, and no limit that could be asked for.
    # What such a process is told by joblib, that it has one core, it has to find out here.
    pools = sys.modules.get("multiprocessing.process")
    return 1 if pools is not None and pools.current_process().daemon else _FREE_THREADS


# Kept: making one takes as long as asking a small network once.
@lru_cache(maxsize=256)
def _core_network(network: NetworkSpec, *, may_drop: bool = False) -> _core.Network:
    if network.n_parameters > _MOST_PARAMETERS:
        raise MemoryError(
            f"layer_sizes={network.layer_sizes} are {network.n_parameters} parameters, more than "
            "any memory holds. Use fewer hidden units."
        )
    return _core.Network(
        list(network.layer_sizes),
        list(network.activations),
        network.output,
        network.loss,
        network.loss_parameter,
        may_drop,
    )


def _matrix(values: ArrayLike, dtype: np.dtype[Any]) -> NDArray[Any]:
    matrix = np.ascontiguousarray(values, dtype=dtype)
    if matrix.ndim != 2:
        raise ValueError(f"Expected a matrix of rows and columns. Got {matrix.ndim} dimension(s).")
    return matrix


def _rows(X: Rows) -> tuple[Any, ...]:
    """X as the core takes it: one matrix, or the parts of a CSR matrix."""
    dtype = _SINGLE if getattr(X, "dtype", None) == _SINGLE else _DOUBLE
    if getattr(X, "format", None) != "csr":
        return (_matrix(cast(ArrayLike, X), dtype),)
    matrix = cast(Any, X)
    indices = matrix.indices
    # The core checks 32 bits of them against the width: those of more would lose the rest before.
    if not np.can_cast(indices.dtype, np.int32) and len(indices):
        least, most = int(indices.min()), int(indices.max())
        end = min(matrix.shape[1], _MOST_COLUMNS)
        if least < 0 or most >= end:
            raise ValueError(
                f"The column indices of a CSR matrix of {matrix.shape[1]} columns must be from 0 "
                f"to {end - 1}. Got {least} to {most} instead."
            )
    return (
        np.ascontiguousarray(matrix.data, dtype=dtype),
        np.ascontiguousarray(indices, dtype=np.int32),
        np.ascontiguousarray(matrix.indptr, dtype=np.int64),
        matrix.shape[1],
    )


def read_number_text(joined: str) -> tuple[Array, _core.NumberText]:
    r"""Read decimal numbers from the text of a table's column.

    Parameters
    ----------
    joined : str
        Cells, joined by NUL characters.

    Returns
    -------
    values : ndarray of float64 of shape (n_cells,)
        Exactly rounded, NaN for an empty cell; those from the first cell on that is no number
        as programs write it are 0.
    found : NumberText
        n_read, n_empty (cells), complete (whether all could be read), and of those read: padded
        (one is of digits behind a zero), beyond_exact (a whole one above 2**53), dotted,
        undotted (one has a point, one has none), point_shown (the point splits no thousands).

    Examples
    --------
    >>> from moonlet.engine import read_number_text
    >>> values, found = read_number_text("1\0\0002.5")
    >>> values, found.n_empty
    (array([1. , nan, 2.5]), 1)
    """
    return _core.read_number_text(joined)


def turn_plain_text(
    block: str, delimiter: str, width: int, longest: int
) -> tuple[list[str], int] | None:
    r"""Turn lines of cells into columns, for text without quotes.

    Parameters
    ----------
    block : str
        Lines that end in "\n", the last one perhaps not.
    delimiter : str
        One character of ASCII.
    width : int
        Cells in each line.
    longest : int
        Bytes that a line may have at most.

    Returns
    -------
    turned : (list of str, int) or None
        The cells of each column, joined by NUL characters, and the number of lines; None if a
        line is empty, too long, or of another width.

    Examples
    --------
    >>> from moonlet.engine import turn_plain_text
    >>> turn_plain_text("1,a\n2,b\n", ",", 2, 100)
    (['1\x002', 'a\x00b'], 2)
    """
    return _core.turn_plain_text(block, delimiter, width, longest)
