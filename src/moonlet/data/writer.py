"""A data set as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

import pandas as pd
from pandas.api.types import is_numeric_dtype

from moonlet.atomic import replace_file
from moonlet.data.dataset import Dataset


def to_csv(dataset: Dataset, path: str | Path | None = None) -> str | None:
    """Write a data set as a CSV file that `load` reads back to the same contents.

    Numbers are written with as many digits as they need to come back exactly,
    gaps as empty cells, the target as the last column. Labels that are all
    numbers come back as numbers: a CSV file cannot tell the two apart.

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
    text = io.StringIO(newline="")
    _write(dataset, text)
    if path is None:
        return text.getvalue()
    replace_file(path, text.getvalue().encode())
    return None


def _write(dataset: Dataset, file: TextIO) -> None:
    names = [*dataset.feature_names, dataset.target]
    # The csv module quotes a carriage return only where it is part of the line end.
    returns = any("\r" in text for text in chain(names, _texts(dataset)))
    writer = csv.writer(file, lineterminator="\r\n" if returns else "\n")
    writer.writerow(names)
    columns = [_cells(dataset.X.iloc[:, i]) for i in range(dataset.X.shape[1])]
    writer.writerows(zip(*columns, dataset.y.tolist(), strict=True))


def _texts(dataset: Dataset) -> Iterator[str]:
    for i in range(dataset.X.shape[1]):
        column = dataset.X.iloc[:, i]
        if not is_numeric_dtype(column):
            yield from column.dropna().unique()
    if dataset.task == "classification":
        yield from map(str, pd.unique(dataset.y))


def _cells(column: pd.Series) -> list[object]:
    # tolist() gives Python floats, and csv writes those with repr: the shortest exact form.
    return ["" if gap else cell for cell, gap in zip(column.tolist(), column.isna(), strict=True)]
