"""Rows of text files (CSV and the like) that no memory holds at once.

Going through a text is quicker than understanding its cells. So it is gone through
twice: first for the sample that says what columns hold, which also finds every line that is no row;
then, when `fit` reads it into its cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from moonlet.data.infer import Options
from moonlet.data.opening import check_stamp, open_text_parts, stamp_of
from moonlet.data.prepared_rows import PreparedRows
from moonlet.data.raw import NUL, Cells, RawTable, Texts
from moonlet.data.target import Task

if TYPE_CHECKING:
    from moonlet.blocks import RowProgress

__all__ = ["TextRows"]

_ROWS_A_PART = 1 << 16
_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What going through a file once has shown."""

    n_rows: int
    sample: RawTable
    stamp: tuple[int, int]


class TextRows(PreparedRows):
    """Rows of a text file as `fit` takes them, made into numbers as its columns want it.

    ``MLPClassifier().fit(TextRows("big.csv", target="label"))`` goes through the file twice, first
    for what its columns hold, and trains on windows of blocks of the cache that this leaves.

    Parameters
    ----------
    path : str or Path
        A .csv, .tsv or .txt file, as it is or packed (.gz, .xz, .bz2, .zst, .zip).
    target : str, optional
        The column to predict; the last one by default. Rows in which it is empty are left out.
    dtype : {"float32", "float64"}, default="float32"
        The precision of the training.
    task : {"classification", "regression"}, optional
    options : Options, optional
        What the caller says of the table, as `moonlet.data.load` has it.
    encoding, comment : str, optional
        As `moonlet.data.load` has them.
    progress : callable, optional
        Called with a `moonlet.blocks.RowProgress` after each batch that is read, and each window
        that is trained on.

    Raises
    ------
    DataError
        As `moonlet.data.load` does, with the line; of a cell that is not written as those of the
        sample are when it is read.

    Examples
    --------
    >>> import pandas as pd, tempfile
    >>> from moonlet import MLPClassifier
    >>> from moonlet.data import TextRows
    >>> sizes = [1.0, 2.5, 7.5, 9.0]
    >>> table = pd.DataFrame({"a": sizes * 100, "label": ["low", "low", "high", "high"] * 100})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table.to_csv(f"{folder}/big.csv", index=False)
    ...     rows = TextRows(f"{folder}/big.csv", target="label")
    ...     network = MLPClassifier((4,), learning_rate_init=0.05, random_state=0).fit(rows)
    >>> network.predict(rows.preprocessor.transform(pd.DataFrame({"a": [2.0, 8.0]})))
    array(['low', 'high'], dtype='<U4')
    """

    def __init__(
        self,
        path: str | Path,
        *,
        target: str | None = None,
        dtype: str = "float32",
        task: Task | None = None,
        options: Options | None = None,
        encoding: str | None = None,
        comment: str | None = None,
        progress: Callable[[RowProgress], None] | None = None,
    ) -> None:
        super().__init__(str(path), target, dtype, task, options, progress)
        self.path, self._encoding, self._comment = Path(path), encoding, comment

    @property
    def n_rows(self) -> int:  # type: ignore[override]
        """Rows of the file; those without a target are among them."""
        return self._look.n_rows

    def raw_parts(self) -> Iterator[RawTable]:
        """The table in parts, its target among the columns."""
        sample = self._look.sample
        check_stamp(self.path, self._source, self._look.stamp)
        for part in self._parts():
            yield _with_columns(part, list(sample.columns), sample.unnamed)

    def raw_sample(self) -> RawTable:
        """Rows from all over the table."""
        return self._look.sample

    @cached_property
    def _look(self) -> _Look:
        stamp, heads = stamp_of(self.path, self._source), []
        n_rows, a_head = 0, _ROWS_A_PART
        for part in self._parts():
            n_rows += part.n_rows
            heads.append(_head(part, a_head))
            # As many from each part, whatever the number of parts turns out to be.
            while len(heads) > 1 and sum(head.n_rows for head in heads) > 2 * _SAMPLE:
                a_head //= 2
                heads = [_head(head, a_head) for head in heads]
        return _Look(n_rows, _together(heads), stamp)

    def _parts(self) -> Iterator[RawTable]:
        how = {"encoding": self._encoding, "comment": self._comment}
        return open_text_parts(self.path, _ROWS_A_PART, **how)


def _head(table: RawTable, n_rows: int) -> RawTable:
    """Its first rows."""
    if table.lines is None or table.n_rows <= n_rows:
        return table
    columns: dict[str, Cells] = {
        name: Texts.of(cells.joined.split(NUL, n_rows)[:n_rows])
        for name, cells in table.columns.items()
        if isinstance(cells, Texts)
    }
    return replace(table, columns=columns, lines=table.lines[:n_rows])


def _together(parts: list[RawTable]) -> RawTable:
    """One table of several."""
    unnamed = next((part.unnamed for part in parts if part.unnamed), None)
    first = [] if unnamed is None else [unnamed]
    names = list(dict.fromkeys([*first, *(name for part in parts for name in part.columns)]))
    alike = [_with_columns(part, names, unnamed) for part in parts]
    columns: dict[str, Cells] = {}
    for name in names:
        cells = [part.columns[name] for part in alike]
        columns[name] = Texts(NUL.join(one.joined for one in cells if isinstance(one, Texts)))
    lines = [line for part in parts for line in part.lines or ()]
    return replace(alike[0], columns=columns, lines=lines)


def _with_columns(part: RawTable, names: list[str], unnamed: str | None) -> RawTable:
    """A part with all columns of the table: one without a name is not read where it is empty."""
    if len(part.columns) == len(names):
        return part
    empty = Texts(NUL * (part.n_rows - 1))
    columns = {name: part.columns.get(name, empty) for name in names}
    return replace(part, columns=columns, unnamed=unnamed)
