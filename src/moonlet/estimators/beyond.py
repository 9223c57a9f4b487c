"""Rows that no memory holds at once, on their way to `fit`: found out about, and then fed to it.

Two kinds: an array that a file is mapped to, larger than half of the memory that the process may
have; and batches (X, y), which are decoded once into a cache. Both become `BlockRows`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_array, column_or_1d

from moonlet.blocks import (
    FirstPass,
    MappedRows,
    RowCache,
    RowProgress,
    mapping_of,
    memory_limit,
)
from moonlet.estimators.known import Columns, Given, Known
from moonlet.estimators.labels import without_gaps
from moonlet.estimators.network import Network
from moonlet.estimators.reading import read
from moonlet.estimators.rows import check_weight
from moonlet.estimators.tally import Tally
from moonlet.names import SOLVERS
from moonlet.specs import Array

__all__ = ["Beyond", "beyond_memory"]

_PIECE = 1 << 20  # targets that are looked at together
_ROWS = (np.dtype(np.float64), np.dtype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """Rows to train on that are not in memory, and what was found out about them.

    Parameters
    ----------
    rows : MappedRows or RowCache
    known : Known
    factors : ndarray of shape (n_classes,), optional
        What the rows of each class count for.
    progress : callable, optional
        Is told how training goes on.
    """

    rows: MappedRows | RowCache
    known: Known
    factors: Array | None
    progress: Callable[[RowProgress], None] | None

    def close(self) -> None:
        """Let go of their file."""
        self.rows.close()


def beyond_memory(estimator: Network, given: Given, known: Known | None) -> Beyond | None:
    """Find out about rows that are not in memory; None for all others.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    given : Given
    known : Known or None
        What they are to go with.

    Raises
    ------
    ValueError
        If they cannot be learned from, or the solver takes all rows at once.
    OSError
        If there is no room for a cache.
    """
    X, y, weight = given
    if type(X) is np.ndarray and X.base is None:
        return None  # as most are
    if y is None and _are_batches(X):
        _check_solver(estimator, f"{type(X).__name__} gives rows in batches")
        if weight is not None:
            raise ValueError(
                "sample_weight is not for rows in batches. Got one. Use class_weight, or leave out "
                "or repeat rows."
            )
        return _cached(estimator, cast("Iterable[Any]", X), known)
    mapped = _mapped(X)
    if mapped is None or y is None:
        return None
    limit = memory_limit()
    if mapped.nbytes <= limit // 2:
        return None
    _check_solver(
        estimator,
        f"X has {mapped.nbytes / 1e9:.1f} GB, more than half of the {limit / 1e9:.1f} GB of memory "
        "that this process may use",
    )
    return _of_array(estimator, mapped, y, weight, known)


def _are_batches(X: object) -> bool:
    if not isinstance(X, Iterable) or isinstance(X, str | bytes | dict):
        return False
    if isinstance(X, list | tuple):
        return len(X) > 0 and all(isinstance(batch, tuple) and len(batch) == 2 for batch in X)
    return not any(hasattr(X, name) for name in ("shape", "__array__", "__dataframe__"))


def _mapped(X: object) -> NDArray[Any] | None:
    """The array that a file is mapped to and nothing has to be changed of."""
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.dtype not in _ROWS or X.size == 0:
        return None
    if not X.flags.c_contiguous or not X.dtype.isnative:
        return None
    return None if mapping_of(X) is None else X


def _check_solver(estimator: Network, why: str) -> None:
    if not SOLVERS[estimator.solver].takes_batches:
        raise ValueError(
            f"solver={estimator.solver!r} takes all rows at once, and {why}. Use solver='adam' or "
            "'sgd', or train on several machines with moonlet.distributed."
        )


def _of_array(
    estimator: Network, X: NDArray[Any], y: Any, weight: Any, known: Known | None
) -> Beyond:
    n_rows, width = X.shape
    if known is not None and known.columns is not None and known.columns.n_features != width:
        raise ValueError(
            f"X has {width} features, but {type(estimator).__name__} is expecting "
            f"{known.columns.n_features} features as input."
        )
    y = np.asarray(y if isinstance(y, np.ndarray) else without_gaps(y))
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    if len(y) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{n_rows}, {len(y)}]"
        )
    tally = Tally()
    for begin in range(0, n_rows, _PIECE):
        some = _checked(y[begin : begin + _PIECE])
        plainly = estimator._code_plainly(some, len(some), X.dtype, None)
        tally.add(*(plainly or estimator._code(some, X.dtype, None)))
    tally.finish(estimator)
    coding = tally.coding
    if known is not None:
        classes = getattr(coding, "classes", None)
        # Compared with those of before, in the words for it.
        told = _checked(y[:1]) if classes is None or coding.several else classes
        coding = estimator._code(told, X.dtype, known)[1]
    found = Known(Columns(width, None), coding, X.dtype)
    factors = coding.factors(tally.counts)
    weights = check_weight(weight, X[:, :1]) if weight is not None else None

    def code(some: Any) -> NDArray[Any]:
        plainly = estimator._code_plainly(some, len(some), X.dtype, found)
        coded = plainly or estimator._code(_checked(some), X.dtype, found)
        return coded[0]

    return Beyond(MappedRows(X, y, code, weights), found, factors, None)


def _checked(y: NDArray[Any]) -> Any:
    if y.dtype.kind in "fc":
        check_array(y, ensure_2d=False, dtype=None, input_name="y")
    return without_gaps(y)


def _cached(estimator: Network, X: Iterable[Any], known: Known | None) -> Beyond:
    began = time.perf_counter()
    progress = getattr(X, "progress", None)
    n_rows: int | None = getattr(X, "n_rows", None)
    begin = getattr(X, "first_pass", None)
    once: FirstPass | None = None if begin is None else begin()
    columns: Columns | None = None
    tally, cache = Tally(), None
    try:
        # What a first pass keeps is not as wide as the rows will be.
        batches = _read_batches(estimator, X, known, None if known is None else known.columns)
        if once is not None:
            batches = _read_batches(estimator, once, known, None)
        for rows, found in batches:
            if columns is None or cache is None:
                columns = cast("Columns", found.columns)
                targets = rows.y.reshape(len(rows), -1).shape[1]
                cache = RowCache(columns.n_features, targets, rows.X.dtype, n_rows)
            cache.add(rows.X, tally.add(rows.y, found.coding))
            if progress is not None:
                seconds = time.perf_counter() - began
                place = (cache.folder, cache.n_bytes)
                progress(RowProgress("reading", cache.n_rows, n_rows, 1, seconds, *place))
        if cache is None or columns is None:
            raise ValueError(
                f"{type(X).__name__} gave no batch (X, y). Give an iterable that has some; an "
                "iterator gives its batches once only."
            )
        cache.finish()
        ready = None if once is None else once.finish()
        cache.translate(tally.finish(estimator), ready)
        if ready is not None:
            columns = Columns(ready.n_features, None)
            _compare(columns, None if known is None else known.columns)
        coding = tally.coding
        if known is not None and tally.counts is not None:
            coding = estimator._code(coding.classes, cache.dtype, known)[1]
        if estimator.verbose:
            print(  # noqa: T201  # what `verbose` asks for
                f"{cache.n_rows:,} rows are kept in {cache.folder} while fit runs, "
                f"{cache.n_bytes / 1e9:.3g} GB."
            )
        factors = coding.factors(tally.counts)
    except BaseException:
        if cache is not None:
            cache.close()
        raise
    return Beyond(cache, Known(columns, coding, cache.dtype), factors, progress)


def _read_batches(
    estimator: Network, batches: Iterable[Any], known: Known | None, first: Columns | None
) -> Iterator[tuple[Any, Known]]:
    """Each batch, checked by itself and against the first; errors say which one it is."""
    dtype = None if known is None else known.dtype
    for number, batch in enumerate(batches, 1):
        try:
            if not isinstance(batch, tuple) or len(batch) != 2:
                raise ValueError(
                    f"expected a tuple (X, y). Got {type(batch).__name__} instead. Give X and y "
                    "of some rows each time."
                )
            if hasattr(batch[0], "tocsr"):
                raise ValueError(
                    "rows in batches must be dense. Got a sparse matrix. Stack them by "
                    "scipy.sparse.vstack, and give fit the whole: it stays sparse."
                )
            rows, found = read(estimator, Given(*batch), None)
            columns = cast("Columns", found.columns)
            _compare(columns, first)
            if dtype is not None and rows.X.dtype != dtype:
                raise ValueError(
                    f"X is {rows.X.dtype}, the batches before are {dtype}. Give all as one type, "
                    "for instance by X.astype."
                )
        except ValueError as error:
            if type(error) is not ValueError:
                raise
            raise ValueError(f"Batch {number}: {error}") from error
        first, dtype = columns, rows.X.dtype
        yield rows, found


def _compare(now: Columns, before: Columns | None) -> None:
    if before is None:
        return
    if now.n_features != before.n_features:
        raise ValueError(
            f"X has {now.n_features} features, those before have {before.n_features}. Give all "
            "batches the same columns."
        )
    names = [None if of.names is None else list(of.names) for of in (now, before)]
    if names[0] != names[1]:
        raise ValueError(
            f"X has the columns {names[0]}, those before have {names[1]}. Give all batches the "
            "same columns in the same order."
        )
