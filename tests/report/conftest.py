from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_moons

from moonlet import CapacityStudy
from moonlet.report import draw_pictures

HOSTILE = "<svg onload=alert(1)>\"'&]]>"


def small_study(X, y, **options):
    settings = {"hidden": (0, 3), "alpha": (1e-2,), "n_restarts": 2, "cv": 3, "random_state": 0}
    return CapacityStudy(**{**settings, **options}).fit(X, y)


@pytest.fixture(scope="session")
def study():
    return small_study(*make_moons(120, noise=0.2, random_state=0))


@pytest.fixture(scope="session")
def pictures(study):
    return draw_pictures(study)


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
