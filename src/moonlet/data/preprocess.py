"""What turns a table into the numbers that a network takes, fitted anew in every fold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype, is_object_dtype, is_string_dtype
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from moonlet.data.messages import located
from moonlet.exceptions import DataError

MAX_CATEGORIES = 1000


def make_preprocessor(X: pd.DataFrame | NDArray[np.generic]) -> Pipeline | ColumnTransformer:
    """Make an unfitted transformer for tables with the columns of `X`.

    Numbers: gaps become the median, then mean 0 and standard deviation 1.
    Categories: gaps become the most frequent one, then one column of 0 and 1
    for each; a category that was not there in `fit` is all zeros. A column
    without any value in `fit` becomes zeros (numbers) or a constant.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_rows, n_features)
        Only the kinds of its columns are looked at, and how many categories
        there are. Booleans count as numbers.

    Returns
    -------
    transformer : Pipeline or ColumnTransformer
        A Pipeline of imputer and scaler when all columns are numbers. Gives a
        dense array of float64 of shape (n_rows, n_inputs); numbers come first.
        (From an array that is float32 throughout: float32.)

    Raises
    ------
    DataError
        For a column of dates or the like, and for one with more than 1,000
        categories, each of which would become an input.

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
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X).infer_objects()
    numeric = [_is_numeric(frame.iloc[:, i]) for i in range(frame.shape[1])]
    if all(numeric):
        return _numbers()
    # Names where possible: then columns may come in another order later. scikit-learn
    # takes integers for positions, even where columns are called so.
    by_name = X is frame and all(isinstance(name, str) for name in frame.columns)
    keys: list[Any] = list(frame.columns) if by_name else list(range(frame.shape[1]))
    parts = (("numbers", _numbers(), True), ("categories", _categories(), False))
    return ColumnTransformer(
        [
            (
                part,
                transformer,
                [key for key, is_n in zip(keys, numeric, strict=True) if is_n is kind],
            )
            for part, transformer, kind in parts
            if kind in numeric
        ]
    )


def _numbers() -> Pipeline:
    # The imputer is there even if X has no gaps: rows to predict may have some.
    return Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", StandardScaler()),
        ]
    )


def _categories() -> Pipeline:
    # pd.NA stands for None, NaN and NA alike; with np.nan a None would become a category.
    imputer = SimpleImputer(
        missing_values=pd.NA, strategy="most_frequent", keep_empty_features=True
    )
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return Pipeline([("impute", imputer), ("encode", encoder)])


def _is_numeric(column: pd.Series) -> bool:
    if is_numeric_dtype(column) or is_bool_dtype(column):
        return True
    name = str(column.name)
    if not (
        isinstance(column.dtype, pd.CategoricalDtype)
        or is_string_dtype(column)
        or is_object_dtype(column)
    ):
        raise located(
            "X",
            f"values of type {column.dtype} are not understood. Turn them into numbers or text.",
            column=name,
        )
    n_categories = column.nunique()
    if n_categories > MAX_CATEGORIES:
        raise DataError(
            f"column {name!r} has {n_categories} categories, and each would become an input; "
            f"at most {MAX_CATEGORIES} are taken. Leave the column out, or group its values."
        )
    return False
