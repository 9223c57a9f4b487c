"""The generator, the order of the rows, and the units that dropout leaves out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from moonlet import _core, reference
from moonlet.specs import NetworkSpec

NETWORK = NetworkSpec((3, 5, 6, 2), ("tanh", "relu"), "softmax")


@pytest.mark.parametrize(
    ("counter", "seed", "expected"),
    [  # from the authors' Random123, its file of known answers for philox 4 32 10
        ("00000000 00000000 00000000 00000000", 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (
            "ffffffff ffffffff ffffffff ffffffff",
            0xFFFFFFFF_FFFFFFFF,
            "408f276d 41c83b0e a20bc7c6 6d5451fd",
        ),
        (
            "243f6a88 85a308d3 13198a2e 03707344",
            0x299F31D0_A4093822,
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_the_generator_gives_its_authors_known_answers(
    counter: str, seed: int, expected: str
) -> None:
    words = [int(word, 16) for word in counter.split()]
    assert " ".join(f"{word:08x}" for word in reference.philox(words, seed)) == expected


@pytest.mark.parametrize("n_samples", [1, 2, 5, 1000, 70_001])
@pytest.mark.parametrize(("seed", "epoch"), [(0, 0), (7, 3), (2**63 + 5, 2**33 + 1)])
def test_the_engine_takes_the_rows_in_the_same_order(n_samples: int, seed: int, epoch: int) -> None:
    order = reference.shuffled_rows(n_samples, seed, epoch)
    assert np.array_equal(_core.shuffled_rows(n_samples, seed, epoch), order)
    assert np.array_equal(np.sort(order), np.arange(n_samples))


def test_a_rows_masks_do_not_depend_on_its_company() -> None:
    together = reference.dropout_masks(NETWORK, np.arange(50), dropout=0.4, seed=8, epoch=2)
    some = [31, 7, 49]
    alone = reference.dropout_masks(NETWORK, some, dropout=0.4, seed=8, epoch=2)
    for mask, expected in zip(alone, together, strict=True):
        assert np.array_equal(mask, expected[some])


def test_units_rows_epochs_and_seeds_are_dropped_independently_at_the_rate() -> None:
    dropped = np.array(
        [
            np.hstack(reference.dropout_masks(NETWORK, range(400), dropout=0.3, seed=s, epoch=e))
            == 0.0
            for s in range(4)
            for e in range(25)
        ]
    )
    # Of 100 draws of 400 rows of 11 units each count is binomial. A chance of one in 1e9 for
    # each of the few hundred counts below lets a sound generator pass whatever its numbers.
    for axes in [(0, 1), (0, 2), (1, 2)]:  # of each unit, of each row, of each draw
        n = np.prod([dropped.shape[axis] for axis in axes])
        low, high = stats.binom(n, 0.3).ppf([1e-9, 1 - 1e-9])
        counts = dropped.sum(axis=axes)
        assert low <= counts.min()
        assert counts.max() <= high
    for axis in range(3):  # and neighbours agree as often as chance has it: 0.3^2 + 0.7^2
        agree = np.diff(dropped, axis=axis) == 0
        low, high = stats.binom(agree.size, 0.58).ppf([1e-9, 1 - 1e-9])
        assert low <= agree.sum() <= high


@pytest.mark.parametrize("dropout", [0.2, 0.5, 0.9])
def test_units_that_stay_make_up_for_those_that_go(dropout: float) -> None:
    masks = reference.dropout_masks(NETWORK, range(3), dropout=dropout, seed=0, epoch=0)
    assert [mask.shape for mask in masks] == [(3, 5), (3, 6)]
    assert set(np.hstack(masks).ravel()) == {0.0, 1.0 / (1.0 - dropout)}
    # A network without bends gives on average what it gives with all its units.
    network = NetworkSpec((2, 8, 1), ("identity",), "identity")
    rng = np.random.RandomState(0)
    p, row = rng.randn(network.n_parameters), rng.randn(1, 2)
    X = np.repeat(row, 20_000, axis=0)
    dropping = reference.dropout_masks(network, range(len(X)), dropout=dropout, seed=1, epoch=5)
    values = reference.forward_layers(network, p, X, masks=dropping)[1][-1]
    error = values.mean() - reference.forward(network, p, row)[0, 0]
    assert abs(error) <= 5.0 * values.std() / len(X) ** 0.5


def test_nothing_is_dropped_at_zero_or_where_there_is_no_hidden_unit() -> None:
    masks = reference.dropout_masks(NETWORK, range(9), dropout=0.0, seed=0, epoch=0)
    assert all((mask == 1.0).all() for mask in masks)
    line = NetworkSpec((3, 2), (), "softmax")
    assert reference.dropout_masks(line, range(9), dropout=0.5, seed=0, epoch=0) == []
