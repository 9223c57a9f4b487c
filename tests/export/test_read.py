"""Files from elsewhere: a model that is whole, or one clear line."""

from __future__ import annotations

import json
import os
import pickle

import numpy as np
import onnx
import pandas as pd
import pytest
from onnx import TensorProto, helper

from moonlet.data import make_preprocessor
from moonlet.exceptions import ModelFileError
from moonlet.export import from_onnx, to_onnx
from moonlet.export.write import digest
from tests.export.models import (
    mixed_pipeline,
    random_network,
    random_regressor,
    with_network,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


def assert_refused(path, match):
    with pytest.raises(ModelFileError, match=match) as caught:
        from_onnx(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


def write(path, model, *, sign=False):
    """Write a model that was tampered with, with a checksum that fits if so asked."""
    if sign:
        text = property_of(model, "moonlet").value
        tensors = {tensor.name: tensor for tensor in model.graph.initializer}
        layers = range(sum(name.startswith("coefs_") for name in tensors))
        weights = [
            np.frombuffer(tensors[f"{name}_{i}"].raw_data, dtype="<f8")
            for name in ("coefs", "intercepts")
            for i in layers
        ]
        property_of(model, "sha256").value = digest(text, weights)
    path.write_bytes(model.SerializeToString())


def property_of(model, key):
    return next(entry for entry in model.metadata_props if entry.key == key)


def initializer(model, name):
    return next(tensor for tensor in model.graph.initializer if tensor.name == name)


def edit_description(model, change):
    entry = property_of(model, "moonlet")
    description = json.loads(entry.value)
    change(description)
    entry.value = json.dumps(description)


def test_a_missing_file_is_refused(path):
    assert_refused(path, "there is no such file")


def test_a_folder_is_refused(tmp_path):
    assert_refused(tmp_path, "it is not a file")


def test_a_pipe_is_refused_without_waiting_for_a_writer(path):
    os.mkfifo(path)
    assert_refused(path, "it is not a file")


def test_an_empty_file_is_refused(path):
    path.touch()
    assert_refused(path, "it is empty")


def test_a_pickle_is_refused_and_not_opened(path, tmp_path):
    trap = tmp_path / "trap"

    class Bomb:
        def __reduce__(self):
            return (open, (str(trap), "w"))

    path.write_bytes(pickle.dumps(Bomb()))
    assert_refused(path, "it is a pickle, and loading one would run the code in it")
    assert not trap.exists()


@pytest.mark.parametrize(
    "data",
    [b"hello", b"PK\x03\x04" + bytes(100), b"\x00" * 1000, b"\x89PNG\r\n\x1a\n", b"{}", b"a,b\n"],
    ids=str,
)
def test_a_file_of_another_kind_is_refused(path, data):
    path.write_bytes(data)
    assert_refused(path, "not an ONNX model as moonlet writes them")


def test_onnx_of_others_is_refused(path):
    X = helper.make_tensor_value_info("X", TensorProto.DOUBLE, [1])
    Y = helper.make_tensor_value_info("Y", TensorProto.DOUBLE, [1])
    graph = helper.make_graph([helper.make_node("Tanh", ["X"], ["Y"])], "other", [X], [Y])
    onnx.save(helper.make_model(graph), path)
    assert_refused(path, "not written by moonlet")


def test_a_file_that_is_larger_than_any_model_is_refused_without_reading_it(path):
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    assert_refused(path, "larger than 256 MiB")


def test_a_swarm_of_parts_is_refused_before_it_is_parsed(path):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    path.write_bytes(model.SerializeToString() + b"\x3a\x80\x80\x80\x08" + b"\x0a\x00" * 2**23)
    assert_refused(path, "not an ONNX model as moonlet writes them")


@pytest.mark.parametrize("field", ["external_data", "data_location"])
def test_references_to_other_files_are_refused(path, tmp_path, field):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    tensor = initializer(model, "coefs_0")
    (tmp_path / "weights.bin").write_bytes(tensor.raw_data)
    if field == "external_data":
        tensor.external_data.add(key="location", value="weights.bin")
    else:
        tensor.data_location = TensorProto.EXTERNAL
    write(path, model)
    assert_refused(path, "refers to another file. A model is a single file")


@pytest.mark.parametrize(
    "dims",
    [
        (3, 2),  # as many numbers, in another order: the checksum cannot tell
        (2, 4),
        (2**62, 2**62),
        (2**32, 2**32, 3),
        (-2, -3),
        (0, 3),
        (),
    ],
)
def test_sizes_that_do_not_match_are_refused(path, dims):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    del initializer(model, "coefs_0").dims[:]
    initializer(model, "coefs_0").dims.extend(dims)
    write(path, model, sign=True)
    assert_refused(path, "do not match|do not fit together")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["coefs_1", "intercepts_0"])
def test_weights_that_are_no_numbers_are_refused(path, value, name):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    tensor = initializer(model, name)
    weights = np.frombuffer(tensor.raw_data).copy()
    weights[-1] = value
    tensor.raw_data = weights.tobytes()
    write(path, model, sign=True)
    assert_refused(path, f"its {name} holds NaN or infinity")


@pytest.mark.parametrize("data_type", [TensorProto.FLOAT, TensorProto.STRING, 999])
def test_weights_of_another_type_are_refused(path, data_type):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    initializer(model, "coefs_0").data_type = data_type
    write(path, model)
    assert_refused(path, "do not match")


@pytest.mark.parametrize(("opset", "ir_version"), [(99, 8), (16, 8), (17, 99)])
def test_other_versions_of_onnx_are_refused(path, opset, ir_version):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    model.opset_import[0].version = opset
    model.ir_version = ir_version
    write(path, model)
    assert_refused(path, f"ONNX IR {ir_version} with operators .*{opset}")


@pytest.mark.parametrize("other", ["1", "2", "x" * 1000])
def test_another_format_is_refused(path, other):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    property_of(model, "moonlet_format").value = other
    write(path, model)
    assert_refused(path, f"it has format '{other[:9]}.* and this moonlet reads '3'. Load it with")


def test_a_changed_weight_is_noticed(path):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    tensor = initializer(model, "coefs_0")
    tensor.raw_data = np.arange(6.0).tobytes()
    write(path, model)
    assert_refused(path, "damaged or changed")


def test_a_graph_that_computes_something_else_is_noticed(path):
    model = to_onnx(random_network(2, (3,), [0, 1], activation="tanh"))
    next(node for node in model.graph.node if node.op_type == "Tanh").op_type = "Sigmoid"
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.clear(),
        lambda d: d.update(estimator=None),
        lambda d: d["estimator"].update({"class": "PCA"}),
        lambda d: d["estimator"].update({"class": "os.system"}),
        lambda d: d["estimator"].update(steps=[]),
        lambda d: d["estimator"]["steps"].reverse(),
        lambda d: d["estimator"]["steps"][1][1]["parameters"].update(activation="relu"),
        lambda d: d["estimator"]["steps"][1][1]["parameters"].update(alpha=-1.0),
        lambda d: d["estimator"]["steps"][1][1]["parameters"].update(hidden_layer_sizes=[10**9]),
        lambda d: d["estimator"]["steps"][1][1]["parameters"].update(surprise=1),
        lambda d: d["estimator"]["steps"][1][1]["learned"].update(fit="x"),
        lambda d: d["estimator"]["steps"][1][1]["learned"].update(n_features_in_=1),
        lambda d: d["estimator"]["steps"][1][1]["learned"]["classes_"].update(dtype="<U999999999"),
        lambda d: d["estimator"]["steps"][1][1]["learned"]["classes_"].update(dtype="datetime64"),
        lambda d: d["estimator"]["steps"][0][1].update(steps=[]),
        lambda d: d["estimator"]["steps"][0][1].update(steps=[d["estimator"]["steps"][1]] * 2),
        lambda d: d.update(names=d["names"][:2]),
        lambda d: d.update(kinds=["number"] * 4),
    ],
)
def test_a_forged_description_is_refused(path, change):
    model = to_onnx(mixed_pipeline())
    edit_description(model, change)
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


