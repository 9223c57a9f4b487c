"""Each parameter that scikit-learn's classes do not have, on data where it matters."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_iris, make_classification, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, recall_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.utils import compute_class_weight

from moonlet.estimators import MLPClassifier, MLPRegressor

# Every one of these runs a fixed number of passes, or on purpose not to the end.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

IRIS = load_iris(return_X_y=True)
MOONS = make_moons(200, noise=0.2, random_state=0)


# --- class_weight -------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "gd"])
def test_class_weight_lifts_the_recall_of_the_rare_class(solver):
    X, y = make_classification(
        2000, 10, n_informative=5, weights=[0.95], class_sep=0.8, random_state=0
    )
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
    rate = 0.5 if solver == "gd" else 0.005
    recalls = {}
    for class_weight in (None, "balanced"):
        network = MLPClassifier(
            (5,), "tanh", solver=solver, class_weight=class_weight, alpha=1.0, max_iter=300,
            learning_rate_init=rate, random_state=0,
        ).fit(X_train, y_train)  # fmt: skip
        recalls[class_weight] = recall_score(y_test, network.predict(X_test))
    assert recalls["balanced"] > recalls[None] + 0.1


def test_class_weight_is_a_weight_of_the_rows():
    X, y = IRIS
    by_class = {0: 1.0, 1: 3.0, 2: 0.5}
    settings = {"solver": "gd", "tol": 0, "max_iter": 50, "random_state": 0}
    named = MLPClassifier((3,), class_weight=by_class, **settings).fit(X, y)
    factors = np.array([1.0, 3.0, 0.5])[y]
    weighted = MLPClassifier((3,), **settings).fit(X, y, sample_weight=factors)
    np.testing.assert_array_equal(named.coefs_[0], weighted.coefs_[0])
    both = MLPClassifier((3,), class_weight=by_class, **settings)
    own = np.linspace(0.5, 2.0, len(y))
    both.fit(X, y, sample_weight=own)
    product = MLPClassifier((3,), **settings).fit(X, y, sample_weight=own * factors)
    np.testing.assert_array_equal(both.coefs_[0], product.coefs_[0])


def test_balanced_is_scikit_learns_formula():
    X, y = IRIS[0][:120], np.array(["a", "b", "c"])[IRIS[1][:120]]
    settings = {"solver": "gd", "tol": 0, "max_iter": 20, "random_state": 0}
    balanced = MLPClassifier((3,), class_weight="balanced", **settings).fit(X, y)
    factors = compute_class_weight("balanced", classes=np.unique(y), y=y)
    named = dict(zip(np.unique(y).tolist(), factors.tolist(), strict=True))
    by_name = MLPClassifier((3,), class_weight=named, **settings).fit(X, y)
    np.testing.assert_allclose(balanced.coefs_[0], by_name.coefs_[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"setosa": 2.0}, r"weights for \['setosa'\], which are no classes\. The classes are \[0"),
        ({0: -1.0}, "must be made of finite numbers >= 0"),
        ({0: np.nan}, "must be made of finite numbers >= 0"),
        ({0: 0.0, 1: 0.0, 2: 0.0}, "some class that occurs must have more than 0"),
        ("even", "'class_weight' parameter of MLPClassifier"),
    ],
)
def test_class_weights_that_make_no_sense_are_refused(class_weight, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier((3,), class_weight=class_weight).fit(*IRIS)


def test_class_weight_is_refused_where_it_has_no_meaning():
    several = np.eye(3, dtype=int)[IRIS[1]]
    with pytest.raises(ValueError, match="class_weight is for one label a row"):
        MLPClassifier((3,), class_weight="balanced").fit(IRIS[0], several)
    with pytest.raises(ValueError, match="'balanced' is not supported for partial_fit"):
        MLPClassifier((3,), class_weight="balanced").partial_fit(*IRIS, classes=[0, 1, 2])


# --- dropout ------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_dropout_lowers_the_gap_between_seen_and_unseen_rows(solver):
    random = np.random.RandomState(0)
    X = random.normal(size=(600, 20))
    y = X[:, 0] + X[:, 1] + random.normal(size=600) > 0
    rate = {"adam": 0.01, "sgd": 0.1}[solver]
    gaps, unseen = {}, {}
    for dropout in (0.0, 0.5):
        network = MLPClassifier(
            (50,), solver=solver, dropout=dropout, learning_rate_init=rate, alpha=0.0, tol=0,
            max_iter=300, random_state=0,
        ).fit(X[:100], y[:100])  # fmt: skip
        unseen[dropout] = log_loss(y[100:], network.predict_proba(X[100:]))
        gaps[dropout] = unseen[dropout] - log_loss(y[:100], network.predict_proba(X[:100]))
    assert gaps[0.5] < 0.9 * gaps[0.0]
    assert unseen[0.5] < unseen[0.0]


def test_dropout_with_lbfgs_is_refused_with_the_cure():
    with pytest.raises(ValueError, match=r"dropout must be 0 with the solver 'lbfgs'.*use 'adam'"):
        MLPClassifier((3,), solver="lbfgs", dropout=0.5).fit(*IRIS)


def test_all_units_answer_after_training_with_dropout():
    network = MLPClassifier((20,), dropout=0.5, max_iter=20, random_state=0).fit(*IRIS)
    first = network.predict_proba(IRIS[0])
    np.testing.assert_array_equal(network.predict_proba(IRIS[0]), first)


# --- label_smoothing ----------------------------------------------------------------------


def test_label_smoothing_lowers_overconfidence_where_labels_are_wrong():
    X, y = load_digits(return_X_y=True)
    random = np.random.RandomState(0)
    wrong = random.rand(len(y)) < 0.1
    y = np.where(wrong, random.randint(10, size=len(y)), y)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)
    confidence, loss = {}, {}
    for smoothing in (0.0, 0.1):
        network = MLPClassifier(
            (50,), solver="lbfgs", label_smoothing=smoothing, max_iter=200, random_state=0
        ).fit(X_train, y_train)
        p = network.predict_proba(X_test)
        confidence[smoothing] = p.max(axis=1).mean() - network.score(X_test, y_test)
        loss[smoothing] = log_loss(y_test, p)
    assert confidence[0.0] > 0.1 > abs(confidence[0.1])
    assert loss[0.1] < loss[0.0] / 2


@pytest.mark.parametrize("y", [IRIS[1] > 0, np.eye(3, dtype=int)[IRIS[1]]], ids=["two", "several"])
def test_smoothed_sigmoids_end_at_the_smoothed_targets(y):
    network = MLPClassifier(
        (5,), "tanh", solver="lbfgs", label_smoothing=0.2, alpha=0.0, max_iter=3000, random_state=0
    ).fit(StandardScaler().fit_transform(IRIS[0]), y)
    p = network.predict_proba(StandardScaler().fit_transform(IRIS[0]))[:, 0]
    # The first column tells setosa, which the others never meet.
    np.testing.assert_allclose(p[IRIS[1] == 0], 0.9, atol=0.02)
    np.testing.assert_allclose(p[IRIS[1] > 0], 0.1, atol=0.02)


# --- Losses of the regressor --------------------------------------------------------------


def noisy_wave(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(0)
    X = random.rand(n, 1)
    return X, np.sin(6.0 * X[:, 0]) + (0.2 + X[:, 0]) * random.normal(size=n)


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_quantiles_cover_their_share_of_unseen_rows(solver):
    X, y = noisy_wave(2000)
    for quantile in (0.1, 0.5, 0.9):
        network = MLPRegressor(
            "quantile", (10,), "tanh", solver=solver, quantile=quantile, alpha=0.01,
            learning_rate_init=0.01, max_iter=500, random_state=0,
        ).fit(X[:1000], y[:1000])  # fmt: skip
        covered = np.mean(y[1000:] < network.predict(X[1000:]))
        # Three standard errors of a share among 1,000, and as many of the 1,000 learned from.
        assert covered == pytest.approx(quantile, abs=0.06)


@pytest.mark.parametrize("loss", ["huber", "absolute_error"])
def test_outliers_hardly_move_a_robust_loss(loss):
    random = np.random.RandomState(0)
    X = random.rand(300, 1)
    truth = np.sin(6.0 * X[:, 0])
    y = truth + 0.1 * random.normal(size=300)
    y[:30] += 20.0
    errors = {}
    for name in ("squared_error", loss):
        network = MLPRegressor(
            name, (10,), "tanh", solver="lbfgs", huber_delta=0.3, alpha=0.01, max_iter=2000,
            random_state=0,
        ).fit(X, y)  # fmt: skip
        errors[name] = np.sqrt(np.mean((network.predict(X) - truth) ** 2))
    assert errors["squared_error"] > 1.0
    assert errors[loss] < 0.1


def test_a_wide_huber_is_the_squared_error():
    X, y = noisy_wave(200)
    settings = {"solver": "gd", "tol": 0, "max_iter": 50, "random_state": 0}
    wide = MLPRegressor("huber", (4,), huber_delta=1e6, **settings).fit(X, y)
    squared = MLPRegressor("squared_error", (4,), **settings).fit(X, y)
    np.testing.assert_allclose(wide.loss_curve_, squared.loss_curve_, rtol=1e-12)


# --- eval_set, early_stopping_on ----------------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_the_eval_sets_loss_is_recorded_and_changes_nothing(solver):
    X, y = MOONS
    settings = {
        "solver": solver, "max_iter": 30, "tol": 0, "learning_rate_init": 0.05, "random_state": 0,
        "activation": "tanh", "alpha": 1.0,
    }  # fmt: skip
    watched = MLPClassifier((5,), **settings).fit(X[:100], y[:100], eval_set=(X[100:], y[100:]))
    alone = MLPClassifier((5,), **settings).fit(X[:100], y[:100])
    np.testing.assert_array_equal(watched.coefs_[0], alone.coefs_[0])
    assert alone.validation_loss_curve_ is None is alone.validation_scores_
    assert len(watched.validation_loss_curve_) == len(watched.validation_scores_) == 30
    expected = log_loss(y[100:], watched.predict_proba(X[100:]))
    assert watched.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-9)
    assert watched.validation_scores_[-1] == watched.score(X[100:], y[100:])


def test_an_eval_set_has_weights_of_rows_and_of_classes():
    X, y = MOONS
    weight = np.random.RandomState(0).rand(100)
    network = MLPClassifier((5,), solver="gd", max_iter=5, class_weight={1: 3.0}, random_state=0)
    network.fit(X[:100], y[:100], eval_set=(X[100:], y[100:], weight))
    weights = weight * np.where(y[100:] == 1, 3.0, 1.0)
    expected = log_loss(y[100:], network.predict_proba(X[100:]), sample_weight=weights)
    assert network.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("on", ["score", "loss"])
@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
def test_early_stopping_keeps_the_weights_that_were_best_on_the_eval_set(kind, on):
    random = np.random.RandomState(0)
    X = random.normal(size=(300, 15))
    y = (X[:, 0] + random.normal(size=300) > 0) * 1
    network = kind(
        hidden_layer_sizes=(50,), early_stopping=True, early_stopping_on=on, alpha=0.0,
        learning_rate_init=0.01, max_iter=300, tol=0, random_state=0,
    ).fit(X[:100], y[:100], eval_set=(X[100:], y[100:]))  # fmt: skip
    assert network.stop_reason_ == "early_stopping"
    curve = np.array(network.validation_loss_curve_ if on == "loss" else network.validation_scores_)
    best = int(curve.argmin() if on == "loss" else curve.argmax())
    assert network.n_iter_ == len(curve) == best + 12
    assert network.best_validation_score_ == network.validation_scores_[best]
    assert network.score(X[100:], y[100:]) == pytest.approx(network.best_validation_score_)


def test_the_loss_goes_on_telling_where_the_score_stands_still():
    # Few rows to validate on: accuracy moves in steps of a tenth, and stops training too soon.
    X, y = MOONS
    settings = {
        "early_stopping": True, "learning_rate_init": 0.003, "max_iter": 3000, "random_state": 0
    }  # fmt: skip
    on_score = MLPClassifier((10,), "tanh", **settings).fit(
        X[20:], y[20:], eval_set=(X[:10], y[:10])
    )
    on_loss = MLPClassifier((10,), "tanh", early_stopping_on="loss", **settings)
    on_loss.fit(X[20:], y[20:], eval_set=(X[:10], y[:10]))
    assert on_loss.n_iter_ > 2 * on_score.n_iter_
    assert on_loss.score(X, y) > on_score.score(X, y)


@pytest.mark.parametrize(
    ("eval_set", "message"),
    [
        ([MOONS], r"eval_set must be a tuple \(X, y\).*Got list of 1 instead"),
        ((MOONS[0],), r"Got tuple of 1 instead"),
        ((MOONS[0], MOONS[1] + 5), "`y` has classes not in `self.classes_`"),
        ((MOONS[0][:, :1], MOONS[1]), "X has 1 features, but MLPClassifier is expecting 2"),
        ((MOONS[0], MOONS[1], -np.ones(200)), "Negative values in data passed to `sample_weight`"),
    ],
)
def test_an_eval_set_that_does_not_fit_is_refused(eval_set, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier((3,)).fit(*MOONS, eval_set=eval_set)


# --- Schedules ----------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
@pytest.mark.parametrize("schedule", ["step", "exponential", "cosine"])
def test_a_falling_rate_calms_what_a_constant_one_leaves_swinging(schedule, solver):
    X, y = MOONS
    rate = {"gd": 3.0, "sgd": 1.0, "adam": 0.1}[solver]
    swings = {}
    for learning_rate in ("constant", schedule):
        network = MLPClassifier(
            (5,), "tanh", solver=solver, learning_rate=learning_rate, learning_rate_init=rate,
            batch_size=20, max_iter=200, tol=0, n_iter_no_change=1000, random_state=0,
        ).fit(X, y)  # fmt: skip
        swings[learning_rate] = np.abs(np.diff(network.loss_curve_[-20:])).mean()
    assert swings[schedule] < swings["constant"] / 3


# --- gradient norms, why it stopped -------------------------------------------------------


def test_gradient_norms_fall_towards_a_minimum():
    network = MLPClassifier((), solver="lbfgs", alpha=1.0, random_state=0).fit(*MOONS)
    assert len(network.gradient_norm_curve_) == len(network.loss_curve_) == network.n_iter_
    assert network.gradient_norm_curve_[-1] < network.gradient_norm_curve_[0] / 100


def test_every_reason_to_stop_is_told():
    X, y = MOONS
    reasons = {
        "converged": {"solver": "lbfgs", "alpha": 1.0},
        "max_iter": {"max_iter": 3},
        "early_stopping": {"early_stopping": True, "n_iter_no_change": 1},
    }
    for reason, parameters in reasons.items():
        network = MLPClassifier((3,), random_state=0, **parameters).fit(X, y)
        assert network.stop_reason_ == reason


def test_early_stopping_saves_the_best_weights_from_divergence():
    X = np.random.RandomState(0).normal(size=(100, 3))
    # Each pass multiplies the error: after some fifty of them it is infinite.
    network = MLPRegressor(
        hidden_layer_sizes=(), solver="sgd", momentum=0.0, learning_rate_init=3.0, batch_size=10,
        early_stopping=True, max_iter=2000, n_iter_no_change=2000, random_state=0,
    )  # fmt: skip
    words = (
        r"left the finite numbers; the weights with the best validation score .* Lower it: learn"
    )
    with pytest.warns(ConvergenceWarning, match=words) as seen:
        network.fit(X, X[:, 0])
    assert seen[0].filename == __file__
    assert network.stop_reason_ == "diverged"
    best = int(np.argmax(network.validation_scores_))
    assert network.best_validation_score_ == network.validation_scores_[best]
    until_best = network.set_params(max_iter=best + 1)
    expected = network.coefs_[0].copy()
    np.testing.assert_array_equal(until_best.fit(X, X[:, 0]).coefs_[0], expected)
