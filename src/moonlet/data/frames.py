"""Frames and arrays of other libraries, as a `RawTable`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types as kinds

from moonlet.data.arrow import arrow_cells, arrow_table, frame_names
from moonlet.data.messages import BadCellError, located, quoted
from moonlet.data.objects import object_cells, texts_of
from moonlet.data.raw import Cells, RawTable, Texts, Typed
from moonlet.data.written import as_texts


def raw_frame(table: Any, source: str = "X") -> RawTable:
    """Take a table from memory.

    Parameters
    ----------
    table : DataFrame, or ndarray or lists of shape (n_rows, n_columns)
        Of pandas, polars, pyarrow or any library that narwhals knows. An array's columns are
        named x0, x1 and so on, unless its type names them. A row index is no column.
    source : str
        What to call it in errors.

    Raises
    ------
    DataError
        For what is no table, names that are missing or used twice or have several levels, and
        columns of what no table can hold.
    """
    if isinstance(table, list | tuple):
        table = _from_rows(table, source)
    if isinstance(table, np.ndarray):
        table = _from_array(table, source)
    if isinstance(table, pd.DataFrame):
        return _from_pandas(table, source)
    return _from_other(table, source)


def _from_rows(rows: Sequence[Any], source: str) -> pd.DataFrame:
    widths = {len(row) if isinstance(row, list | tuple | np.ndarray) else 0 for row in rows}
    if len(widths) != 1 or 0 in widths:
        raise located(source, "a list is a table if it has rows of one length, lists themselves.")
    # Each column by itself: an array of numbers and text would be all text.
    return pd.DataFrame({f"x{at}": list(cells) for at, cells in enumerate(zip(*rows, strict=True))})


def _from_array(array: np.ndarray[Any, Any], source: str) -> pd.DataFrame:
    if array.dtype.names is not None and array.ndim == 1:
        return pd.DataFrame({name: array[name] for name in array.dtype.names})
    if array.ndim != 2:
        raise located(
            source,
            f"an array of {array.ndim} dimension{'' if array.ndim == 1 else 's'} is no table. "
            "Expected 2, rows and columns; X.reshape(-1, 1) makes one column of one dimension.",
        )
    # Column by column: a frame made of the whole would take the bytes of the whole.
    return pd.DataFrame({f"x{at}": array[:, at] for at in range(array.shape[1])})


def _from_pandas(frame: pd.DataFrame, source: str) -> RawTable:
    names = frame_names(list(frame.columns), source)
    if not len(frame):
        raise located(source, "there are columns but no rows. Add rows.")
    columns: dict[str, Cells] = {}
    for position, name in enumerate(names):
        try:
            columns[name] = _series_cells(frame.iloc[:, position], name, source)
        except BadCellError as bad:
            raise located(source, bad.message, row=bad.row + 1, column=name) from None
    return RawTable(source, columns)


def _series_cells(series: pd.Series[Any], name: str, source: str) -> Cells:
    dtype = series.dtype
    series = series.reset_index(drop=True)
    if isinstance(dtype, pd.CategoricalDtype):
        return _category_cells(series, name, source)
    if isinstance(dtype, pd.ArrowDtype):
        import pyarrow as pa

        return arrow_cells(pa.chunked_array(pa.array(series.array)), name, source)
    if isinstance(dtype, pd.SparseDtype):
        return _series_cells(pd.Series(np.asarray(series)), name, source)
    if isinstance(dtype, pd.PeriodDtype):
        return Typed(series.dt.to_timestamp())
    if kinds.is_timedelta64_dtype(dtype):
        return Typed(series.dt.total_seconds() / 3600)
    if kinds.is_complex_dtype(dtype):
        raise located(
            source,
            "complex numbers are not understood. Make columns of their real and imaginary parts.",
            column=name,
        )
    if kinds.is_float_dtype(dtype):
        return Typed(pd.Series(series.to_numpy(np.float64, na_value=np.nan)))
    if kinds.is_bool_dtype(dtype) or kinds.is_integer_dtype(dtype):
        return Typed(series)
    if kinds.is_datetime64_any_dtype(dtype):
        return Typed(series)
    if kinds.is_object_dtype(dtype):
        return object_cells(series.to_numpy())
    return texts_of(series.to_numpy(object), series.isna().to_numpy())


def _category_cells(series: pd.Series[Any], name: str, source: str) -> Texts:
    if not len(series.cat.categories):
        return Texts.of([""] * len(series), is_category=True)
    labels = as_texts(_series_cells(pd.Series(series.cat.categories), name, source))
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise located(
            source,
            f"two categories are written {quoted(twice)}. Rename one of them.",
            column=name,
        )
    labels.append("")  # the code of a gap is -1
    return Texts.of((labels[code] for code in series.cat.codes), is_category=True)


def _from_other(table: Any, source: str) -> RawTable:
    import narwhals as nw

    if nw.dependencies.get_pyarrow() is not None:
        import pyarrow as pa

        if isinstance(table, pa.RecordBatch):
            table = pa.Table.from_batches([table])
    try:
        frame = nw.from_native(table)
    except TypeError:
        raise located(
            source,
            "expected a DataFrame (of pandas, polars, pyarrow and others) or a 2-dimensional "
            f"array. Got {type(table).__name__}.",
        ) from None
    if isinstance(frame, nw.LazyFrame):
        raise located(
            source,
            f"a {type(table).__name__} has no rows yet. Collect it into a DataFrame first.",
        )
    try:
        stored = frame.to_arrow()
    except ModuleNotFoundError:  # polars does without pyarrow
        names = frame_names(frame.columns, source)
        objects = pd.DataFrame(
            {
                name: pd.Series(column.to_list(), dtype=object)
                for name, column in zip(names, frame.iter_columns(), strict=True)
            }
        )
        return _from_pandas(objects, source)
    return arrow_table(stored, source)
