"""What does not fit together is refused in words, before the engine reads a byte of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from moonlet import engine
from moonlet.specs import NetworkSpec
from tests.engine.some_trainers import some_data, some_trainer

WIDTHS = [(1, 2), (9, 2), (3, 1), (3, 40)]  # the network has 3 inputs and 2 outputs


def some_rows(n_features: int, n_outputs: int, *, sparse: bool) -> engine.TrainingData:
    """Eight rows, so wide that what lies beyond a narrower network's memory would be read."""
    X, Y = np.ones((8, n_features)), np.ones((8, n_outputs))
    return engine.TrainingData(csr_array(X) if sparse else X, Y)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("widths", WIDTHS)
def test_validation_rows_of_other_widths(widths: tuple[int, int], sparse: bool) -> None:
    training, other = some_data(50, 3), some_rows(*widths, sparse=sparse)
    one = some_trainer(training)
    with pytest.raises(ValueError, match="are not the validation data's"):
        engine.Trainer(one.spec, training, one.parameters, other)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("widths", WIDTHS)
def test_training_rows_of_other_widths(widths: tuple[int, int], sparse: bool) -> None:
    data, one = some_rows(*widths, sparse=sparse), some_trainer(some_data(50, 3))
    network = one.spec.network
    with pytest.raises(ValueError, match="are not the data's"):
        engine.Trainer(one.spec, data, one.parameters)
    with pytest.raises(ValueError, match="are not the data's"):
        engine.loss_and_gradient(network, one.parameters, data)


@pytest.mark.parametrize("n_features", [1, 9])
def test_rows_to_answer_of_another_width(n_features: int) -> None:
    one = some_trainer(some_data(50, 3))
    network, X = one.spec.network, np.ones((4, n_features))
    for rows in (X, csr_array(X)):
        with pytest.raises(ValueError, match="wrong number of features"):
            engine.predict(network, one.parameters, rows)
    assert engine.predictor(network, one.parameters)(X) is None


@pytest.mark.parametrize(
    ("n_outputs", "output"), [(2, "sigmoid"), (1, "identity"), (1, "exp"), (2, "softmax")]
)
def test_both_classes_of_anything_but_one_sigmoid(n_outputs: int, output: Any) -> None:
    network = NetworkSpec((3, n_outputs), (), output)
    with pytest.raises(ValueError, match="both classes are those of one sigmoid"):
        engine.predictor(network, np.zeros(network.n_parameters), both_classes=True)


@pytest.mark.parametrize("n_parameters", [0, 31, 33])
def test_parameters_that_are_not_the_networks(n_parameters: int) -> None:
    one, wrong = some_trainer(some_data(50, 3)), np.zeros(n_parameters)
    network, X = one.spec.network, np.ones((4, 3))
    assert network.n_parameters == 32
    for call in (
        lambda: engine.Trainer(one.spec, some_data(50, 3), wrong),
        lambda: engine.predict(network, wrong, X),
        lambda: engine.predictor(network, wrong),
        lambda: engine.loss_and_gradient(network, wrong, some_data(50, 3)),
    ):
        with pytest.raises(ValueError, match="wrong length"):
            call()


@pytest.mark.parametrize("column", [2**32, 2**32 + 1, 2**31, 3, -1, -(2**32)])
@pytest.mark.parametrize("kind", [np.int64, np.int32])
def test_csr_columns_that_there_are_not_however_wide_their_numbers(column: int, kind: type) -> None:
    if not np.iinfo(kind).min <= column <= np.iinfo(kind).max:
        pytest.skip("no such number in 32 bits")
    X = csr_array(np.ones((2, 3)))
    indices = X.indices.astype(kind)
    indices[4] = column
    X.indices = indices
    one = some_trainer(some_data(50, 3))
    with pytest.raises(ValueError, match=r"CSR.*out of range"):
        engine.predict(one.spec.network, one.parameters, X)
    with pytest.raises(ValueError, match=r"CSR.*out of range"):
        engine.TrainingData(X, np.ones((2, 2)))


def test_csr_columns_in_64_bits_that_there_are() -> None:
    X = csr_array(np.eye(3))
    one = some_trainer(some_data(50, 3))
    wanted = engine.predict(one.spec.network, one.parameters, X)
    X.indices = X.indices.astype(np.int64)
    np.testing.assert_array_equal(engine.predict(one.spec.network, one.parameters, X), wanted)
