from __future__ import annotations

import json
import os

import onnx
import pytest

import moonlet
from moonlet.export import to_onnx, write
from tests.export.models import mixed_pipeline, random_network


def test_the_model_says_what_it_is():
    model = to_onnx(mixed_pipeline())
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert (model.producer_name, model.producer_version) == ("moonlet", moonlet.__version__)
    assert model.ir_version == 8
    assert {entry.domain: entry.version for entry in model.opset_import}[""] == 17
    assert facts["task"] == "classification"
    assert json.loads(facts["classes"]) == ["no", "perhaps", "yes"]
    assert json.loads(facts["feature_names"]) == ["body mass (g)", "colour", "count", "kind"]
    assert json.loads(facts["hidden_layer_sizes"]) == [3]
    assert facts["activation"] == "tanh"


def test_the_file_is_the_model(tmp_path):
    path = tmp_path / "model.onnx"
    model = to_onnx(random_network(2, (3,), [0, 1]), path)
    assert onnx.load(path) == model
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_estimator_gives_the_same_bytes(tmp_path):
    to_onnx(mixed_pipeline(), tmp_path / "a.onnx")
    to_onnx(mixed_pipeline(), str(tmp_path / "b.onnx"))
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_an_older_file_stays_whole_when_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "model.onnx"
    to_onnx(random_network(2, (3,), [0, 1]), path)
    before = path.read_bytes()

    def disk_full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        to_onnx(random_network(2, (30,), [0, 1]), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_written_for_an_estimator_that_is_refused(tmp_path):
    with pytest.raises(TypeError):
        to_onnx("no estimator", tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing for model\.onnx"):
        to_onnx(random_network(2, (), [0, 1]), tmp_path / "missing" / "model.onnx")


def test_a_model_too_large_to_load_again_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "MAX_BYTES", 1000)
    with pytest.raises(ValueError, match="Use fewer units, columns or categories"):
        to_onnx(random_network(20, (30,), [0, 1]), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
