"""Full-batch training over the partitions of a Dask collection.

How it differs from `fit` in one process:

1. Loss and gradient are sums over tiles of 65,536 rows, each summed as `fit` would sum such a
   table, added in a binary tree over the tiles (`tree.py`). Up to one tile the bits are those
   of `fit`.
2. The solver, which is that of `fit`, runs here, and asks the workers at each point.
3. There are no mini-batches: docs/decisions/0022.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from scipy import sparse
from sklearn.base import clone

from moonlet import engine
from moonlet.distributed.checkpoint import Checkpoint, digest_of
from moonlet.distributed.collection import partitions_of
from moonlet.distributed.crew import Crew
from moonlet.distributed.holder import Cut, HolderPlan
from moonlet.distributed.pieces import what_all_are
from moonlet.distributed.tree import TILE_ROWS, Tree
from moonlet.estimators.base import BaseMLP
from moonlet.estimators.known import Columns, Known
from moonlet.estimators.learned import learned_attributes
from moonlet.estimators.plan import draw
from moonlet.estimators.rows import check_weight_in
from moonlet.estimators.run import Printer
from moonlet.estimators.settings import settings_of
from moonlet.estimators.transaction import learn, network_learned
from moonlet.names import SOLVERS
from moonlet.specs import StopReason
from moonlet.study.cluster import is_client, refuse_asynchronous, versions

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["fit"]

Network = TypeVar("Network", bound=BaseMLP)

# Rows that the tutor looks at, here; of fewer it sees all.
_SAMPLE_ROWS = 20_000


def fit(
    estimator: Network,
    X: Any,
    y: Any = None,
    *,
    client: Client,
    sample_weight: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Network:
    """Train a network on rows that lie on the workers of a Dask cluster.

    The same bits come out with any number of workers, however the rows are cut into partitions,
    and whether or not workers are lost on the way; for up to 65,536 rows they are those of
    ``estimator.fit``.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        With ``solver="lbfgs"`` or ``"gd"``, without `early_stopping`, `dropout`, `warm_start` and
        callbacks.
    X : dask.array.Array or dask.dataframe.DataFrame of shape (n_samples, n_features)
        Finite numbers. If all partitions are float32 it is computed in 32 bit, else in 64.
    y : dask.array.Array or dask.dataframe.Series of shape (n_samples,) or (n_samples, n_outputs)
        In the same partitions; arrays of known sizes are cut anew where they are not.
    client : distributed.Client
        The workers need the same versions of moonlet, NumPy and scikit-learn as this process,
        and memory for about three times their share of the rows.
    sample_weight : dask.array.Array or dask.dataframe.Series of shape (n_samples,), optional
    checkpoint : str or path-like, optional
        A file to keep the state of the training in. If there is one of this training already, it
        goes on from there, with the same bits: repeat the call after the process was lost.

    Returns
    -------
    estimator : MLPClassifier or MLPRegressor
        The same one, as `fit` leaves it. `diagnosis_` goes by 20,000 of the rows.

    Raises
    ------
    DivergedError
        If training left the finite numbers.
    ValueError, TypeError
        If rows, targets or parameters are not allowed; of rows the message names the partition.
    WorkerError
        If the scheduler is lost, has no worker for half a minute, or loses them again and again.
    KeyboardInterrupt
        On Ctrl-C. Where there is no earlier model, what was reached is kept.

    Examples
    --------
    >>> import dask.array as da
    >>> from distributed import Client
    >>> from moonlet import MLPClassifier, distributed
    >>> from moonlet.data import load
    >>> X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
    >>> X, y = da.from_array(X.to_numpy(), chunks=(50, 2)), da.from_array(y, chunks=50)
    >>> network = MLPClassifier((5,), "tanh", solver="lbfgs", max_iter=1000, random_state=0)
    >>> with Client(processes=False, n_workers=2, dashboard_address=":0") as client:
    ...     distributed.fit(network, X, y, client=client).stop_reason_
    'converged'
    """
    settings = settings_of(estimator)
    _refuse_what_needs_one_machine(estimator, client)
    if checkpoint is not None and not isinstance(estimator.random_state, Integral):
        raise ValueError(
            "random_state must be an int where there is a checkpoint: a training that starts "
            f"elsewhere cannot go on from it. Got {estimator.random_state!r} instead."
        )
    partitions = partitions_of(X, y, sample_weight)
    with Crew(client, partitions, clone(estimator)) as crew:
        facts = crew.look()
        known, counts = what_all_are(estimator, facts)
        coding, columns = known.coding, cast("Columns", known.columns)  # they were read
        dtype = cast("np.dtype[Any]", known.dtype)
        if sample_weight is not None:
            largest = np.array([max(one.largest_weight for one in facts)])
            if not largest.any():
                raise ValueError("Sample weights must contain at least one non-zero number.")
            check_weight_in(largest, dtype)
        spec = settings.spec(columns.n_features, coding.n_outputs, coding.output)
        start, _ = draw(spec.network, settings.init, estimator.random_state)
        factors = coding.factors(counts)
        tiles = _tiles([one.n_rows for one in facts])
        n_rows = sum(one.n_rows for one in facts)
        plan = HolderPlan(spec.network, coding, factors, dtype, len(tiles), versions())
        crew.load(plan, tiles)
        sample = _sample(crew, known, n_rows)
        rows = engine.RowsElsewhere(n_rows, columns.n_features, coding.n_outputs, sample)
        trainer = engine.Trainer(spec, rows, start)
        file = None
        if checkpoint is not None:
            digests = [part for some in crew.ask("digests") for part in some.items()]
            decided = [spec, start.tobytes(), n_rows, dtype, factors, versions(), sorted(digests)]
            file = Checkpoint(checkpoint, digest_of(decided))
            file.resume(trainer)

        def learned(stop_reason: StopReason | None = None) -> dict[str, Any]:
            attributes = learned_attributes(trainer, n_rows, {}, stop_reason)
            return network_learned(estimator, trainer, known) | attributes

        printer = Printer(trainer) if estimator.verbose else None
        # The line that called this: 1 is learn, 2 is here.
        learn(
            estimator,
            trainer,
            lambda: _train(trainer, crew, len(tiles), printer, file),
            learned,
            n_rows,
            going_on=False,
            stacklevel=3,
        )
    return estimator


def _train(
    trainer: engine.Trainer,
    crew: Crew,
    n_tiles: int,
    printer: Printer | None,
    file: Checkpoint | None,
) -> None:
    """Answer what the solver asks until it has ended."""
    n_iter = trainer.n_iter
    try:
        while True:
            point = engine.ask(trainer)
            if trainer.n_iter > n_iter:
                n_iter = trainer.n_iter
                if printer is not None:
                    printer.after_pass()
                if file is not None:
                    file.write(trainer)
            if point is None:
                break
            tree = Tree(n_tiles)
            for nodes in crew.ask("sums", point):
                for node, sums in nodes.items():
                    tree.add(node, sums)
            engine.tell(trainer, tree.root)
    finally:
        if file is not None and trainer.n_iter:
            file.write(trainer, now=True)


def _tiles(lengths: Sequence[int]) -> dict[int, list[Cut]]:
    """Cut the rows of all partitions, in their order, into tiles."""
    tiles: dict[int, list[Cut]] = {}
    before = 0
    for partition, length in enumerate(lengths):
        at = 0
        while at < length:
            tile, within = divmod(before + at, TILE_ROWS)
            stop = min(length, at + TILE_ROWS - within)
            tiles.setdefault(tile, []).append(Cut(partition, at, stop))
            at = stop
        before += length
    return tiles


def _sample(crew: Crew, known: Known, n_rows: int) -> engine.TrainingData:
    """Rows for the tutor, spread evenly over all."""
    every = -(-n_rows // _SAMPLE_ROWS)
    found = {
        tile: rows for some in crew.ask("sample", TILE_ROWS, every) for tile, rows in some.items()
    }
    parts = [found[tile] for tile in sorted(found)]
    join: Any = sparse.vstack if sparse.issparse(parts[0].X) else np.concatenate
    X = join([part.X for part in parts])
    targets = np.concatenate([known.coding.targets(part) for part in parts])
    weights = [part.weight for part in parts if part.weight is not None]
    weight = np.concatenate(weights) if weights else None
    if weight is not None and not weight.any():
        weight = None  # of so few rows none has any: better than nothing to look at
    return engine.TrainingData(X.tocsr() if sparse.issparse(X) else X, targets, weight)


def _refuse_what_needs_one_machine(estimator: BaseMLP, client: Any) -> None:
    name = type(estimator).__name__
    if SOLVERS[estimator.solver].takes_batches:
        raise ValueError(
            f"solver must be 'lbfgs' or 'gd' for moonlet.distributed.fit. Got {estimator.solver!r} "
            "instead. Its batches are too short to be sent about: use 'lbfgs', or one machine."
        )
    for parameter in ("early_stopping", "warm_start", "dropout"):
        if value := getattr(estimator, parameter):
            raise ValueError(
                f"moonlet.distributed.fit has no {parameter}. Got {parameter}={value!r}: leave it "
                f"out, or use {name}.fit on one machine."
            )
    if "_skl_callbacks" in vars(estimator):
        raise ValueError(
            "moonlet.distributed.fit has no callbacks. Leave set_callbacks out; verbose=True tells "
            "of each pass."
        )
    if not is_client(client):
        raise ValueError(
            f"client must be a distributed.Client. Got {client!r} instead. "
            "distributed.Client(address) is one of the cluster whose scheduler is there."
        )
    refuse_asynchronous("client", client)
