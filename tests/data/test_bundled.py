from __future__ import annotations

import numpy as np
import pytest
from sklearn import datasets

from moonlet.data import load
from moonlet.names import BUNDLED


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_classes_carry_their_names(name):
    bunch = getattr(datasets, f"load_{name}")()
    dataset = load(name)
    np.testing.assert_array_equal(dataset.X.to_numpy(), bunch.data)
    np.testing.assert_array_equal(dataset.y, np.asarray(bunch.target_names)[bunch.target])
    assert dataset.feature_names == list(bunch.feature_names)
    assert (dataset.task, dataset.target) == ("classification", "target")


def test_digits_are_classes_by_number():
    dataset = load("digits")
    np.testing.assert_array_equal(dataset.X.to_numpy(), datasets.load_digits().data)
    np.testing.assert_array_equal(dataset.y, datasets.load_digits().target)
    assert dataset.y.dtype == np.int64
    assert dataset.task == "classification"


def test_diabetes_is_a_regression():
    dataset = load("diabetes")
    np.testing.assert_array_equal(dataset.y, datasets.load_diabetes().target)
    assert dataset.task == "regression"


def test_another_column_of_a_bundled_set_can_be_the_target():
    dataset = load("wine", target="alcohol")
    assert dataset.task == "regression"
    assert "target" in dataset.X
    assert "alcohol" not in dataset.X


@pytest.mark.parametrize("name", BUNDLED)
def test_all_features_are_float64(name):
    assert {str(dtype) for dtype in load(name).X.dtypes} == {"float64"}