def _schema(description):
    (step,) = [
        inner[1]
        for _, part in description["estimator"]["steps"]
        if part["class"] == "Pipeline"
        for inner in part["steps"]
        if inner[1]["class"] == "TableReader"
    ]
    return step["schema"]


def _column(description, name):
    (found,) = [c for c in _schema(description)["columns"] if c["name"] == name]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda d: _schema(d).clear(),
        lambda d: _schema(d).update(columns=None),
        lambda d: _schema(d).update(columns=[]),
        lambda d: _schema(d)["columns"].reverse(),
        lambda d: _schema(d)["columns"].pop(),
        lambda d: _schema(d)["columns"].append(_schema(d)["columns"][0]),
        lambda d: _schema(d).update(target="nowhere"),
        lambda d: _schema(d).update(target=["kind"]),
        lambda d: _column(d, "count").update(name="number"),
        lambda d: _column(d, "count").update(name=3),
        lambda d: _column(d, "count").update(kind="category"),
        lambda d: _column(d, "count").update(kind="word"),
        lambda d: _column(d, "count").update(kind=["number"]),
        lambda d: _column(d, "count").pop("number"),
        lambda d: _column(d, "count").update(n_gaps="many"),
        lambda d: _column(d, "count").update(n_gaps=-1),
        lambda d: _column(d, "count").update(note=7),
        lambda d: _column(d, "count").update(surprise=1),
        lambda d: _column(d, "count").update(gap_words="NA"),
        lambda d: _column(d, "count")["number"].update(decimal="x"),
        lambda d: _column(d, "count")["number"].update(decimal=".", thousands="."),
        lambda d: _column(d, "count")["number"].update(thousands="0"),
        lambda d: _column(d, "count")["number"].update(before=5),
        lambda d: _column(d, "count")["number"].update(clock="yes"),
        lambda d: _column(d, "count")["number"].update(marks=[1, 2]),
        lambda d: _column(d, "count")["number"].update(surprise=1),
        lambda d: _column(d, "count").update(kind="date", date={"style": "ISO"}),
        lambda d: _column(d, "count").update(kind="yes/no", labels=["no", "yes", "perhaps"]),
        lambda d: _column(d, "kind").update(labels=["a", "a"]),
        lambda d: _column(d, "kind").update(labels=[["a"], "b"]),
        lambda d: _column(d, "kind").update(labels=5),
    ],
)
def test_a_forged_schema_is_refused(path, change):
    model = to_onnx(mixed_pipeline())
    edit_description(model, change)
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize(
    "forged",
    [
        {"style": "ISO", "parts": ["year"]},
        {"style": "ISO", "parts": "month"},
        {"style": "of mine"},
        {"style": 3},
        {"style": "ISO", "zoned": 1},
        {"pattern": "%Y%Y"},
        {"pattern": "%Q"},
        {"pattern": ["%Y"]},
        {"pattern": "%Y" * 10_000},
        [],
        "ISO",
    ],
    ids=str,
)
def test_a_forged_date_is_refused(path, forged):
    X = pd.DataFrame({"day": ["2024-01-31", "2024-02-29", "2025-02-01"], "n": [1.0, 2.0, 4.0]})
    model = to_onnx(with_network(make_preprocessor(X), X))
    edit_description(model, lambda d: _column(d, "day").update(date=forged))
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


