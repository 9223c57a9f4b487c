"""A data set as a CSV file."""

from __future__ import annotations

import csv
import io
from itertools import chain
from pathlib import Path

import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from moonlet.atomic import replace_file
from moonlet.data.column import Column
from moonlet.data.dataset import Dataset
from moonlet.data.raw import Typed
from moonlet.data.written import as_texts


def to_csv(dataset: Dataset, path: str | Path | None = None) -> str | None:
    """Write a data set as a CSV file that `load` reads back to the same contents.

    Numbers are written with as many digits as they need to come back exactly,
    gaps as empty cells, yes and no in their own words, the target as the last column.
    A CSV file cannot tell labels that are all numbers from numbers, and columns that
    `load` leaves out, constants for one, come back by its `keep`.

    Parameters
    ----------
    dataset : Dataset
    path : str or Path, optional
        An existing file is replaced, once the new one is complete.

    Returns
    -------
    text : str or None
        The file's contents, when no path was given.

    Raises
    ------
    OSError
        When the file cannot be written; what was there is left as it was.

    Examples
    --------
    >>> from moonlet.data import load, to_csv
    >>> print(to_csv(load("iris"))[:96])
    sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),target
    5.1,3.5,1.4,0.2,set
    """
    columns = {column.name: _written(column, dataset.X) for column in dataset.schema.features}
    return frame_to_csv(pd.DataFrame({**columns, dataset.target: dataset.y}), path)


def frame_to_csv(frame: pd.DataFrame, path: str | Path | None = None) -> str | None:
    """Write the columns of a DataFrame as `to_csv` writes a data set."""
    text = io.StringIO(newline="")
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    names = [str(name) for name in frame.columns]
    # The csv module quotes a carriage return only where it is part of the line end.
    texts = chain(names, (cell for cells in columns for cell in cells if isinstance(cell, str)))
    returns = any("\r" in text for text in texts)
    writer = csv.writer(text, lineterminator="\r\n" if returns else "\n")
    writer.writerow(names)
    writer.writerows(zip(*columns, strict=True))
    if path is None:
        return text.getvalue()
    replace_file(path, text.getvalue().encode())
    return None


def _written(column: Column, X: pd.DataFrame) -> pd.Series:
    values = X[column.name]
    return values.map(dict(enumerate(column.labels))) if column.kind == "yes/no" else values


def _cells(column: pd.Series) -> list[object]:
    if is_datetime64_any_dtype(column.dtype):
        return list(as_texts(Typed(column)))
    # tolist() gives Python floats, and csv writes those with repr: the shortest exact form.
    return ["" if gap else cell for cell, gap in zip(column.tolist(), column.isna(), strict=True)]
