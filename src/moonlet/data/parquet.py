"""Parquet files, column by column, by the types that the file itself declares."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from moonlet.data.cells import check_size, labels
from moonlet.data.messages import BadCellError, located, quoted
from moonlet.data.table import Table
from moonlet.exceptions import MissingExtraError
from moonlet.specs import Array

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, source: str) -> Table:
    """Read a .parquet file.

    Numbers, decimals and booleans (as 0 and 1) become float64; text and
    dictionaries become categories. A row index that pandas has stored along is
    left out.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    DataError
        When the file is damaged or holds something that is neither a number
        nor a label.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError(
            f"{source}: reading Parquet files needs pyarrow. "
            'Install it with `pip install "moonlet[parquet]"`.'
        ) from error
    with path.open("rb") as opened:
        try:
            # Not read_table: that would add columns from folders named like "year=2024".
            stored = pq.ParquetFile(opened).read()
            stored.validate(full=True)
            noted = stored.schema.pandas_metadata or {}  # what pandas left to itself on writing
        except (pa.ArrowException, OSError, ValueError) as error:
            raise located(
                source,
                f"this is not a Parquet file, or it is damaged: {quoted(str(error), 80)}. "
                "Write it again.",
            ) from None
    names = _names(stored, noted.get("index_columns", []), source)
    if not stored.num_rows:
        raise located(source, "there are columns but no rows. Add rows.")
    columns: dict[str, Array | pd.Categorical] = {}
    categories = {
        told.get("field_name")
        for told in noted.get("columns", [])
        if told.get("pandas_type") == "categorical"
    }
    for position, name in names.items():
        column = stored.column(position)
        if stored.column_names[position] in categories and pa.types.is_integer(column.type):
            column = column.cast(pa.string())  # Parquet itself forgets that they were categories
        try:
            columns[name] = _column(column, name, source)
        except BadCellError as bad:
            raise located(source, bad.message, row=bad.row + 1, column=name) from None
    return Table(source, pd.DataFrame(columns))


def _names(stored: pa.Table, index: list[Any], source: str) -> dict[int, str]:
    """Positions and names of the columns that are not pandas' row index."""
    names: dict[int, str] = {}
    for position, stored_name in enumerate(stored.column_names):
        name = stored_name.strip()
        if stored_name in index:
            continue
        if not name:
            raise located(
                source,
                "the column has no name. Give it one, or delete the column.",
                column=position + 1,
            )
        if name in names.values():
            raise located(source, "two columns have this name. Rename one.", column=name)
        names[position] = name
    if not names:
        raise located(source, "there are no columns. Expected a table with names and rows.")
    return names


def _column(column: pa.ChunkedArray, name: str, source: str) -> Array | pd.Categorical:
    import pyarrow as pa
    import pyarrow.types as kinds

    kind = column.type
    if kinds.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if _is_text(kind):
        return _labels(column)
    if kinds.is_null(kind):
        return np.full(len(column), np.nan)
    if kinds.is_boolean(kind):
        column = column.cast(pa.int8())
    elif not (kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind)):
        raise located(source, _cure(kind), column=name)
    # Unsafe: 64-bit integers above 2**53 lose their last digits, as in any float64 column.
    numbers: Array = column.cast(pa.float64(), safe=False).to_numpy()
    check_size(numbers)
    return numbers


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow.types as kinds

    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def _labels(column: pa.ChunkedArray) -> pd.Categorical:
    return labels(text and text.strip() for text in column.to_pylist())


def _cure(kind: pa.DataType) -> str:
    import pyarrow.types as kinds

    if kinds.is_temporal(kind):
        return f"dates and times ({kind}) are not understood. Turn them into numbers or text."
    if kinds.is_nested(kind):
        return f"nested values ({kind}) are not understood. Spread them over columns of numbers."
    return f"values of type {kind} are not understood. Turn them into numbers or text."
