from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier

from moonlet import reference
from moonlet.estimators import MLPClassifier
from moonlet.estimators.settings import training_spec
from moonlet.specs import ACTIVATIONS, NetworkSpec, SolverSpec, StopRule, TrainingSpec


def test_every_parameter_arrives_in_the_spec():
    estimator = MLPClassifier(
        (4, 3),
        "tanh",
        solver="gd",
        alpha=0.5,
        learning_rate_init=0.25,
        max_iter=77,
        tol=1e-3,
        n_iter_no_change=5,
        max_fun=99,
        l1_ratio=0.25,
    )
    assert training_spec(estimator, n_features=6, n_outputs=2) == TrainingSpec(
        network=NetworkSpec((6, 4, 3, 2), ("tanh", "tanh"), "softmax"),
        solver=SolverSpec("gd", 0.25),
        stop=StopRule(max_iter=77, tol=1e-3, n_iter_no_change=5, max_fun=99),
        alpha=0.5,
        l1_ratio=0.25,
    )


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        (7, (2, 7, 1)),
        (np.int64(7), (2, 7, 1)),
        ((), (2, 1)),
        ([5, 4], (2, 5, 4, 1)),
        (np.array([5, 4]), (2, 5, 4, 1)),
    ],
)
def test_hidden_layer_sizes_may_be_a_number_or_any_sequence(given, sizes):
    spec = training_spec(MLPClassifier(given), n_features=2, n_outputs=1)
    assert spec.network.layer_sizes == sizes
    assert all(type(size) is int for size in spec.network.layer_sizes)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_bare_activation_is_that_of_all_layers(activation):
    spec = training_spec(MLPClassifier((5, 4), activation), n_features=2, n_outputs=1)
    assert spec.network.activations == (activation, activation)


@pytest.mark.parametrize("given", [("gelu", "relu"), ["gelu", "relu"]])
def test_each_layer_may_have_an_activation_of_its_own(given):
    estimator = MLPClassifier((5, 4), given, solver="lbfgs", max_iter=500, random_state=0)
    assert training_spec(estimator, 2, 1).network.activations == ("gelu", "relu")
    X = np.random.RandomState(0).randn(80, 2)
    y = X[:, 0] * X[:, 1] > 0.0
    fitted = clone(estimator).fit(X, y)
    assert fitted.score(X, y) > 0.9
    network = NetworkSpec((2, 5, 4, 1), ("gelu", "relu"), "sigmoid")
    expected = reference.forward(network, network.pack(fitted.coefs_, fitted.intercepts_), X)
    np.testing.assert_allclose(fitted.predict_proba(X)[:, 1:], expected, rtol=1e-12)


def test_endless_patience_is_as_many_passes_as_there_are():
    estimator = MLPClassifier(solver="gd", n_iter_no_change=np.inf, max_iter=30)
    assert training_spec(estimator, 2, 1).stop.n_iter_no_change == 30


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"hidden_layer_sizes": (3, 0)}, r"hidden_layer_sizes must be > 0, got \[3, 0\].*Use"),
        ({"hidden_layer_sizes": (3, -1)}, r"hidden_layer_sizes must be > 0, got \[3, -1\]"),
        ({"hidden_layer_sizes": (3, 2.5)}, r"must be whole numbers, got \[3, 2.5\].*\(20, 10\)"),
        ({"hidden_layer_sizes": ((3, 2),)}, r"must be whole numbers"),
        ({"hidden_layer_sizes": 0}, r"The 'hidden_layer_sizes' parameter of MLPClassifier must"),
        ({"activation": "tanhh"}, r"The 'activation' parameter .* Got 'tanhh' instead"),
        (
            {"hidden_layer_sizes": (3, 2), "activation": ("tanh",)},
            r"one for each of the 2 hidden layers, got 1: \('tanh',\)\. Give a name alone",
        ),
        (
            {"hidden_layer_sizes": (), "activation": ("tanh",)},
            r"one for each of the 0 hidden layers, got 1",
        ),
        (
            {"hidden_layer_sizes": (3, 2), "activation": ("tanh", "relü")},
            r"made of identity, .*softplus, .*, got 'relü' in \('tanh', 'relü'\)",
        ),
        ({"hidden_layer_sizes": 3, "activation": [7]}, r"made of identity, .*got 7 in \(7,\)"),
        ({"solver": "newton"}, r"The 'solver' parameter .* Got 'newton' instead"),
        ({"alpha": -1.0}, r"The 'alpha' parameter .* Got -1.0 instead"),
        ({"alpha": np.inf}, r"The 'alpha' parameter .* Got inf instead"),
        ({"alpha": np.nan}, r"The 'alpha' parameter .* Got nan instead"),
        ({"learning_rate_init": 0.0}, r"The 'learning_rate_init' parameter .* Got 0.0 instead"),
        ({"learning_rate_init": np.inf}, r"The 'learning_rate_init' .* Got inf instead"),
        ({"max_iter": 0}, r"The 'max_iter' parameter .* Got 0 instead"),
        ({"tol": -1e-3}, r"The 'tol' parameter .* Got -0.001 instead"),
        ({"output": "sigmoid"}, r"The 'output' parameter .* Got 'sigmoid' instead"),
        ({"init": "xavier"}, r"The 'init' parameter .* Got 'xavier' instead"),
        ({"n_jobs": 1.5}, r"The 'n_jobs' parameter .* Got 1.5 instead"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(parameters, message):
    estimator = MLPClassifier(**parameters)
    with pytest.raises(ValueError, match=message):
        training_spec(estimator, 2, 1)
    with pytest.raises(ValueError, match=message):
        estimator.fit([[0.0], [1.0]], [0, 1])


def test_parameters_that_scikit_learn_has_too_have_its_defaults():
    ours = inspect.signature(MLPClassifier).parameters
    oracle = inspect.signature(ScikitLearnClassifier).parameters
    shared = set(ours) & set(oracle)
    assert shared >= {"hidden_layer_sizes", "activation", "alpha", "max_iter", "tol", "max_fun"}
    for name in shared - {"solver"}:
        assert ours[name].default == oracle[name].default, name
        assert ours[name].kind == oracle[name].kind, name
