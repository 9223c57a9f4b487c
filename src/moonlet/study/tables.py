"""The table of results as a file: CSV for spreadsheets, Parquet for programs."""

from __future__ import annotations

import csv
import io
import math
import os
from typing import TYPE_CHECKING

from moonlet.atomic import replace_file
from moonlet.exceptions import MissingExtraError
from moonlet.study.plan import size_label

if TYPE_CHECKING:
    import pandas as pd


def write_csv(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV: whole or not at all, and safe to open in a spreadsheet.

    Text that a spreadsheet would take for a formula gets an apostrophe in
    front; numbers are written so that they read back as the same bits.

    Parameters
    ----------
    table : DataFrame
    path : str or path-like
        Replaced in one step if it is there.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(map(_cell, table.columns))
    writer.writerows(map(_cell, row) for row in table.itertuples(index=False, name=None))
    replace_file(path, text.getvalue().encode())


def write_parquet(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as Parquet, whole or not at all: types and bits are kept.

    Sizes become text, ``10x5`` for two layers; text stays as it is, since no program
    that reads Parquet calculates it.

    Parameters
    ----------
    table : DataFrame
    path : str or path-like
        Replaced in one step if it is there.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    content = io.BytesIO()
    written = table.copy(deep=False)
    if "hidden" in written:
        written["hidden"] = [size_label(size) for size in written["hidden"]]
    try:
        written.to_parquet(content, engine="pyarrow", index=False)
    except ImportError as error:
        raise MissingExtraError(
            "Parquet files need pyarrow. Install it by: pip install 'moonlet[parquet]'"
        ) from error
    replace_file(path, content.getvalue())


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return size_label(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return value
