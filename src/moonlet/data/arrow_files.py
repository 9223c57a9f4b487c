"""Parquet files, folders of them, and Arrow's own files (Feather among them)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from moonlet.data.arrow import arrow_table
from moonlet.data.contents import ARROW, PARQUET, Contents
from moonlet.data.messages import listed, located, quoted
from moonlet.data.raw import RawTable
from moonlet.exceptions import DataError, MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def read_arrow(stream: BinaryIO, kind: Contents, source: str) -> RawTable:
    """Read a file of Parquet, Arrow or an Arrow stream.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    DataError
        When the file is damaged or holds something that is no table of numbers, labels and dates.
    """
    return arrow_table(_stored(stream, kind, source), source)


def read_folder(folder: Path, source: str) -> RawTable:
    """Read the Parquet files of a folder as one table, in the order of their names.

    Numbers in names are compared as numbers: part-10 stands behind part-9.

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    DataError
        When there are none, or folders instead of files, or parts that differ in their columns.
    """
    paths = parts_of(folder, source)
    parts: list[pa.Table] = []
    for path in paths:
        with path.open("rb") as stream:
            parts.append(_stored(stream, PARQUET, f"{source}/{path.name}"))
        missing = sorted(set(parts[0].column_names) ^ set(parts[-1].column_names))
        if missing:
            raise located(
                source,
                f"{paths[0].name} and {path.name} differ in columns: {listed(map(quoted, missing))}"
                " stand in one of them only. Write them alike.",
            )
    return arrow_table(_together(parts, source), source)


def parts_of(path: Path, source: str) -> list[Path]:
    """The Parquet files of a folder, in the order of their names; of a file itself.

    Raises
    ------
    DataError
        When there are none, or folders instead of files.
    """
    if not path.is_dir():
        return [path]
    # Spark and others leave "_SUCCESS", "_metadata" and ".part-0.crc" beside the parts.
    inside = [file for file in path.iterdir() if file.name[0] not in "._"]
    folders = sorted(file.name for file in inside if file.is_dir())
    if folders:
        raise located(
            source,
            f"there are folders in it: {listed(map(quoted, folders))}. A folder must hold "
            "its parts itself; what its folders are named for must be a column of the files.",
        )
    paths = sorted((file for file in inside if file.suffix.lower() == ".parquet"), key=_natural)
    if not paths:
        raise located(source, "this is a folder without .parquet files. Name a file.")
    return paths


def shape_of(path: Path) -> tuple[int, list[str]] | None:
    """Rows and names of the columns of Parquet files, from their footers.

    None where there are none that can be looked at: who reads them says why.
    """
    try:
        import pyarrow.parquet as pq

        footers = [pq.read_metadata(part) for part in parts_of(path, str(path))]
        names = pq.read_schema(parts_of(path, str(path))[0]).names
    except (ImportError, DataError, OSError, ValueError):  # pyarrow's errors are ValueErrors
        return None
    return sum(footer.num_rows for footer in footers), list(names)


def _together(parts: list[pa.Table], source: str) -> pa.Table:
    import pyarrow as pa

    order = parts[0].column_names
    try:
        whole = pa.concat_tables(
            [part.select(order).unify_dictionaries() for part in parts], promote_options="default"
        )
        return whole.unify_dictionaries()
    except (pa.ArrowException, KeyError) as error:
        raise located(
            source,
            f"the parts differ in the types of their columns: {quoted(str(error), 120)}. Write "
            "them alike.",
        ) from None


def _stored(stream: BinaryIO, kind: Contents, source: str) -> pa.Table:
    try:
        import pyarrow as pa
        import pyarrow.ipc
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError(
            f"{source}: reading {'Parquet' if kind is PARQUET else 'Arrow'} files needs pyarrow. "
            'Install it with `pip install "moonlet[parquet]"`.'
        ) from error
    # Not read_table: that would add columns from folders named like "year=2024".
    readers: dict[Contents, Callable[[Any], pa.Table]] = {
        PARQUET: lambda file: _with_categories(pq.ParquetFile(file)),
        ARROW: lambda file: pa.ipc.open_file(file).read_all(),
    }
    read = readers.get(kind, lambda file: pa.ipc.open_stream(file).read_all())
    try:
        stored = read(stream)
        stored.validate(full=True)
    # MemoryError: a changed length asks for more than there is.
    except (pa.ArrowException, OSError, ValueError, NotImplementedError, MemoryError) as error:
        raise located(
            source,
            f"this is not {kind.name}, or it is damaged: {quoted(str(error), 80)}. Write it again.",
        ) from None
    return stored


def _with_categories(file: pq.ParquetFile) -> pa.Table:
    """Read all; categories of anything but text are in a note only, which pyarrow passes over."""
    import pyarrow as pa

    stored = file.read()
    note = (file.metadata.metadata or {}).get(b"ARROW:schema")
    if note is None:
        return stored
    for field in pa.ipc.read_schema(pa.BufferReader(base64.b64decode(note))):
        at = stored.schema.get_field_index(field.name)
        if pa.types.is_dictionary(field.type) and at >= 0:
            stored = stored.set_column(at, field.name, stored.column(at).dictionary_encode())
    return stored


def _natural(path: Path) -> list[tuple[int, str]]:
    pieces = re.findall(r"\d+|\D+", path.name)
    return [(int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces]
