"""One column of a schema: what it holds, how that is written, and how a cell is read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from moonlet.data.dates import DateSpelling
from moonlet.data.kinds import Kind
from moonlet.data.spelling import NumberSpelling


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table holds, decided once and kept.

    Parameters
    ----------
    name : str
    kind : {"number", "category", "yes/no", "date", "left out"}
    n_labels : int
        Different labels of a category or of yes and no, those of a left-out column of labels
        too; 0 for numbers and dates.
    n_gaps : int
    note : str
        Why it is left out, or what else a person should know; may be empty.
    example : str
        The first cell that is no gap, as written.
    number : NumberSpelling, optional
    date : DateSpelling, optional
    labels : tuple of str
        As written: of a category, sorted; of yes and no, the one for no first.
    gap_words : tuple of str
        The words that stood for gaps.
    """

    name: str
    kind: Kind
    n_labels: int = 0
    n_gaps: int = 0
    note: str = ""
    example: str = ""
    number: NumberSpelling | None = None
    date: DateSpelling | None = None
    labels: tuple[str, ...] = ()
    gap_words: tuple[str, ...] = ()

    @property
    def spelling(self) -> str:
        """How the cells are written, in words; empty where there is nothing to tell."""
        written = self.number or self.date
        return written.words if written else ""

    def to_json(self) -> dict[str, Any]:
        """Make plain lists, numbers and texts of it."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), "")}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Column:
        """Make a column of what `to_json` gave.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is not that.
        """
        plain = dict(told)
        number, date = plain.pop("number", None), plain.pop("date", None)
        for name in ("labels", "gap_words"):
            plain[name] = tuple(map(str, plain.get(name, ())))
        column = cls(
            **plain,
            number=NumberSpelling(**_tuples(number)) if number is not None else None,
            date=DateSpelling(**_tuples(date)) if date is not None else None,
        )
        needed = {"number": column.number, "date": column.date, "yes/no": column.labels[:2]}
        if needed.get(column.kind, True) in (None, ()):
            raise ValueError(f"column {column.name!r} lacks its spelling")
        if column.kind not in ("number", "category", "yes/no", "date", "left out"):
            raise ValueError(f"unknown kind {column.kind!r}")
        return column


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
