from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.model_selection import train_test_split

from moonlet.estimators.rows import Rows, hold_out

ROWS = Rows(np.arange(40.0).reshape(20, 2), np.arange(20) % 2, np.linspace(0.1, 2.0, 20))


def test_the_rows_held_out_are_those_of_train_test_split():
    kept, held = hold_out(ROWS, 0.3, ROWS.y, np.random.RandomState(5))
    X_train, X_test, y_train, y_test = train_test_split(
        ROWS.X, ROWS.y, test_size=0.3, stratify=ROWS.y, random_state=np.random.RandomState(5)
    )
    np.testing.assert_array_equal(kept.X, X_train)
    np.testing.assert_array_equal(held.X, X_test)
    np.testing.assert_array_equal(kept.y, y_train)
    np.testing.assert_array_equal(held.y, y_test)


def test_weights_stay_with_their_rows():
    kept, held = hold_out(ROWS, 0.3, None, np.random.RandomState(0))
    for part in (kept, held):
        positions = (part.X[:, 0] / 2).astype(int)
        np.testing.assert_array_equal(part.weight, ROWS.weight[positions])


def test_sparse_rows_are_held_out_alike():
    kept, held = hold_out(
        Rows(sparse.csr_array(ROWS.X), ROWS.y), 0.3, None, np.random.RandomState(0)
    )
    dense = hold_out(ROWS, 0.3, None, np.random.RandomState(0))
    np.testing.assert_array_equal(kept.X.toarray(), dense[0].X)
    np.testing.assert_array_equal(held.X.toarray(), dense[1].X)


def test_factors_multiply_weights():
    factors = np.full(20, 3.0)
    np.testing.assert_array_equal(ROWS.weighted(factors).weight, 3.0 * ROWS.weight)
    np.testing.assert_array_equal(Rows(ROWS.X, ROWS.y).weighted(factors).weight, factors)


def test_a_single_row_to_validate_on_is_too_few():
    with pytest.raises(ValueError, match=r"validation_fraction=0.05 of 20 rows is 1"):
        hold_out(ROWS, 0.05, None, np.random.RandomState(0))
