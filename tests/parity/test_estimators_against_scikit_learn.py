"""MLPClassifier and MLPRegressor against scikit-learn's of the same names, from the same starts.

Without shuffling both take the same rows in the same order, so they go the same way until
rounding tells them apart: to 1e-6 after 50 passes, most to 1e-10.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn import datasets
from sklearn import neural_network as scikit_learn
from sklearn.preprocessing import StandardScaler

import moonlet

PASSES = 50
ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]


def scaled(load: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
    X, y = load(return_X_y=True)
    # Without pixels that are nearly always blank: their weights have no gradient but rounding's,
    # and Adam takes whole steps on that.
    X = X[:, X.std(axis=0) > 0.4 if load is datasets.load_digits else slice(None)]
    return StandardScaler().fit_transform(X), y


def several_labels(**_: Any) -> tuple[np.ndarray, np.ndarray]:
    return datasets.make_multilabel_classification(120, 8, n_classes=4, random_state=0)


def two_targets(**_: Any) -> tuple[np.ndarray, np.ndarray]:
    X, y = datasets.make_regression(90, 5, n_targets=2, noise=3.0, random_state=0)
    return X, y / y.std(axis=0)


CLASSES = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "several labels": several_labels,
}
NUMBERS = {"diabetes": datasets.load_diabetes, "two targets": two_targets}


def both(kind: str, X: Any, y: Any, *, fit: dict[str, Any] | None = None, **parameters: Any) -> Any:
    """Both libraries' estimators after the same fit."""
    settings = {
        "hidden_layer_sizes": (7, 5), "shuffle": False, "random_state": 3, "max_iter": PASSES,
        "tol": 0.0, "alpha": 0.1, "activation": "tanh",
    } | parameters  # fmt: skip
    pair = [getattr(library, kind)(**settings) for library in (moonlet, scikit_learn)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for estimator in pair:
            estimator.fit(X, y, **(fit or {}))
    return pair


def assert_same_way(ours: Any, oracle: Any, rtol: float = 1e-6) -> None:
    assert ours.n_iter_ == oracle.n_iter_
    assert ours.t_ == oracle.t_
    np.testing.assert_allclose(ours.loss_curve_, oracle.loss_curve_, rtol=rtol)
    assert ours.loss_ == pytest.approx(oracle.loss_, rel=rtol)
    for name in ("coefs_", "intercepts_"):
        for mine, theirs in zip(getattr(ours, name), getattr(oracle, name), strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=rtol, atol=rtol)


# --- The way of the stochastic solvers ----------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("data", CLASSES)
def test_classifiers_go_the_same_way(data, solver, activation):
    X, y = scaled(CLASSES[data])
    ours, oracle = both(
        "MLPClassifier", X, y, solver=solver, activation=activation, learning_rate_init=0.01
    )
    assert_same_way(ours, oracle)
    np.testing.assert_array_equal(ours.classes_, oracle.classes_)
    np.testing.assert_allclose(ours.predict_proba(X), oracle.predict_proba(X), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(X), oracle.predict(X))
    assert ours.score(X, y) == oracle.score(X, y)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_regressors_go_the_same_way(loss, solver, activation):
    X, y = scaled(datasets.load_diabetes)
    ours, oracle = both(
        "MLPRegressor", X, y / 100.0, loss=loss, solver=solver, activation=activation,
        learning_rate_init=0.003,
    )  # fmt: skip
    assert_same_way(ours, oracle)
    np.testing.assert_allclose(ours.predict(X), oracle.predict(X), rtol=1e-6)
    assert ours.score(X, y) == pytest.approx(oracle.score(X, y), rel=1e-6)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_several_targets_go_the_same_way(solver):
    X, y = two_targets()
    ours, oracle = both("MLPRegressor", X, y, solver=solver, learning_rate_init=0.01, alpha=0.0)
    for mine, theirs in zip(ours.coefs_, oracle.coefs_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-9)
    assert ours.predict(X).shape == y.shape
    # scikit-learn descends the gradient of the sum and reports the mean.
    np.testing.assert_allclose(ours.loss_curve_, 2 * np.array(oracle.loss_curve_), rtol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"solver": "sgd", "momentum": 0.5, "nesterovs_momentum": False, "batch_size": 7},
        {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.3, "learning_rate_init": 0.5},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 2},
        {"solver": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-6, "batch_size": 32},
        {"solver": "adam", "tol": 0.02, "n_iter_no_change": 1},
        {"solver": "adam", "hidden_layer_sizes": 9},
        {"solver": "adam", "hidden_layer_sizes": ()},
    ],
)
def test_every_option_of_a_solver_means_the_same(options):
    X, y = scaled(datasets.load_iris)
    assert_same_way(*both("MLPClassifier", X, y, **{"learning_rate_init": 0.05} | options))


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("kind", "data"), [("MLPClassifier", "iris"), ("MLPRegressor", "diabetes")]
)
def test_weights_of_rows_mean_the_same(kind, data, solver):
    X, y = scaled((CLASSES | NUMBERS)[data])
    weight = np.random.RandomState(0).gamma(1.0, size=len(X))
    weight[::7] = 0.0
    y = y / 100.0 if data == "diabetes" else y
    assert_same_way(*both(kind, X, y, solver=solver, batch_size=32, fit={"sample_weight": weight}))


