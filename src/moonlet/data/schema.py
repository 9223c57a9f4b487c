"""What every column of a table holds and how it is written: found once, then kept and applied.

A schema travels with the data set, the fitted pipeline and the model file, so
that a later table is read as the one that was trained on: a row's answer is the
same alone, in any company and in any order, as text or with types.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from moonlet.data.column import Column
from moonlet.data.dates import is_pattern
from moonlet.data.frames import raw_frame
from moonlet.data.infer import Options, infer_columns
from moonlet.data.kept import in_words, keep, kept
from moonlet.data.leave_out import (
    MAX_CATEGORIES,
    called_a_counter,
    left_out,
    reason_to_leave_out,
)
from moonlet.data.messages import did_you_mean, listed, located, quoted
from moonlet.data.mixed import shell_word
from moonlet.data.raw import RawTable
from moonlet.data.typed import check_size, typed_column
from moonlet.exceptions import DataError

__all__ = ["KINDS", "Column", "Schema"]

KINDS: Final = ("number", "category", "yes/no", "date", "left out")


@dataclass(frozen=True, slots=True)
class Schema:
    """What the columns of a table hold, in order.

    Parameters
    ----------
    columns : tuple of Column
    target : str or None
        The column to predict, if one was chosen.

    Examples
    --------
    >>> import pandas as pd
    >>> from moonlet.data import Schema
    >>> table = pd.DataFrame({"share": ["10 %", "20 %", "5 %"], "kind": ["a", "b", "a"]})
    >>> schema = Schema.of(table)
    >>> [(column.name, column.kind, column.spelling) for column in schema.columns]
    [('share', 'number', 'percent'), ('kind', 'category', '')]
    >>> schema.apply(pd.DataFrame({"kind": ["b"], "share": ["7 %"]}))
       share kind
    0    7.0    b
    """

    columns: tuple[Column, ...]
    target: str | None = None

    @classmethod
    def of(
        cls,
        table: Any,
        *,
        target: str | None = None,
        ignore: Collection[str] = (),
        keep: Collection[str] = (),
        kinds: Mapping[str, str] | None = None,
        gap: Collection[str] = (),
        decimal: str | None = None,
        thousands: str | None = None,
    ) -> Schema:
        """Find out what the columns of a table hold.

        Parameters
        ----------
        table : DataFrame (pandas, polars …), pyarrow Table, ndarray or RawTable
            A DataFrame that `Schema.apply` made, or rows of it, has its schema already.
        target : str, optional
            The column to predict. It is never left out.
        ignore, keep : collection of str
            Columns to leave out, and not to leave out.
        kinds : mapping of str to str, optional
            What columns hold: a kind, or "date:" and a pattern of `datetime.strptime`.
        gap : collection of str
            Words that stand for gaps, beside the usual ones.
        decimal, thousands : str, optional
            The signs that numbers are written with.

        Raises
        ------
        DataError
            If a column can be read in two ways; with the place, and what decides it.
        """
        if isinstance(known := kept(table), Schema):
            return known
        options = Options.of(ignore, keep, kinds, gap, decimal, thousands)
        return infer(as_raw(table), options, target)[0]

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns to learn from."""
        return tuple(
            column
            for column in self.columns
            if column.kind != "left out" and column.name != self.target
        )

    @property
    def target_column(self) -> Column | None:
        """The column to predict."""
        return next((column for column in self.columns if column.name == self.target), None)

    def apply(self, table: Any) -> pd.DataFrame:
        """Read the features of a table.

        Parameters
        ----------
        table : DataFrame (pandas, polars …), pyarrow Table, ndarray or RawTable
            Of text or with types; may have other columns as well.

        Returns
        -------
        features : DataFrame of shape (n_rows, n_features)
            Numbers, and yes (1) and no (0), as float64; categories as text, in a Categorical;
            dates as datetime64, in UTC where the cells tell their time zone. A gap is NaN.

        Raises
        ------
        DataError
            If a column is missing, or a cell is not written as its column is.
        """
        if (known := kept(table)) is not None:
            if known == self:
                return table  # type: ignore[no-any-return]
            table = in_words(known, table)
        return self.read(as_raw(table, self))

    def read(self, raw: RawTable, ready: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Read the features of a table as it came; `ready` columns were read already."""
        missing = [column.name for column in self.features if column.name not in raw.columns]
        if missing:
            raise self._missing(raw, missing)
        known = ready or {}
        columns = {
            column.name: known[column.name] if column.name in known else typed_column(column, raw)
            for column in self.features
        }
        frame = pd.DataFrame(columns, index=range(raw.n_rows), copy=False)
        return keep(self, frame)

    def unseen(self, features: pd.DataFrame) -> dict[str, tuple[str, int]]:
        """Labels that the schema lacks, by column: the first one, and in how many rows."""
        found = {}
        for column in self.features:
            if column.kind == "category":
                cells = features[column.name]
                others = cells[cells.notna() & ~cells.isin(column.labels)]
                if len(others):
                    found[column.name] = (str(others.iloc[0]), len(others))
        return found

    def to_json(self) -> dict[str, Any]:
        """Make plain lists, numbers and texts of it, as `from_json` takes them."""
        return {"target": self.target, "columns": [column.to_json() for column in self.columns]}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Schema:
        """Make a schema of what `to_json` gave.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is not that.
        """
        schema = cls(tuple(map(Column.from_json, told["columns"])), told["target"])
        names = {column.name for column in schema.columns}
        if len(names) < len(schema.columns) or not {schema.target} <= {None, *names}:
            raise ValueError("names that are used twice, or a target that is no column")
        return schema

    def _missing(self, raw: RawTable, missing: list[str]) -> DataError:
        which = ", ".join(quoted(name) for name in missing)
        several = len(missing) > 1
        close = did_you_mean(missing[0], list(raw.columns))
        return located(
            raw.source,
            f"the model was trained on {'columns' if several else 'a column'} {which}, which "
            f"{'are' if several else 'is'} not there.{close} "
            f"The columns are {listed(quoted(name) for name in raw.columns)}.",
        )


def infer(raw: RawTable, options: Options, target: str | None) -> tuple[Schema, dict[str, Any]]:
    """Find out what a table's columns hold; with the columns that this has read already."""
    for what, names in (
        ("ignore", options.ignore),
        ("keep", options.keep),
        ("kinds", options.kinds),
        ("target", [target] if target is not None else []),
    ):
        _check_names(raw, what, names)
    _check_kinds(raw, options)
    _check_signs(options)
    said = {name for name, kind in options.kinds.items() if kind == "left out"}
    options = replace(
        options,
        ignore={*options.ignore, *said},
        kinds={name: kind for name, kind in options.kinds.items() if name not in said},
        thousands=SIGNS.get(options.thousands or "", options.thousands),
    )
    if target in options.ignore:
        raise raw.error("the target cannot be left out. Choose another target.", target)
    found = infer_columns(raw, options)
    columns: list[Column] = []
    ready: dict[str, Any] = {}
    for name in raw.columns:
        if name in options.ignore:
            columns.append(Column(name, "left out", note="left out on request"))
            continue
        column = found[name].column
        if column.kind in ("number", "date"):
            values = found[name].numbers
            ready[name] = (
                typed_column(column, raw) if values is None else check_size(column, raw, values)
            )
        if name in options.keep and (n_labels := len(column.labels)) > MAX_CATEGORIES:
            raise raw.error(
                f"{n_labels:,} different labels, and at most {MAX_CATEGORIES:,} can be inputs. "
                "Do not keep it.",
                name,
            )
        if name != target and name not in options.keep and column.kind != "left out":
            values = np.asarray(ready[name]) if name in ready else None
            in_front = all(c.kind == "left out" or c.name == target for c in columns)
            may_count = in_front and (name == raw.unnamed or called_a_counter(name))
            reason = reason_to_leave_out(column, raw.n_rows, values, may_count=may_count)
            column = left_out(column, reason) if reason else column
        columns.append(column)
    schema = Schema(tuple(columns), target)
    if not schema.features:
        raise _nothing_left(raw, schema)
    return schema, ready


def _nothing_left(raw: RawTable, schema: Schema) -> DataError:
    others = [column for column in schema.columns if column.name != schema.target]
    if not others:
        return raw.error("this is the only column. Add columns to predict it from.", schema.target)
    why = listed(f"{quoted(column.name)} ({column.note})" for column in others)
    return located(
        raw.source,
        f"no column is left to learn from. Left out are {why}. Keep one by --keep "
        f"{shell_word(others[0].name)}.",
    )


def as_raw(table: Any, schema: Schema | None = None) -> RawTable:
    """Take any table as it comes; the columns of an array go by the names of a schema."""
    if isinstance(table, RawTable):
        return table
    raw = raw_frame(table)
    if schema is not None and not hasattr(table, "columns"):
        names = [column.name for column in schema.features]
        if len(names) == len(raw.columns):
            return replace(raw, columns=dict(zip(names, raw.columns.values(), strict=True)))
    return raw


def _check_names(raw: RawTable, what: str, names: Collection[str]) -> None:
    for name in names:
        if name not in raw.columns:
            raise located(
                raw.source,
                f"there is no column {quoted(str(name))} ({what})."
                f"{did_you_mean(str(name), list(raw.columns))} "
                f"The columns are {listed(quoted(name) for name in raw.columns)}.",
            )


SIGNS: Final = {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"}


def _check_signs(options: Options) -> None:
    allowed = {"decimal": (".", ","), "thousands": (".", ",", " ", "'", *SIGNS)}
    for name, signs in allowed.items():
        given = getattr(options, name)
        if given is not None and given not in signs:
            raise DataError(
                f"{name} must be one of {' '.join(map(quoted, signs[:4]))}. "
                f"Got {quoted(str(given))}."
            )
    if options.decimal is not None and options.decimal == options.thousands:
        raise DataError(f"decimal and thousands must differ. Got {options.decimal!r} for both.")


def _check_kinds(raw: RawTable, options: Options) -> None:
    for name, kind in options.kinds.items():
        pattern = kind.removeprefix("date:") if kind.startswith("date:") else None
        if pattern is not None and not is_pattern(pattern):
            raise raw.error(
                f"there are no dates written as {quoted(pattern)}. The pattern must tell the year, "
                "in the words of datetime.strptime, as date:%d/%m/%Y.",
                name,
            )
        if kind not in KINDS and pattern is None:
            raise raw.error(
                f"there is no kind {quoted(kind)}.{did_you_mean(kind, KINDS)} Kinds are "
                f"{', '.join(KINDS)}, and date: with a pattern, as date:%d/%m/%Y.",
                name,
            )
