from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import BaggingRegressor
from sklearn.exceptions import DataConversionWarning
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import moonlet
from moonlet import reference
from moonlet.estimators import MLPRegressor
from moonlet.estimators.fitted import fitted_network
from moonlet.names import losses_of

X, Y = make_friedman1(120, noise=0.5, random_state=0)
COUNTS = np.random.RandomState(0).poisson(np.exp(1.0 + X[:, 0]))
LOSSES = [*losses_of("identity"), *losses_of("exp")]


def small(loss: str = "squared_error", **changes: object) -> MLPRegressor:
    settings = {
        "activation": "tanh", "solver": "lbfgs", "alpha": 0.1, "max_iter": 5000, "tol": 1e-3,
        "random_state": 0,
    }  # fmt: skip
    return MLPRegressor(loss, (4,), **(settings | changes))


def test_the_package_offers_the_regressor():
    assert moonlet.MLPRegressor is MLPRegressor


@pytest.mark.parametrize("loss", LOSSES)
def test_values_and_loss_are_those_of_the_reference(loss):
    y = COUNTS if loss == "poisson" else Y
    estimator = small(loss, huber_delta=0.7, quantile=0.8).fit(X, y)
    network = fitted_network(estimator)
    parameters = network.pack(estimator.coefs_, estimator.intercepts_)
    assert network.output == ("exp" if loss == "poisson" else "identity")
    expected = reference.forward(network, parameters, X)[:, 0]
    np.testing.assert_allclose(estimator.predict(X), expected, rtol=1e-12)
    trained_on = type(network)(
        network.layer_sizes, network.activations, network.output, loss,
        {"huber": 0.7, "quantile": 0.8}.get(loss, 0.0),
    )  # fmt: skip
    value = reference.loss(trained_on, parameters, X, y[:, np.newaxis], alpha=0.1)
    assert estimator.loss_ == pytest.approx(value, rel=1e-12)


def test_one_column_of_targets_is_a_row_of_targets_with_a_warning():
    flat = small().fit(X, Y).predict(X)
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        column = small().fit(X, Y.reshape(-1, 1)).predict(X)
    np.testing.assert_array_equal(column, flat)


def test_several_targets_come_out_as_columns():
    several = np.column_stack([Y, -2.0 * Y, Y + 10.0 * X[:, 3]])
    estimator = small(alpha=1e-3).fit(X, several)
    assert estimator.n_outputs_ == 3
    assert estimator.predict(X[:5]).shape == (5, 3)
    assert estimator.score(X, several) > 0.7


def test_a_series_and_a_frame_of_targets_are_taken():
    frame = pd.DataFrame(X).rename(columns=str)
    named = small().fit(frame, pd.Series(Y))
    np.testing.assert_array_equal(named.predict(frame), small().fit(X, Y).predict(X))


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        ("poisson", -Y, r"out of the valid range of the loss 'poisson'.*>= 0\. Got -"),
        ("squared_error", Y * 1e300, r"y has values too large for the loss.*1e\+151.*Rescale y"),
        ("huber", np.where(Y > 5, 1e200, Y), r"y has values too large for the loss"),
        (
            "squared_error",
            np.array(["a"] * 120),
            "dtype='numeric' is not compatible|could not conv",
        ),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(loss, y, message):
    with pytest.raises(ValueError, match=message):
        small(loss).fit(X, y)


def test_the_cure_for_large_targets_cures_them():
    from sklearn.compose import TransformedTargetRegressor

    cured = TransformedTargetRegressor(small(), transformer=StandardScaler()).fit(X, Y * 1e150)
    assert cured.score(X, Y * 1e150) > 0.9


def test_a_pipeline_and_a_search_take_it():
    rows, y = load_diabetes(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), small(alpha=10.0, tol=1e-2))
    grid = {"mlpregressor__loss": ["squared_error", "absolute_error"]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(rows, y)
    assert search.best_score_ > 0.3


def test_bagging_and_permutation_importance_take_it():
    bag = BaggingRegressor(small(max_iter=500, tol=0.1), n_estimators=3, random_state=0).fit(X, Y)
    assert bag.score(X, Y) > 0.6
    importances = permutation_importance(bag, X, Y, random_state=0, n_repeats=3).importances_mean
    # Friedman's function depends most on the fourth column, and not at all on the last five.
    assert importances.argmax() == 3
    assert importances[:5].mean() > 5 * importances[5:].mean()


def test_partial_fit_is_for_stochastic_solvers():
    assert hasattr(small(solver="sgd"), "partial_fit")
    for solver in ("lbfgs", "gd"):
        assert not hasattr(small(solver=solver), "partial_fit")


def test_the_same_seed_gives_the_same_bits_with_mini_batches_too():
    estimator = small(solver="adam", max_iter=30, tol=10.0, n_iter_no_change=5, batch_size=16)
    first = estimator.fit(X, Y).predict(X)
    np.testing.assert_array_equal(clone(estimator).set_params(n_jobs=2).fit(X, Y).predict(X), first)
    other = clone(estimator).set_params(shuffle=False).fit(X, Y).predict(X)
    assert not np.array_equal(other, first)


@pytest.mark.parametrize("n_columns", [1, 8, 80])
def test_without_hidden_layers_and_tolerance_it_is_least_squares_however_little_is_left(n_columns):
    random = np.random.RandomState(0)
    X = random.normal(size=(200, n_columns))
    y = X @ random.normal(size=n_columns) + 3.0 + 1e-6 * random.normal(size=200)
    line = MLPRegressor(
        hidden_layer_sizes=(), solver="lbfgs", alpha=0.0, tol=0.0, max_iter=1000, random_state=0
    )
    line.fit(X, y)
    slope, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(200)]), y)
    # atol: the square root of 64 roundings, of an error of 1e-6, a few times over.
    np.testing.assert_allclose(line.coefs_[0].ravel(), slope[:-1], rtol=0, atol=1e-12)
    assert line.stop_reason_ == "converged"
