"""In scikit-learn's company: what its other tools expect of an estimator."""

from __future__ import annotations

import pickle

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_moons, make_multilabel_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.inspection import DecisionBoundaryDisplay, permutation_importance
from sklearn.model_selection import cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

from moonlet.estimators import MLPClassifier, MLPRegressor

X, Y = load_iris(return_X_y=True)


def network(**changes: object) -> MLPClassifier:
    settings = {"solver": "lbfgs", "alpha": 1.0, "max_iter": 2000, "tol": 1e-3, "random_state": 0}
    return MLPClassifier((4,), "tanh", **(settings | changes))


def test_cross_validation_runs_in_other_processes():
    scores = cross_val_score(make_pipeline(StandardScaler(), network()), X, Y, cv=3, n_jobs=2)
    assert scores.min() > 0.9


def test_calibration_and_bagging_take_it():
    assert CalibratedClassifierCV(network(), cv=3).fit(X, Y).score(X, Y) > 0.9
    bag = BaggingClassifier(network(), n_estimators=3, random_state=0).fit(X, Y)
    assert bag.score(X, Y) > 0.9


def test_permutation_importance_finds_the_petals():
    fitted = network().fit(X, Y)
    importances = permutation_importance(fitted, X, Y, n_repeats=5, random_state=0).importances_mean
    assert importances[2:].min() > importances[:2].max()


def test_a_decision_boundary_is_drawn():
    mpl.use("Agg")
    rows, y = make_moons(100, noise=0.1, random_state=0)
    display = DecisionBoundaryDisplay.from_estimator(network().fit(rows, y), rows)
    assert display.response.min() < 0.5 < display.response.max()
    mpl.pyplot.close("all")


def test_a_frame_that_set_output_makes_is_taken_by_its_names():
    frame = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    pipeline = make_pipeline(StandardScaler(), network()).set_output(transform="pandas")
    fitted = pipeline.fit(frame, Y)
    assert fitted[-1].feature_names_in_.tolist() == ["a", "b", "c", "d"]
    plain = make_pipeline(StandardScaler(), network()).fit(X, Y)
    # The scaler sums a frame's columns in another order.
    np.testing.assert_allclose(fitted.predict_proba(frame), plain.predict_proba(X), rtol=1e-9)


def test_weights_and_rows_to_watch_can_be_routed_to_it():
    weight = np.where(Y == 0, 0.1, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = network().set_fit_request(sample_weight=True, eval_set=True)
        assert routed.set_score_request(sample_weight=True) is routed
        results = cross_validate(
            routed, X, Y, params={"sample_weight": weight}, return_estimator=True, cv=3
        )
        watched = make_pipeline(StandardScaler(), routed).fit(X, Y, eval_set=(X[:9], Y[:9]))
    ignored = cross_validate(network(), X, Y, return_estimator=True, cv=3)
    for one, other in zip(results["estimator"], ignored["estimator"], strict=True):
        assert not np.array_equal(one.coefs_[0], other.coefs_[0])
    assert len(watched[-1].validation_loss_curve_) == watched[-1].n_iter_


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_a_clone_has_the_parameters_and_nothing_learned(kind):
    fitted = kind(solver="lbfgs", alpha=10.0, max_iter=2000, activation=("tanh",)).fit(X, Y)
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert not [name for name in vars(copy) if name.endswith("_")]


def test_a_pickled_network_goes_on_as_if_never_put_away():
    settings = {"hidden_layer_sizes": (5,), "random_state": 0, "shuffle": False}
    steady, put_away = MLPClassifier(**settings), MLPClassifier(**settings)
    for _ in range(4):
        steady.partial_fit(X, Y, classes=[0, 1, 2])
        put_away.partial_fit(X, Y, classes=[0, 1, 2])
        put_away = pickle.loads(pickle.dumps(put_away))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(put_away.coefs_[0], steady.coefs_[0])
    assert put_away.loss_curve_ == steady.loss_curve_


def test_tags_say_what_is_supported():
    classifier, regressor = get_tags(MLPClassifier()), get_tags(MLPRegressor())
    assert classifier.input_tags.sparse
    assert regressor.input_tags.sparse
    assert classifier.classifier_tags.multi_label
    assert regressor.target_tags.multi_output
    assert get_tags(MLPRegressor("poisson")).target_tags.positive_only


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_several_labels_come_back_as_they_were_given():
    from scipy import sparse

    rows, labels = make_multilabel_classification(100, 6, n_classes=4, random_state=0)
    dense = MLPClassifier((8,), random_state=0).fit(rows, labels)
    assert dense.n_outputs_ == 4
    assert dense.out_activation_ == "logistic"
    assert dense.predict_proba(rows).shape == (100, 4)
    chosen = dense.predict(rows)
    np.testing.assert_array_equal(chosen, dense.predict_proba(rows) > 0.5)
    given_sparse = MLPClassifier((8,), random_state=0).fit(rows, sparse.csr_matrix(labels))
    np.testing.assert_array_equal(given_sparse.predict(rows).toarray(), chosen)
    assert dense.score(rows, labels) == np.mean((chosen == labels).all(axis=1))


def test_warm_start_goes_on_from_where_it_stood():
    settings = {"solver": "gd", "tol": 0, "learning_rate_init": 0.1, "random_state": 0}
    whole = MLPClassifier((4,), max_iter=30, **settings).fit(X, Y)
    parts = MLPClassifier((4,), max_iter=10, warm_start=True, **settings)
    for _ in range(3):
        parts.fit(X, Y)
    # Plain descent has no memory, so three times ten passes are thirty.
    np.testing.assert_array_equal(parts.coefs_[0], whole.coefs_[0])
    assert parts.loss_curve_ == whole.loss_curve_
    assert (parts.n_iter_, parts.t_) == (10, 30 * 150)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["iris", "wine"])
def test_held_out_scores_with_defaults_are_as_good_as_scikit_learns(name):
    from benchmarks.are_scores_as_good_as_scikit_learns import compare

    scores, _ = compare(name, n_splits=10)
    differences = scores[:, 0] - scores[:, 1]
    # Not worse by more than two standard errors; nor, where all splits agree, at all.
    assert differences.mean() >= -2.0 * differences.std(ddof=1) / np.sqrt(10) - 1e-12
