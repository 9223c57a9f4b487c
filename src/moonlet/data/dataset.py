"""What moonlet learns from: a table of features and the column to predict."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy import sparse

from moonlet.data.schema import Schema
from moonlet.data.target import Target, Task


@dataclass(frozen=True, eq=False)
class Dataset:
    """Features and target of one table.

    Can be taken apart: ``X, y = load("iris")``.

    Parameters
    ----------
    name : str
        The data set's name, or the file's.
    X : DataFrame of shape (n_rows, n_features)
        As `Schema.apply` gives it: numbers, and yes and no, as float64, categories as text,
        dates as datetime64. Gaps are NaN.
    y : ndarray of shape (n_rows,)
        Class labels (text, int64 or bool) for a classification, float64 for a regression.
    target : str
        The name of the column that `y` was.
    task : {"classification", "regression"}
    schema : Schema
        What every column of the table holds, the target and left-out ones too.
    n_dropped : int
        Rows that were left out because their target was empty.
    said : mapping
        What the caller said of the table, by the keywords of `load`.

    Examples
    --------
    >>> from moonlet.data import load
    >>> moons = load("moons")
    >>> moons.task, moons.feature_names, moons.y[:4]
    ('classification', ['x0', 'x1'], array([0, 1, 1, 0]))
    """

    name: str
    X: pd.DataFrame = field(repr=False)
    y: Target = field(repr=False)
    target: str
    task: Task
    schema: Schema = field(repr=False)
    n_dropped: int = 0
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __iter__(self) -> Iterator[pd.DataFrame | Target]:
        yield self.X
        yield self.y

    @property
    def feature_names(self) -> list[str]:
        """Names of the columns of `X`."""
        return [str(name) for name in self.X.columns]

    def fingerprint(self) -> str:
        """Return what `fingerprint` says of `X` and `y`."""
        return fingerprint(self.X, self.y)


def fingerprint(X: Any, y: object = None) -> str:
    """SHA-256 over the contents of a table and the names of its columns.

    Equal tables have equal fingerprints, in every run and on every machine,
    however pandas happens to hold them: 1 and 1.0 count as equal, and so do
    text and categories of the same text. The rows' index and the target's name
    do not count.

    Parameters
    ----------
    X : DataFrame, ndarray or CSR matrix of shape (n_rows, n_features)
        The columns of an array are called x0, x1 … A CSR matrix in canonical format.
    y : array-like of shape (n_rows,), optional

    Returns
    -------
    digest : str
        64 hexadecimal digits.

    Examples
    --------
    >>> import numpy as np
    >>> from moonlet.data import fingerprint
    >>> fingerprint(np.eye(2, dtype=int))[:8] == fingerprint(np.eye(2))[:8]
    True
    """
    digest = hashlib.sha256(b"moonlet table 1\0")
    if sparse.issparse(X):
        for part in (X.shape, X.indptr, X.indices, X.data):
            kind = np.float64 if part is X.data else np.int64
            data = np.asarray(part, dtype=kind).tobytes()
            digest.update(len(data).to_bytes(8, "little") + data)
        X = pd.DataFrame(index=range(X.shape[0]))
    elif not isinstance(X, pd.DataFrame):
        X = pd.DataFrame(X, columns=[f"x{i}" for i in range(np.shape(X)[1])])
    for position, name in enumerate(X.columns):
        digest.update(_framed(str(name)))
        _add_values(digest, X.iloc[:, position])
    if y is not None:
        digest.update(b"target")
        _add_values(digest, pd.Series(np.asarray(y)))
    return digest.hexdigest()


def _add_values(digest: hashlib._Hash, column: pd.Series) -> None:
    column = column.infer_objects()
    digest.update(len(column).to_bytes(8, "little"))
    if is_numeric_dtype(column):
        # Adding 0.0 turns -0.0 into 0.0; a NaN may carry any bits until it is replaced.
        numbers = column.to_numpy(dtype="<f8", na_value=np.nan) + 0.0
        numbers[np.isnan(numbers)] = np.nan
        digest.update(b"numbers" + numbers.tobytes())
        return
    codes, texts = pd.factorize(column)  # numbered in the order in which they appear
    digest.update(b"texts" + len(texts).to_bytes(8, "little"))
    for text in texts:
        digest.update(_framed(str(text)))
    digest.update(codes.astype("<i8").tobytes())


def _framed(text: str) -> bytes:
    # With its length in front: otherwise "ab", "c" and "a", "bc" would look the same.
    data = text.encode("utf-8", "surrogatepass")
    return len(data).to_bytes(8, "little") + data
