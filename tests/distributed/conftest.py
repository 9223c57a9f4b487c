from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from moonlet import MLPClassifier
from moonlet.distributed import fitting
from tests.dask_clusters import local_cluster


@pytest.fixture(scope="session")
def client() -> Iterator[Any]:
    with local_cluster(3, processes=False) as client:
        yield client


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> int:
    """Tiles of so few rows that a small table has many; the driver alone cuts them."""
    monkeypatch.setattr(fitting, "TILE_ROWS", 64)
    return 64


def rows(n: int = 1000, dtype: Any = np.float64) -> tuple[Any, Any]:
    random = np.random.RandomState(0)
    X = random.normal(size=(n, 4)).astype(dtype)
    return X, (X[:, 0] * X[:, 1] + 0.3 * random.normal(size=n) > 0).astype(int)


def network(**parameters: Any) -> MLPClassifier:
    # The penalty makes the end so sharp that rounding on the way there hardly moves it.
    usual = {"solver": "lbfgs", "alpha": 3.0, "max_iter": 1000, "tol": 1e-3, "random_state": 0}
    return MLPClassifier((5,), "tanh", **(usual | parameters))


def learned(estimator: Any) -> dict[str, Any]:
    """All that `fit` leaves behind for everybody to see, arrays as bytes."""
    found: dict[str, Any] = {"diagnosis_": estimator.diagnosis_}
    for name, value in vars(estimator).items():
        if name.endswith("_") and not name.startswith("_"):
            arrays = isinstance(value, list) and value and isinstance(value[0], np.ndarray)
            found[name] = [one.tobytes() for one in value] if arrays else value
            if isinstance(value, np.ndarray):
                found[name] = value.tolist()
    return found
