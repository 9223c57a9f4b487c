from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as ScikitLearnClassifier

from moonlet.estimators.initial import INITS, generator_of, initial_parameters
from moonlet.specs import NetworkSpec


def scikit_learn_start(network: NetworkSpec, activation: str, seed: int) -> np.ndarray:
    """What scikit-learn's classifier would start from, asked of its own code."""
    oracle = ScikitLearnClassifier(activation=activation)
    oracle._random_state = np.random.RandomState(seed)
    drawn = [oracle._init_coef(at.fan_in, at.fan_out, np.float64) for at in network.layers()]
    return network.pack([W for W, _ in drawn], [b for _, b in drawn])


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("sizes", [(2, 3, 2), (5, 7, 4, 3), (30, 100, 1)])
def test_glorot_uniform_draws_scikit_learns_start_to_the_bit(activation, sizes):
    network = NetworkSpec(sizes, (activation,) * (len(sizes) - 2), "sigmoid")
    ours = initial_parameters(network, "glorot_uniform", np.random.RandomState(7))
    np.testing.assert_array_equal(ours, scikit_learn_start(network, activation, 7))


def test_glorot_uniform_without_hidden_layers_draws_scikit_learns_start():
    network = NetworkSpec((4, 3), (), "softmax")
    ours = initial_parameters(network, "glorot_uniform", np.random.RandomState(1))
    np.testing.assert_array_equal(ours, scikit_learn_start(network, "relu", 1))


@pytest.mark.parametrize("n_hidden", [1, 3, 50])
def test_lecun_normal_starts_where_the_tutorial_starts(n_hidden):
    network = NetworkSpec((2, n_hidden, 2), ("tanh",), "softmax")
    coefs, intercepts = network.unpack(
        initial_parameters(network, "lecun_normal", np.random.RandomState(0))
    )
    random_state = np.random.RandomState(0)
    np.testing.assert_array_equal(coefs[0], random_state.randn(2, n_hidden) / np.sqrt(2))
    np.testing.assert_array_equal(coefs[1], random_state.randn(n_hidden, 2) / np.sqrt(n_hidden))
    assert not np.any(np.concatenate(intercepts))


# What each paper asks the variance to be, written out apart from the code under test.
VARIANCE = {
    "glorot": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    "lecun": lambda fan_in, fan_out: 1 / fan_in,
    "he": lambda fan_in, fan_out: 2 / fan_in,
}


@pytest.mark.parametrize("init", INITS)
def test_weights_have_the_variance_that_the_paper_asks_for(init):
    network = NetworkSpec((300, 200, 100), ("relu",), "softmax")
    coefs, intercepts = network.unpack(initial_parameters(network, init, np.random.RandomState(0)))
    family, distribution = init.split("_")
    for W, b in zip(coefs, intercepts, strict=True):
        expected = VARIANCE[family](*W.shape)
        # The variance of 20,000 numbers or more is known to about 1 %; 5 % is five sigma.
        assert np.var(W) == pytest.approx(expected, rel=0.05)
        assert np.mean(W) == pytest.approx(0.0, abs=5 * np.sqrt(expected / W.size))
        if distribution == "normal":
            assert not b.any()
            assert np.abs(W).max() > 3 * np.sqrt(expected)
        else:
            assert b.all()
            assert np.abs(W).max() <= np.sqrt(3 * expected)
            assert np.abs(b).max() <= np.sqrt(3 * expected)


def test_an_unknown_name_is_answered_with_those_that_are_known():
    network = NetworkSpec((2, 2), (), "softmax")
    with pytest.raises(ValueError, match=r"init must be one of glorot_uniform, .*Got 'xavier'"):
        initial_parameters(network, "xavier", np.random.RandomState(0))


@pytest.mark.parametrize("seed", [0, 7, np.int64(7), 2**32 - 1])
def test_a_seed_draws_what_a_new_generator_of_it_draws(seed):
    generator_of(3).randn()  # leaves half of a pair of normal numbers behind
    ours, other = generator_of(seed), np.random.RandomState(seed)
    np.testing.assert_array_equal(ours.randn(5), other.randn(5))
    np.testing.assert_array_equal(ours.permutation(20), other.permutation(20))


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused_as_by_a_new_generator(seed):
    with pytest.raises(ValueError, match="Seed must be between 0 and"):
        generator_of(seed)


def test_a_generator_is_taken_as_it_stands_and_none_is_numpys_own():
    mine = np.random.RandomState(0)
    assert generator_of(mine) is mine
    assert generator_of(None) is np.random.mtrand._rand


def test_each_thread_has_a_generator_of_its_own():
    here = generator_of(0)
    with ThreadPoolExecutor(1) as other:
        assert other.submit(generator_of, 0).result() is not here
