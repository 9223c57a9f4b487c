"""From a column's cells to what they mean: inferred once, from all rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_integer_dtype

from moonlet.data.column import Column
from moonlet.data.dates import DateSpelling, varying_parts
from moonlet.data.kinds import TRUTH, Meaning, meaning
from moonlet.data.messages import UndecidedError
from moonlet.data.number_columns import number_like
from moonlet.data.plain import read_plain
from moonlet.data.raw import NUL, Cells, RawTable, Texts, Typed
from moonlet.data.signs import Hints, shown_decimal
from moonlet.data.spelling import LARGEST, PLAIN, Sign
from moonlet.data.typed import without_gaps
from moonlet.data.written import as_texts
from moonlet.exceptions import DataError
from moonlet.specs import Array

# Numbers between may be dates of eight digits: 17000101 to 20991231.
_FIRST_DATE, _LAST_DATE = 17_000_101, 20_991_231


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller says of a table's columns, by the names of `moonlet.data.load`."""

    ignore: Collection[str] = ()
    keep: Collection[str] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    gap: Collection[str] = ()
    decimal: str | None = None
    thousands: str | None = None

    @classmethod
    def of(
        cls,
        ignore: Collection[str],
        keep: Collection[str],
        kinds: Mapping[str, str] | None,
        gap: Collection[str],
        decimal: str | None,
        thousands: str | None,
    ) -> Options:
        """Take a caller's keywords; one text alone stands for a collection of it."""
        return cls(
            _several(ignore), _several(keep), dict(kinds or {}), _several(gap), decimal, thousands
        )

    def given(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


def _several(names: Collection[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a column was found to hold.

    Parameters
    ----------
    column : Column
        Of no kind but "left out" where there is no value at all.
    numbers : ndarray of float64, optional
        The column's, where finding out has read them already.
    shown : {".", ","} or None
        The decimal sign, if the cells leave no doubt of it.
    is_open : bool
        Whether another column's decimal sign may change how this one is read.
    """

    column: Column
    numbers: Array | None = None
    shown: Sign | None = None
    is_open: bool = False


def infer_columns(raw: RawTable, options: Options) -> dict[str, Inferred]:
    """Find out what every column of a table holds.

    Raises
    ------
    DataError
        For the first column that cannot be decided; with the option that decides it.
    """
    gap = frozenset(word.strip() for word in options.gap)
    hints = Hints(options.decimal, options.thousands, None, raw.delimiter, gap)
    found, undecided = _try(
        raw, [n for n in raw.columns if n not in options.ignore], hints, options
    )
    shown = {inferred.shown for inferred in found.values()} - {None}
    if len(shown) == 1:
        again = [n for n in raw.columns if n in undecided or (n in found and found[n].is_open)]
        decided, undecided = _try(raw, again, replace(hints, elsewhere=shown.pop()), options)
        found |= decided
    for name, error in undecided.items():
        raise _located(raw, name, error)
    return found


def _try(
    raw: RawTable, names: list[str], hints: Hints, options: Options
) -> tuple[dict[str, Inferred], dict[str, UndecidedError]]:
    found, undecided = {}, {}
    for name in names:
        try:
            found[name] = _infer(name, raw.columns[name], hints, options.kinds.get(name))
        except UndecidedError as error:
            undecided[name] = error
    return found, undecided


def _located(raw: RawTable, name: str, error: UndecidedError) -> DataError:
    """Name the first cell that shows it, and this column in the cure."""
    cells = raw.columns[name]
    texts = cells.cells() if isinstance(cells, Texts) else as_texts(cells)
    row = texts.index(error.text) if error.text in texts else None
    shown = name if name.isidentifier() else repr(name)
    return raw.error(error.message.replace("COLUMN=", f"{shown}="), name, row)


def _infer(name: str, cells: Cells, hints: Hints, kind: str | None) -> Inferred:
    if isinstance(cells, Typed):
        inferred = _infer_typed(name, without_gaps(cells.series, hints.gap_numbers), hints, kind)
        if inferred is not None:
            return inferred
        cells = Texts.of(as_texts(cells))
    elif kind in (None, "number") and not cells.is_category:
        inferred = _infer_plain_numbers(name, cells, hints)
        if inferred is not None:
            return inferred
    if cells.is_category and kind is None:
        kind = "category"
    counts = Counter(cells.cells())
    decided = meaning(counts, hints, kind)
    example = next((text for text in counts if text), "")
    if decided is None:
        return Inferred(Column(name, "left out", n_gaps=len(cells), note="no value in any row"))
    gaps = ("", *decided.gap_words)
    column = Column(
        name,
        decided.kind,
        n_gaps=sum(counts[word] for word in gaps),
        example=next((text for text in counts if text not in gaps), example),
        number=decided.number,
        date=_with_parts(decided, counts),
        labels=_labels(decided, counts),
        # Later tables may have those words of the caller that this one has not.
        gap_words=tuple(dict.fromkeys((*decided.gap_words, *sorted(hints.gap - {""})))),
    )
    if decided.number is None or decided.number.clock:
        return Inferred(replace(column, n_labels=len(column.labels)))
    numbers = [w for text in counts if text not in gaps and (w := number_like(text)) is not None]
    sign = shown_decimal(numbers) if numbers else None
    is_open = sign is None and any({".", ","} & set(w.core) for w in numbers)
    return Inferred(column, shown=sign, is_open=is_open)


def _labels(decided: Meaning, counts: Mapping[str, int]) -> tuple[str, ...]:
    if decided.kind == "category":
        return tuple(sorted(text for text in counts if text and text not in decided.gap_words))
    return decided.pair


def _with_parts(decided: Meaning, counts: Mapping[str, int]) -> DateSpelling | None:
    if decided.date is None:
        return None
    read = decided.date.value
    moments = [moment for text in counts if (moment := read(text)) is not None]
    dates = pd.Series(np.array(moments, dtype="datetime64[us]"))
    return replace(decided.date, parts=varying_parts(dates))


def _infer_plain_numbers(name: str, cells: Texts, hints: Hints) -> Inferred | None:
    # The quick way for what most columns are: numbers as programs write them, and gaps.
    if hints.gap or hints.decimal == "," or not cells.joined.isascii():
        return None
    read = read_plain(cells.joined)
    if read is None or read.found.n_empty == len(read.numbers):
        return None
    values, found = read.numbers, read.found
    if found.padded or found.beyond_exact:
        return None
    is_open = found.dotted and not found.point_shown
    if is_open and (
        hints.delimiter == ";"
        or "," in (hints.elsewhere, hints.decimal)
        or hints.thousands
        or _has_bare(values, cells)
    ):
        return None
    lowest, highest = np.nanmin(values), np.nanmax(values)
    if max(-lowest, highest) > LARGEST or (lowest >= _FIRST_DATE and highest <= _LAST_DATE):
        return None
    gaps = {"", *read.gap_words}
    example = next((cell for cell in _cells_one_by_one(cells.joined) if cell not in gaps), "")
    column = Column(
        name,
        "number",
        n_gaps=found.n_empty,
        example=example,
        number=PLAIN,
        gap_words=read.gap_words,
    )
    return Inferred(column, values, "." if found.point_shown else None, is_open)


def _has_bare(values: Array, cells: Texts) -> bool:
    """Whether a number below a thousand is written without a point, where others have one."""
    whole = np.flatnonzero((values == np.floor(values)) & (values != 0.0) & (abs(values) < 1000.0))
    if not whole.size:
        return False
    texts = cells.joined.split(NUL)
    return any("." not in texts[row] for row in whole.tolist())


def _cells_one_by_one(joined: str) -> list[str]:
    # Gaps may come first, but hardly a thousand of them: then there is no example.
    return [cell.strip() for cell in joined[:20_000].split(NUL)[:1_000]]


def _infer_typed(name: str, values: pd.Series, hints: Hints, kind: str | None) -> Inferred | None:
    """Go by the type of a column; None where it is to be read as text."""
    n_gaps = int(values.isna().sum())
    if n_gaps == len(values):
        return Inferred(Column(name, "left out", n_gaps=n_gaps, note="no value in any row"))
    first = as_texts(Typed(values[values.notna()].iloc[:1]))[0]
    words = tuple(sorted(hints.gap - {""}))
    if is_bool_dtype(values.dtype) and kind in (None, "yes/no"):
        pair = tuple(word.title() for word in TRUTH)
        column = Column(name, "yes/no", 2, n_gaps, example=first, labels=pair, gap_words=words)
        return Inferred(column)
    if is_datetime64_any_dtype(values.dtype) and (kind is None or kind.startswith("date")):
        zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
        plain = values.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else values
        date = DateSpelling("ISO", zoned=zoned, parts=varying_parts(plain))
        column = Column(name, "date", 0, n_gaps, example=first, date=date, gap_words=words)
        return Inferred(column)
    if (
        kind not in (None, "number")
        or is_bool_dtype(values.dtype)
        or is_datetime64_any_dtype(values.dtype)
    ):
        return None
    lowest, highest = values.min(), values.max()
    if is_integer_dtype(values.dtype) and kind is None:
        may_be_dates = lowest >= _FIRST_DATE and highest <= _LAST_DATE
        if may_be_dates or highest > 2**53:
            return None
    column = Column(name, "number", 0, n_gaps, example=first, number=PLAIN, gap_words=words)
    return Inferred(column)
