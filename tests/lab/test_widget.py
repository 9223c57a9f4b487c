"""The widget by itself, without a notebook: what it sends, and what it makes of what comes back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline

from moonlet import MLPClassifier
from moonlet.data import load, make_preprocessor
from moonlet.exceptions import DataError
from moonlet.lab import Lab
from tests.browser import missing
from tests.lab.conftest import PAGE
from tests.lab.test_network import told


@pytest.fixture(autouse=True)
def built() -> None:
    missing(PAGE, "run `make lab`")


def come_back(lab: Lab, trained: dict[str, Any], **data: Any) -> None:
    """What the page does when training has come to rest: the table stays where it came from."""
    recipe = lab.recipe
    data = {**recipe.get("data", {}), **data, "table": None}
    lab._recipe = json.dumps({**recipe, "data": data})
    lab._trained = json.dumps({**trained, "data": data})


def test_before_anything_was_trained_it_says_what_to_do() -> None:
    lab = Lab()
    with pytest.raises(NotFittedError, match="press Play"):
        _ = lab.estimator_
    lab.close()


def test_the_moons_come_back_as_a_classifier_of_arrays() -> None:
    X, y = load("moons")
    network = MLPClassifier((3,), solver="gd", max_iter=50, tol=0, learning_rate_init=0.5).fit(X, y)
    lab = Lab()
    come_back(lab, told(network, [0, 1], ["x0", "x1"], range(200)), source="moons")
    np.testing.assert_array_equal(lab.estimator_.predict_proba(X), network.predict_proba(X))
    lab.close()


def test_a_table_with_categories_comes_back_as_a_pipeline() -> None:
    random = np.random.RandomState(0)
    X = pd.DataFrame(random.normal(size=(60, 2)), columns=["width", "height"])
    X["colour"] = random.choice(["red", "green"], size=60)
    y = pd.Series(np.where(X["width"] > 0, "wide", "narrow"), name="shape")
    rows = np.arange(0, 60, 2)
    preprocess = make_preprocessor(X).fit(X.iloc[rows])
    network = MLPClassifier((2,), solver="lbfgs", random_state=0)
    network.fit(preprocess.transform(X.iloc[rows]), y[rows])
    lab = Lab(X, y)
    assert lab.recipe["data"]["table"]["target"] == "shape"
    trained = told(network, ["narrow", "wide"], list(X.columns), rows)
    come_back(lab, trained, target="shape", features=None)
    made = lab.estimator_
    assert isinstance(made, Pipeline)
    np.testing.assert_array_equal(
        made.predict_proba(X), network.predict_proba(preprocess.transform(X))
    )
    assert set(made.predict(X)) == {"wide", "narrow"}
    assert len(lab.recipe["data"]["table"]["columns"]) == 4  # though it was not sent back
    lab.close()


def test_what_came_as_arrays_is_predicted_for_arrays() -> None:
    X = np.random.RandomState(0).normal(size=(50, 3))
    y = X[:, 0] > 0
    network = MLPClassifier((2,), solver="lbfgs", random_state=0)
    network.fit(make_preprocessor(X).fit_transform(X), y)
    lab = Lab(X, y)
    come_back(lab, told(network, [False, True], ["x0", "x1", "x2"], range(50)), target="target")
    made = lab.estimator_
    assert made.predict(X).dtype == bool
    assert made.score(X, y) == network.score(make_preprocessor(X).fit_transform(X), y)
    lab.close()


def test_numbers_are_predicted_too() -> None:
    X, y = load("diabetes")
    lab = Lab(X, y)
    assert lab.recipe["data"]["table"]["task"] is None
    assert lab.recipe["data"]["table"]["columns"][-1]["cells"][:2] == [151, 75]
    lab.close()


def test_a_recipe_is_kept_and_given_to_another_lab() -> None:
    lab = Lab(recipe={"network": {"hidden": [{"units": 7}]}}, compact=True)
    other = Lab(recipe=lab.recipe)
    assert other.recipe == lab.recipe == {"network": {"hidden": [{"units": 7}]}}
    assert (lab.compact, other.compact) == (True, False)
    other.recipe = {"network": {"hidden": []}}
    assert other.recipe["network"]["hidden"] == []
    lab.close()
    other.close()


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        ([[1.0, 2.0]], None, "needs y"),
        ([[1.0, 2.0], [2.0, 1.0]], [0], "as many"),
        ([[1.0, 2.0], [2.0, 1.0]], [1, 1], "one class only|one value only"),
        (np.zeros((10_001, 2)) + np.arange(10_001)[:, None] / 7, np.arange(10_001) % 2, "too many"),
    ],
)
def test_what_the_lab_cannot_show_is_refused(X: object, y: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Lab(X, y)
