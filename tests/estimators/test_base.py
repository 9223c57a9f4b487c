from __future__ import annotations

import math
import os
import pickle
import re
import signal
import threading
import time
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine, make_moons
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from moonlet import engine, reference
from moonlet.diagnosis import diagnose
from moonlet.estimators import MLPClassifier
from moonlet.estimators.fitted import fitted_network
from moonlet.estimators.initial import initial_parameters
from moonlet.estimators.settings import training_spec
from moonlet.estimators.targets import class_targets
from moonlet.exceptions import DivergedError, MoonletError

MOONS = make_moons(200, noise=0.2, random_state=0)


def tutorial_network(n_hidden: int, **changes: object) -> MLPClassifier:
    parameters = {
        "activation": "tanh",
        "solver": "gd",
        "output": "softmax",
        "init": "lecun_normal",
        "learning_rate_init": 2.0,
        "alpha": 0.01,
        "max_iter": 20_000,
        "tol": 0,
        "random_state": 0,
    }
    return MLPClassifier((n_hidden,), **(parameters | changes))


# --- The tutorial's numbers ---------------------------------------------------------------


def test_the_tutorials_network_has_the_tutorials_losses():
    network = tutorial_network(3).fit(*MOONS)
    assert len(network.loss_curve_) == network.n_iter_ == 20_000
    # Entry t is the loss with which pass t began: what the tutorial prints after pass t - 1.
    assert network.loss_curve_[1] == pytest.approx(0.432387, abs=5e-7)
    assert network.loss_curve_[1001] == pytest.approx(0.068947, abs=5e-7)
    # Descent is caught in a cycle of two; which of the two comes last is rounding's choice.
    last_two = [network.loss_curve_[-1], network.loss_]
    assert sorted(last_two) == pytest.approx([0.070758, 0.071316], abs=5e-7)
    assert network.stop_reason_ == "max_iter"
    assert network.t_ == 20_000 * 200
    assert network.best_loss_ == min(network.loss_curve_) < 0.069


@pytest.mark.parametrize(
    ("n_hidden", "final_loss"), [(1, 0.328367), (5, 0.039037), (20, 0.030735), (50, 0.030990)]
)
def test_other_sizes_end_at_the_tutorials_losses(n_hidden, final_loss):
    network = tutorial_network(n_hidden).fit(*MOONS)
    assert network.loss_ == pytest.approx(final_loss, abs=2e-6)


def test_half_the_rate_gets_further_than_the_tutorial():
    network = tutorial_network(3, learning_rate_init=1.0).fit(*MOONS)
    assert network.loss_ <= 0.0679
    assert network.gradient_norm_curve_[-1] < network.gradient_norm_curve_[0] / 100


# --- What training leaves behind ----------------------------------------------------------


