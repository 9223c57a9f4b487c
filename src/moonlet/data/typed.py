"""From a column's cells to values, by its schema: each cell by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from moonlet.data.column import Column
from moonlet.data.kinds import GAP_WORDS
from moonlet.data.messages import quoted
from moonlet.data.plain import read_plain
from moonlet.data.raw import RawTable, Texts, Typed
from moonlet.data.signs import Hints
from moonlet.data.spelling import LARGEST, PLAIN, is_infinity
from moonlet.data.written import as_texts
from moonlet.specs import Array


def typed_column(column: Column, raw: RawTable) -> Any:
    """Read one column of a table.

    Returns
    -------
    values : ndarray of float64, Categorical of str, or Series of datetime64, of shape (n_rows,)

    Raises
    ------
    DataError
        For the first cell that is not written as the column is.
    """
    return _READERS[column.kind](column, raw)


def numbers(column: Column, raw: RawTable) -> Array:
    """Read numbers; a gap is NaN."""
    cells, spelling = raw.columns[column.name], column.number or PLAIN
    if isinstance(cells, Typed):
        return _typed_numbers(column, raw, cells.series)
    is_plain = replace(spelling, marks=(), loose=False) == PLAIN and cells.joined.isascii()
    if is_plain and (read := read_plain(cells.joined)) is not None:
        read.numbers[np.isin(read.numbers, list(_gaps(column).gap_numbers))] = np.nan
        return check_size(column, raw, read.numbers)
    values = _by_text(column, raw, cells.cells(), spelling.value, "a number", spelling.words)
    return check_size(column, raw, values)


def _gaps(column: Column) -> Hints:
    return Hints(gap=frozenset(column.gap_words))


def labels(column: Column, raw: RawTable) -> pd.Categorical:
    """Read labels as written; a gap is NaN."""
    cells = raw.columns[column.name]
    if isinstance(cells, Typed):
        texts = as_texts(cells)
        if is_numeric_dtype(cells.series.dtype):
            # 1 and 1.0 are one number, whichever of them was the label.
            known = set(column.labels)
            texts = [f"{t}.0" if t not in known and f"{t}.0" in known else t for t in texts]
    else:
        texts = cells.cells()
    is_gap = _gaps(column).is_gap
    meant = {text: None if not text or is_gap(text) else text for text in dict.fromkeys(texts)}
    return pd.Categorical([meant[text] for text in texts])


def yes_no(column: Column, raw: RawTable) -> Array:
    """Read yes as 1 and no as 0; a gap is NaN."""
    cells = raw.columns[column.name]
    if isinstance(cells, Typed) and is_bool_dtype(cells.series.dtype):
        return cells.series.to_numpy(dtype=np.float64, na_value=np.nan)
    if isinstance(cells, Typed) and is_numeric_dtype(cells.series.dtype):
        values = cells.series.to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
            return values  # as this function gives them
    no, yes = (label.casefold() for label in column.labels)
    meant = {no: 0.0, yes: 1.0}
    texts = as_texts(cells) if isinstance(cells, Typed) else cells.cells()
    words = f"{column.labels[0]} or {column.labels[1]}"
    return _by_text(column, raw, texts, lambda text: meant.get(text.casefold()), words, "")


def dates(column: Column, raw: RawTable) -> pd.Series:
    """Read dates, in UTC where they tell their time zone; a gap is NaT."""
    cells, spelling = raw.columns[column.name], column.date
    if spelling is None:
        raise ValueError(f"{column.name!r} is no column of dates")
    if isinstance(cells, Typed) and is_datetime64_any_dtype(cells.series.dtype):
        values = cells.series.reset_index(drop=True)
        zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
        if zoned != spelling.zoned and values.notna().any():
            raise raw.error(
                f"these dates {'tell a' if zoned else 'tell no'} time zone, those that were "
                f"trained on {'none' if zoned else 'do'}. Write them alike.",
                column.name,
            )
        plain = values.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else values
        return plain.astype("datetime64[us]")
    texts = as_texts(cells) if isinstance(cells, Typed) else cells.cells()

    def microseconds(text: str) -> float | None:
        moment = spelling.value(text)
        return None if moment is None else (moment - _EPOCH) / timedelta(microseconds=1)

    what = f"a date written as {spelling.pattern or spelling.style}"
    since = _by_text(column, raw, texts, microseconds, what, "with a time zone" * spelling.zoned)
    gaps = np.isnan(since)
    moments = np.where(gaps, 0, since).astype("int64").astype("datetime64[us]")
    moments[gaps] = np.datetime64("NaT", "us")
    return pd.Series(moments)


_EPOCH = datetime(1970, 1, 1)
_READERS: dict[str, Callable[[Column, RawTable], Any]] = {
    "number": numbers,
    "category": labels,
    "yes/no": yes_no,
    "date": dates,
}


def _by_text(
    column: Column,
    raw: RawTable,
    texts: list[str],
    read: Callable[[str], float | None],
    what: str,
    how: str,
) -> Array:
    """Read each different text once."""
    is_gap = _gaps(column).is_gap
    meant: dict[str, float] = {}
    for text in dict.fromkeys(texts):
        value = np.nan if not text or is_gap(text) else read(text)
        if value is None and text.casefold() in GAP_WORDS:
            value = np.nan
        if value is None:
            if what == "a number" and is_infinity(text):
                raise _too_large(column, raw, texts.index(text), quoted(text))
            raise raw.error(
                f"{quoted(text)} is not {what}{' (' + how + ')' if how else ''}, as the column "
                "has them. Correct it, or leave the cell empty.",
                column.name,
                texts.index(text),
            )
        meant[text] = value
    return np.array([meant[text] for text in texts])


def without_gaps(values: pd.Series, gaps: Collection[float]) -> pd.Series:
    """Make gaps of the numbers that stand for one."""
    if not gaps or not is_numeric_dtype(values.dtype) or is_bool_dtype(values.dtype):
        return values
    marked = values.isin(list(gaps))
    return values.astype("float64").mask(marked) if marked.any() else values


def _typed_numbers(column: Column, raw: RawTable, values: pd.Series) -> Array:
    if is_datetime64_any_dtype(values.dtype):
        raise raw.error("dates where the model was trained on numbers. Correct it.", column.name)
    values = without_gaps(values, _gaps(column).gap_numbers)
    return check_size(column, raw, values.to_numpy(dtype=np.float64, na_value=np.nan))


def check_size(column: Column, raw: RawTable, values: Array) -> Array:
    """Refuse infinities and numbers whose square overflows."""
    too_large = np.flatnonzero(np.abs(values) > LARGEST)
    if too_large.size:
        row = int(too_large[0])
        cells = raw.columns[column.name]
        given = quoted(cells.cells()[row]) if isinstance(cells, Texts) else repr(float(values[row]))
        raise _too_large(column, raw, row, given)
    return values


def _too_large(column: Column, raw: RawTable, row: int, given: str) -> Exception:
    return raw.error(
        f"{given} is infinite or too large to work with (the limit is {LARGEST:g}). "
        "Correct it, or leave the cell empty.",
        column.name,
        row,
    )
