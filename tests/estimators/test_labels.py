from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import compute_class_weight

from moonlet.estimators.labels import class_factors, read_labels


@pytest.mark.parametrize("y", [np.array([3, 1, 2]), np.array(["b", "a", "b"]), np.array([True])])
def test_one_label_a_row_is_left_as_it_is(y):
    labels, several = read_labels(y)
    assert labels is y
    assert not several


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csr_matrix])
def test_a_matrix_of_0_and_1_is_several_labels(form):
    labels, several = read_labels(form([[0, 1, 1], [1, 0, 0]]))
    assert several
    np.testing.assert_array_equal(labels, [[0, 1, 1], [1, 0, 0]])


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_a_single_column_is_one_label_a_row_with_a_warning(form):
    with pytest.warns(DataConversionWarning, match="column-vector y"):
        labels, several = read_labels(form([[0], [1], [1]]))
    assert (labels.tolist(), several) == ([0, 1, 1], False)


def test_other_matrices_are_refused_with_the_cure():
    with pytest.raises(ValueError, match=r"2 columns with other labels.*MultiOutputClassifier"):
        read_labels(np.array([[1, 2], [3, 1]]))


@pytest.mark.parametrize("seed", range(3))
def test_balanced_factors_are_scikit_learns(seed):
    positions = np.random.RandomState(seed).randint(4, size=30)
    expected = compute_class_weight("balanced", classes=np.arange(4), y=positions)
    counts = np.bincount(positions, minlength=4)
    np.testing.assert_allclose(class_factors("balanced", np.arange(4), counts), expected)


def test_a_class_without_rows_spoils_no_balance():
    factors = class_factors("balanced", np.array(["a", "b", "c"]), np.array([2, 0, 1]))
    assert factors[[0, 2]].tolist() == [0.75, 1.5]


def test_a_class_that_is_not_named_counts_1():
    assert class_factors({"b": 4.0}, np.array(["a", "b"]), np.array([1, 1])).tolist() == [1.0, 4.0]
