from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit, softmax
from sklearn.base import clone
from sklearn.datasets import make_classification

from moonlet import MLPClassifier, MLPRegressor
from moonlet.estimators.merge import merged


def data(n_classes: int) -> tuple[Any, Any]:
    return make_classification(
        90, 4, n_informative=3, n_redundant=0, n_classes=n_classes, n_clusters_per_class=1,
        random_state=0,
    )  # fmt: skip


def starts(template: Any, X: Any, y: Any, n: int = 3) -> list[Any]:
    return [clone(template).set_params(random_state=seed).fit(X, y) for seed in range(n)]


@pytest.mark.parametrize("hidden", [(3,), (4, 2), (3, 3, 2)])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_merged_networks_logits_are_the_mean_of_all(
    hidden: tuple[int, ...], n_classes: int
) -> None:
    X, y = data(n_classes)
    template = MLPClassifier(hidden, "tanh", solver="lbfgs", alpha=1.0, max_iter=2000)
    networks = starts(template, X, y)
    one = merged(networks)
    assert one.hidden_layer_sizes == tuple(3 * units for units in hidden)
    all_of_them = [network.predict_proba(X) for network in networks]
    if n_classes == 2:
        expected = expit(np.mean([logit(p[:, 1]) for p in all_of_them], axis=0))
        ours = one.predict_proba(X)[:, 1]
    else:
        # Of a softmax the logits are known up to a constant for each row, which it does not mind.
        expected = softmax(np.mean([np.log(p) for p in all_of_them], axis=0), axis=1)
        ours = one.predict_proba(X)
    # rtol: 1e3 roundings at most, and the logarithm's loss of digits near 1.
    np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-12)


def test_the_merged_regressors_predict_the_mean_also_a_row_at_a_time_and_pickled() -> None:
    X, y = data(2)
    template = MLPRegressor(
        hidden_layer_sizes=(5,), activation="tanh", solver="lbfgs", alpha=1.0, max_iter=2000
    )
    networks = starts(template, X, y.astype(float))
    one = merged(networks)
    expected = np.mean([network.predict(X) for network in networks], axis=0)
    np.testing.assert_allclose(one.predict(X), expected, rtol=1e-10, atol=1e-12)
    for row, wanted in zip(X[:5], expected, strict=False):
        assert one.predict(row.reshape(1, -1))[0] == pytest.approx(wanted, rel=1e-10)
    back = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(back.predict(X), one.predict(X))


def test_lines_are_averaged_into_a_line_and_a_network_alone_stays_itself() -> None:
    X, y = data(2)
    template = MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=1.0)
    networks = starts(template, X, y.astype(float))
    line = merged(networks)
    assert line.coefs_[0].shape == (4, 1)
    expected = np.mean([network.predict(X) for network in networks], axis=0)
    np.testing.assert_allclose(line.predict(X), expected, rtol=1e-10)
    assert merged(networks[:1]) is networks[0]


def test_curves_and_findings_are_those_of_the_first() -> None:
    X, y = data(2)
    networks = starts(MLPClassifier((2,), solver="lbfgs", alpha=1.0, max_iter=2000), X, y)
    one = merged(networks)
    assert one.loss_curve_ == networks[0].loss_curve_
    assert one.stop_reason_ == networks[0].stop_reason_
    assert list(map(str, one.diagnosis_)) == list(map(str, networks[0].diagnosis_))