def test_learned_numbers_that_are_infinite_are_refused(path):
    model = to_onnx(mixed_pipeline())
    entry = property_of(model, "moonlet")
    scale = '"scale_":{"dtype":"float64","values":['
    head, tail = entry.value.split(scale)
    entry.value = head + scale + "Infinity" + tail[tail.index(",") :]
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize(
    ("outputs_of", "classes"), [([0, 1], [0, 1, 2]), ([0, 1, 2], [0, 1]), ([0, 1, 2], range(4))]
)
@pytest.mark.parametrize("several_labels", [False, True])
def test_other_classes_than_there_are_outputs_are_refused(
    path, outputs_of, classes, several_labels
):
    network = random_network(2, (3,), outputs_of, several_labels=several_labels)
    network.classes_ = np.array(classes)
    to_onnx(network, path)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_another_output_than_that_of_the_loss_is_refused(path, loss):
    network = random_regressor(2, (3,), loss=loss)
    network.out_activation_ = {"squared_error": "exp", "poisson": "identity"}[loss]
    to_onnx(network, path)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, "1" * 10_000, '"\\ud800"'])
def test_a_description_that_is_no_json_is_refused(path, text):
    model = to_onnx(random_network(2, (3,), [0, 1]))
    property_of(model, "moonlet").value = text
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")


@pytest.mark.parametrize("within", ["steps", "remainder"])
def test_work_without_end_is_refused(path, within):
    model = to_onnx(mixed_pipeline())

    def add_steps(description):
        chooser = description["estimator"]["steps"][0][1]
        scaler = chooser["steps"][0][1]
        many = [[f"s{i}", scaler, ["count"]] for i in range(2_000)]
        if within == "steps":
            chooser["steps"] = many
        else:
            chooser["remainder"] = {**chooser, "steps": many}

    edit_description(model, add_steps)
    write(path, model, sign=True)
    assert_refused(path, "damaged or changed")
