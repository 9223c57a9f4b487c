from __future__ import annotations

import dataclasses
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moonlet import engine
from moonlet.specs import Loss, NetworkSpec, Output, SolverSpec, StopRule, TrainingSpec

LAYER_SIZES = st.lists(st.integers(1, 7), min_size=2, max_size=5).map(tuple)


def _network(layer_sizes: tuple[int, ...]) -> NetworkSpec:
    return NetworkSpec(layer_sizes, ("tanh",) * (len(layer_sizes) - 2), "identity")


@given(LAYER_SIZES)
def test_layers_tile_the_parameter_vector_without_gap_or_overlap(
    layer_sizes: tuple[int, ...],
) -> None:
    network = _network(layer_sizes)
    owners = np.zeros(network.n_parameters, dtype=int)
    ends = []
    for at in network.layers():
        assert at.weights.stop - at.weights.start == at.fan_in * at.fan_out
        assert at.biases.stop - at.biases.start == at.fan_out
        owners[at.weights] += 1
        owners[at.biases] += 1
        ends += [at.weights.stop, at.biases.stop]
    assert (owners == 1).all()
    assert ends == sorted(ends)
    assert ends[-1] == network.n_parameters


@given(LAYER_SIZES)
def test_unpacking_undoes_packing(layer_sizes: tuple[int, ...]) -> None:
    network = _network(layer_sizes)
    rng = np.random.RandomState(0)
    coefs = [rng.randn(at.fan_in, at.fan_out) for at in network.layers()]
    intercepts = [rng.randn(at.fan_out) for at in network.layers()]
    for given_, back in zip(
        (*coefs, *intercepts),
        (matrix for part in network.unpack(network.pack(coefs, intercepts)) for matrix in part),
        strict=True,
    ):
        np.testing.assert_array_equal(given_, back)


def test_lists_of_sizes_and_activations_describe_the_same_network() -> None:
    given_lists = NetworkSpec([2, 3, 1], ["tanh"], "sigmoid")  # type: ignore[arg-type]
    assert given_lists == NetworkSpec((2, 3, 1), ("tanh",), "sigmoid")
    start = np.zeros(given_lists.n_parameters)
    np.testing.assert_array_equal(engine.predict(given_lists, start, [[1.0, 2.0]]), [[0.5]])


def test_a_layers_weights_lie_row_by_row_before_its_biases() -> None:
    network = NetworkSpec((2, 3), (), "identity")
    flat = network.pack([np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])], [np.array([7.0, 8.0, 9.0])])
    assert flat.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_packing_reads_a_transposed_matrix_by_its_entries_not_its_memory() -> None:
    network = NetworkSpec((2, 3), (), "identity")
    W = np.arange(6.0).reshape(3, 2)
    assert network.pack([W.T], [np.zeros(3)])[:6].tolist() == W.T.ravel().tolist()


def test_unpacked_matrices_are_views() -> None:
    network = _network((2, 3, 1))
    flat = np.zeros(network.n_parameters)
    coefs, intercepts = network.unpack(flat)
    coefs[1][:] = 1.0
    intercepts[0][:] = 2.0
    assert sorted(flat.tolist()) == [0.0] * 7 + [1.0] * 3 + [2.0] * 3


def test_packing_too_few_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        _network((2, 3, 1)).pack([np.zeros((2, 3))], [np.zeros(3)])


@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("identity", "squared_error"),
        ("exp", "poisson"),
        ("sigmoid", "log_loss"),
        ("softmax", "log_loss"),
    ],
)
def test_output_chooses_the_loss_when_none_is_named(output: Output, loss: Loss) -> None:
    network = NetworkSpec((4, 3), (), output)
    assert (network.loss, network.n_inputs, network.n_outputs) == (loss, 4, 3)
    assert network == NetworkSpec((4, 3), (), output, loss)


def test_a_loss_has_its_parameter_or_none() -> None:
    def parameter(loss: Loss, **given: float) -> float:
        return NetworkSpec((4, 3), (), "identity", loss, **given).loss_parameter

    assert (parameter("huber"), parameter("huber", loss_parameter=2.5)) == (1.0, 2.5)
    assert (parameter("quantile"), parameter("quantile", loss_parameter=0.9)) == (0.5, 0.9)
    assert parameter("absolute_error", loss_parameter=7.0) == parameter("absolute_error") == 0.0


