from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from moonlet.data import fingerprint, load

FRAME = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": ["x", None, "y"]})


def test_a_dataset_can_be_taken_apart():
    dataset = load("iris")
    X, y = dataset
    assert X is dataset.X
    assert y is dataset.y
    assert dataset.feature_names == X.columns.tolist()


def test_its_repr_is_short():
    assert repr(load("digits")) == (
        "Dataset(name='digits', target='target', task='classification', n_dropped=0)"
    )


@pytest.mark.parametrize(
    "same",
    [
        FRAME.copy(),
        FRAME.set_axis([7, 8, 9]),
        FRAME.astype({"b": "category"}),
        FRAME.astype({"b": pd.CategoricalDtype(["unused", "y", "x"])}),
        FRAME.astype({"b": object}),
        FRAME.astype({"b": "string"}),
        FRAME.astype({"a": "Int64"}),
        FRAME.astype({"a": "Float32"}),
        FRAME.astype({"a": object}),
    ],
)
def test_the_fingerprint_does_not_depend_on_how_pandas_holds_the_columns(same):
    assert fingerprint(same) == fingerprint(FRAME)


@pytest.mark.parametrize(
    "other",
    [
        FRAME.rename(columns={"a": "A"}),
        FRAME[["b", "a"]],
        FRAME.iloc[::-1],
        FRAME.iloc[:2],
        FRAME.fillna({"a": 0.0}),
        FRAME.fillna({"b": "x"}),
        FRAME.fillna({"b": ""}),
        FRAME.replace("x", "z"),
        FRAME.replace(1.0, 1.0 + 2**-52),
        FRAME.assign(c=1.0),
        FRAME.assign(a=FRAME["a"].astype(str)),
    ],
)
def test_the_fingerprint_depends_on_every_value_and_name(other):
    assert fingerprint(other) != fingerprint(FRAME)


def test_texts_do_not_run_into_each_other():
    def of(*texts: str) -> str:
        return fingerprint(pd.DataFrame({"a": list(texts)}))

    assert of("ab", "c") != of("a", "bc")
    assert fingerprint(pd.DataFrame({"ab": ["c"]})) != fingerprint(pd.DataFrame({"a": ["bc"]}))


def test_equal_numbers_have_equal_fingerprints():
    assert fingerprint(np.array([[0.0]])) == fingerprint(np.array([[-0.0]]))
    odd_nan = np.array([[0x7FF8000000000001]], dtype=np.uint64).view(np.float64)
    assert fingerprint(odd_nan) == fingerprint(np.array([[np.nan]]))


def test_the_target_counts_and_its_type_does_not():
    X = np.eye(3)
    of = {name: fingerprint(X, y) for name, y in {
        "ints": np.array([0, 1, 1]), "floats": np.array([0.0, 1.0, 1.0]), "list": [0, 1, 1],
        "others": np.array([0, 1, 0]), "text": np.array(["0", "1", "1"]),
        "objects": np.array(["0", "1", "1"], dtype=object), "none": None}.items()}  # fmt: skip
    assert of["ints"] == of["floats"] == of["list"]
    assert of["text"] == of["objects"]
    assert len({of["ints"], of["others"], of["text"], of["none"]}) == 4


def test_the_fingerprint_is_the_same_in_every_run():
    # Hashes of str differ between runs of Python; SHA-256 over the bytes must not.
    code = "from moonlet.data import load; print(load('iris').fingerprint())"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert run.stdout.strip() == load("iris").fingerprint()
