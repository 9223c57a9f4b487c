"""One network from start to stop, and any number of them over the cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.engine.arrays import (
    ENDLESS,
    MOST_THREADS,
    Rows,
    as_matrix,
    core,
    core_network,
    rows_of,
)
from moonlet.engine.machine import free_threads
from moonlet.specs import Array, StopReason, TrainingSpec


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


class SolverState:
    """A solver's memory, which becomes bytes when it is pickled or somebody asks: it is large.

    Parameters
    ----------
    memory : moonlet._core.SolverMemory
    """

    __slots__ = ("_memory",)

    def __init__(self, memory: core.SolverMemory) -> None:
        self._memory = memory

    def __bytes__(self) -> bytes:
        return bytes(self._memory)

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        return bytes, (bytes(self),)


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
        rows = rows_of(X)
        dtype = rows[0].dtype
        wanted = as_matrix(targets, dtype)
        weights = None
        if sample_weight is not None:
            weights = np.ascontiguousarray(sample_weight, dtype=dtype)
        kind: Any = core.TrainingData32 if dtype == np.float32 else core.TrainingData64
        self._core = kind(*rows, wanted, weights)
        self.dtype = dtype
        self.n_samples, self.n_features = getattr(X, "shape", None) or np.shape(X)
        self.n_outputs = wanted.shape[1]


class RowsElsewhere:
    """What a trainer has in place of rows that other machines hold; for "gd" and "lbfgs".

    How it is trained: `moonlet.engine.elsewhere`.

    Parameters
    ----------
    n_samples, n_features, n_outputs : int
    sample : TrainingData
        Some of the rows, of the type that is computed in: for the tutor to look at.
    """

    def __init__(
        self, n_samples: int, n_features: int, n_outputs: int, sample: TrainingData
    ) -> None:
        kind: Any = core.RowsElsewhere32 if sample.dtype == np.float32 else core.RowsElsewhere64
        self._core = kind(n_samples, n_features, n_outputs)
        self.dtype = sample.dtype
        self.sample = sample


class Trainer:
    """One network in training: started once, run in slices, read between them.

    While `train` runs it, on whatever thread, reading it is a RuntimeError.

    Parameters
    ----------
    spec : TrainingSpec
    data : TrainingData or RowsElsewhere
    initial_parameters : array-like of shape (n_parameters,)
        As `NetworkSpec.pack` lays them out.
    validation : TrainingData, optional
        Rows of the same type that are watched after every pass.
    """

    def __init__(
        self,
        spec: TrainingSpec,
        data: TrainingData | RowsElsewhere,
        initial_parameters: ArrayLike,
        validation: TrainingData | None = None,
    ) -> None:
        self.spec = spec
        self.data = data.sample if isinstance(data, RowsElsewhere) else data
        self.dtype = data.dtype
        self._watches = validation is not None
        solver, stop = spec.solver, spec.stop
        self._core = core.Trainer(
            core_network(spec.network, may_drop=spec.dropout > 0.0),
            data._core,
            np.ascontiguousarray(initial_parameters, dtype=np.float64),
            solver=solver.name,
            learning_rate_init=solver.learning_rate_init,
            schedule=solver.schedule,
            power_t=solver.power_t,
            batch_size=min(solver.batch_size, ENDLESS),
            shuffle=solver.shuffle,
            seed=solver.seed,
            momentum=solver.momentum,
            nesterov=solver.nesterovs_momentum,
            beta_1=solver.beta_1,
            beta_2=solver.beta_2,
            epsilon=solver.epsilon,
            alpha=spec.alpha,
            l1_ratio=spec.l1_ratio,
            dropout=spec.dropout,
            max_iter=min(stop.max_iter, ENDLESS),
            tol=stop.tol,
            n_iter_no_change=min(stop.n_iter_no_change, ENDLESS),
            max_fun=min(stop.max_fun, ENDLESS),
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
        self._core.reopen(min(max_iter, ENDLESS))

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
        batch_size = min(self.spec.solver.batch_size, ENDLESS)
        self._core.take(data._core, parameters, batch_size, seed)
        self.data = data

    def take_part(self, data: TrainingData, seed: int, *, more: bool) -> None:
        """Go on with the next rows of a pass, which has `more` after them or not.

        For rows that no memory holds at once: ``train(..., max_passes=1)`` trains on this part. The
        pass ends with its last one; until then nothing is told of it.

        Parameters
        ----------
        data : TrainingData
            Of the same type and widths.
        seed : int
            Of the order of these rows and of dropout.
        more : bool

        Raises
        ------
        ValueError
            If they do not fit, or the solver takes all rows at once.
        """
        batch_size = min(self.spec.solver.batch_size, ENDLESS)
        self._core.take_part(data._core, batch_size, seed, more)
        self.data = data

    def end_pass(self) -> bool:
        """End a pass of which more parts were to come; False if there was nothing of it.

        ``train(..., max_passes=1)`` then judges it by the validation rows.
        """
        return self._core.end_pass()

    def finish(self) -> None:
        """End training here: with early stopping the best parameters so far are taken."""
        self._core.finish()

    def solver_state(self) -> SolverState:
        """What of the state is the solver's own: momentum, rate, count of passes.

        Of this trainer as long as it trains: to have what it is now, take the bytes.
        """
        return SolverState(self._core.solver_memory())

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
    core.train(
        [trainer._core for trainer in trainers],
        free_threads() if n_threads is None else min(max(n_threads, 1), MOST_THREADS),
        -1 if max_passes is None else min(max_passes, ENDLESS),
        np.inf if max_seconds is None else max_seconds,
        on_finished,
    )