@pytest.mark.parametrize(
    ("output", "loss", "value", "words"),
    [
        ("identity", "log_loss", None, "one of squared_error, .*'identity'. Got 'log_loss'"),
        ("exp", "squared_error", None, "one of poisson for output 'exp'. Got 'squared_error'"),
        ("softmax", "huber", None, "one of log_loss for output 'softmax'"),
        ("identity", "huber", 0.0, r"in \(0, inf\) for loss 'huber'. Got 0.0"),
        ("identity", "huber", math.inf, "Got inf"),
        ("identity", "huber", math.nan, "Got nan"),
        ("identity", "quantile", 1.0, r"in \(0, 1\) for loss 'quantile'. Got 1.0"),
    ],
)
def test_a_loss_that_does_not_fit_is_refused(
    output: Output, loss: Loss, value: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        NetworkSpec((3, 2), (), output, loss, value)


@pytest.mark.parametrize(
    ("layer_sizes", "activations", "output", "words"),
    [
        ((3,), (), "identity", r"inputs and outputs.* Got \(3,\)"),
        ((3, 0, 1), ("tanh",), "identity", "each 1 or more"),
        ((3, 2, 1), (), "identity", "each of the 1 hidden layers. Got 0"),
        ((3, 1), ("tanh",), "identity", "each of the 0 hidden layers. Got 1"),
        ((3, 2, 1), ("swish",), "identity", "one of identity, .*softplus, .* Got 'swish'"),
        ((3, 1), (), "linear", "one of identity, exp, sigmoid, softmax. Got 'linear'"),
        ((3, 1), (), "softmax", "Use output='sigmoid'"),
    ],
)
def test_a_network_that_cannot_be_trained_cannot_be_built(
    layer_sizes: tuple[int, ...], activations: tuple[str, ...], output: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        NetworkSpec(layer_sizes, activations, output)


@pytest.mark.parametrize("rate", [0.0, -1.0, math.inf, math.nan])
def test_a_rate_must_be_positive_and_finite(rate: float) -> None:
    with pytest.raises(ValueError, match="learning_rate_init must be a float in"):
        SolverSpec("gd", learning_rate_init=rate)


def test_an_unknown_solver_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"one of gd, sgd, adam, lbfgs\. Got 'newton'"):
        SolverSpec("newton")


@pytest.mark.parametrize("alpha", [-1.0, math.inf, math.nan])
def test_alpha_must_not_be_negative_or_infinite(alpha: float) -> None:
    with pytest.raises(ValueError, match=r"alpha must be a float in \[0, inf\).*alpha=0"):
        TrainingSpec(_network((2, 1)), SolverSpec("gd"), StopRule(), alpha=alpha)


@pytest.mark.parametrize("l1_ratio", [-0.1, 1.1, math.nan])
def test_l1_ratio_is_a_share(l1_ratio: float) -> None:
    with pytest.raises(ValueError, match=r"l1_ratio must be a float in \[0, 1\].*Use alpha"):
        TrainingSpec(_network((2, 1)), SolverSpec("gd"), StopRule(), 1.0, l1_ratio=l1_ratio)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, math.nan])
def test_dropout_must_leave_something(dropout: float) -> None:
    with pytest.raises(ValueError, match=r"dropout must be a float in \[0, 1\).*dropout=0"):
        TrainingSpec(_network((2, 1)), SolverSpec("gd"), StopRule(), dropout=dropout)


def test_lbfgs_is_refused_with_dropout_and_the_cure_named() -> None:
    with pytest.raises(ValueError, match=r"dropout must be 0 with the solver 'lbfgs'.*use 'adam'"):
        TrainingSpec(_network((2, 3, 1)), SolverSpec("lbfgs"), StopRule(), dropout=0.5)


def test_specs_are_values_frozen_hashable_and_picklable() -> None:
    spec = TrainingSpec(_network((2, 3, 1)), SolverSpec("gd", 0.1), StopRule(max_iter=5), 0.5)
    again = pickle.loads(pickle.dumps(spec))  # noqa: S301 - our own bytes
    assert again == spec
    assert len({spec, again}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        spec.alpha = 1.0
