"""The schema that a DataFrame keeps: through slices, files and other schemas."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import train_test_split

from moonlet.data import Schema, load
from moonlet.data.kept import kept

TABLE = pd.DataFrame(
    {
        "share": ["10 %", "20 %", "5 %", "7 %"],
        "member": ["yes", "no", "no", ""],
        "kind": ["a", "b", "", "a"],
        "day": ["31.1.2024", "1.2.2024", "", "5.2.2024"],
    }
)
SCHEMA = Schema.of(TABLE)
X = SCHEMA.apply(TABLE)


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X,
        lambda X: X.iloc[1:3],
        lambda X: X[X["share"] > 6],
        lambda X: X.iloc[::-1],
        lambda X: X.reset_index(drop=True),
        lambda X: X.copy(),
        lambda X: train_test_split(X, random_state=0)[1],
        lambda X: pd.concat([X, X]),
        copy.deepcopy,
        lambda X: pickle.loads(pickle.dumps(X)),  # noqa: S301 - our own
    ],
)
def test_rows_of_a_table_that_was_read_are_not_asked_again(change):
    rows = change(X)
    assert kept(rows) == SCHEMA
    assert Schema.of(rows) is not None
    assert Schema.of(rows) == SCHEMA
    assert SCHEMA.apply(rows) is rows


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X.rename(columns={"share": "part"}),
        lambda X: X[["member", "share", "kind", "day"]],
        lambda X: X.drop(columns="kind"),
        lambda X: X.assign(more=1.0),
        lambda X: X.astype({"kind": object}),
        lambda X: X.astype({"share": str}),
        lambda X: X.assign(member=True),
        lambda X: pd.DataFrame(X.to_dict("list")),
    ],
)
def test_a_table_that_was_changed_is_asked_again(change):
    assert kept(change(X)) is None


def test_what_is_no_frame_has_none():
    assert kept(np.eye(2)) is None
    assert kept(TABLE) is None
    foreign = X.copy()
    foreign.attrs["moonlet_schema"] = "a text of somebody else"
    assert kept(foreign) is None


def test_pandas_can_write_what_was_read(tmp_path):
    pytest.importorskip("pyarrow")
    for name in ("iris", "moons"):
        features = load(name).X
        features.to_parquet(tmp_path / "X.parquet")
        features.to_feather(tmp_path / "X.feather")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "X.parquet"), features)
    X.to_parquet(tmp_path / "X.parquet")
    back = pd.read_parquet(tmp_path / "X.parquet")
    assert kept(back) is None  # a file may come from anybody
    assert back["share"].tolist() == [10.0, 20.0, 5.0, 7.0]


def test_frames_that_were_read_by_different_schemas_keep_none_together():
    other = Schema.of(TABLE.assign(share=["1", "2", "3", "4"]))
    both = pd.concat([X, other.apply(TABLE.assign(share=["1", "2", "3", "4"]))])
    assert kept(both) is None


def test_yes_and_no_of_one_schema_are_words_to_another():
    trained = Schema.of(pd.DataFrame({"member": ["yes", "no", "maybe"], "n": [1, 2, 4]}))
    today = pd.DataFrame({"member": ["no", "yes"], "n": [7, 8]})
    read = Schema.of(today).apply(today)
    assert read["member"].tolist() == [0.0, 1.0]
    assert trained.apply(read)["member"].tolist() == ["no", "yes"]
    # And of two pairs of words, the other pair is no cell of this column.
    swapped = Schema.of(pd.DataFrame({"member": ["ja", "nein"], "n": [1, 2]}))
    with pytest.raises(ValueError, match="'no' is not nein or ja"):
        swapped.apply(read)


def test_numbers_that_were_labels_in_training_are_labels():
    trained = Schema.of(pd.DataFrame({"code": ["1", "2", "X"], "n": [1, 2, 4]}))
    today = pd.DataFrame({"code": ["2", "1"], "n": [7, 8]})
    read = Schema.of(today).apply(today)
    assert read["code"].dtype == np.float64
    assert trained.apply(read)["code"].tolist() == ["2", "1"]
