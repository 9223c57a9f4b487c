"""A table that the tests share."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from moonlet.specs import Array


@pytest.fixture
def iris() -> tuple[Array, Array]:
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y
