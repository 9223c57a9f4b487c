"""The schema by which a DataFrame was read, kept with it.

pandas has a place for what is told of a whole table, `attrs`, and takes it along through
slices and folds. So a table that was read once is not asked again what it holds.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import pandas as pd

from moonlet.data.column import Column

_NAME: Final = "moonlet_schema"
_AS_READ: Final = {"number": "f", "yes/no": "f", "category": "category", "date": "M"}


class Reading(Protocol):
    """What a frame was read by: a `Schema`."""

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns of the frame."""


class _Carried(str):
    # To others a text: pandas writes `attrs` into Parquet files as JSON.
    __slots__ = ("schema",)
    schema: Reading

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Carried) and self.schema == other.schema

    def __hash__(self) -> int:
        return hash(self.schema)

    def __deepcopy__(self, memo: object) -> _Carried:
        return self  # pandas copies its `attrs` deeply with every slice


def keep(schema: Reading, frame: pd.DataFrame) -> pd.DataFrame:
    """Let a DataFrame keep the schema by which it was read."""
    carried = _Carried("how moonlet read this table")
    carried.schema = schema
    frame.attrs[_NAME] = carried
    return frame


def kept(table: Any) -> Reading | None:
    """Return the schema of a DataFrame that is still as its reading made it."""
    carried = table.attrs.get(_NAME) if isinstance(table, pd.DataFrame) else None
    if not isinstance(carried, _Carried):
        return None
    features = carried.schema.features
    if [column.name for column in features] != list(table.columns):
        return None
    for column, dtype in zip(features, table.dtypes, strict=True):
        kind = "category" if isinstance(dtype, pd.CategoricalDtype) else dtype.kind
        if _AS_READ[column.kind] != kind:
            return None
    return carried.schema


def in_words(schema: Reading, frame: pd.DataFrame) -> pd.DataFrame:
    """Say yes and no as they were written, for another schema to read: 1 and 0 are this one's."""
    words = {
        column.name: frame[column.name].map(dict(enumerate(column.labels)))
        for column in schema.features
        if column.kind == "yes/no"
    }
    return frame.assign(**words) if words else frame
