"""One column of a schema: what it holds, how that is written, and how a cell is read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from moonlet.data.dates import PARTS, STYLES, DateSpelling, is_pattern
from moonlet.data.kinds import Kind
from moonlet.data.spelling import THOUSANDS, NumberSpelling


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
        The words that stand for gaps: those that were found, then the caller's others.
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
        told = {name: value for name, value in asdict(self).items() if value not in (None, (), "")}
        return {name: _lists(value) for name, value in told.items()}

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
            plain[name] = _texts(plain.get(name, []))
        column = cls(
            **plain,
            number=None if number is None else NumberSpelling(**_tuples(number)),
            date=None if date is None else DateSpelling(**_tuples(date)),
        )
        column.check()
        return column

    def check(self) -> None:
        """Refuse what no table has: a column may come from a file that anybody wrote.

        Raises
        ------
        ValueError
        """
        number, date = self.number, self.date
        texts: list[object] = [self.name, self.note, self.example]
        flags: list[object] = []
        if number is not None:
            texts += [number.before, number.after, *number.marks]
            flags += [number.clock, number.magnitudes, number.loose]
        if date is not None:
            texts += [date.pattern]
            flags += [date.zoned]
        holds = {
            "number": number is not None and date is None,
            "date": date is not None and number is None,
            "yes/no": len(self.labels) == 2,
        }
        sound = (
            len(set(self.labels)) == len(self.labels)
            and all(isinstance(text, str) for text in texts)
            and all(isinstance(flag, bool) for flag in flags)
            and all(isinstance(n, int) and n >= 0 for n in (self.n_labels, self.n_gaps))
            and self.kind in ("number", "category", "yes/no", "date", "left out")
            and holds.get(self.kind, number is None and date is None)
            and (number is None or _are_signs(number.decimal, number.thousands))
            and (date is None or (date.style in ("", *STYLES) and set(date.parts) <= set(PARTS)))
            and (date is None or not date.pattern or is_pattern(date.pattern))
        )
        if not sound:
            raise ValueError(f"no column of a table: {self!r:.200}")


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lists(inner) for name, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _are_signs(decimal: str, thousands: str) -> bool:
    return decimal in (".", ",") and thousands in THOUSANDS and thousands != decimal


def _texts(told: object) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(text, str) for text in told):
        raise ValueError(f"no list of texts: {told!r:.80}")
    return tuple(told)


def _tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
