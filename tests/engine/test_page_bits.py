"""Python's half of the promise that the page trains networks to the same bits."""

from __future__ import annotations

import json

import pytest

from moonlet import engine
from tests.engine import page_bits

RECORDED = json.loads(page_bits.FILE.read_text())

pytestmark = pytest.mark.skipif(
    engine.info().level == "v1", reason="v1 has no fused multiply-add, and so other bits"
)


def test_the_file_holds_the_recipes_of_today():
    kept = [
        {key: value for key, value in one.items() if key not in ("state", "hash")}
        for one in RECORDED
    ]
    assert kept == json.loads(json.dumps(list(page_bits.recipes())))
    assert len(kept) >= 60


def test_every_network_has_the_bits_that_the_page_is_held_to():
    other = [one for one in RECORDED if one | page_bits.train(one) != one]
    assert other == []
