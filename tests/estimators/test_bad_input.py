"""Rows, targets and weights that few bring: a clear error, or finite and right predictions."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.exceptions import DivergedError

X, Y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
SOLVERS = ["gd", "sgd", "adam", "lbfgs"]
RATES = {"gd": {"learning_rate_init": 0.3, "max_iter": 500}}
KINDS = [MLPClassifier, MLPRegressor]


def network(kind: type = MLPClassifier, solver: str = "adam", **changes: object) -> MLPClassifier:
    settings = {
        "hidden_layer_sizes": (5,), "activation": "tanh", "solver": solver, "alpha": 0.1,
        "learning_rate_init": 0.02, "max_iter": 100, "random_state": 0,
    } | changes  # fmt: skip
    return kind(**settings)


def fitted(kind: type, rows: object, y: object, solver: str = "adam", **fit: object) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network(kind, solver, **RATES.get(solver, {})).fit(rows, y, **fit)


def bits(estimator: MLPClassifier) -> bytes:
    return b"".join(array.tobytes() for array in (*estimator.coefs_, *estimator.intercepts_))


# --- Layouts: the same bits as the contiguous copy ----------------------------------------


def strided(values: np.ndarray) -> np.ndarray:
    return values.repeat(2, axis=-1)[..., ::2]


def read_only(values: np.ndarray) -> np.ndarray:
    copy = values.copy()
    copy.setflags(write=False)
    return copy


LAYOUTS = {
    "read-only": read_only,
    "Fortran": np.asfortranarray,
    "negative strides": lambda values: values[::-1].copy()[::-1],
    "gaps": strided,
    "big-endian": lambda values: values.astype(values.dtype.newbyteorder(">")),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_arrays_does_not_change_the_bits(layout, kind, solver, dtype):
    laid_out = LAYOUTS[layout]
    weight = np.random.RandomState(0).rand(len(Y))
    rows = X.astype(dtype)
    plain = fitted(kind, rows, Y, solver, sample_weight=weight)
    other = fitted(
        kind, laid_out(rows), laid_out(Y.astype(np.int64)), solver, sample_weight=laid_out(weight)
    )
    assert bits(other) == bits(plain)
    assert other.coefs_[0].dtype == dtype
    np.testing.assert_array_equal(other.predict(laid_out(rows)), plain.predict(rows))


# --- Numbers at the edge ------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", [0.0, 7.0, 1e-310, 5e-324])
def test_constant_and_denormal_columns_change_nothing_of_the_rest(column, kind, solver):
    wider = np.column_stack([X, np.full(len(X), column)])
    estimator = fitted(kind, wider, Y, solver)
    assert np.isfinite(estimator.predict(wider)).all()
    assert estimator.score(wider, Y) > 0.7


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ["tanh", "relu", "identity"])
@pytest.mark.parametrize("size", [1e307, 1e154])
@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # scikit-learn's own
def test_rows_of_immense_size_are_refused_or_answered_with_numbers(size, activation, kind, solver):
    rows = X * size / np.abs(X).max()
    estimator, refused = network(kind, solver, activation=activation, max_iter=20), ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            estimator.fit(rows, Y)
        except DivergedError as error:
            refused = str(error)
    if refused:
        assert re.search("non-finite parameter weights.*iteration.*[Ss]tandardize", refused)
        assert not hasattr(estimator, "coefs_")
        return
    assert np.isfinite(estimator.loss_)
    answers = getattr(estimator, "predict_proba", estimator.predict)(X)
    assert np.isfinite(answers).all()


@pytest.mark.parametrize("solver", SOLVERS)
def test_immense_targets_are_refused_with_the_cure(solver):
    with pytest.raises(
        ValueError, match=r"y has values too large for the loss: up to 1e\+300.*Resc"
    ):
        network(MLPRegressor, solver).fit(X, np.where(Y == 0, 1e300, Y))
    with pytest.raises(ValueError, match=r"too large for the loss.*float32"):
        network(MLPRegressor, solver).fit(X.astype(np.float32), Y * 1e30)


@pytest.mark.parametrize("solver", SOLVERS)
def test_targets_that_are_all_the_same_are_learned(solver):
    estimator = network(
        MLPRegressor, solver, max_iter=1000, alpha=0.0, tol=1e-6, n_iter_no_change=500
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(X, np.full(len(X), 3.0))
    assert np.sqrt(np.mean((estimator.predict(X) - 3.0) ** 2)) < 0.1


# --- Few rows -----------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
@pytest.mark.parametrize("kind", KINDS)
def test_four_rows_are_too_few_to_hold_some_out(kind, solver):
    rows, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    with pytest.raises(
        ValueError, match=r"validation set is too small|test_size = 1 should be gre"
    ):
        network(kind, solver, early_stopping=True).fit(rows, y)
    half = network(kind, solver, early_stopping=True, validation_fraction=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        half.fit(rows, y)
    assert np.isfinite(half.predict(rows)).all()


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_single_row_is_learned(kind, solver):
    estimator = fitted(kind, [[1.0, 2.0]], [3], solver)
    assert estimator.predict([[1.0, 2.0]]) == pytest.approx(3, abs=1.5)


# --- Weights of rows ----------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.where(Y == 0, -1.0, 1.0), "Negative values in data passed to `sample_weight`"),
        (np.zeros(150), "at least one non-zero"),
        (np.full(150, np.inf), "sample_weight contains infinity"),
        (np.ones((150, 1)), "Sample weights must be 1D array or scalar"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weight, message, kind, solver):
    with pytest.raises(ValueError, match=message):
        network(kind, solver).fit(X, Y, sample_weight=weight)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_without_weight_may_fill_whole_batches(kind, solver):
    weight = np.ones(150)
    weight[20:90] = 0.0
    settings = {"shuffle": False, "batch_size": 10, "max_iter": 60}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator = network(kind, solver, **settings).fit(X, Y, sample_weight=weight)
    assert np.isfinite(estimator.loss_curve_).all()
    assert np.isfinite(estimator.predict(X)).all()
    # Whatever stands in those rows, they say nothing.
    elsewhere = X.copy()
    elsewhere[20:90] = 1e3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        other = network(kind, solver, **settings).fit(elsewhere, Y, sample_weight=weight)
    assert bits(other) == bits(estimator)


def test_early_stopping_on_rows_without_weight_is_refused():
    rows, y = make_moons(20, random_state=0)
    weight = np.zeros(20)
    weight[0] = 1.0
    with pytest.raises(
        ValueError, match=r"All rows that fell to the .* set have a sample_weight of 0"
    ):
        network(early_stopping=True).fit(rows, y, sample_weight=weight)


def test_an_eval_set_without_weight_is_refused():
    with pytest.raises(ValueError, match="at least one non-zero"):
        network().fit(X, Y, eval_set=(X, Y, np.zeros(150)))


# --- Labels and targets -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (X[:, 0], "Unknown label type: continuous"),
        (np.column_stack([Y, Y]), "Multioutput target data is not supported"),
        ([None] * 150, "Input y contains NaN|Unknown label type|missing"),
        (np.array([0, 1, "a"] * 50, dtype=object), "<' not supported|mixed|Unknown label"),
    ],
)
def test_what_are_no_labels_are_refused(y, message):
    with pytest.raises((ValueError, TypeError), match=message):
        network().fit(X, y)


@pytest.mark.parametrize("kind", KINDS)
def test_training_goes_on_only_with_the_same_layers(kind):
    estimator = network(kind, warm_start=True, tol=10.0, n_iter_no_change=1).fit(X, Y)
    with pytest.raises(
        ValueError, match=r"Training cannot go on with layers of .* Keep hidden_lay"
    ):
        estimator.set_params(hidden_layer_sizes=(6,)).fit(X, Y)
    with pytest.raises(ValueError, match="X has 3 features"):
        estimator.set_params(hidden_layer_sizes=(5,)).fit(X[:, :3], Y)
    assert np.isfinite(estimator.predict(X)).all()
