"""Which columns are left out, and why: ids, free text, constants, counters of rows.

1. A column without any value, or with the same one in every row.
2. Labels nearly as many as rows: ten or more, and more than half of the filled
   cells. They are names or free text; each would become an input that tells one
   row. So would more than a thousand labels, whatever the number of rows.
3. A first column (with none but left-out ones before it) of whole numbers that is
   called as columns are that count or name the rows, if it does count them, or no
   two of ten or more are alike: rows in another order have the same names.

All but the first are told, and kept on request.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from moonlet.data.column import Column
from moonlet.specs import Array

MAX_CATEGORIES = 1000
FEWEST_ID_LABELS = 10

_CALLED = (
    "row rows rownames row_names rownum row_number index idx id no no. nr nr. # number obs "
    "observation case record rec sno s.no s.no. sl_no unnamed"
)
_COUNTERS = frozenset(_CALLED.split()) | {"row names", "row number"}
_UNNAMED = re.compile(r"unnamed: 0(\.\d+)?")  # pandas, and a table that it wrote several times


def reason_to_leave_out(
    column: Column, n_rows: int, values: Array | None, *, may_count: bool
) -> str:
    """Say why a column is better left out; empty if it is not.

    Parameters
    ----------
    column : Column
    n_rows : int
    values : ndarray of float64 or datetime64, optional
        Of a column of numbers or dates; a gap is NaN or NaT.
    may_count : bool
        Whether its place and name are those of a column that counts the rows.
    """
    if column.kind == "category":
        return reason_of_labels(len(column.labels), n_rows - column.n_gaps, column.n_gaps)
    if values is None:
        return ""
    filled = values[~np.isnan(values)]
    if filled.size and filled.min() == filled.max():
        return f"the same {column.kind} in every {'filled ' * (column.n_gaps > 0)}row"
    if may_count and column.kind == "number":
        return _reason_of_row_names(filled)
    return ""


def called_a_counter(name: str) -> bool:
    """Whether columns that count the rows are called so."""
    folded = name.casefold()
    return folded in _COUNTERS or _UNNAMED.fullmatch(folded) is not None


def _reason_of_row_names(values: Array) -> str:
    n = len(values)
    if n > 2 and values[0] in (0.0, 1.0) and (np.diff(values) == 1.0).all():
        return "it counts the rows"
    if n >= FEWEST_ID_LABELS and (values % 1.0 == 0.0).all() and len(np.unique(values)) == n:
        return f"{n:,} different whole numbers in {n:,} rows: an id"
    return ""


def left_out(column: Column, reason: str) -> Column:
    """Leave a column out, and say why."""
    return replace(
        column,
        kind="left out",
        n_labels=len(column.labels) or column.n_labels,
        note=reason,
        labels=(),
        number=None,
        date=None,
        gap_words=(),
    )


def reason_of_labels(n_labels: int, n_filled: int, n_gaps: int = 0) -> str:
    """Say why a column of labels is better left out; empty if it is not."""
    if n_labels == 1:
        return f"the same label in every {'filled ' * (n_gaps > 0)}row"
    if n_labels >= FEWEST_ID_LABELS and 2 * n_labels > n_filled:
        return f"{n_labels:,} different labels in {n_filled:,} rows: an id or free text"
    if n_labels > MAX_CATEGORIES:
        return f"{n_labels:,} different labels, and at most {MAX_CATEGORIES:,} can be inputs"
    return ""
