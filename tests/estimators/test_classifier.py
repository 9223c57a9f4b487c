from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_iris, load_wine, make_moons
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import moonlet
from moonlet import reference
from moonlet.estimators import MLPClassifier
from moonlet.estimators.fitted import fitted_network

IRIS = load_iris(return_X_y=True)
MOONS = make_moons(200, noise=0.2, random_state=0)


def small_network(**changes: object) -> MLPClassifier:
    parameters = {
        "activation": "tanh",
        "solver": "lbfgs",
        "alpha": 1.0,
        "max_iter": 2000,
        "random_state": 0,
    }
    return MLPClassifier((4,), **(parameters | changes))


# --- Shapes and attributes, as scikit-learn has them ---------------------------------------


@pytest.mark.parametrize("data", [IRIS, MOONS], ids=["three classes", "two classes"])
@pytest.mark.parametrize("hidden_layer_sizes", [(), 6, (6, 5)])
def test_learned_attributes_have_scikit_learns_shapes_and_types(data, hidden_layer_sizes):
    X, y = data
    parameters = {
        "solver": "lbfgs", "alpha": 1.0, "max_iter": 5000, "random_state": 0, "tol": 1e-3
    }  # fmt: skip
    ours = MLPClassifier(hidden_layer_sizes, **parameters).fit(X, y)
    oracle = ScikitLearnClassifier(hidden_layer_sizes, **parameters).fit(X, y)
    assert [W.shape for W in ours.coefs_] == [W.shape for W in oracle.coefs_]
    assert [b.shape for b in ours.intercepts_] == [b.shape for b in oracle.intercepts_]
    for name in ["n_layers_", "n_outputs_", "out_activation_", "n_features_in_", "t_"]:
        assert getattr(ours, name) == getattr(oracle, name), name
    assert isinstance(ours.n_iter_, type(oracle.n_iter_))
    assert isinstance(ours.loss_, float)
    np.testing.assert_array_equal(ours.classes_, oracle.classes_)
    assert ours.predict_proba(X).shape == oracle.predict_proba(X).shape


def test_the_package_offers_the_classifier():
    assert moonlet.MLPClassifier is MLPClassifier


# --- Predictions --------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("output", ["auto", "softmax"])
@pytest.mark.parametrize("data", [IRIS, MOONS], ids=["three classes", "two classes"])
def test_probabilities_are_those_of_the_reference(data, output, activation):
    X, y = data
    estimator = small_network(activation=activation, output=output, tol=1e-2).fit(X, y)
    network = fitted_network(estimator)
    parameters = network.pack(estimator.coefs_, estimator.intercepts_)
    outputs = reference.forward(network, parameters, X)
    expected = np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs
    probabilities = estimator.predict_proba(X)
    # atol: a few ulp in each of about ten operations.
    np.testing.assert_allclose(probabilities, expected, atol=1e-13)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.exp(estimator.predict_log_proba(X)), probabilities, rtol=1e-12)
    np.testing.assert_array_equal(estimator.predict(X), probabilities.argmax(axis=1))


def test_two_outputs_for_two_classes_when_softmax_is_asked_for():
    estimator = small_network(output="softmax").fit(*MOONS)
    assert estimator.coefs_[-1].shape == (4, 2)
    assert estimator.out_activation_ == "softmax"


def test_an_underflowed_probability_has_a_logarithm_of_minus_infinity_without_a_warning():
    estimator = small_network().fit(*MOONS)
    estimator.intercepts_[-1][:] = 1000.0
    np.testing.assert_array_equal(estimator.predict_proba(MOONS[0][:1]), [[0.0, 1.0]])
    np.testing.assert_array_equal(estimator.predict_log_proba(MOONS[0][:1]), [[-np.inf, 0.0]])


def test_prediction_before_fitting_says_so():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        small_network().predict(MOONS[0])


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_held_out_accuracy_is_as_good_as_scikit_learns(load):
    X, y = load(return_X_y=True)
    parameters = {"solver": "lbfgs", "alpha": 0.1, "max_iter": 3000, "random_state": 0}
    ours = cross_val_score(
        make_pipeline(StandardScaler(), MLPClassifier((10,), **parameters)), X, y
    )
    oracle = make_pipeline(StandardScaler(), ScikitLearnClassifier((10,), **parameters))
    # Two in a hundred is about the standard error of 150 rows.
    assert ours.mean() > cross_val_score(oracle, X, y).mean() - 0.02


# --- Labels -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        np.array(["setosa", "versicolor", "virginica"]),
        np.array(["setosa", "versicolor", "virginica"], dtype=object),
        np.array([-5, 7, 1000]),
        np.array([0.0, 1.0, 2.0]),
    ],
    ids=["text", "objects", "integers", "whole floats"],
)
def test_labels_come_back_as_they_were_given(names):
    X, y = IRIS
    numbered = small_network().fit(X, y)
    named = small_network().fit(X, names[y])
    np.testing.assert_array_equal(named.classes_, names)
    np.testing.assert_array_equal(named.predict(X), names[numbered.predict(X)])
    assert named.predict(X).dtype == names.dtype


