"""How far a training on rows in blocks has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RowProgress"]


@dataclass(frozen=True, slots=True)
class RowProgress:
    """Where reading or training stands.

    Parameters
    ----------
    stage : {"reading", "training"}
        Whether rows are decoded into the cache, or trained on.
    n_done : int
        Rows that this stage has dealt with, in all its passes.
    n_rows : int or None
        Rows of one pass; None while nobody knows.
    n_passes : int
        Passes at most.
    seconds : float
        Of this stage so far.
    place : str
        The folder of the cache; empty where there is none.
    n_bytes : int
        Size of the cache so far.
    """

    stage: Literal["reading", "training"]
    n_done: int
    n_rows: int | None
    n_passes: int
    seconds: float
    place: str = ""
    n_bytes: int = 0

    @property
    def rows_a_second(self) -> float:
        """The mean so far."""
        return self.n_done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At that rate, to the end of the stage; of a training, to its last possible pass."""
        if self.n_rows is None or not self.n_done:
            return None
        return max(self.n_rows * self.n_passes - self.n_done, 0) / self.rows_a_second
