"""The first line of a text table: names of columns, or something else that must be noticed.

A line of data taken for names costs a row and gives a table that looks right.
So the names are held against their columns once it is known what these hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moonlet.data.messages import located, quoted
from moonlet.data.raw import NUL, Cells, Texts, stripped
from moonlet.data.spelling import is_plain

NAME_THE_COLUMNS = "Put a line with the names of the columns above the first row."
ROW = "row"  # the name of a first column without one: what pandas and R write beside the rows
_YEAR = re.compile("[12][0-9]{3}")


def column_names(header: Sequence[str], line: int, source: str) -> list[str]:
    """Check the names in a header one by one.

    Returns
    -------
    names : list of str
        Without the spaces around them; empty for a column without a name.

    Raises
    ------
    DataError
        For a name that is used twice or is in truth a number, and when all are empty.
    """
    names = [stripped(name) for name in header]
    given = [name for name in names if name]
    # As pandas names columns by itself; one or two of them only behind its nameless index.
    counts = given == [str(number) for number in range(len(given))]
    is_pandas = counts and (len(given) > 2 or not names[0])
    all_numbers = all(is_plain(name) for name in given) and not is_pandas
    for number, name in enumerate(names, start=1):
        if is_plain(name) and (all_numbers or not name.lstrip("+-").isdigit()):
            raise located(
                source,
                f"{quoted(name)} is a number where a name is expected. {NAME_THE_COLUMNS}",
                line=line,
                column=number,
            )
    if not given:
        raise located(source, f"no column has a name. {NAME_THE_COLUMNS}", line=line)
    for name, count in Counter(given).items():
        if count > 1:
            raise located(
                source,
                f"{count} columns have this name. Rename them; if line {line} is the first row, "
                "put a line with the names of the columns above it.",
                line=line,
                column=name,
            )
    return names


def name_columns(
    names: Sequence[str], columns: Sequence[Cells], line: int, source: str
) -> tuple[dict[str, Cells], str | None]:
    """Put names over columns; leave out those that have neither a name nor a cell.

    Returns
    -------
    columns : dict of str to Texts or Typed
    unnamed : str or None
        The first column, if it has no name but cells: the numbers or names of rows.

    Raises
    ------
    DataError
        For any other column that has cells but no name.
    """
    named: dict[str, Cells] = {}
    unnamed = None
    for number, (given, cells) in enumerate(zip(names, columns, strict=True), start=1):
        name = given
        if not given and is_empty(cells):
            continue
        if not given and number > 1:
            raise located(
                source,
                "the column has no name. Give it one, or delete the column.",
                line=line,
                column=number,
            )
        if not given:
            choices = (ROW, *(f"{ROW} {i}" for i in range(1, len(names) + 1)))
            unnamed = name = next(choice for choice in choices if choice not in names)
        named[name] = cells
    return named, unnamed


def is_empty(cells: Cells) -> bool:
    """Whether all cells are gaps."""
    if isinstance(cells, Texts):
        return not cells.joined.replace(NUL, "").strip()
    return bool(cells.series.isna().all())


def looks_like_a_row(kinds: Mapping[str, str], reads: Callable[[str], bool | None]) -> bool:
    """Whether names are cells of a row in truth.

    A name speaks for a row if it could be a cell of its column: a number over numbers, a date
    over dates, a label that the column knows. It speaks for names if it is a word over numbers,
    dates or yes/no, and then it wins: no row looks like that. A gap word, or a word over texts
    that do not repeat, says nothing. Numbers that name columns in earnest are years and counts:
    they say nothing either.

    Parameters
    ----------
    kinds : mapping of str to str
        The kind of each column, by the name that the file gives it, in the file's order: "number",
        "category", "yes/no", "date" or "left out".
    reads : callable
        Whether a name could be a filled cell of its own column; None if it would be a gap.
    """
    readings = {name: reads(name) for name in kinds}
    typed = ("number", "date", "yes/no")
    for name, kind in kinds.items():
        if kind in typed and readings[name] is False and not is_plain(name):
            return False
    speaking = {name for name, reading in readings.items() if reading}
    over_numbers = [name for name in kinds if name in speaking and kinds[name] == "number"]
    if _are_years(over_numbers) or _is_a_count(over_numbers, list(kinds)):
        speaking -= set(over_numbers)
    return bool(speaking)


def _are_years(names: Sequence[str]) -> bool:
    return all(_YEAR.fullmatch(name) for name in names)


def _is_a_count(names: Sequence[str], all_names: Sequence[str]) -> bool:
    """Whether they are whole numbers in constant steps, or 0, 1, 2 … from the first column on."""
    if not all(name.isascii() and name.isdigit() for name in names):
        return False
    numbers = [int(name) for name in names]
    steps = {after - before for before, after in pairwise(numbers)}
    if len(numbers) > 2 and len(steps) == 1 and steps != {0}:
        return True
    from_first = list(all_names[: len(names)]) == [str(number) for number in range(len(names))]
    return len(names) > 1 and from_first


@dataclass(frozen=True)
class Announcement:
    """The first line of the files that scikit-learn ships: ``150,4,setosa,versicolor,virginica``.

    It names no columns but counts rows and features and lists the classes; the
    last column numbers them from 0.
    """

    n_rows: int
    n_features: int
    classes: tuple[str, ...]

    @classmethod
    def read(cls, header: Sequence[str], width: int) -> Announcement | None:
        """Take a first line for an announcement, if it fits rows of `width` cells."""
        counts, classes = header[:2], tuple(name.strip() for name in header[2:])
        if not all(count.isdecimal() for count in counts) or len(set(classes)) < 2:
            return None
        if int(counts[1]) + 1 != width or not all(classes):
            return None
        return cls(int(counts[0]), int(counts[1]), classes)

    @property
    def names(self) -> list[str]:
        """Names for the columns, as scikit-learn calls columns without any."""
        return [*(f"x{i}" for i in range(self.n_features)), "target"]

    def class_names(self, target: Texts, line: int, source: str) -> Texts:
        """Put the names of the classes in place of their numbers.

        Raises
        ------
        DataError
            When the rows are not what the first line announces.
        """
        cells = target.cells()
        if len(cells) != self.n_rows:
            raise located(
                source,
                f"it announces {self.n_rows} rows, but {len(cells)} follow. Restore the file, "
                "or replace this line by the names of the columns.",
                line=line,
            )
        names = {str(number): name for number, name in enumerate(self.classes)}
        if not names.keys() >= set(cells):
            raise located(
                source,
                f"it announces {len(names)} classes, but the last column holds something "
                f"other than 0 to {len(names) - 1}. Replace this line by the names of the "
                "columns.",
                line=line,
            )
        return Texts.of((names[cell] for cell in cells), is_category=True)
