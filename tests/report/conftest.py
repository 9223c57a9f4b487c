from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_moons

from moonlet import CapacityStudy
from moonlet.report import draw_pictures

HOSTILE = "<svg onload=alert(1)>\"'&]]>"


def small_study(X, y, **options):
    settings = {"hidden": (0, 3), "alpha": (0.1,), "n_restarts": 2, "cv": 3, "random_state": 0}
    return CapacityStudy(**{**settings, **options}).fit(X, y)


@pytest.fixture(scope="session")
def study():
    return small_study(*make_moons(120, noise=0.2, random_state=0))


@pytest.fixture(scope="session")
def pictures(study):
    return draw_pictures(study)


@pytest.fixture(scope="session")
def number_study():
    random = np.random.default_rng(0)
    X = random.normal(size=(160, 3))
    return small_study(X, 100 * (X[:, 0] - np.tanh(X[:, 1])) + random.normal(size=160))


@pytest.fixture(scope="session")
def number_pictures(number_study):
    return draw_pictures(number_study)


@pytest.fixture(scope="session")
def many_classes_study():
    """Fourteen classes: more than a table or a legend can hold."""
    random = np.random.default_rng(0)
    y = np.repeat(np.arange(14), 24)
    centers = random.normal(size=(14, 4)) * 2
    X = centers[y] + random.normal(size=(len(y), 4))
    return small_study(X, np.array([f"species {name:02d}" for name in y]))


@pytest.fixture(scope="session")
def hostile_study():
    """A table with gaps and categories, all of whose names mean harm."""
    random = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "noise": random.normal(size=90),
            HOSTILE: random.normal(size=90),
            "$x^{2": random.normal(size=90) * 1000,
            '"><img src=x>': random.choice(["<b>", "{{ 7 * 7 }}"], 90),
            "gaps": np.where(random.random(90) < 0.2, np.nan, random.random(90)),
        }
    )
    y = np.where(X[HOSTILE] + X["$x^{2"] / 1000 > 0, "<script>alert(1)</script>", "$no{% raw %}")
    return small_study(X, y)