@pytest.mark.filterwarnings("ignore:Constructing a DIA matrix")
@pytest.mark.parametrize("kind", ["csr", "csc", "coo", "lil", "dok", "dia", "bsr"])
def test_sparse_rows_of_any_format_are_as_good_as_dense_ones(kind):
    X, y = datasets.load_digits(return_X_y=True)
    X, y = X[:300], y[:300]
    rows = sparse.coo_array(X).asformat(kind)
    ours, oracle = both("MLPClassifier", rows, y, max_iter=10, solver="sgd")
    assert_same_way(ours, oracle)
    dense = both("MLPClassifier", X, y, max_iter=10, solver="sgd")[0]
    for mine, other in zip(ours.coefs_, dense.coefs_, strict=True):
        np.testing.assert_array_equal(mine, other)
    np.testing.assert_array_equal(ours.predict_proba(rows), dense.predict_proba(X))


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_32_bit_stay_32_bit(kind):
    X, y = scaled(datasets.load_iris)
    ours, oracle = both(kind, X.astype(np.float32), y, solver="sgd")
    assert_same_way(ours, oracle, rtol=1e-3)  # 32 bit after 50 passes
    for estimator in (ours, oracle):
        assert {a.dtype for a in (*estimator.coefs_, *estimator.intercepts_)} == {np.dtype("f4")}
        predict = getattr(estimator, "predict_proba", estimator.predict)
        assert predict(X.astype(np.float32)).dtype == np.float32
        assert predict(X).dtype == np.float64