@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_loss_and_gradient_norm_are_those_of_the_reference(solver):
    X, y = load_iris(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    estimator = MLPClassifier(
        (4, 3), "tanh", solver=solver, tol=0, max_iter=20, alpha=0.3, random_state=3
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator.fit(X, y)
    spec = training_spec(estimator, 4, 3)
    targets = class_targets(y, 3, spec.network)
    start = initial_parameters(spec.network, estimator.init, np.random.RandomState(3))
    loss, gradient = reference.loss_and_gradient(spec.network, start, X, targets, alpha=0.3)
    # rtol: float64 sums over 150 rows in another order.
    assert estimator.loss_curve_[0] == pytest.approx(loss, rel=1e-12)
    assert estimator.gradient_norm_curve_[0] == pytest.approx(np.linalg.norm(gradient), rel=1e-12)
    assert len(estimator.loss_curve_) == len(estimator.gradient_norm_curve_) == estimator.n_iter_
    end = spec.network.pack(estimator.coefs_, estimator.intercepts_)
    loss = reference.loss(spec.network, end, X, targets, alpha=0.3)
    assert estimator.loss_ == pytest.approx(loss, rel=1e-12)
    assert estimator.t_ == (0 if solver == "lbfgs" else 20 * 150)


def test_the_diagnosis_is_part_of_what_is_learned():
    caught = tutorial_network(3).fit(*MOONS)
    assert [str(finding) for finding in caught.diagnosis_] == [str(f) for f in diagnose(caught)]
    assert caught.diagnosis_
    healthy = MLPClassifier(
        (3,), "tanh", solver="lbfgs", alpha=0.1, max_iter=2000, random_state=0
    ).fit(*MOONS)
    assert healthy.stop_reason_ == "converged"
    assert healthy.diagnosis_ == []


def test_the_fitted_network_is_read_from_public_attributes_alone():
    estimator = MLPClassifier(
        (4, 3), "tanh", solver="lbfgs", alpha=1.0, max_iter=1000, random_state=0
    ).fit(*MOONS)
    network = fitted_network(estimator)
    assert network == training_spec(estimator, 2, 1).network
    bare = MLPClassifier((4, 3), "tanh")
    public = {name: value for name, value in vars(estimator).items() if name.endswith("_")}
    vars(bare).update(public)
    np.testing.assert_array_equal(bare.predict_proba(MOONS[0]), estimator.predict_proba(MOONS[0]))


def test_gradient_descent_without_improvement_stops_as_converged():
    estimator = MLPClassifier(
        (3,), "tanh", solver="gd", learning_rate_init=0.5, tol=1e-3, n_iter_no_change=4,
        max_iter=5000, random_state=0,
    ).fit(*MOONS)  # fmt: skip
    assert estimator.stop_reason_ == "converged"
    # scikit-learn's rule, kept by hand: more than 4 passes in a row without a gain of tol.
    best, idle, expected = np.inf, 0, 0
    for loss in estimator.loss_curve_:
        expected += 1
        idle = idle + 1 if loss > best - 1e-3 else 0
        best = min(best, loss)
        if idle > 4:
            break
    assert estimator.n_iter_ == expected < 5000


# --- The same minimum as scikit-learn -----------------------------------------------------


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_lbfgs_finds_scikit_learns_minimum_where_there_is_only_one(load):
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    # Without hidden layers the loss is convex, and alpha makes it strictly so.
    parameters = {
        "hidden_layer_sizes": (), "solver": "lbfgs", "activation": "identity", "alpha": 1.0,
        "tol": 1e-7,
        "max_iter": 5000, "random_state": 0,
    }  # fmt: skip
    ours = MLPClassifier(**parameters).fit(X, y)
    oracle = ScikitLearnClassifier(**parameters).fit(X, y)
    assert ours.loss_ == pytest.approx(oracle.loss_, rel=1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), oracle.predict_proba(X), atol=1e-3)


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_lbfgs_gets_as_low_as_scikit_learn_from_the_same_starts(load):
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    ours, oracle = [], []
    for seed in range(3):
        parameters = {
            "solver": "lbfgs", "alpha": 0.5, "max_iter": 2000, "random_state": seed,
            "activation": "tanh",
        }  # fmt: skip
        ours.append(MLPClassifier((5,), **parameters).fit(X, y).loss_)
        other = ScikitLearnClassifier((5,), **parameters).fit(X, y)
        oracle.append(other.loss_)
    # Several minima, so either may find the better one from a given start; by the same
    # tolerance, neither may be worse on the average by more than a hundredth.
    assert np.mean(ours) <= np.mean(oracle) * 1.01


# --- Training that does not end well ------------------------------------------------------


def diverging(**changes: object) -> MLPClassifier:
    # Weight decay alone multiplies the weights by 1 - rate * alpha / N = -4999 at every pass.
    parameters = {"solver": "gd", "alpha": 1.0, "learning_rate_init": 1e6, "tol": 0}
    return MLPClassifier((5,), "tanh", random_state=0, **(parameters | changes))


def test_divergence_says_in_scikit_learns_words_what_happened_and_where():
    words = (
        r"^Solver produced non-finite parameter weights\. The input data may contain large "
        r"values and need to be preprocessed\. Training left the finite numbers in iteration \d+"
    )
    with pytest.raises(DivergedError, match=words) as caught:
        diverging().fit(*MOONS)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, MoonletError)


def test_the_cure_that_divergence_names_cures_it():
    with pytest.raises(DivergedError) as caught:
        diverging().fit(*MOONS)
    (rate,) = re.findall(r"Lower it: learning_rate_init=([-+.e\d]+);", str(caught.value))
    estimator = diverging(learning_rate_init=float(rate)).fit(*MOONS)
    assert np.isfinite(estimator.loss_)


def test_a_last_step_into_infinity_is_divergence_too():
    # The loss is finite before the only pass, whose step then overflows.
    X = np.array([[1e10], [-1e10]])
    estimator = MLPClassifier((), solver="gd", learning_rate_init=1e300, tol=0, max_iter=1)
    with pytest.raises(DivergedError, match="iteration 1"):
        estimator.set_params(alpha=0.0, init="lecun_normal", random_state=1).fit(X, [0, 1])


@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_numbers_too_large_for_the_weights_are_told_to_be_standardized(solver):
    X = MOONS[0] * 1e307
    words = r"non-finite parameter weights.*in iteration 1\b.*[Ss]tandardize the features"
    with pytest.raises(DivergedError, match=words):
        MLPClassifier((50,), "identity", solver=solver, random_state=0).fit(X, MOONS[1])


def test_divergence_leaves_the_estimator_unfitted():
    estimator = diverging()
    with pytest.raises(DivergedError):
        estimator.fit(*MOONS)
    with pytest.raises(NotFittedError):
        check_is_fitted(estimator)
    with pytest.raises(NotFittedError):
        estimator.predict(MOONS[0])


def test_divergence_leaves_nothing_of_an_earlier_fit():
    estimator = diverging(learning_rate_init=0.5).fit(*MOONS)
    with pytest.raises(DivergedError):
        estimator.set_params(learning_rate_init=1e6).fit(*MOONS)
    assert not hasattr(estimator, "coefs_")
    assert not hasattr(estimator, "stop_reason_")
    with pytest.raises(NotFittedError):
        estimator.predict(MOONS[0])


