"""The sets that scikit-learn ships with itself: nothing is downloaded."""

from __future__ import annotations

import pandas as pd
from sklearn import datasets


def bundled(name: str) -> pd.DataFrame:
    """One of `moonlet.names.BUNDLED` as a table whose last column, "target", names the classes."""
    bunch = getattr(datasets, f"load_{name}")(as_frame=True)
    features: pd.DataFrame = bunch.data.astype("float64")
    target = bunch.target
    # The digits' names are the numbers themselves, and a regression has no names.
    if isinstance(bunch.get("target_names", [0])[0], str):
        target = pd.Categorical(bunch.target_names[target])
    return features.assign(target=target)
