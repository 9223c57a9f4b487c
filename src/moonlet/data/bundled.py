"""The sets that scikit-learn ships with itself: nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)

_LOADERS: dict[str, Callable[..., Any]] = {
    "iris": load_iris,
    "wine": load_wine,
    "breast_cancer": load_breast_cancer,
    "digits": load_digits,
    "diabetes": load_diabetes,
}
BUNDLED = tuple(_LOADERS)


def bundled(name: str) -> pd.DataFrame:
    """One of `BUNDLED` as a table whose last column, "target", names the classes."""
    bunch = _LOADERS[name](as_frame=True)
    features: pd.DataFrame = bunch.data.astype("float64")
    target = bunch.target
    # The digits' names are the numbers themselves, and a regression has no names.
    if isinstance(bunch.get("target_names", [0])[0], str):
        target = pd.Categorical(bunch.target_names[target])
    return features.assign(target=target)
