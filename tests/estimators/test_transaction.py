"""fit is a transaction: all is checked first, and what was learned takes its place at once."""

from __future__ import annotations

import copy
import os
import signal
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from moonlet import engine
from moonlet.estimators import MLPClassifier, MLPRegressor
from moonlet.exceptions import DivergedError

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
KINDS = [MLPClassifier, MLPRegressor]
FLOATS = Y.astype(float)


def network(kind: type = MLPClassifier, **changes: object) -> MLPClassifier:
    settings = {"hidden_layer_sizes": (4,), "max_iter": 30, "random_state": 0}
    return kind(**(settings | changes))


def everything(estimator: object) -> dict[str, object]:
    return {name: copy.deepcopy(value) for name, value in vars(estimator).items() if name[0] != "_"}


def same(one: dict[str, object], other: dict[str, object]) -> bool:
    if one.keys() != other.keys():
        return False
    return all(str(one[name]) == str(other[name]) for name in one)


def with_gap(y: np.ndarray, gap: object) -> np.ndarray:
    changed = y.astype(object)
    changed[7] = gap
    return changed


# --- Refused ------------------------------------------------------------------------------

REFUSED = {
    "NaN in X": ((np.where(np.arange(600).reshape(150, 4) == 13, np.nan, X), Y), {}),
    "fewer targets than rows": ((X, Y[:-1]), {}),
    "no rows": ((X[:0], Y[:0]), {}),
    "text in X": ((X.astype(str).astype(object) + "a", Y), {}),
    "a negative weight": ((X, Y, -np.ones(150)), {}),
    "weights of 0": ((X, Y, np.zeros(150)), {}),
    "None in y": ((X, with_gap(Y, None)), {}),
    "no y": ((X, None), {}),
    "rows to watch of other columns": ((X, Y), {"eval_set": (X[:, :2], Y)}),
    "rows to watch with NaN": ((X, Y), {"X_val": np.full((3, 4), np.nan), "y_val": Y[:3]}),
    "rows to watch without targets": ((X, Y), {"X_val": X}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("warm", [False, True])
def test_a_refused_fit_changes_nothing_of_a_fitted_network(kind, case, warm):
    given, named = REFUSED[case]
    estimator = network(kind, warm_start=warm).fit(X, Y)
    before, answers = everything(estimator), estimator.predict(X)
    with pytest.raises((ValueError, TypeError)):
        estimator.fit(*given, **named)
    assert same(before, everything(estimator))
    np.testing.assert_array_equal(estimator.predict(X), answers)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_first_fit_leaves_nothing_behind(kind, case):
    given, named = REFUSED[case]
    estimator = network(kind)
    before = everything(estimator)
    with pytest.raises((ValueError, TypeError)):
        estimator.fit(*given, **named)
    assert same(before, everything(estimator))


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_pass_leaves_the_network_and_the_next_pass_as_they_were(kind):
    first = {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
    steady, disturbed = (network(kind).partial_fit(X, Y, **first) for _ in range(2))
    for given in ((X[:, :2], Y), (X, with_gap(Y, None)), (X, Y[:3]), (X, Y, np.zeros(150))):
        before = everything(disturbed)
        with pytest.raises(ValueError, match=r"."):
            disturbed.partial_fit(*given)
        assert same(before, everything(disturbed))
    for estimator in (steady, disturbed):
        estimator.partial_fit(X, Y)
    assert same(everything(steady), everything(disturbed))


def test_a_wrong_parameter_leaves_the_network():
    estimator = network().fit(X, Y)
    before = estimator.predict_proba(X)
    with pytest.raises(ValueError, match="'alpha' parameter"):
        estimator.set_params(alpha=-1.0).fit(X, Y)
    np.testing.assert_array_equal(estimator.predict_proba(X), before)


def test_divergence_takes_only_what_was_learned():
    class Own(MLPClassifier):
        pass

    estimator = Own((5,), "tanh", solver="gd", alpha=1.0, tol=0, max_iter=3).fit(X, Y)
    estimator.scaler_ = "mine"
    with pytest.raises(DivergedError):
        estimator.set_params(learning_rate_init=1e300, max_iter=50).fit(X, Y)
    assert not hasattr(estimator, "coefs_")
    assert not hasattr(estimator, "classes_")
    assert estimator.scaler_ == "mine"


# --- Gaps in targets, at every door -------------------------------------------------------

GAPS = {
    "None": lambda y: with_gap(y, None),
    "NaN": lambda y: with_gap(y, np.nan),
    "NA": lambda y: with_gap(y, pd.NA),
    "a list": lambda y: with_gap(y, None).tolist(),
    "a nullable series": lambda y: pd.Series(y, dtype="Int64").mask(np.arange(len(y)) == 7),
    "a series of objects": lambda y: pd.Series(with_gap(y, None)),
    "floats": lambda y: np.where(np.arange(len(y)) == 7, np.nan, y),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("door", ["fit", "eval_set", "X_val", "partial_fit", "early stopping"])
def test_a_gap_in_y_is_refused_at_every_door(door, gap, kind):
    y = GAPS[gap](Y)
    estimator = network(kind, early_stopping=door == "early stopping")
    first = {"classes": [0, 1, 2]} if kind is MLPClassifier else {}
    doors = {
        "eval_set": lambda: estimator.fit(X, Y, eval_set=(X, y)),
        "X_val": lambda: estimator.fit(X, Y, X_val=X, y_val=y),
        "partial_fit": lambda: estimator.partial_fit(X, y, **first),
        "fit": lambda: estimator.fit(X, y),
        "early stopping": lambda: estimator.fit(X, y),
    }
    with pytest.raises(ValueError, match=r"Input y contains NaN\."):
        doors[door]()
    assert not hasattr(estimator, "coefs_")


def test_text_with_a_gap_is_refused():
    names = np.array(["a", "b", "c"])[Y]
    for y in (with_gap(names, None), with_gap(names, np.nan), [*names[:-1].tolist(), None]):
        with pytest.raises(ValueError, match=r"Input y contains NaN\."):
            network().fit(X, y)


# --- What is somebody else's --------------------------------------------------------------


class Scaled(MLPClassifier):
    """A subclass with attributes and a parameter of its own."""

    def __init__(self, lambda_=2.0, alpha=0.0001, max_iter=30):
        super().__init__((4,), alpha=alpha, max_iter=max_iter, random_state=0)
        self.lambda_ = lambda_

    def fit(self, X, y):
        self.mean_ = X.mean(axis=0)
        return super().fit(X - self.mean_, y)

    def predict_proba(self, X):
        return super().predict_proba(X - self.mean_)


def test_attributes_and_parameters_of_a_subclass_are_its_own():
    estimator = Scaled(lambda_=3.0).fit(X, Y)
    again = estimator.fit(X, Y)
    assert again.lambda_ == 3.0
    np.testing.assert_array_equal(again.mean_, X.mean(axis=0))
    assert again.get_params() == {"lambda_": 3.0, "alpha": 0.0001, "max_iter": 30}
    plain = network().fit(X - X.mean(axis=0), Y)
    np.testing.assert_array_equal(again.coefs_[0], plain.coefs_[0])
    np.testing.assert_array_equal(again.predict(X), plain.predict(X - X.mean(axis=0)))


# --- Meanwhile, in other threads ----------------------------------------------------------


@pytest.mark.parametrize("rows", [X, X.tolist()], ids=["the short way", "the full way"])
def test_a_thread_that_predicts_during_refits_gets_one_model_or_the_other(rows):
    # The classes differ, so that a mixture of two models would show.
    targets = {"digits": Y, "words": np.array(["a", "b", "c"])[Y], "two": Y > 0}
    estimator = network(max_iter=3, random_state=None).fit(X, Y)
    wrong, ended = [], threading.Event()

    def ask() -> None:
        while not ended.is_set():
            try:
                kinds = {type(label) for label in estimator.predict(rows).tolist()}
                p = estimator.predict_proba(rows)
                if len(kinds) != 1 or not np.allclose(p.sum(axis=1), 1.0):
                    wrong.append((kinds, p))
            except Exception as error:
                wrong.append(error)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for _ in range(30):
        for y in targets.values():
            estimator.fit(X, y)
    ended.set()
    for asker in askers:
        asker.join()
    assert wrong == []


def interrupted(estimator: MLPClassifier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fit, with a Ctrl-C in the midst of it."""

    def train_with_a_signal_to_come(*arguments, train=engine.train, **options):
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        train(*arguments, **options)

    monkeypatch.setattr("moonlet.estimators.run.engine.train", train_with_a_signal_to_come)
    with pytest.raises(KeyboardInterrupt):
        estimator.set_params(max_iter=10_000_000).fit(X, Y)
    monkeypatch.undo()


def endless(**changes: object) -> MLPClassifier:
    return network(solver="gd", tol=0, max_iter=5, learning_rate_init=0.01, **changes)


def test_ctrl_c_in_a_refit_leaves_the_former_model(monkeypatch):
    estimator = endless().fit(X, Y)
    before = everything(estimator)
    interrupted(estimator, monkeypatch)
    estimator.set_params(max_iter=5)
    assert same(before, everything(estimator))


def test_ctrl_c_in_a_fit_that_goes_on_keeps_what_was_reached(monkeypatch):
    estimator = endless(warm_start=True).fit(X, Y)
    interrupted(estimator, monkeypatch)
    assert estimator.stop_reason_ == "interrupted"
    assert len(estimator.loss_curve_) == 5 + estimator.n_iter_ > 5


# --- Obeyed -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [X, pd.DataFrame(X), X.tolist(), X[:1]])
def test_what_is_set_by_hand_is_obeyed_by_every_way_to_an_answer(rows):
    estimator = network().fit(X, Y)
    estimator.predict_proba(rows)
    estimator.out_activation_ = "logistic"
    p = estimator.predict_proba(rows)
    assert not np.allclose(p.sum(axis=1), 1.0)
    estimator.out_activation_ = "softmax"
    estimator.classes_ = np.array(["a", "b", "c"])
    assert set(estimator.predict(rows)) <= {"a", "b", "c"}
    estimator.n_features_in_ = 5
    with pytest.raises(ValueError, match="expecting 5 features"):
        estimator.predict(rows)


def test_a_regressors_output_set_by_hand_is_obeyed():
    estimator = network(MLPRegressor).fit(X, FLOATS)
    line = estimator.predict(X)
    estimator.out_activation_ = "exp"
    np.testing.assert_allclose(estimator.predict(X), np.exp(line), rtol=1e-12)
    np.testing.assert_array_equal(estimator.predict(X.tolist()), estimator.predict(X))
