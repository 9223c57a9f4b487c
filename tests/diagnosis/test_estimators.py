"""What `fit` hands to the tutor, and what comes of setting the change that it names."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import ConvergenceWarning

from moonlet import MLPClassifier, MLPRegressor
from moonlet.diagnosis import diagnose


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("make", [np.asarray, csr_matrix])
def test_columns_of_any_form_are_looked_at(make: type, dtype: type) -> None:
    X, y = load_wine(return_X_y=True)
    network = MLPClassifier(random_state=0, max_iter=20).fit(make(X.astype(dtype)), y)
    assert [finding.kind for finding in network.diagnosis_] == ["unscaled_inputs"]
    assert network.diagnosis_ == diagnose(network)


def test_scikit_learns_default_on_its_own_data_is_told_what_is_wrong() -> None:
    X, y = load_diabetes(return_X_y=True)
    with pytest.warns(ConvergenceWarning):
        network = MLPRegressor(random_state=0).fit(X, y)
    assert [finding.kind for finding in network.diagnosis_] == ["unscaled_inputs"]
    with pytest.warns(ConvergenceWarning):
        network.fit(X / X.std(axis=0), y)
    assert [finding.kind for finding in network.diagnosis_] == ["unscaled_target"]


def test_a_rare_class_is_called_by_its_name_and_class_weight_brings_it_back() -> None:
    rng = np.random.RandomState(0)
    X = np.concatenate([rng.randn(380, 2), rng.randn(20, 2) + 0.7])
    y = np.repeat(["well", "ill"], [380, 20])
    network = MLPClassifier((3,), solver="lbfgs", alpha=1.0, max_iter=3_000, random_state=0)
    (finding,) = network.fit(X, y).diagnosis_
    assert "Class ill is 5.0 % of the rows, and only" in finding.message
    recall = np.mean(network.predict(X)[y == "ill"] == "ill")
    network.set_params(**finding.change).fit(X, y)
    assert network.diagnosis_ == []
    assert np.mean(network.predict(X)[y == "ill"] == "ill") > recall + 0.5


def test_several_labels_a_row_are_no_trouble() -> None:
    rng = np.random.RandomState(0)
    X = rng.randn(200, 3)
    Y = (X @ rng.randn(3, 4) > 0.0).astype(int)
    network = MLPClassifier((10,), solver="lbfgs", max_iter=5_000, alpha=0.1, random_state=0)
    assert network.fit(X, Y).diagnosis_ == []
