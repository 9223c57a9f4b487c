"""Networks and rows as the compiled core takes them; it explains itself where it is missing."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moonlet.exceptions import EngineMissingError
from moonlet.specs import NetworkSpec

try:
    import moonlet._core as core
except ImportError as error:  # pragma: no cover - exercised by tests in a subprocess
    raise EngineMissingError(
        "moonlet's compiled core is missing or does not load on this machine "
        f"({error}). Build it with `make build` in a checkout, or `pip install moonlet`."
    ) from error


class CSRMatrix(Protocol):
    """What SciPy's sparse matrices and arrays in CSR format have in common."""

    format: str
    shape: tuple[int, int]
    data: NDArray[Any]
    indices: NDArray[Any]
    indptr: NDArray[Any]


Rows = ArrayLike | CSRMatrix

__all__ = [
    "DOUBLE",
    "ENDLESS",
    "MOST_PARAMETERS",
    "MOST_THREADS",
    "SINGLE",
    "CSRMatrix",
    "Rows",
    "as_matrix",
    "core",
    "core_network",
    "rows_of",
]

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
ENDLESS = 2**63 - 1  # the largest count that the core can hold
MOST_PARAMETERS = sys.maxsize // 8
MOST_THREADS = 2**15


# Kept: making one takes as long as asking a small network once.
@lru_cache(maxsize=256)
def core_network(network: NetworkSpec, *, may_drop: bool = False) -> core.Network:
    """A network as the core has it.

    Raises
    ------
    MemoryError
        If no memory holds its parameters.
    """
    if network.n_parameters > MOST_PARAMETERS:
        raise MemoryError(
            f"layer_sizes={network.layer_sizes} are {network.n_parameters} parameters, more than "
            "any memory holds. Use fewer hidden units."
        )
    return core.Network(
        list(network.layer_sizes),
        list(network.activations),
        network.output,
        network.loss,
        network.loss_parameter,
        may_drop,
    )


def as_matrix(values: ArrayLike, dtype: np.dtype[Any]) -> NDArray[Any]:
    """An array of rows and columns, one row behind the other."""
    matrix = np.ascontiguousarray(values, dtype=dtype)
    if matrix.ndim != 2:
        raise ValueError(f"Expected a matrix of rows and columns. Got {matrix.ndim} dimension(s).")
    return matrix


def rows_of(X: Rows) -> tuple[Any, ...]:
    """X as the core takes it: one matrix, or the parts of a CSR matrix."""
    dtype = SINGLE if getattr(X, "dtype", None) == SINGLE else DOUBLE
    if getattr(X, "format", None) != "csr":
        return (as_matrix(cast(ArrayLike, X), dtype),)
    matrix = cast(Any, X)
    indices = matrix.indices
    if indices.dtype not in (np.int32, np.int64):
        indices = indices.astype(np.int64)
    return (
        np.ascontiguousarray(matrix.data, dtype=dtype),
        np.ascontiguousarray(indices),
        np.ascontiguousarray(matrix.indptr, dtype=np.int64),
        matrix.shape[1],
    )
