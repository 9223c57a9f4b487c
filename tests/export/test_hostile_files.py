"""Whatever a file holds: one clear line, in little memory, and never a crash or a hang."""

from __future__ import annotations

import gzip
import io
import pickle
import subprocess
import sys
import zipfile
from functools import cache

import joblib
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from moonlet.exceptions import ModelFileError
from moonlet.export import from_onnx, to_onnx
from tests.export import hostile_files
from tests.export.models import mixed_pipeline, mixed_table, random_network, random_regressor


@cache
def _model(kind):
    makers = {
        "classifier": lambda: random_network(2, (3,), [0, 1]),
        "regressor": lambda: random_regressor(2, (3,), 2, dtype=np.float32, loss="poisson"),
        "pipeline": mixed_pipeline,
    }
    estimator = makers[kind]()
    X = mixed_table(5) if kind == "pipeline" else np.ones((2, 2))
    return to_onnx(estimator).SerializeToString(), X, estimator.predict(X)


def _load(path, data):
    path.write_bytes(data)
    try:
        return from_onnx(path)
    except ModelFileError as error:
        message = str(error)
        assert message.startswith(str(path))
        assert "\n" not in message
        return None


@pytest.mark.parametrize("kind", ["classifier", "regressor", "pipeline"])
def test_no_beginning_of_a_file_is_taken_for_the_whole(tmp_path, kind):
    data, _, _ = _model(kind)
    step = max(1, len(data) // 400)
    for length in {*range(0, len(data), step), *range(len(data) - 40, len(data))}:
        assert _load(tmp_path / "model.onnx", data[:length]) is None, length


@pytest.mark.parametrize("kind", ["classifier", "regressor", "pipeline"])
@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_are_noticed_or_change_no_answer(tmp_path_factory, kind, changes):
    data, X, wanted = _model(kind)
    changed = bytearray(data)
    for place, byte in changes:
        changed[min(int(place * len(data)), len(data) - 1)] = byte
    loaded = _load(tmp_path_factory.getbasetemp() / f"{kind}.onnx", bytes(changed))
    if loaded is not None:
        np.testing.assert_array_equal(loaded.predict(X), wanted)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_refused(tmp_path_factory, data):
    assert _load(tmp_path_factory.getbasetemp() / "any.onnx", data) is None


@settings(max_examples=100, deadline=None)
@given(tail=st.binary(max_size=100), place=st.floats(0, 1))
def test_bytes_put_in_between_are_noticed_or_change_no_answer(tmp_path_factory, tail, place):
    data, X, wanted = _model("pipeline")
    cut = int(place * len(data))
    loaded = _load(tmp_path_factory.getbasetemp() / "spliced.onnx", data[:cut] + tail + data[cut:])
    if loaded is not None:
        np.testing.assert_array_equal(loaded.predict(X), wanted)


def _foreign(make):
    """A model that says it is moonlet's, around another graph."""
    model = onnx.load_from_string(_model("classifier")[0])
    make(model)
    return model.SerializeToString()


def _nested(depth):
    """Graphs within graphs, as deep as asked for: encoded by hand, from the inside out."""
    # GraphProto.node, NodeProto.attribute, AttributeProto.g
    headers, size = [], 0
    for tag in (0x32, 0x2A, 0x0A) * depth:
        headers.append(bytes([tag]) + _varint(size))
        size += len(headers[-1])
    body = b"".join(reversed(headers))
    return b"\x08\x08\x12\x07moonlet\x3a" + _varint(size) + body


def _varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _huge_dims(model):
    tensor = next(t for t in model.graph.initializer if t.name == "coefs_0")
    del tensor.dims[:]
    tensor.dims.extend([2**31, 2**31])


def _negative_dims(model):
    tensor = next(t for t in model.graph.initializer if t.name == "coefs_0")
    tensor.dims[0] = -tensor.dims[0]


def _outside(model):
    tensor = next(t for t in model.graph.initializer if t.name == "coefs_0")
    tensor.external_data.add(key="location", value="/etc/passwd")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")


def _another_graph(model):
    X, Y = (helper.make_tensor_value_info(name, TensorProto.DOUBLE, [1]) for name in "XY")
    loop = helper.make_node("Tanh", ["X"], ["Y"])
    model.graph.CopyFrom(helper.make_graph([loop], "other", [X], [Y]))


def _bomb(kind):
    zeros = bytes(64 * 2**20)
    if kind == "gzip":
        return gzip.compress(zeros)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.onnx", zeros)
    return packed.getvalue()


def _joblib():
    packed = io.BytesIO()
    joblib.dump(random_network(2, (3,), [0, 1]), packed)
    return packed.getvalue()


HOSTILE = {
    "huge dims": lambda: _foreign(_huge_dims),
    "negative dims": lambda: _foreign(_negative_dims),
    "outside": lambda: _foreign(_outside),
    "another graph": lambda: _foreign(_another_graph),
    "nested 90": lambda: _nested(30),
    "nested 3,000": lambda: _nested(1_000),
    "nested 300,000": lambda: _nested(100_000),
    "gzip bomb": lambda: _bomb("gzip"),
    "zip bomb": lambda: _bomb("zip"),
    "pickle": lambda: pickle.dumps(random_network(2, (3,), [0, 1])),
    "old pickle": lambda: pickle.dumps(random_network(2, (3,), [0, 1]), protocol=0),
    "joblib": _joblib,
    "swarm of nodes": lambda: b"\x3a" + _varint(2**26) + b"\x0a\x00" * 2**25,
    "swarm of numbers": lambda: b"\x08\x01" * 2**24,
    "one long text": lambda: b"\x12" + _varint(2**27) + b"m" * 2**27,
    "weights of zeros": lambda: b"\x3a" + _varint(2**27 + 13) + b"\x2a" + _varint(2**27 + 8)
    + b"\x4a" + _varint(2**27) + bytes(2**27) + b"\x10\x0b",
    "truncated length": lambda: b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the memory in use is read from /proc")
def test_hostile_files_are_refused_in_little_memory(tmp_path):
    paths = []
    for name, make in HOSTILE.items():
        paths.append(tmp_path / f"{name}.onnx")
        paths[-1].write_bytes(make())
    whole = tmp_path / "whole.onnx"
    whole.write_bytes(_model("pipeline")[0])
    done = subprocess.run(
        [sys.executable, hostile_files.__file__, *map(str, paths), str(whole)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    said = dict(zip([*HOSTILE, "whole"], done.stdout.splitlines(), strict=True))
    assert said == dict.fromkeys(HOSTILE, "refused") | {"whole": "loaded"}, done.stderr
