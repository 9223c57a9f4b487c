"""Frozen values that pass between a call and what reads it: what was given, what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Columns", "Given", "Known"]


class Columns(NamedTuple):
    """The columns of X: how many, and their names if all are text."""

    n_features: int
    names: NDArray[Any] | None


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was found out about rows and targets, and holds for all that follow.

    Parameters
    ----------
    columns : Columns or None
        None before the first call of `partial_fit`, which may name the classes.
    coding : Coding
        Of the targets: `LabelCoding` or `ValueCoding`.
    dtype : dtype or None
        The precision of the training, once it is known.
    whole : bool
        Whether all classes have to be there.
    """

    columns: Columns | None
    coding: Any
    dtype: np.dtype[Any] | None
    whole: bool = False


class Given(NamedTuple):
    """Rows, targets and weights as they are given to a call."""

    X: Any
    y: ArrayLike | None
    weight: ArrayLike | None = None
