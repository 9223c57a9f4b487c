"""Columns of Python objects: what SQL drivers, Excel files and object columns give.

Objects of one type make a typed column; of several, each is written as text,
and the column's meaning is left to the schema, as in a CSV file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moonlet.data.messages import BadCellError, quoted
from moonlet.data.raw import NUL, Cells, Texts, Typed
from moonlet.data.written import hours, written

Objects = NDArray[np.object_]
Flags = NDArray[np.bool_]

EXACT = 2**53  # the whole numbers up to here are floats as well


def object_cells(values: Sequence[Any] | Objects) -> Cells:
    """Cells of a column of Python objects; None, NaN, NaT and NA are gaps.

    Raises
    ------
    BadCellError
        For the first object that is neither number nor text, truth value, date or time.
    """
    objects: Objects = np.empty(len(values), dtype=object)
    objects[:] = values
    gaps: Flags = pd.isna(objects)
    known = objects[~gaps]
    if _all(known, bool, np.bool_):
        return Typed(pd.Series(_filled(objects, gaps, False), dtype="boolean").mask(gaps))
    # Before whole numbers: NumPy calls its spans integers.
    if _all(known, datetime.timedelta, np.timedelta64):
        spans = [np.nan if gap else hours(span) for span, gap in zip(objects, gaps, strict=True)]
        return Typed(pd.Series(spans, dtype=np.float64))
    if _all(known, int, np.integer) and _fits(known, np.iinfo(np.int64).max):
        return Typed(pd.Series(_filled(objects, gaps, 0), dtype="Int64").mask(gaps))
    if _all(known, int, np.integer, float, np.floating):
        whole = [value for value in known if not isinstance(value, float | np.floating)]
        if whole != known.tolist() and _fits(whole, EXACT):
            return Typed(pd.Series(_filled(objects, gaps, np.nan).astype(np.float64)))
    if _all(known, datetime.date) and not any(getattr(date, "tzinfo", None) for date in known):
        stamps = np.array(_filled(objects, gaps, None), dtype="datetime64[us]")
        return Typed(pd.Series(stamps))
    return texts_of(objects, gaps)


def texts_of(objects: Iterable[object], gaps: Iterable[bool | np.bool_]) -> Texts:
    """Write each object as text.

    Raises
    ------
    BadCellError
        For the first object that a cell cannot hold.
    """
    cells = []
    for row, (value, gap) in enumerate(zip(objects, gaps, strict=True)):
        text = "" if gap else written(value)
        if text is None:
            raise BadCellError(row, _refused(value))
        if NUL in text:
            raise BadCellError(row, "there is a NUL character, which no text has. Remove it.")
        cells.append(text)
    return Texts.of(cells)


def _all(known: Objects, *types: type) -> bool:
    # A bool is an int, but a column that mixes them is neither.
    exact = bool in types or not any(isinstance(value, bool | np.bool_) for value in known)
    return len(known) > 0 and exact and all(isinstance(value, types) for value in known)


def _fits(known: Iterable[Any], limit: int) -> bool:
    return all(-limit <= int(value) <= limit for value in known)


def _filled(objects: Objects, gaps: Flags, with_: Any) -> Objects:
    filled = objects.copy()
    filled[gaps] = with_
    return filled


def _refused(value: object) -> str:
    given = f"{quoted(str(value), 30)} is a {type(value).__name__}"
    if isinstance(value, dict | list | tuple | set | np.ndarray):
        return f"{given}. Spread it over columns of numbers or text."
    return f"{given}. Expected a number, text, a truth value, a date or a gap."
