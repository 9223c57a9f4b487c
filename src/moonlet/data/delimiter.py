"""What stands between the cells of a text file."""

from __future__ import annotations

import re
from contextlib import suppress

from moonlet.data.decoding import Text
from moonlet.data.messages import located
from moonlet.data.records import BLANKS, DELIMITERS, Lines, Records, named
from moonlet.exceptions import DataError

SAMPLED_RECORDS = 20
_TOLD = re.compile(r'("?)sep=(.)\1[ \t]*\r?\n?', re.IGNORECASE)
_SIGNS = [sign for sign in DELIMITERS if sign != BLANKS]


def told_delimiter(head: str) -> str | None:
    """The delimiter that a first line ``sep=;`` tells, as Excel writes it and reads it."""
    told = _TOLD.fullmatch(head.splitlines(keepends=True)[0]) if head else None
    return told and told[2]


def find_delimiter(
    head: str, usual: str, text: Text, source: str, *, comment: str | None = None
) -> str:
    """Find the sign that splits the first records into one common number of cells, two or more.

    If none does, the one that splits the header into most cells; and if none splits the header,
    blanks where they split most records alike.

    Parameters
    ----------
    head : str
        Some first lines.
    usual : str
        The sign to take where several do equally well, or where all stand in the text without
        splitting it alike.
    text, source, comment
        As in `Records` and `Lines`.

    Raises
    ------
    DataError
        When more than one sign splits the records alike.
    """

    def widths(sign: str) -> list[int]:
        records = Records(Lines([head], comment), sign, text, source)
        found: list[int] = []
        with suppress(DataError):  # what was found before the error counts
            while len(found) < SAMPLED_RECORDS and (cells := records.next()) is not None:
                found.append(len(cells))
        return found or [0]

    by_sign = {sign: widths(sign) for sign in _SIGNS}
    fitting = [sign for sign, found in by_sign.items() if found[0] > 1 and len(set(found)) == 1]
    if len(fitting) == 1:
        return fitting[0]
    if usual == "\t" and usual in fitting:
        return usual  # a file of tabs may have commas in its texts
    if fitting:
        readings = " or ".join(f"{by_sign[sign][0]} with {named(sign)}" for sign in fitting)
        raise located(
            source,
            f"the lines can be split into columns in more than one way: {readings}. Put cells "
            "that contain such a sign in quotes.",
        )
    likeliest = max(_SIGNS, key=lambda sign: (by_sign[sign][0], sign == usual))
    if by_sign[likeliest][0] > 1:
        return likeliest
    first, *rest = widths(BLANKS)
    # One more in the rows: R's write.table gives no name to the column of row names.
    fitting_rows = sum(width in (first, first + 1) for width in rest)
    return BLANKS if first > 1 and 2 * fitting_rows > len(rest) else likeliest
