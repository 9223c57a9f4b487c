from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_moons

from moonlet import MLPClassifier


@pytest.fixture(scope="session")
def moons() -> tuple[np.ndarray, np.ndarray]:
    return make_moons(200, noise=0.2, random_state=0)


@pytest.fixture(scope="session")
def network(moons) -> MLPClassifier:
    return MLPClassifier(
        (5,), "tanh", solver="lbfgs", alpha=0.01, max_iter=1000, random_state=0
    ).fit(*moons)