def test_a_column_of_text_from_pandas_is_a_column_of_labels():
    X, y = IRIS
    labels = pd.Series(np.array(["a", "b", "c"])[y], dtype="string")
    assert set(small_network().fit(X, labels).predict(X)) == {"a", "b", "c"}


def test_true_and_false_are_labels():
    X, y = MOONS
    assert small_network().fit(X, y == 1).predict(X).dtype == np.bool_


@pytest.mark.parametrize("output", ["auto", "softmax"])
def test_a_single_class_is_predicted_with_certainty(output):
    X = MOONS[0]
    estimator = small_network(output=output).fit(X, np.full(200, "only"))
    np.testing.assert_array_equal(estimator.predict(X), np.full(200, "only"))
    np.testing.assert_array_equal(estimator.predict_proba(X), np.ones((200, 1)))


def test_numbers_instead_of_classes_are_refused():
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        small_network().fit(MOONS[0], np.linspace(0, 1, 200))


# --- Rows ---------------------------------------------------------------------------------


def test_feature_names_are_kept_and_checked():
    X, y = load_iris(return_X_y=True, as_frame=True)
    estimator = small_network().fit(X, y)
    np.testing.assert_array_equal(estimator.feature_names_in_, X.columns)
    with pytest.raises(ValueError, match="feature names should match"):
        estimator.predict(X.rename(columns={X.columns[0]: "other"}))
    np.testing.assert_array_equal(estimator.predict(X), small_network().fit(*IRIS).predict(IRIS[0]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(bad):
    X = MOONS[0].copy()
    X[3, 1] = bad
    with pytest.raises(ValueError, match=r"contains (NaN|infinity)"):
        small_network().fit(X, MOONS[1])


# --- Weights of rows ----------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_whole_weights_are_as_good_as_repeated_rows(solver):
    X, y = IRIS
    X = StandardScaler().fit_transform(X)
    weight = np.random.RandomState(0).randint(0, 4, size=len(X))
    estimator = small_network(
        solver=solver,
        tol=0 if solver == "gd" else 1e-6,
        max_iter=100 if solver == "gd" else 5000,
        learning_rate_init=0.1,
    )
    weighted = clone(estimator).fit(X, y, sample_weight=weight)
    repeated = clone(estimator).fit(X.repeat(weight, axis=0), y.repeat(weight))
    assert weighted.loss_curve_[0] == pytest.approx(repeated.loss_curve_[0], rel=1e-13)
    # Rounding differs; a hundred steps may carry it some digits further.
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-5)


def test_the_penalty_is_shared_by_the_weights_of_the_rows():
    X, y = MOONS
    start = small_network(solver="gd", tol=0, max_iter=1, alpha=1.0)
    free = clone(start).set_params(alpha=0.0)
    weight = np.full(200, 0.25)
    with_penalty = start.fit(X, y, sample_weight=weight).loss_curve_[0]
    without = free.fit(X, y, sample_weight=weight).loss_curve_[0]
    oracle = ScikitLearnClassifier((4,), "tanh")
    oracle._random_state = np.random.RandomState(0)
    squares = sum((oracle._init_coef(a, b, np.float64)[0] ** 2).sum() for a, b in [(2, 4), (4, 1)])
    assert with_penalty - without == pytest.approx(squares / (2 * 50), rel=1e-12)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.zeros(200), "at least one non-zero"),
        (np.full(200, -1.0), "Negative values in data passed to `sample_weight`"),
        (np.full(200, np.nan), "sample_weight contains NaN"),
        (np.ones(199), r"sample_weight.shape == \(199,\), expected \(200,\)"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weight, message):
    with pytest.raises(ValueError, match=message):
        small_network().fit(*MOONS, sample_weight=weight)


# --- In scikit-learn's company ------------------------------------------------------------


def test_a_grid_search_over_a_pipeline_finds_a_good_network():
    X, y = load_wine(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), small_network())
    grid = {
        "mlpclassifier__hidden_layer_sizes": [(), (5,)],
        "mlpclassifier__alpha": [0.1, 100.0],
    }
    search = GridSearchCV(pipeline, grid, scoring="neg_log_loss", cv=3).fit(X, y)
    assert search.best_params_["mlpclassifier__alpha"] == 0.1
    assert -search.best_score_ < 0.15
    assert search.score(X, y) == pytest.approx(-log_loss(y, search.predict_proba(X)))


def test_calibration_works_on_top():
    calibrated = CalibratedClassifierCV(small_network(), cv=3).fit(*MOONS)
    assert calibrated.score(*MOONS) > 0.8


def test_score_is_accuracy():
    estimator = small_network().fit(*MOONS)
    assert estimator.score(*MOONS) == np.mean(estimator.predict(MOONS[0]) == MOONS[1])
