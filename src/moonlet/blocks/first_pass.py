"""Rows that become inputs when all of them have been seen.

By which mean a column is centered, and how many categories it has, is known at the end of the first
pass; but a file is decoded once. So what is kept of its rows is half-ready, and is made ready
whenever it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from numpy.typing import NDArray

__all__ = ["FirstPass", "Ready"]


class Ready(Protocol):
    """Makes inputs of what is kept of rows."""

    @property
    def n_features(self) -> int:
        """Inputs of the network."""

    def __call__(self, kept: NDArray[Any], out: NDArray[Any]) -> None:
        """Put the inputs of some rows into `out`."""


class FirstPass(Protocol):
    """Batches (what is kept, y), and what has been learned from them in the end."""

    def __iter__(self) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
        """All rows, once."""

    def finish(self) -> Ready:
        """All have been seen."""
