"""How a typed value is written as text: one way, whatever library it came from.

A category of the numbers 1 and 2 is labelled "1" and "2" then, in a CSV file, a
Parquet file and a DataFrame alike.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype

from moonlet.data.raw import Cells, Texts

# Above this a float's digits are not its own: 1e16 tells what 10000000000000000 pretends.
LARGEST_WHOLE = 1e16


def as_texts(column: Cells) -> list[str]:
    """Cells as text; the empty text is a gap.

    Whole numbers are written in digits, other numbers by the fewest digits that tell them from
    their neighbours, booleans as True and False, dates and times as ISO 8601 has them.
    """
    if isinstance(column, Texts):
        return column.cells()
    values: pd.Series[Any] = column.series
    gaps = values.isna().to_numpy()
    if is_datetime64_any_dtype(values.dtype):
        stamps = [None if gap else value for value, gap in zip(values, gaps, strict=True)]
        known = [stamp for stamp in stamps if stamp is not None]
        # One way for the column: a midnight among other times is a time.
        days = all(stamp == stamp.normalize() and stamp.tz is None for stamp in known)
        texts = [
            "" if stamp is None else str(stamp.date()) if days else stamp.isoformat(sep=" ")
            for stamp in stamps
        ]
    elif is_bool_dtype(values.dtype) or is_integer_dtype(values.dtype):
        texts = ["" if gap else str(value) for value, gap in zip(values, gaps, strict=True)]
    else:
        texts = [written(value) for value in values.tolist()]
    return texts


def written(value: object) -> str | None:
    """One value as text; None if it is nothing that a cell can hold."""
    match value:
        case bool() | np.bool_():
            return str(bool(value))
        case datetime.timedelta() | np.timedelta64():  # NumPy calls its own an integer
            return _float(hours(value))
        case int() | np.integer():
            return str(int(value))
        case float() | np.floating():
            return _float(float(value))
        case str() | Decimal() | UUID() | pd.Interval():
            return str(value)
        case datetime.datetime():
            return value.isoformat(sep=" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case np.datetime64():
            return pd.Timestamp(value).isoformat(sep=" ")
        case _:
            return None


def hours(span: datetime.timedelta | np.timedelta64) -> float:
    """A span of time as a number."""
    return float(pd.Timedelta(span) / pd.Timedelta(hours=1))


def _float(value: float) -> str:
    if np.isnan(value):
        return ""
    if value.is_integer() and abs(value) < LARGEST_WHOLE and (value or str(value) == "0.0"):
        return str(int(value))
    return repr(value)
