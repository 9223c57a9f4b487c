"""Rows of Parquet files that no memory holds at once: decoded batch by batch.

What is asked of the parts is told at once, from their footers: that they have the columns, of one
type, and rows. Each is looked at again when it is read: a part that was written anew since is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from moonlet.data.arrow import arrow_table
from moonlet.data.arrow_files import parts_of
from moonlet.data.infer import Options
from moonlet.data.messages import did_you_mean, listed, located, quoted
from moonlet.data.opening import check_stamp, stamp_of
from moonlet.data.prepared_rows import PreparedRows
from moonlet.data.raw import RawTable
from moonlet.data.target import Task
from moonlet.exceptions import MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from moonlet.blocks import FirstPass, RowProgress

__all__ = ["ParquetRows"]

_BATCH = 1 << 16
# The sample that tells what columns hold: from so many places, of so many rows that are decoded.
_PLACES, _DECODED, _SAMPLE = 32, 2_000_000, 100_000


class _Part(NamedTuple):
    path: Path
    n_rows: int
    n_groups: int
    stamp: tuple[int, int]


class ParquetRows(PreparedRows):
    """Rows of a Parquet file, or of a folder of them, as `fit` takes them.

    ``MLPClassifier().fit(ParquetRows("big.parquet", target="label"))`` decodes the files once, into
    a cache on the disk, and trains on windows of blocks of it.

    Parameters
    ----------
    path : str or Path
        A file, or a folder of parts with the same columns.
    target : str
        The column to predict. Rows in which it is empty are left out.
    columns : sequence of str, optional
        The columns to learn from, in this order; all others by default.
    prepare : bool, default=False
        Turn columns of every kind into numbers, as `make_preprocessor` does: gaps filled, numbers
        standardised, categories one column each. What kind a column is, and the medians that fill
        gaps, are found out from a sample of 100,000 rows; means, deviations and categories from
        all. False takes columns of numbers as they are.
    dtype : {"float32", "float64"}, default="float32"
        The precision of the training.
    task : {"classification", "regression"}, optional
    options : Options, optional
        What the caller says of the table, as `moonlet.data.load` has it; for `prepare`.
    progress : callable, optional
        Called with a `moonlet.blocks.RowProgress` after each batch that is read, and each window
        that is trained on.

    Attributes
    ----------
    n_rows : int
        As the files say; those without a target are among them.
    columns : tuple of str
    target : str

    Raises
    ------
    MissingExtraError
        When pyarrow is not installed.
    DataError
        When a part misses a column, has another type, or no rows.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> from moonlet import MLPClassifier
    >>> from moonlet.data import ParquetRows
    >>> sizes = [1.0, 2.5, 7.5, 9.0]
    >>> table = pd.DataFrame({"a": sizes * 100, "label": ["low", "low", "high", "high"] * 100})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table.to_parquet(f"{folder}/part-0.parquet")
    ...     rows = ParquetRows(folder, target="label", prepare=True)
    ...     network = MLPClassifier((4,), learning_rate_init=0.05, random_state=0).fit(rows)
    >>> network.predict(rows.preprocessor.transform(pd.DataFrame({"a": [2.0, 8.0]})))
    array(['low', 'high'], dtype='<U4')
    """

    def __init__(
        self,
        path: str | Path,
        *,
        target: str,
        columns: Sequence[str] | None = None,
        prepare: bool = False,
        dtype: str = "float32",
        task: Task | None = None,
        options: Options | None = None,
        progress: Callable[[RowProgress], None] | None = None,
    ) -> None:
        super().__init__(str(path), target, dtype, task, options, progress)
        self.path, self.target, self.prepare = Path(path), target, prepare
        paths = parts_of(self.path, self._source)
        with _opened(paths[0], self._source) as file:
            self._schema: pa.Schema = file.schema_arrow
        names = list(self._schema.names)
        self.columns = tuple(columns or (name for name in names if name != target))
        for name in (target, *self.columns):
            if name not in names:
                raise located(
                    self._source,
                    f"there is no column {quoted(name)}.{did_you_mean(name, names)} The columns "
                    f"are {listed(map(quoted, names))}.",
                )
        if target in self.columns or not self.columns:
            raise located(self._source, "columns must be some other than the target.")
        if not prepare:
            self._check_numbers()
        self._parts = [self._part(path) for path in paths]
        self.n_rows = sum(part.n_rows for part in self._parts)

    def __iter__(self) -> Iterator[tuple[Any, NDArray[Any]]]:
        if self.prepare:
            yield from super().__iter__()
            return
        for batch, name, _ in self._all_batches():
            yield self._rows(batch, name)

    def first_pass(self) -> FirstPass | None:
        """The rows half-ready, for `fit`, which keeps them; None: they are ready as they come."""
        return super().first_pass() if self.prepare else None

    def raw_parts(self) -> Iterator[RawTable]:
        """The table in parts, its target among the columns."""
        import pyarrow as pa

        for batch, name, before in self._all_batches():
            yield replace(arrow_table(pa.Table.from_batches([batch]), name), first_row=before)

    def raw_sample(self) -> RawTable:
        """Rows from all over the table."""
        import pyarrow as pa

        places = [(part, at) for part in self._parts for at in range(part.n_groups)]
        step = max(len(places) / _PLACES, 1.0)
        chosen = [places[int(at * step)] for at in range(min(len(places), _PLACES))]
        found: list[pa.Table] = []
        for part, group in chosen:
            name = self._name(part.path)
            check_stamp(part.path, name, part.stamp)
            with _opened(part.path, name) as file:
                some: list[pa.RecordBatch] = []
                for batch in self._batches(file, name, row_groups=[group]):
                    some.append(batch)
                    if sum(map(len, some)) >= _DECODED // len(chosen):
                        break
            table = pa.Table.from_batches(some)
            wanted = min(len(table), _SAMPLE // len(chosen))
            found.append(table.take(np.linspace(0, len(table) - 1, wanted).astype(np.int64)))
        return arrow_table(pa.concat_tables(found).unify_dictionaries(), self._source)

    def _name(self, path: Path) -> str:
        return self._source if path == self.path else f"{self._source}/{path.name}"

    def _check_numbers(self) -> None:
        import pyarrow.types as kinds

        for name in self.columns:
            kind = self._schema.field(name).type
            numbers = (kinds.is_integer, kinds.is_floating, kinds.is_boolean)
            if not any(is_kind(kind) for is_kind in numbers):
                raise located(
                    self._source,
                    f"the values are {kind}, no numbers. Use prepare=True, which makes some of "
                    "them, or leave the column out by columns=.",
                    column=name,
                )

    def _part(self, path: Path) -> _Part:
        name = self._name(path)
        with _opened(path, name) as file:
            schema, about = file.schema_arrow, file.metadata
        # Before its types, which are no one's where there is no value.
        if not about.num_rows:
            raise located(name, "there are columns but no rows. Remove the file.")
        for wanted in (self.target, *self.columns):
            if wanted not in schema.names:
                raise located(name, f"the column {quoted(wanted)} is missing. Write parts alike.")
            mine, first = schema.field(wanted).type, self._schema.field(wanted).type
            if not mine.equals(first):
                raise located(
                    name,
                    f"the values are {mine}, in the first part {first}. Write parts alike.",
                    column=wanted,
                )
        return _Part(path, about.num_rows, about.num_row_groups, stamp_of(path, name))

    def _all_batches(self) -> Iterator[tuple[pa.RecordBatch, str, int]]:
        """Batches of all parts, the part's name, and how many of its rows stand before."""
        for part in self._parts:
            name, before = self._name(part.path), 0
            check_stamp(part.path, name, part.stamp)
            with _opened(part.path, name) as file:
                for batch in self._batches(file, name):
                    if len(batch):
                        yield batch, name, before
                    before += len(batch)

    def _batches(
        self, file: pq.ParquetFile, name: str, row_groups: list[int] | None = None
    ) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        wanted = [*self.columns, self.target]
        try:
            batches = file.iter_batches(_BATCH, columns=wanted, row_groups=row_groups)
            for batch in batches:
                yield batch.select(wanted)
        except (pa.ArrowException, OSError) as error:
            raise located(
                name, f"it is damaged: {quoted(str(error), 80)}. Write it again."
            ) from None

    def _rows(self, batch: pa.RecordBatch, name: str) -> tuple[Any, NDArray[Any]]:
        target = batch.column(len(self.columns))
        if target.null_count:
            batch = batch.filter(target.is_valid())
            target = batch.column(len(self.columns))
        y = _values(target)
        rows = np.empty((len(batch), len(self.columns)), dtype=self.dtype)
        for at, column in enumerate(batch.columns[:-1]):
            if column.null_count:
                raise located(
                    name,
                    f"{column.null_count} gaps in a batch of {len(batch)} rows. Use prepare=True, "
                    "which fills them, or leave the column out by columns=.",
                    column=self.columns[at],
                )
            rows[:, at] = column.to_numpy(zero_copy_only=False)
        return pd.DataFrame(rows, columns=list(self.columns), copy=False), y


def _values(target: pa.Array) -> NDArray[Any]:
    import pyarrow.types as kinds

    if kinds.is_dictionary(target.type):
        target = target.dictionary_decode()
    values: NDArray[Any] = target.to_numpy(zero_copy_only=False)
    return values.astype(str) if values.dtype == object else values


def _opened(path: Path, name: str) -> pq.ParquetFile:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError(
            f"{name}: reading Parquet files needs pyarrow. "
            'Install it with `pip install "moonlet[parquet]"`.'
        ) from error
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError:
        raise located(name, "there is no such file. Check the path.") from None
    except (pa.ArrowException, OSError) as error:
        raise located(
            name,
            f"this is not Parquet, or it is damaged: {quoted(str(error), 80)}. Write it again.",
        ) from None
