from __future__ import annotations

import numpy as np
from scipy import sparse

from moonlet.data.sparse_scale import SparseScaler


def test_columns_beyond_one_are_divided_and_all_others_left():
    random = np.random.RandomState(0)
    dense = np.where(random.rand(80, 30) < 0.2, random.randn(80, 30), 0.0)
    dense *= np.where(np.arange(30) < 15, 0.1, 100.0)
    X = sparse.csr_array(dense)
    scaler = SparseScaler().fit(X[:60])
    scaled = scaler.transform(X)
    assert sparse.issparse(scaled)
    assert scaled.nnz == X.nnz
    largest = np.abs(dense[:60]).max(axis=0)
    np.testing.assert_allclose(scaled.toarray(), dense / np.where(largest > 1.0, largest, 1.0))
    np.testing.assert_allclose(scaler.inverse_transform(scaled).toarray(), dense)
