from __future__ import annotations

import numpy as np
import pytest

from moonlet.distributed.tree import Tree
from moonlet.engine import RowSums


def sums_of(n_tiles: int) -> list[RowSums]:
    random = np.random.RandomState(n_tiles)
    return [
        RowSums(random.normal(), random.rand(), random.normal(size=3).astype(np.float32))
        for _ in range(n_tiles)
    ]


def by_halves(parts: list[RowSums]) -> RowSums:
    """The tree by its definition: the left half is the largest power of two below."""
    if len(parts) == 1:
        return parts[0]
    half = 1
    while 2 * half < len(parts):
        half *= 2
    left, right = by_halves(parts[:half]), by_halves(parts[half:])
    return RowSums(
        left.loss + right.loss, left.weight + right.weight, left.gradient + right.gradient
    )


@pytest.mark.parametrize("n_tiles", [1, 2, 3, 5, 8, 13, 31])
def test_the_sum_does_not_depend_on_who_adds_what_and_when(n_tiles: int) -> None:
    parts = sums_of(n_tiles)
    expected = by_halves(parts)
    random = np.random.RandomState(0)
    for n_workers in (1, 2, 3):
        whose = random.randint(n_workers, size=n_tiles)
        root = Tree(n_tiles)
        for worker in random.permutation(n_workers):
            tree = Tree(n_tiles)
            for tile in random.permutation(np.flatnonzero(whose == worker)):
                tree.add((0, int(tile)), parts[tile])
            for node, sums in tree.known.items():
                root.add(node, sums)
        assert root.root.loss == expected.loss
        assert root.root.weight == expected.weight
        assert root.root.gradient.tobytes() == expected.gradient.tobytes()


def test_neighbours_are_told_as_few_sums() -> None:
    parts = sums_of(31)
    tree = Tree(31)
    for tile in range(16):
        tree.add((0, tile), parts[tile])
    assert list(tree.known) == [(4, 0)]
