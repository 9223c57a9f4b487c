"""Every kind of network learns what it learned when the file of hashes was written."""

from __future__ import annotations

import json

import pytest

from tests.estimators.learned_bits import FILE, Fit, cases, hash_of

pytestmark = pytest.mark.filterwarnings("ignore")

EXPECTED = json.loads(FILE.read_text())


@pytest.mark.parametrize(("name", "train"), [pytest.param(*case, id=case[0]) for case in cases()])
def test_a_network_learns_the_same_bits_as_ever(name: str, train: Fit) -> None:
    assert hash_of(train) == EXPECTED[name]


def test_every_hash_is_of_some_kind_of_network() -> None:
    assert set(EXPECTED) == {name for name, _ in cases()}