# --- Early stopping, going on -------------------------------------------------------------


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("MLPClassifier", "iris"),
        ("MLPClassifier", "breast_cancer"),
        ("MLPClassifier", "several labels"),
        ("MLPRegressor", "diabetes"),
    ],
)
def test_early_stopping_holds_out_the_same_rows_and_stops_at_the_same_pass(kind, data, solver):
    X, y = scaled((CLASSES | NUMBERS)[data])
    y = y / 100.0 if data == "diabetes" else y
    ours, oracle = both(
        kind, X, y, solver=solver, early_stopping=True, tol=1e-3, n_iter_no_change=4,
        learning_rate_init=0.02, validation_fraction=0.2, max_iter=200,
    )  # fmt: skip
    assert_same_way(ours, oracle)
    np.testing.assert_allclose(ours.validation_scores_, oracle.validation_scores_, rtol=1e-6)
    assert ours.best_validation_score_ == pytest.approx(oracle.best_validation_score_, rel=1e-6)
    assert ours.best_loss_ is None is oracle.best_loss_
    assert ours.stop_reason_ == ("early_stopping" if ours.n_iter_ < 200 else "max_iter")


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_a_warm_start_goes_on_the_same_way(solver):
    X, y = scaled(datasets.load_wine)
    ours, oracle = both("MLPClassifier", X, y, solver=solver, warm_start=True, max_iter=8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for estimator in (ours, oracle):
            estimator.fit(X, y)
    assert_same_way(ours, oracle)
    assert len(ours.loss_curve_) == 16
    assert ours.best_loss_ == pytest.approx(oracle.best_loss_)


@pytest.mark.parametrize(
    "options",
    [{"solver": "adam"}, {"solver": "sgd"}, {"solver": "sgd", "learning_rate": "invscaling"}],
)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_partial_fits_on_unlike_parts_go_the_same_way(kind, options):
    X, y = scaled(datasets.load_wine)
    pair = [
        getattr(library, kind)((6,), shuffle=False, random_state=0, **options)
        if kind == "MLPClassifier"
        else getattr(library, kind)("squared_error", (6,), shuffle=False, random_state=0, **options)
        for library in (moonlet, scikit_learn)
    ]
    parts = np.split(np.random.RandomState(1).permutation(len(X)), [10, 70, 75, 130])
    for estimator in pair:
        for part in 3 * parts:
            # No row of some classes in the part of five.
            first = {"classes": np.unique(y)} if kind == "MLPClassifier" else {}
            estimator.partial_fit(X[part], y[part], **first)
    assert_same_way(*pair)
    assert len(pair[0].loss_curve_) == 15


# --- lbfgs: the same minimum --------------------------------------------------------------


@pytest.mark.parametrize("data", [*CLASSES, "diabetes"])
def test_lbfgs_finds_the_same_minimum_where_there_is_only_one(data):
    X, y = scaled((CLASSES | NUMBERS)[data])
    kind = "MLPRegressor" if data == "diabetes" else "MLPClassifier"
    ours, oracle = both(
        kind, X, y, solver="lbfgs", hidden_layer_sizes=(), alpha=1.0, tol=1e-6, max_iter=10_000
    )
    assert ours.loss_ == pytest.approx(oracle.loss_, rel=1e-6)
    for mine, theirs in zip(ours.coefs_, oracle.coefs_, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=2e-3 * np.abs(theirs).max())


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_lbfgs_gets_as_low_with_hidden_units(loss):
    X, y = scaled(datasets.load_diabetes)
    pairs = [
        both("MLPRegressor", X, y / 100.0, loss=loss, solver="lbfgs", hidden_layer_sizes=(4,),
             alpha=1.0, tol=1e-3, max_iter=500, random_state=seed)
        for seed in range(5)
    ]  # fmt: skip
    ours, oracle = np.array([[one.loss_ for one in pair] for pair in pairs]).T
    # Several minima: from a given start either may find the better one.
    assert ours.mean() <= oracle.mean() * 1.01


# --- The same surface ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_parameters_have_the_same_names_order_kinds_and_defaults(kind):
    ours = inspect.signature(getattr(moonlet, kind)).parameters
    oracle = inspect.signature(getattr(scikit_learn, kind)).parameters
    assert [name for name in ours if name in oracle] == list(oracle)
    for name, parameter in oracle.items():
        assert ours[name].default == parameter.default, name
        assert ours[name].kind == parameter.kind, name


@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_everything_public_is_there_with_the_same_type(kind, early_stopping, solver):
    X, y = scaled(datasets.load_wine)
    ours, oracle = both(
        kind, X, y, solver=solver, early_stopping=early_stopping, max_iter=100, alpha=1.0
    )
    for name in dir(oracle):
        # scikit-learn's regressor has partial_fit for lbfgs as well, where it is a whole fit.
        if name.startswith("_") or name == "partial_fit":
            continue
        assert hasattr(ours, name), name
        theirs, mine = getattr(oracle, name), getattr(ours, name)
        if name.endswith("_") and theirs is not None:
            assert isinstance(mine, type(theirs)) or isinstance(theirs, float), name
        elif name.endswith("_"):
            assert mine is None, name
    assert hasattr(ours, "partial_fit") == (solver != "lbfgs")
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(ours, name) == getattr(oracle, name)


@pytest.mark.parametrize(
    "options",
    [
        {"solver": "adam", "early_stopping": True, "tol": 0.01, "n_iter_no_change": 2},
        {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.02, "n_iter_no_change": 1,
         "learning_rate_init": 0.2, "max_iter": 100},
        {"solver": "sgd", "tol": 0.1, "n_iter_no_change": 1},
    ],
)  # fmt: skip
def test_verbose_writes_the_same_lines(options, capsys):
    X, y = scaled(datasets.load_iris)
    printed = []
    for library in (moonlet, scikit_learn):
        estimator = library.MLPClassifier((4,), shuffle=False, random_state=0, verbose=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.set_params(**options).fit(X, y)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    assert "did not improve more than" in printed[0]


# --- The same warnings and errors ---------------------------------------------------------


def test_a_batch_larger_than_the_rows_is_clipped_with_the_same_warning():
    X, y = scaled(datasets.load_iris)
    for library in (moonlet, scikit_learn):
        estimator = library.MLPClassifier((3,), batch_size=1000, tol=10.0, n_iter_no_change=1)
        with pytest.warns(UserWarning, match="Got `batch_size` less than 1 or larger than") as seen:
            estimator.fit(X, y)
        if library is moonlet:
            assert seen[0].filename == __file__


def test_too_few_passes_are_warned_of_in_the_same_words():
    from sklearn.exceptions import ConvergenceWarning

    X, y = scaled(datasets.load_iris)
    words = r"Stochastic Optimizer: Maximum iterations \(2\) reached and the optimization hasn't"
    for library in (moonlet, scikit_learn):
        with pytest.warns(ConvergenceWarning, match=words) as seen:
            library.MLPClassifier((3,), max_iter=2).fit(X, y)
        if library is moonlet:
            assert seen[0].filename == __file__


IRIS = datasets.load_iris(return_X_y=True)
WRONG = {
    "solver": ({"solver": "newton"}, IRIS, ValueError, "'solver' parameter of MLP.* must be a str"),
    "momentum": ({"momentum": 2.0}, IRIS, ValueError, "'momentum' parameter of MLP"),
    "beta_1": ({"beta_1": 1.0}, IRIS, ValueError, "'beta_1' parameter of MLP"),
    "batch_size": ({"batch_size": -1}, IRIS, ValueError, "'batch_size' parameter of MLP"),
    "learning_rate": ({"learning_rate": "x"}, IRIS, ValueError, "'learning_rate' parameter of MLP"),
    "shuffle": ({"shuffle": 2}, IRIS, ValueError, "'shuffle' parameter of MLP"),
    "units": ({"hidden_layer_sizes": (3, 0)}, IRIS, ValueError, "hidden_layer_sizes must be > 0"),
    "few rows to validate": (
        {"early_stopping": True, "validation_fraction": 0.005},
        IRIS, ValueError, "The validation set is too small. Increase 'validation_fraction'",
    ),
    "unlike lengths": ({}, (IRIS[0], IRIS[1][:9]), ValueError, "inconsistent numbers of samples"),
    "no numbers": ({}, ([["a"], ["b"]], [0, 1]), ValueError, "could not convert string to float"),
    "NaN": ({}, ([[np.nan], [1.0]], [0, 1]), ValueError, "Input X contains NaN"),
    "NaN in y": ({}, ([[0.0], [1.0]], [np.nan, 1]), ValueError, "y contains NaN"),
    "no rows": ({}, (np.empty((0, 2)), []), ValueError, "Found array with 0 sample"),
    "one dimension": ({}, ([1.0, 2.0], [0, 1]), ValueError, "Expected 2D array, got 1D array"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("kind", ["MLPClassifier", "MLPRegressor"])
def test_what_is_wrong_is_refused_in_the_same_words(kind, what):
    parameters, (X, y), error, words = WRONG[what]
    for library in (moonlet, scikit_learn):
        with pytest.raises(error, match=words):
            getattr(library, kind)(**parameters).fit(X, y)


@pytest.mark.parametrize("library", [moonlet, scikit_learn], ids=["moonlet", "scikit_learn"])
def test_what_cannot_go_on_is_refused_in_the_same_words(library):
    X, y = scaled(datasets.load_iris)
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'") as caught:
        library.MLPClassifier(solver="lbfgs").partial_fit(X, y)
    assert "only available for stochastic optimizers" in str(caught.value.__cause__)
    with pytest.raises(ValueError, match="classes must be passed on the first call to partial_fit"):
        library.MLPClassifier().partial_fit(X, y)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping=True"):
        library.MLPClassifier(early_stopping=True).partial_fit(X, y, classes=[0, 1, 2])
    started = library.MLPClassifier((3,)).partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"`y` has classes not in `self.classes_`"):
        started.partial_fit(X, y + 1)
    warm = library.MLPClassifier((3,), warm_start=True, tol=10.0, n_iter_no_change=1).fit(X, y)
    with pytest.raises(ValueError, match="warm_start can only be used where `y` has the same"):
        warm.fit(X[y > 0], y[y > 0])
