"""The actor that holds tiles of rows in a worker and is asked about them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from moonlet import engine
from moonlet.distributed.pieces import Piece, placed
from moonlet.distributed.tree import Node, Tree
from moonlet.estimators.coding import Coding
from moonlet.estimators.rows import Rows
from moonlet.specs import Array, NetworkSpec
from moonlet.study.cluster import refuse_other_versions

__all__ = ["Cut", "Failed", "HolderPlan", "TileHolder"]


class Cut(NamedTuple):
    """Rows `start` to `stop` of a partition."""

    partition: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class HolderPlan:
    """What all holders are to know.

    Parameters
    ----------
    network : NetworkSpec
    coding : Coding
        Of the targets of all rows.
    factors : ndarray of shape (n_classes,), optional
        What the rows of each class count for.
    dtype : dtype
    n_tiles : int
        Of all rows.
    versions : dict
        That the driver has.
    """

    network: NetworkSpec
    coding: Coding
    factors: Array | None
    dtype: np.dtype[Any]
    n_tiles: int
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that came to an error of ours: one of Dask's means a lost worker."""

    error: Exception


class TileHolder:
    """Some tiles, and what there is to ask about them.

    Parameters
    ----------
    plan : HolderPlan
    tiles : mapping of int to sequence of Cut
        The rows of each tile, by its number.
    pieces : mapping of int to Piece
        The partitions that they are cut from.
    """

    def __init__(
        self, plan: HolderPlan, tiles: Mapping[int, Sequence[Cut]], pieces: Mapping[int, Piece]
    ) -> None:
        from distributed import get_worker

        refuse_other_versions(plan.versions)
        self._plan = plan
        self._n_threads = int(get_worker().state.nthreads)
        rows = {
            number: placed(piece, plan.coding, plan.factors, plan.dtype)
            for number, piece in pieces.items()
        }
        self._rows = {tile: _joined(rows, cuts) for tile, cuts in tiles.items()}
        self._data: dict[int, engine.TrainingData] = {}

    def answer(self, question: str, *details: Any) -> Any:
        """Answer by the method of that name."""
        try:
            return getattr(self, question)(*details)
        except Exception as error:
            return Failed(error)

    def sums(self, parameters: NDArray[Any]) -> dict[Node, engine.RowSums]:
        """What the tiles add to loss and gradient, as few nodes of the tree as they make."""
        tree = Tree(self._plan.n_tiles)
        for tile, rows in self._rows.items():
            if tile not in self._data:
                targets = self._plan.coding.targets(rows)
                self._data[tile] = engine.TrainingData(rows.X, targets, rows.weight)
            data = self._data[tile]
            sums = engine.sum_up(self._plan.network, data, parameters, self._n_threads)
            tree.add((0, tile), sums)
        return tree.known

    def sample(self, tile_rows: int, every: int) -> dict[int, Rows]:
        """Of all rows each so many'th that lies here, by the number of its tile."""
        return {
            tile: rows.take(np.arange(-(tile * tile_rows) % every, len(rows), every))
            for tile, rows in self._rows.items()
        }

    def digests(self) -> dict[int, int]:
        """A checksum of each tile."""
        found = {}
        for tile, rows in self._rows.items():
            parts = [rows.X.data, rows.X.indices] if sparse.issparse(rows.X) else [rows.X]
            parts += [rows.y] if rows.weight is None else [rows.y, rows.weight]
            digest = 0
            for part in parts:
                digest = zlib.crc32(np.ascontiguousarray(part).view(np.uint8).data, digest)
            found[tile] = digest
        return found


def _joined(rows: Mapping[int, Rows], cuts: Sequence[Cut]) -> Rows:
    """The rows of a tile, one behind the other."""
    parts = [rows[cut.partition] for cut in cuts]
    at = [slice(cut.start, cut.stop) for cut in cuts]
    X = [part.X[where] for part, where in zip(parts, at, strict=True)]
    y = [part.y[where] for part, where in zip(parts, at, strict=True)]
    weights = [
        part.weight[where] if part.weight is not None else None
        for part, where in zip(parts, at, strict=True)
    ]
    weight = None if weights[0] is None else np.concatenate([w for w in weights if w is not None])
    if any(map(sparse.issparse, X)):
        return Rows(sparse.vstack(X, format="csr"), np.concatenate(y), weight)
    if len(X) == 1:
        return Rows(np.ascontiguousarray(X[0]), y[0], weight)
    return Rows(np.concatenate(X), np.concatenate(y), weight)
