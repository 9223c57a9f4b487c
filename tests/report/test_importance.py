from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet.report import importance
from moonlet.report.importance import two_that_matter


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(300, 6)), columns=list("abcdef"))
    return X, np.where(3 * X["e"] - 2 * X["b"] + 0.1 * X["c"] > 0, "yes", "no")


@pytest.fixture(scope="module")
def model(table):
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(*table)


def test_the_two_columns_that_made_the_classes_are_found(table, model):
    X, y = table
    assert two_that_matter(model, X, y, model.classes_, seed=0) == (1, 4)


def test_asking_in_small_portions_finds_the_same(table, model, monkeypatch):
    monkeypatch.setattr(importance, "_MOST_CELLS", 2500)
    X, y = table
    assert two_that_matter(model, X, y, model.classes_, seed=0) == (1, 4)


def test_a_matrix_will_do(table):
    X, y = table[0].to_numpy(), table[1]
    model = LogisticRegression().fit(X, y)
    assert two_that_matter(model, X, y, model.classes_, seed=0) == (1, 4)


def test_only_columns_of_numbers_span_a_plane(table):
    X, y = table
    X = X.assign(b=np.where(X["b"] > 0, "up", "down"), e=X["e"] > 0)[["b", "e", "a"]]
    assert two_that_matter(None, X, y, np.unique(y), seed=0) is None


def test_two_columns_need_no_model():
    assert two_that_matter(None, np.zeros((3, 2)), np.zeros(3), np.array([0, 1]), 0) == (0, 1)
