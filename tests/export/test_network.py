from __future__ import annotations

import numpy as np
import onnx
import pytest
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification

from moonlet import MLPClassifier, MLPRegressor
from moonlet.export import to_onnx
from moonlet.export.network import ACTIVATION
from moonlet.specs import ACTIVATIONS
from tests.export.models import predict, random_network, random_regressor, run

CLOSE = 1e-13  # float64, some hundred accumulations, probabilities at most 1


def test_every_activation_has_its_operators():
    assert set(ACTIVATION) == set(ACTIVATIONS)


@pytest.mark.parametrize("hidden", [(), (1,), (5,), (4, 3, 2)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", ["auto", "softmax"])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_onnxruntime_gives_the_estimators_probabilities(hidden, activation, output, n_classes):
    seed = len(hidden) + 10 * n_classes
    network = random_network(
        3, hidden, range(n_classes), seed, activation=activation, output=output
    )
    X = np.random.default_rng(seed).normal(0, 3, size=(100, 3))
    model = to_onnx(network)
    onnx.checker.check_model(model, full_check=True)
    label, probabilities = run(model, X)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)
    np.testing.assert_array_equal(label, network.predict(X))


def test_layers_may_differ_in_their_activation():
    network = random_network(3, (4, 3, 2), range(3), 1, activation=("gelu", "relu", "softplus"))
    X = np.random.default_rng(1).normal(0, 3, size=(100, 3))
    model = to_onnx(network)
    _, probabilities = run(model, X)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert facts["activation"] == '["gelu","relu","softplus"]'


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_are_right_where_exp_overflows(activation):
    network = random_network(1, (1,), [0, 1], activation=activation)
    # The second layer brings what has no bound back to where probabilities tell it apart.
    network.coefs_, network.intercepts_ = (
        [np.ones((1, 1)), np.full((1, 1), 1e-3)],
        [np.zeros(1)] * 2,
    )
    X = np.array([[-2000.0], [-50.0], [-1.0], [0.0], [1.0], [50.0], [2000.0]])
    _, probabilities = run(to_onnx(network), X)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)


@pytest.mark.parametrize("output", ["auto", "softmax"])
def test_probabilities_are_right_where_exp_overflows(output):
    network = random_network(1, (), [0, 1], output=output)
    network.coefs_ = [np.ones_like(network.coefs_[0]) * [1.0, -1.0][: network.n_outputs_]]
    X = np.array([[-2000.0], [-50.0], [0.0], [50.0], [2000.0]])
    _, probabilities = run(to_onnx(network), X)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)


def test_small_probabilities_of_a_sigmoid_keep_their_digits():
    network = random_network(1, (), [0, 1])
    network.coefs_, network.intercepts_ = [np.ones((1, 1))], [np.zeros(1)]
    _, probabilities = run(to_onnx(network), np.array([[-60.0], [60.0]]))
    np.testing.assert_allclose(probabilities[[0, 1], [1, 0]], np.exp(-60.0), rtol=1e-14)


@pytest.mark.parametrize(
    ("classes", "kind"),
    [
        ([3, 7], "i"),
        (np.array([3, 200], dtype=np.uint8), "i"),
        ([0.5, 2.0], "f"),
        ([False, True], "b"),
        (["ja", "nein"], "O"),
        (np.array(["grün", "größer"], dtype=object), "O"),
    ],
)
def test_labels_keep_their_type(classes, kind):
    network = random_network(2, (), classes)
    X = np.random.default_rng(0).normal(0, 10, size=(50, 2))
    label, _ = run(to_onnx(network), X)
    assert label.dtype.kind == kind
    assert set(label.tolist()) == set(np.asarray(classes).tolist())
    np.testing.assert_array_equal(label, network.predict(X))


def test_a_single_class_is_certain():
    network = random_network(2, (3,), ["only"])
    label, probabilities = run(to_onnx(network), np.zeros((3, 2)))
    assert label.tolist() == ["only"] * 3
    np.testing.assert_array_equal(probabilities, np.ones((3, 1)))


def test_no_rows_give_no_predictions():
    label, probabilities = run(to_onnx(random_network(2, (3,), [0, 1])), np.zeros((0, 2)))
    assert label.shape == (0,)
    assert probabilities.shape == (0, 2)


def test_a_trained_network_predicts_the_same():
    X, y = load_iris(return_X_y=True, as_frame=True)
    network = MLPClassifier((4,), "tanh", solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)
    label, probabilities = run(to_onnx(network), X)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)
    np.testing.assert_array_equal(label, network.predict(X))


