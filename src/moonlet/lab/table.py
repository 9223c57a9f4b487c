"""The table of a session: as it came, and what its owner said of its columns."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace

import pandas as pd

from moonlet.data import Dataset, Schema
from moonlet.data.infer import Options
from moonlet.data.opening import open_table
from moonlet.data.raw import RawTable
from moonlet.data.table import to_dataset
from moonlet.data.target import decide_task
from moonlet.exceptions import DataError

__all__ = ["MOST_CLASSES", "MOST_ROWS", "LabTable", "read_text"]

MOST_ROWS = 10_000
MOST_CLASSES = 10


@dataclass(frozen=True, slots=True)
class LabTable:
    """A table that was opened, uploaded or pasted.

    Parameters
    ----------
    raw : RawTable
    options : Options
        What its owner said of the columns.
    """

    raw: RawTable
    options: Options = field(default_factory=Options)

    def dataset(self, target: str | None) -> Dataset:
        """Read it, with one of its columns to predict; the last one for None.

        Raises
        ------
        DataError
            With line, column and cure.
        """
        dataset = to_dataset(self.raw, target=target, options=self.options)
        return replace(dataset, said=self.options.given())

    def likely_target(self) -> str | None:
        """The last column that could be a class; None if there is none."""
        # The first column stands for the target here: any may be left out as a constant or an id.
        schema = Schema.of(
            self.raw,
            ignore=self.options.ignore,
            keep=self.options.keep,
            kinds=self.options.kinds,
            gap=self.options.gap,
            decimal=self.options.decimal,
            thousands=self.options.thousands,
        )
        features = schema.apply(self.raw)
        for column in reversed(schema.features):
            values = features[column.name].dropna()
            is_class = column.kind in ("category", "yes/no") or (
                column.kind == "number" and decide_task(values.to_numpy()) == "classification"
            )
            if is_class and 2 <= len(pd.unique(values)) <= MOST_CLASSES:
                return column.name
        return None


def read_text(name: str, text: str) -> LabTable:
    """Read text that was uploaded or pasted; the name is for messages only.

    Raises
    ------
    DataError
        With line, column and cure.
    """
    stream = io.BytesIO(text.encode("utf-8", "surrogatepass"))
    stream.name = name  # what open_table calls it in errors
    raw = open_table(stream)
    if raw.n_rows > MOST_ROWS:
        raise DataError(f"{name}: the lab takes {MOST_ROWS:,} rows at most.")
    return LabTable(raw)
