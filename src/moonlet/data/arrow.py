"""Arrow tables, column by column, by the types that they themselves declare.

Parquet files, Feather files, pyarrow's tables, polars' frames and pandas'
Arrow-backed columns all come this way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from moonlet.data.messages import BadCellError, located, quoted
from moonlet.data.raw import NUL, Cells, RawTable, Texts, Typed
from moonlet.data.written import as_texts, written
from moonlet.exceptions import DataError

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_cells(column: pa.ChunkedArray, name: str, source: str) -> Cells:
    """Cells of one column.

    Raises
    ------
    DataError
        When it holds what is neither number nor text, truth value, date or time.
    BadCellError
        For the first cell that cannot be kept as text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as kinds

    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        chunks = [chunk.storage for chunk in column.chunks]
        return arrow_cells(pa.chunked_array(chunks, type=kind.storage_type), name, source)
    if kinds.is_run_end_encoded(kind):
        decoded = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return arrow_cells(pa.chunked_array(decoded, type=kind.value_type), name, source)
    if kinds.is_dictionary(kind):
        decoded = [chunk.dictionary_decode() for chunk in column.chunks]
        values = arrow_cells(pa.chunked_array(decoded, type=kind.value_type), name, source)
        return as_category(values)
    if kinds.is_null(kind):
        return Texts.of([""] * len(column))
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return _texts(column.to_pylist())
    if kinds.is_decimal(kind):
        return _texts([None if value is None else str(value) for value in column.to_pylist()])
    if kinds.is_time(kind):
        times = column.cast(pa.string()).to_pylist()
        return _texts([time and re.sub(r"\.0+$", "", time) for time in times])
    if kinds.is_boolean(kind) or kinds.is_integer(kind):
        nullable = {pa.bool_(): pd.BooleanDtype()} | {
            getattr(pa, lower)(): getattr(pd, f"{upper}Dtype")()
            for size in (8, 16, 32, 64)
            for lower, upper in ((f"int{size}", f"Int{size}"), (f"uint{size}", f"UInt{size}"))
        }
        return Typed(column.to_pandas(types_mapper=nullable.get if column.null_count else None))
    if kinds.is_floating(kind):
        return Typed(column.cast(pa.float64()).to_pandas())
    if kinds.is_date(kind):
        return Typed(column.cast(pa.timestamp("s" if kinds.is_date32(kind) else "ms")).to_pandas())
    if kinds.is_timestamp(kind):
        return Typed(column.to_pandas())
    if kinds.is_duration(kind):
        an_hour = 3600 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit]
        return Typed(column.cast(pa.int64()).cast(pa.float64()).to_pandas() / an_hour)
    raise located(source, _cure(kind), column=name)


def arrow_table(table: pa.Table, source: str) -> RawTable:
    """Take a whole table; a row index that pandas has stored along is left out.

    Raises
    ------
    DataError
        For columns without a name or of one name, no columns, no rows, and cells that are nothing
        a table can hold.
    """
    import pyarrow as pa
    import pyarrow.types as kinds

    try:
        noted = table.schema.pandas_metadata or {}  # what pandas left to itself on writing
        index, told = noted.get("index_columns", []), noted.get("columns", [])
        categories = {one["field_name"] for one in told if one["pandas_type"] == "categorical"}
    except (ValueError, KeyError, TypeError, AttributeError):
        index, categories = [], set()  # not pandas' own note after all
    positions = [at for at, name in enumerate(table.column_names) if name not in index]
    names = frame_names([table.column_names[at] for at in positions], source)
    if not table.num_rows:
        raise located(source, "there are columns but no rows. Add rows.")
    columns: dict[str, Cells] = {}
    for name, position in zip(names, positions, strict=True):
        column = table.column(position)
        try:
            cells = arrow_cells(column, name, source)
        except DataError:
            raise
        except BadCellError as bad:
            raise located(source, bad.message, row=bad.row + 1, column=name) from None
        except (pa.ArrowException, ValueError, KeyError, OverflowError) as error:
            raise located(source, f"{quoted(str(error), 80)}. Correct it.", column=name) from None
        # Parquet itself forgets that they were categories.
        if table.column_names[position] in categories and not kinds.is_dictionary(column.type):
            cells = as_category(cells)
        columns[name] = cells
    return RawTable(source, columns)


def frame_names(names: Sequence[object], source: str) -> list[str]:
    """Names of columns as text, without the spaces around them.

    Raises
    ------
    DataError
        For a column without a name, one with several, two of one name, and no column at all.
    """
    texts: list[str] = []
    for position, name in enumerate(names, start=1):
        if isinstance(name, tuple):
            raise located(
                source,
                f"the name has several levels: {quoted(str(name))}. Make them one, as by X.columns "
                '= ["_".join(map(str, name)) for name in X.columns].',
                column=position,
            )
        text = (written(name) or "").strip()
        if not text:
            raise located(
                source,
                "the column has no name. Give it one, or delete the column.",
                column=position,
            )
        if text in texts:
            raise located(source, "two columns have this name. Rename one.", column=text)
        texts.append(text)
    if not texts:
        raise located(source, "there are no columns. Expected a table with names and rows.")
    return texts


def as_category(cells: Cells) -> Texts:
    """Cells of which the source says that they are categories, whatever they look like."""
    return Texts.of(as_texts(cells), is_category=True)


def _texts(cells: list[str | None]) -> Texts:
    texts = Texts.of(cell or "" for cell in cells)
    if len(texts) != len(cells):
        row = next(row for row, cell in enumerate(cells) if cell and NUL in cell)
        raise BadCellError(row, "there is a NUL character, which no text has. Remove it.")
    return texts


def _cure(kind: pa.DataType) -> str:
    import pyarrow.types as kinds

    if kinds.is_nested(kind):
        return f"nested values ({kind}) are not understood. Spread them over columns of numbers."
    return f"values of type {kind} are not understood. Turn them into numbers or text."
