"""A Dask collection as partitions, each a value that some worker can compute at any time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from moonlet.exceptions import MissingExtraError

__all__ = ["Partition", "partitions_of"]


class Partition(NamedTuple):
    """Rows that lie together: what Dask calls delayed values of their blocks.

    Parameters
    ----------
    X, y : dask.delayed.Delayed
    weight : dask.delayed.Delayed or None
    """

    X: Any
    y: Any
    weight: Any


def partitions_of(X: Any, y: Any, weight: Any = None) -> list[Partition]:
    """Take collections of the same rows apart.

    Parameters
    ----------
    X, y : dask.array.Array, dask.dataframe.DataFrame or dask.dataframe.Series
    weight : dask.array.Array or dask.dataframe.Series, optional

    Returns
    -------
    partitions : list of Partition
        In the order of their rows.

    Raises
    ------
    ValueError, TypeError
        If they are no such collections, or are cut differently and it is not known where.
    """
    try:
        import dask.array
    except ImportError as error:
        raise MissingExtraError(
            "moonlet.distributed needs Dask. Install it by `pip install 'moonlet[distributed]'`."
        ) from error
    given = {"X": X, "y": y, "sample_weight": weight}
    if y is None:
        raise ValueError("y must be a Dask array or Series of the same rows as X. Got None.")
    for name, one in given.items():
        if one is not None and not hasattr(one, "to_delayed"):
            raise TypeError(
                f"{name} must be a Dask array, DataFrame or Series. Got {type(one).__name__} "
                "instead. Rows of this process are for the estimator's own fit; "
                "dask.array.from_array makes a collection of them."
            )
    if len(getattr(X, "shape", (0, 0))) != 2:
        raise ValueError(f"X must have rows and columns. Got {len(X.shape)} dimension(s).")
    cut = [_by_rows(one) for one in given.values()]
    arrays = all(isinstance(one, dask.array.Array) for one in given.values() if one is not None)
    if arrays and not np.isnan([sum(one.chunks[0]) for one in cut if one is not None]).any():
        cut = [_like_the_first(name, cut[0], one) for name, one in zip(given, cut, strict=True)]
    # Unoptimised: a table's optimiser would read each in partitions of its own, by its columns.
    blocks = [
        None if one is None else np.ravel(one.to_delayed(optimize_graph=False)).tolist()
        for one in cut
    ]
    for name, some in zip(given, blocks, strict=True):
        if some is not None and len(some) != len(blocks[0] or ()):
            raise ValueError(
                f"{name} has {len(some)} partitions, X {len(blocks[0] or ())}. Cut both in the "
                "same way: take them from one collection, or use repartition."
            )
    weights = blocks[2] or [None] * len(blocks[0] or ())
    return [
        Partition(*some) for some in zip(blocks[0] or (), blocks[1] or (), weights, strict=True)
    ]


def _by_rows(one: Any) -> Any:
    """An array that is not cut between columns."""
    chunks = getattr(one, "chunks", None)
    if chunks is None or len(chunks) < 2 or len(chunks[1]) == 1:
        return one
    return one.rechunk({1: -1})


def _like_the_first(name: str, first: Any, one: Any) -> Any:
    if one is None or one.chunks[0] == first.chunks[0]:
        return one
    if one.shape[0] != first.shape[0]:
        raise ValueError(
            f"X has {first.shape[0]} rows, {name} {one.shape[0]}. They must be of the same rows."
        )
    return one.rechunk({0: first.chunks[0]})