def test_ctrl_c_raises_and_keeps_what_was_reached(monkeypatch):
    # 10 million passes take ten seconds or more; an unheard signal would show.
    estimator = tutorial_network(5, max_iter=10_000_000)
    begun = math.inf

    def train_with_a_signal_to_come(*arguments, train=engine.train, **options):
        nonlocal begun
        begun = time.perf_counter()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        train(*arguments, **options)

    monkeypatch.setattr("moonlet.estimators.run.engine.train", train_with_a_signal_to_come)
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(*MOONS)
    monkeypatch.undo()
    # 0.1 s until the signal and at most as much until the answer; a busy machine gets a second.
    assert time.perf_counter() - begun < 1.2
    assert estimator.stop_reason_ == "interrupted"
    assert 0 < estimator.n_iter_ == len(estimator.loss_curve_) < 10_000_000
    assert estimator.score(*MOONS) > 0.5
    again = tutorial_network(5, max_iter=estimator.n_iter_).fit(*MOONS)
    np.testing.assert_array_equal(again.coefs_[0], estimator.coefs_[0])


def test_ctrl_c_before_the_first_pass_leaves_the_estimator_unfitted(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("moonlet.estimators.run.engine.train", interrupted)
    estimator = tutorial_network(5)
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(*MOONS)
    with pytest.raises(NotFittedError):
        check_is_fitted(estimator)


# --- Limits -------------------------------------------------------------------------------


def test_lbfgs_at_its_limit_warns_in_scikit_learns_words():
    words = (
        r"lbfgs failed to converge after 2 iteration\(s\)(.|\n)*"
        r"Increase the number of iterations to improve the convergence \(max_iter=2\)"
    )
    with pytest.warns(ConvergenceWarning, match=words) as caught:
        estimator = MLPClassifier(solver="lbfgs", max_iter=2, random_state=0).fit(*MOONS)
    assert caught[0].filename == __file__
    assert estimator.stop_reason_ == "max_iter"
    with pytest.warns(ConvergenceWarning, match=words):
        ScikitLearnClassifier(solver="lbfgs", max_iter=2, random_state=0).fit(*MOONS)


def test_lbfgs_at_the_limit_of_evaluations_names_that_one():
    with pytest.warns(ConvergenceWarning, match=r"number of evaluations \(max_fun=5\)"):
        MLPClassifier(solver="lbfgs", max_fun=5, random_state=0).fit(*MOONS)


def test_gradient_descent_at_its_limit_warns_in_scikit_learns_words():
    words = r"Maximum iterations \(3\) reached and the optimization hasn't converged yet\."
    with pytest.warns(ConvergenceWarning, match=words + ".*Increase max_iter"):
        MLPClassifier(solver="gd", max_iter=3, random_state=0).fit(*MOONS)
    with pytest.warns(ConvergenceWarning, match=words):
        ScikitLearnClassifier(solver="sgd", max_iter=3, random_state=0).fit(*MOONS)


def test_a_fixed_number_of_passes_is_no_reason_to_warn():
    estimator = tutorial_network(3, max_iter=5).fit(*MOONS)  # warnings are errors here
    assert (estimator.n_iter_, estimator.stop_reason_) == (5, "max_iter")


# --- The same bits ------------------------------------------------------------------------


def parameters_of(estimator: MLPClassifier) -> bytes:
    return b"".join(a.tobytes() for a in [*estimator.coefs_, *estimator.intercepts_])


@pytest.mark.parametrize("solver", ["gd", "lbfgs"])
def test_fitting_again_gives_the_same_bits(solver):
    estimator = MLPClassifier(
        (20,), solver=solver, alpha=1.0, tol=1e-3, max_iter=2000, random_state=5,
        learning_rate_init=0.1,
    )  # fmt: skip
    first = parameters_of(estimator.fit(*MOONS))
    assert parameters_of(estimator.fit(*MOONS)) == first
    assert parameters_of(estimator.set_params(n_jobs=-1).fit(*MOONS)) == first
    assert parameters_of(estimator.set_params(random_state=6).fit(*MOONS)) != first


def test_the_layout_of_the_rows_does_not_change_the_bits():
    X, y = MOONS
    estimator = tutorial_network(3, max_iter=50)
    expected = parameters_of(estimator.fit(X, y))
    read_only = X.copy()
    read_only.setflags(write=False)
    for other in [np.asfortranarray(X), X[::-1].copy()[::-1], X.astype(">f8"), read_only]:
        assert parameters_of(estimator.fit(other, y)) == expected


def test_a_pickled_copy_predicts_the_same():
    estimator = MLPClassifier((5,), "tanh", solver="lbfgs", alpha=1.0, max_iter=1000).fit(*MOONS)
    copy = pickle.loads(pickle.dumps(estimator))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(copy.predict_proba(MOONS[0]), estimator.predict_proba(MOONS[0]))
    assert copy.diagnosis_ == estimator.diagnosis_
