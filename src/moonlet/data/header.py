"""The first line of a text table: names of columns, or something else that must be noticed.

A line of data taken for names costs a row and gives a table that looks right.
So it counts as data when all its cells are numbers, when one is a number with a
decimal point, or when every cell looks like the column below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from moonlet.data.cells import is_number, labels, not_utf8, undecodable
from moonlet.data.messages import located, quoted
from moonlet.specs import Array

NAME_THE_COLUMNS = "Put a line with the names of the columns above the first row."


def column_names(header: Sequence[str], line: int, source: str) -> list[str]:
    """Check the names in a header one by one.

    Raises
    ------
    DataError
        For a name that is empty, not UTF-8, used twice or in truth a number.
    """
    names = [name.strip() for name in header]
    for number, name in enumerate(names, start=1):
        if bad := undecodable(name):
            raise located(source, not_utf8(bad[1]), line=line, column=number)
    all_numbers = all(is_number(name) for name in names)
    for number, name in enumerate(names, start=1):
        if is_number(name) and (all_numbers or not name.lstrip("+-").isdigit()):
            raise located(
                source,
                f"{quoted(name)} is a number where a name is expected. {NAME_THE_COLUMNS}",
                line=line,
                column=number,
            )
    for number, name in enumerate(names, start=1):
        if not name:
            raise located(
                source,
                "the column has no name. Give it one, or delete the column.",
                line=line,
                column=number,
            )
    for name, count in Counter(names).items():
        if count > 1:
            raise located(
                source,
                f"{count} columns have this name. Rename them; if line {line} is the first row, "
                "put a line with the names of the columns above it.",
                line=line,
                column=name,
            )
    return names


def looks_like_data(columns: Mapping[str, Array | pd.Categorical]) -> bool:
    """Whether each name could be a cell of its column: number over numbers, label among labels."""
    return all(
        name in column.categories if isinstance(column, pd.Categorical) else is_number(name)
        for name, column in columns.items()
    )


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
        if int(counts[1]) + 1 != width or not all(classes) or undecodable("".join(classes)):
            return None
        return cls(int(counts[0]), int(counts[1]), classes)

    @property
    def names(self) -> list[str]:
        """Names for the columns, as scikit-learn calls columns without any."""
        return [*(f"x{i}" for i in range(self.n_features)), "target"]

    def class_names(self, target: Array | pd.Categorical, line: int, source: str) -> pd.Categorical:
        """Put the names of the classes in place of their numbers.

        Raises
        ------
        DataError
            When the rows are not what the first line announces.
        """
        if len(target) != self.n_rows:
            raise located(
                source,
                f"it announces {self.n_rows} rows, but {len(target)} follow. Restore the file, "
                "or replace this line by the names of the columns.",
                line=line,
            )
        known = range(len(self.classes))
        if isinstance(target, pd.Categorical) or not np.isin(target, known).all():
            raise located(
                source,
                f"it announces {len(self.classes)} classes, but the last column holds something "
                f"other than 0 to {len(self.classes) - 1}. Replace this line by the names of the "
                "columns.",
                line=line,
            )
        return labels([self.classes[int(number)] for number in target])
