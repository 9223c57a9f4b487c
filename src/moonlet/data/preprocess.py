"""What turns a table into the numbers that a network takes, fitted anew in every fold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from moonlet.data.reader import TableReader, input_names
from moonlet.data.schema import Schema
from moonlet.data.sparse_scale import SparseScaler


def make_preprocessor(X: Any) -> Pipeline:
    """Make an unfitted transformer for tables with the columns of `X`.

    Numbers: gaps become the median, then mean 0 and standard deviation 1; yes and no are 1 and
    0, dates are days since 1970 and what of month, weekday and hour varies. Categories: gaps
    become the most frequent one, then one column of 0 and 1 for each; a category that was not
    there in `fit` is all zeros. A column without any value in `fit` becomes zeros (numbers) or
    a constant.

    Parameters
    ----------
    X : DataFrame (pandas, polars …), pyarrow Table, or ndarray of shape (n_rows, n_features)
        What its columns hold is found out by `Schema.of`; an array of numbers needs no schema.
        Of a sparse matrix each column is divided by its largest absolute value, where that is
        above 1: what is 0 stays 0, and it comes out sparse.

    Returns
    -------
    transformer : Pipeline
        A `TableReader` ("table"; not for an array of numbers), then imputer and scaler, or a
        ColumnTransformer ("columns") where there are categories. Gives a dense array of float64
        of shape (n_rows, n_inputs); numbers come first. (From an array of float32: float32.)

    Raises
    ------
    DataError
        For a column that can be read in two ways, or that no network can take.

    Examples
    --------
    >>> import pandas as pd
    >>> from moonlet.data import make_preprocessor
    >>> X = pd.DataFrame({"size": [1.0, None, 3.0], "kind": ["a", "b", None]})
    >>> make_preprocessor(X).fit_transform(X)
    array([[-1.22474487,  1.        ,  0.        ],
           [ 0.        ,  0.        ,  1.        ],
           [ 1.22474487,  1.        ,  0.        ]])
    """
    if sparse.issparse(X):
        return Pipeline([("scale", SparseScaler())])
    if isinstance(X, np.ndarray) and X.dtype.kind in "biuf":
        return Pipeline(_numbers())
    schema = Schema.of(X)
    numbers = [n for c in schema.features if c.kind != "category" for n in input_names(c)]
    categories = [c.name for c in schema.features if c.kind == "category"]
    reader = ("table", TableReader(schema))
    if not categories:
        return Pipeline([reader, *_numbers()])
    parts = [("numbers", Pipeline(_numbers()), numbers)] if numbers else []
    columns = ColumnTransformer([*parts, ("categories", _categories(), categories)])
    return Pipeline([reader, ("columns", columns)])


def _numbers() -> list[tuple[str, Any]]:
    # The imputer is there even if X has no gaps: rows to predict may have some.
    return [
        ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
        ("scale", StandardScaler()),
    ]


def _categories() -> Pipeline:
    # pd.NA stands for None, NaN and NA alike; with np.nan a None would become a category.
    imputer = SimpleImputer(
        missing_values=pd.NA, strategy="most_frequent", keep_empty_features=True
    )
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return Pipeline([("impute", imputer), ("encode", encoder)])
