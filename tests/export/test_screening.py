from __future__ import annotations

import time

import numpy as np
import pytest
from onnx import ModelProto

from moonlet.export import to_onnx
from moonlet.export.screening import MAX_LIGHT_BYTES, light_bytes
from tests.export.models import mixed_pipeline, random_network


def test_everything_but_the_weights_is_counted():
    few, many = (to_onnx(random_network(50, (size,), [0, 1])) for size in (10, 90))
    for model, size in ((few, 10), (many, 90)):
        weights = 8 * (50 * size + size + size + 1)
        data = model.SerializeToString()
        # Fields of less than 16 bytes count as 16.
        assert len(data) - weights - 32 <= light_bytes(data) < len(data) - weights + 1000


def test_text_counts_as_no_weight():
    data = to_onnx(mixed_pipeline()).SerializeToString()
    assert len(data) - 8 * 100 < light_bytes(data) < len(data) + 1000


@pytest.mark.parametrize(
    "data",
    [b"\x3a\xff", b"\x3b", b"\xff" * 20, b"\x09\x00", b"\x3a\x05\x0a", b"\x0a\x80"],
    ids=str,
)
def test_what_is_no_encoding_counts_as_too_large(data):
    assert light_bytes(data) > MAX_LIGHT_BYTES


def test_counting_a_swarm_of_empty_parts_ends_soon():
    # 128 MiB of empty nodes would take some 9 GiB when parsed.
    swarm = b"\x0a\x00" * (64 * 2**20)
    data = b"\x3a" + _varint(len(swarm)) + swarm
    began = time.perf_counter()
    assert light_bytes(data) > MAX_LIGHT_BYTES
    assert time.perf_counter() - began < 10.0


def test_counting_agrees_with_protobuf_on_random_models():
    random = np.random.default_rng(0)
    for _ in range(50):
        model = ModelProto(
            ir_version=int(random.integers(2**60)), doc_string="ü" * int(random.integers(300))
        )
        model.graph.doc_string = "g" * int(random.integers(300))
        data = model.SerializeToString()
        assert len(data) <= light_bytes(data) < len(data) + 64


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])
