"""Tables on their way to the page and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Dataset, load
from moonlet.exceptions import DataError
from moonlet.lab.page_table import MOST_CELLS, MOST_ROWS, from_page, to_page

CSV = """when,price,share,colour,is_new,id,sold
2024-01-31,"1,5",12 %,red,yes,a1,no
2024-02-29,"2,0",,green,no,a2,yes
2024-03-15,"0,25",7 %,red,yes,a3,yes
2024-04-02,,8 %,,no,a4,no
2024-05-20,"3,125",9 %,blue,yes,a5,
2024-06-20,"3,5",9 %,blue,yes,a6,yes
"""


@pytest.fixture
def mixed(tmp_path: Path) -> Dataset:
    path = tmp_path / "mixed.csv"
    path.write_text(CSV, encoding="utf-8")
    return load(path, ignore=["id"])


def there_and_back(dataset: Dataset) -> tuple[dict[str, Any], Dataset]:
    told = json.loads(json.dumps(to_page(dataset), allow_nan=False))
    return told, from_page(told, None, dataset.target)


def test_cells_are_numbers_and_gaps_are_null(mixed: Dataset) -> None:
    table, _ = there_and_back(mixed)
    columns = {column["name"]: column for column in table["columns"]}
    assert list(columns) == [
        *("when", "when, month", "when, weekday"),
        *("price", "share", "colour", "is_new", "sold"),
    ]
    assert columns["when"]["cells"][0] == 19753
    assert [columns[name]["from"] for name in ("when", "when, month", "price")] == [
        *(None, "when", None),
    ]
    assert columns["price"]["cells"] == [1.5, 2, 0.25, None, 3.5]
    assert columns["share"]["cells"] == [12, None, 7, 8, 9]
    assert columns["colour"]["labels"] == ["blue", "green", "red"]
    assert columns["colour"]["cells"] == [2, 1, 2, None, 0]
    assert (columns["is_new"]["kind"], columns["is_new"]["labels"]) == ("yes/no", ["no", "yes"])
    assert columns["sold"]["cells"] == [0, 1, 1, 0, 1]
    assert table["said"] == {"target": "sold", "ignore": ["id"]}
    left_out = next(note for note in table["notes"] if note["name"] == "id")
    assert left_out["note"].startswith("left out on request")


def test_a_table_comes_back_as_it_was_sent(mixed: Dataset) -> None:
    _, back = there_and_back(mixed)
    assert back.fingerprint() == mixed.fingerprint()
    assert back.schema.features == mixed.schema.features
    assert back.X.dtypes.tolist() == mixed.X.dtypes.tolist()
    assert (back.task, back.y.dtype.kind) == (mixed.task, mixed.y.dtype.kind)


@pytest.mark.parametrize("name", ["iris", "wine", "digits", "diabetes"])
def test_a_bundled_set_comes_back_to_the_bit(name: str) -> None:
    dataset = load(name)
    _, back = there_and_back(dataset)
    assert back.fingerprint() == dataset.fingerprint()
    assert (back.task, back.target, back.feature_names) == (
        *(dataset.task, dataset.target, dataset.feature_names),
    )


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([1, 0, 1, 0, 2, 2, 1, 0, 2], [0, 1, 2]),
        (["b", "a", "c"] * 3, ["a", "b", "c"]),
        ([True, False, True] * 3, [False, True]),
        (["1", "1.0", "2"] * 3, ["1", "1.0", "2"]),
        ([2**60, 2**60 + 1, 5] * 3, [5, 2**60, 2**60 + 1]),
    ],
)
def test_labels_keep_their_kind_and_order(tmp_path: Path, y: list[Any], classes: list[Any]) -> None:
    path = tmp_path / "labels.csv"
    frame = pd.DataFrame({"a": np.arange(9) / 7, "b": np.arange(9) % 4 + 0.5, "y": y})
    frame.to_csv(path, index=False)
    dataset = load(path)
    _, back = there_and_back(dataset)
    np.testing.assert_array_equal(back.y, dataset.y)
    assert back.y.dtype.kind == dataset.y.dtype.kind
    assert np.unique(back.y).tolist() == classes


def test_another_column_is_predicted_from_some(mixed: Dataset) -> None:
    table, _ = there_and_back(mixed)
    back = from_page(table, ["colour", "when"], "share")
    assert back.feature_names == ["when", "colour"]
    assert (back.task, back.y.tolist()) == ("regression", [12, 7, 8, 9])
    assert len(back.X) == 4  # the row without a share is left out


def test_a_table_that_the_page_read_itself_is_read_by_its_cells() -> None:
    plain = {"from": None, "labels": []}
    columns = [
        {**plain, "name": "size", "kind": "number", "cells": [1.5, None, 3, 4]},
        {
            **plain,
            "name": "kind",
            "kind": "category",
            "labels": ["x", "y"],
            "cells": [0, 1, None, 1],
        },
        {**plain, "name": "y", "kind": "number", "cells": [0, 1, 1, 0]},
    ]
    table = {"name": "own.csv", "said": {}, "columns": columns, "target": "y", "schema": None}
    dataset = from_page(table, None, "y")
    assert dataset.X["size"].tolist()[0] == 1.5
    assert [column.kind for column in dataset.schema.features] == ["number", "category"]
    assert dataset.y.tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("n_rows", "n_columns"), [(MOST_ROWS + 1, 2), (100, 500), (MOST_CELLS // 100 + 1, 99)]
)
def test_a_table_too_large_for_a_page_is_refused_in_one_line(n_rows: int, n_columns: int) -> None:
    values = np.arange(n_rows * n_columns, dtype=float).reshape(n_rows, n_columns) % 977
    dataset = load_frame(pd.DataFrame(values + 0.5).assign(y=np.arange(n_rows) % 2))
    with pytest.raises(DataError, match="too many for a page") as refused:
        to_page(dataset)
    assert "\n" not in str(refused.value)
    assert "moonlet study" in str(refused.value)


def test_more_classes_than_there_are_colours_are_refused() -> None:
    dataset = load_frame(pd.DataFrame({"a": np.arange(60) / 7, "y": np.arange(60) % 12}))
    with pytest.raises(DataError, match="12 classes; the lab shows 10 at most"):
        to_page(dataset)


def load_frame(frame: pd.DataFrame) -> Dataset:
    from moonlet.data.schema import as_raw
    from moonlet.data.table import to_dataset

    frame.columns = [str(name) for name in frame.columns]
    return to_dataset(as_raw(frame), "frame", "y")
