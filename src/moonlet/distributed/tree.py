"""Sums in one order: a binary tree over the numbers of tiles.

A tile is so many rows of the collection, in its order, wherever they lie. Node (level, i) is the
sum over the tiles from ``i << level`` to ``(i + 1) << level``, those that there are: its left half
plus its right. Whoever adds up, and in which order the parts come in, changes no bit.
"""

from __future__ import annotations

from moonlet.engine import RowSums

__all__ = ["TILE_ROWS", "Node", "Tree"]

# Enough that a tile takes milliseconds, few enough that its columns of some tens of features stay
# in the cache, and that a part of the tiles can be lost and loaded again.
TILE_ROWS = 65_536

Node = tuple[int, int]


class Tree:
    """The sums that are known so far, as few nodes as they can be.

    Parameters
    ----------
    n_tiles : int
        Of the whole collection.
    """

    def __init__(self, n_tiles: int) -> None:
        self._n_tiles = n_tiles
        self.known: dict[Node, RowSums] = {}

    def add(self, node: Node, sums: RowSums) -> None:
        """Take the sums of a node, and of all above it that they complete."""
        level, i = node
        while (1 << level) < self._n_tiles:
            sibling = i ^ 1
            if (sibling << level) < self._n_tiles:  # else there are no tiles: nothing to add
                other = self.known.pop((level, sibling), None)
                if other is None:
                    break
                sums = other.plus(sums) if i & 1 else sums.plus(other)
            level, i = level + 1, i >> 1
        self.known[level, i] = sums

    @property
    def root(self) -> RowSums:
        """The sums over all tiles, once all were added."""
        (sums,) = self.known.values()
        return sums