@pytest.mark.parametrize(
    "classes", [np.array([1, 2**63], dtype=np.uint64), np.array([0, "a"], dtype=object)]
)
def test_labels_that_onnx_cannot_hold_are_refused(classes):
    with pytest.raises(ValueError, match=r"Class labels .* Convert y"):
        to_onnx(random_network(2, (), classes))


def test_weights_that_are_no_numbers_are_refused():
    network = random_network(2, (), [0, 1])
    network.coefs_[0][0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity"):
        to_onnx(network)


# --- Regressors, several labels, 32 bit ---------------------------------------------------


@pytest.mark.parametrize("hidden", [(), (5,), (4, 3, 2)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_onnxruntime_gives_the_regressors_predictions(hidden, activation, n_outputs, loss):
    seed = len(hidden) + 10 * n_outputs
    network = random_regressor(3, hidden, n_outputs, seed, activation=activation, loss=loss)
    X = np.random.default_rng(seed).normal(0, 1, size=(100, 3))
    model = to_onnx(network)
    onnx.checker.check_model(model, full_check=True)
    prediction = predict(model, X)
    assert prediction.shape == network.predict(X).shape
    # A value is a sum of some hundred products, and exp multiplies its error by itself.
    np.testing.assert_allclose(prediction, network.predict(X), rtol=1e-12, atol=1e-12)


def test_a_trained_regressor_predicts_the_same():
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    network = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", max_iter=5000, random_state=0)
    network.fit(X, y)
    np.testing.assert_allclose(predict(to_onnx(network), X), network.predict(X), rtol=1e-12)


def test_no_rows_give_no_values():
    assert predict(to_onnx(random_regressor(2, (3,))), np.zeros((0, 2))).shape == (0,)
    assert predict(to_onnx(random_regressor(2, (3,), 2)), np.zeros((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("n_labels", [2, 5])
def test_a_row_may_have_several_labels(n_labels):
    network = random_network(3, (4,), range(n_labels), several_labels=True)
    X = np.random.default_rng(0).normal(0, 2, size=(100, 3))
    model = to_onnx(network)
    onnx.checker.check_model(model, full_check=True)
    labels, probabilities = run(model, X)
    assert labels.shape == (100, n_labels)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=CLOSE)
    np.testing.assert_array_equal(labels, network.predict(X))


def test_trained_labels_are_the_same():
    X, Y = make_multilabel_classification(100, n_classes=3, random_state=0)
    network = MLPClassifier((5,), solver="lbfgs", max_iter=5000, alpha=1.0, random_state=0)
    labels, probabilities = run(to_onnx(network.fit(X, Y)), X)
    np.testing.assert_array_equal(labels, network.predict(X))
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_of_32_bit_is_one_in_onnx_as_well(activation):
    X = np.random.default_rng(0).normal(0, 2, size=(200, 3)).astype(np.float32)
    classifier = random_network(3, (6, 4), range(3), activation=activation, dtype=np.float32)
    model = to_onnx(classifier)
    onnx.checker.check_model(model, full_check=True)
    assert model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    _, probabilities = run(model, X)
    assert probabilities.dtype == classifier.predict_proba(X).dtype == np.float32
    np.testing.assert_allclose(probabilities, classifier.predict_proba(X), rtol=0, atol=1e-5)
    regressor = random_regressor(3, (6, 4), activation=activation, dtype=np.float32)
    # float32: sums of a dozen numbers of size 10 or so
    prediction = predict(to_onnx(regressor), X)
    np.testing.assert_allclose(prediction, regressor.predict(X), rtol=1e-4, atol=1e-4)


def test_labels_keep_all_their_digits_in_a_network_of_32_bit():
    network = random_network(2, (), [0.1, 2.0], dtype=np.float32)
    label, _ = run(to_onnx(network), np.random.default_rng(0).normal(0, 10, size=(50, 2)))
    assert set(label.tolist()) == {0.1, 2.0}


def test_a_network_trained_on_float32_predicts_the_same():
    X, y = load_iris(return_X_y=True)
    X = X.astype(np.float32)
    network = MLPClassifier((8,), solver="lbfgs", max_iter=5000, alpha=1.0, random_state=0)
    network.fit(X, y)
    assert network.coefs_[0].dtype == np.float32
    label, probabilities = run(to_onnx(network), X)
    np.testing.assert_allclose(probabilities, network.predict_proba(X), rtol=0, atol=1e-5)
    assert np.mean(label == network.predict(X)) > 0.99
