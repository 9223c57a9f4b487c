"""partial_fit, call after call."""

from __future__ import annotations

import copy
import os
import pickle
import signal
import threading

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier

from moonlet import engine
from moonlet.estimators import MLPClassifier, MLPRegressor

random = np.random.RandomState(0)
X = random.uniform(-1.0, 1.0, (64, 5))
Y = (X[:, 0] > X[:, 1]).astype(np.int64) + (X[:, 2] > 0.5)
NUMBER = X[:, 0] * X[:, 1]


def network(**changes: object) -> MLPClassifier:
    return MLPClassifier((6,), **({"random_state": 0, "learning_rate_init": 0.02} | changes))


def after(calls: int, estimator: MLPClassifier | None = None, **changes: object) -> MLPClassifier:
    estimator = network(**changes) if estimator is None else estimator
    for _ in range(calls):
        estimator.partial_fit(X, Y, classes=[0, 1, 2])
    return estimator


def weights(estimator: MLPClassifier) -> bytes:
    return b"".join(array.tobytes() for array in (*estimator.coefs_, *estimator.intercepts_))


@pytest.mark.parametrize("solver", ["sgd", "adam"])
def test_calls_are_the_passes_of_one_fit(solver):
    settings = {"solver": solver, "tol": 0.0, "n_iter_no_change": 100, "max_iter": 9}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        whole = network(**settings).fit(X, Y)
    parts = after(9, **settings)
    assert weights(parts) == weights(whole)
    assert parts.loss_curve_ == whole.loss_curve_
    assert parts.gradient_norm_curve_ == whole.gradient_norm_curve_
    assert (parts.t_, parts.loss_, parts.best_loss_) == (whole.t_, whole.loss_, whole.best_loss_)
    assert (parts.n_iter_, parts.stop_reason_) == (1, "max_iter")


@pytest.mark.parametrize(
    "copied",
    [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy],  # noqa: S301
)
def test_a_copy_goes_on_by_itself(copied):
    original = after(3)
    other = copied(original)
    after(2, original)
    curve = list(original.loss_curve_)
    after(4, other)
    assert original.loss_curve_ == curve
    assert len(other.loss_curve_) == 7
    assert weights(other) == weights(after(7))
    assert weights(original) == weights(after(5))


def test_weights_set_by_hand_are_gone_on_from():
    in_place, replaced, put_away = after(2), after(2), after(2)
    in_place.coefs_[0][:] = 0.1
    replaced.coefs_[0] = np.full_like(replaced.coefs_[0], 0.1)
    put_away.coefs_[0][:] = 0.1
    put_away = pickle.loads(pickle.dumps(put_away))  # noqa: S301
    assert weights(after(1, in_place)) == weights(after(1, replaced)) == weights(after(1, put_away))
    assert weights(in_place) != weights(after(3))


def test_a_parameter_that_is_changed_counts_from_the_next_call_on():
    steady, changed = after(3), after(3)
    changed.set_params(learning_rate_init=0.2, alpha=1.0)
    bytes_between = pickle.loads(pickle.dumps(changed))  # noqa: S301
    after(2, changed)
    assert weights(changed) == weights(after(2, bytes_between))
    assert weights(changed) != weights(after(2, steady))


def test_other_numbers_of_rows_follow_each_other():
    live, anew = network(), network()
    for size in (64, 10, 1, 33, 64):
        live.partial_fit(X[:size], Y[:size], classes=[0, 1, 2])
        anew = pickle.loads(pickle.dumps(anew))  # noqa: S301
        anew.partial_fit(X[:size], Y[:size], classes=[0, 1, 2])
    assert weights(live) == weights(anew)


def test_the_work_of_a_call_does_not_grow_with_the_calls(monkeypatch):
    estimator = after(2)
    made = []
    monkeypatch.setattr(engine, "Trainer", lambda *_, **__: made.append(1))
    after(50, estimator)
    assert not made  # no trainer is made anew
    assert len(estimator._live.trainer.loss_curve) == 1  # nor does the engine keep the curves
    curve = estimator.loss_curve_
    after(1, estimator)
    assert estimator.loss_curve_ is curve  # which grow where they lie
    assert len(curve) == 53


def test_a_network_without_a_seed_draws_another_order_each_time():
    first, second = after(2, random_state=None), after(2, random_state=None)
    assert weights(first) != weights(second)
    generator = np.random.RandomState(0)
    by_instance = [after(3, random_state=np.random.RandomState(0)) for _ in range(2)]
    assert weights(by_instance[0]) == weights(by_instance[1])
    assert weights(after(3, random_state=generator)) == weights(by_instance[0])


def test_numbers_and_weights_of_rows_go_on_too():
    live, anew = (MLPRegressor(hidden_layer_sizes=(6,), random_state=0) for _ in range(2))
    weight = random.uniform(0.5, 2.0, len(X))
    for _ in range(5):
        live.partial_fit(X, NUMBER, weight)
        anew = pickle.loads(pickle.dumps(anew)).partial_fit(X, NUMBER, weight)  # noqa: S301
    assert weights(live) == weights(anew)
    assert live.predict(X).shape == (64,)


def test_verbose_writes_what_scikit_learn_writes(capsys):
    settings = {"verbose": True, "tol": 10.0, "n_iter_no_change": 2, "random_state": 0}
    lines = []
    for kind in (MLPClassifier, ScikitLearnClassifier):
        estimator = kind((6,), **settings)
        for _ in range(5):
            estimator.partial_fit(X, Y, classes=[0, 1, 2])
        said = capsys.readouterr().out.splitlines()
        lines.append([line.split("loss =")[0] for line in said])
    assert lines[0] == lines[1]
    assert lines[0][0] == "Iteration 1, "


def test_ctrl_c_in_a_pass_leaves_the_model(monkeypatch):
    rows = np.tile(X, (4000, 1))
    labels = np.tile(Y, 4000)
    estimator = after(2)
    before = weights(estimator)

    def train_with_a_signal_to_come(*arguments, train=engine.train, **options):
        threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT)).start()
        train(*arguments, **options)

    monkeypatch.setattr("moonlet.estimators.base.engine.train", train_with_a_signal_to_come)
    estimator.set_params(batch_size=1)
    with pytest.raises(KeyboardInterrupt):
        estimator.partial_fit(rows, labels)
    monkeypatch.undo()
    assert weights(estimator) == before
    after(1, estimator.set_params(batch_size="auto"))
    assert len(estimator.loss_curve_) == 3


def test_the_tutor_tells_of_passes_by_their_curves():
    estimator = after(3)
    assert isinstance(estimator.diagnosis_, list)
    assert [str(f) for f in copy.deepcopy(estimator).diagnosis_] == [
        str(f) for f in estimator.diagnosis_
    ]
