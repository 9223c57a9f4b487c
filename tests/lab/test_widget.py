"""The widget by itself, without a notebook."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from moonlet.exceptions import DataError
from moonlet.lab import Lab
from tests.browser import missing
from tests.lab.conftest import PAGE


@pytest.fixture(autouse=True)
def built() -> None:
    missing(PAGE, "run `make lab`")


def test_the_estimator_is_there_before_anything_is_shown() -> None:
    lab = Lab()
    assert lab.estimator_.predict([[0.0, 0.5]]).shape == (1,)
    lab.close()


def test_what_came_as_arrays_is_predicted_for_arrays() -> None:
    X = np.random.RandomState(0).normal(size=(50, 3))
    lab = Lab(X, X[:, 0] > 0)
    assert lab.estimator_.predict(X).shape == (50,)
    lab.close()


def test_a_table_with_categories_becomes_a_pipeline() -> None:
    random = np.random.RandomState(0)
    X = pd.DataFrame(random.normal(size=(60, 2)), columns=["width", "height"])
    X["colour"] = random.choice(["red", "green"], size=60)
    y = pd.Series(np.where(X["width"] > 0, "wide", "narrow"), name="shape")
    lab = Lab(X, y)
    assert [name for name, _ in lab.estimator_.steps] == ["preprocess", "network"]
    assert set(lab.estimator_.predict(X)) <= {"wide", "narrow"}
    lab.close()


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        ([[1.0, 2.0]], None, "needs y"),
        ([[1.0, 2.0], [2.0, 1.0]], [0], "as many"),
        ([[1.0], [2.0], [3.0], [4.0]], [0, 1, 0, 1], "two features"),
        ([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]], [0.5, 1.25, 2.0], "number to predict"),
    ],
)
def test_what_the_lab_cannot_show_is_refused(X: object, y: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Lab(X, y)
