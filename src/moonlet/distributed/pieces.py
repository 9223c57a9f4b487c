"""A partition, read as `fit` reads rows, where it lies; and what is found out about all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moonlet.estimators.coding import LabelCoding
from moonlet.estimators.known import Columns, Given, Known
from moonlet.estimators.reading import read
from moonlet.estimators.rows import Rows
from moonlet.specs import Array

if TYPE_CHECKING:
    from moonlet.estimators.base import BaseMLP

__all__ = ["Piece", "PieceFacts", "facts_of", "read_piece", "what_all_are"]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The rows of a partition, read; of an empty one, or one that was refused, there are none.

    Parameters
    ----------
    rows : Rows, optional
    known : Known, optional
    refused : str, optional
        Why.
    """

    rows: Rows | None = None
    known: Known | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PieceFacts:
    """What a partition says of itself.

    Parameters
    ----------
    n_rows : int
    known : Known, optional
    counts : ndarray, optional
        Of the rows of each class.
    largest_weight : float
    refused : str, optional
    """

    n_rows: int
    known: Known | None
    counts: NDArray[np.integer] | None
    largest_weight: float
    refused: str | None


def read_piece(estimator: BaseMLP, X: Any, y: Any, weight: Any) -> Piece:
    """Read a partition, on a worker, by the checks of `fit`."""
    if X.shape[0] == 0:
        return Piece()
    weightless = weight is not None and not np.any(np.asarray(weight))
    try:
        # That one partition has no weight at all is nobody's fault.
        rows, known = read(estimator, Given(X, y, None if weightless else weight), None)
    except (ValueError, TypeError) as error:
        return Piece(refused=str(error))
    return Piece(Rows(rows.X, rows.y, np.zeros(len(rows))) if weightless else rows, known)


def facts_of(piece: Piece) -> PieceFacts:
    """Sum a partition up, for the driver."""
    rows, known = piece.rows, piece.known
    if rows is None or known is None:
        return PieceFacts(0, None, None, 0.0, piece.refused)
    one_label = isinstance(known.coding, LabelCoding) and not known.coding.several
    counts = np.bincount(rows.y, minlength=len(known.coding.classes)) if one_label else None
    largest = 1.0 if rows.weight is None else float(rows.weight.max())
    return PieceFacts(len(rows), known, counts, largest, None)


def what_all_are(
    estimator: BaseMLP, facts: Sequence[PieceFacts]
) -> tuple[Known, NDArray[np.integer] | None]:
    """Put together what holds for the rows of all partitions.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
    facts : sequence of PieceFacts

    Returns
    -------
    known : Known
        With all classes, and 64 bit if one partition has it.
    counts : ndarray of shape (n_classes,) or None
        Rows of each class.

    Raises
    ------
    ValueError
        If a partition was refused, or is unlike the first, or there are no rows.
    """
    for number, one in enumerate(facts):
        if one.refused is not None:
            raise ValueError(f"Partition {number}: {one.refused}")
    there = [(number, one.known) for number, one in enumerate(facts) if one.known is not None]
    if not there:
        raise ValueError(
            f"X has no rows: all of its {len(facts)} partitions are empty. Give it some."
        )
    (first_number, first), *others = there
    for number, known in others:
        _expect_alike(first_number, first, number, known)
    dtype = np.result_type(*(known.dtype for _, known in there))
    if not isinstance(first.coding, LabelCoding):
        return Known(first.columns, first.coding, dtype), None
    coding = first.coding
    if coding.several:
        return Known(first.columns, coding, dtype), None
    classes = np.unique(np.concatenate([known.coding.classes for _, known in there]))
    counts = np.zeros(len(classes), dtype=np.int64)
    for one in facts:
        if one.known is not None and one.counts is not None:
            counts[np.searchsorted(classes, one.known.coding.classes)] += one.counts
    return Known(first.columns, LabelCoding.of(estimator, classes), dtype), counts


def _expect_alike(first_number: int, first: Known, number: int, known: Known) -> None:
    have, here = first.columns, known.columns
    if have is None or here is None:  # both were read
        return
    if have.n_features != here.n_features or _names(have) != _names(here):
        raise ValueError(
            f"Partition {number} has {_told(here)}, partition {first_number} {_told(have)}. All "
            "partitions must have the same columns in the same order."
        )
    now, before = known.coding, first.coding
    if not isinstance(before, LabelCoding):
        if now.n_outputs != before.n_outputs:
            raise ValueError(
                f"Partition {number} has {now.n_outputs} targets a row, partition {first_number} "
                f"{before.n_outputs}. All must have as many."
            )
    elif now.several != before.several or (now.several and len(now.classes) != len(before.classes)):
        raise ValueError(
            f"Partition {number} has other labels a row than partition {first_number}: give one "
            "label a row, or a matrix of 0 and 1 of the same width everywhere."
        )
    elif (now.classes.dtype.kind in "OUST") != (before.classes.dtype.kind in "OUST"):
        raise ValueError(
            f"Partition {number} has labels like {now.classes[0]!r}, partition {first_number} "
            f"like {before.classes[0]!r}. Turn all into text, for instance by y.astype(str)."
        )


def _names(columns: Columns) -> list[str] | None:
    return None if columns.names is None else columns.names.tolist()


def _told(columns: Columns) -> str:
    names = _names(columns)
    return f"{columns.n_features} columns" if names is None else f"the columns {names}"


def placed(piece: Piece, coding: Any, factors: Array | None, dtype: np.dtype[Any]) -> Rows:
    """A partition's rows among those of all: positions of all classes, in one precision."""
    rows, known = piece.rows, piece.known
    if rows is None or known is None:
        raise ValueError("an empty partition is in no tile")
    y = rows.y
    if isinstance(coding, LabelCoding) and not coding.several:
        y = np.searchsorted(coding.classes, known.coding.classes)[y]
    elif not isinstance(coding, LabelCoding):
        y = y.astype(dtype, copy=False)
    found = Rows(rows.X.astype(dtype, copy=False), y, rows.weight)
    return found if factors is None else found.weighted(factors[y])
