"""The tables of tests/tables, each of which says how its owner means it (see the README there)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Schema, load, read_table
from moonlet.exceptions import DataError

TABLES = Path(__file__).parents[1] / "tables"
DIGITS = 1e-15  # relative: one rounding more or less, as in 24 + 56 / 60


def _cases(*, refused):
    found = {path.stem: path for path in sorted(TABLES.glob("*.json"))}
    chosen = {
        name: path
        for name, path in found.items()
        if ("refused" in json.loads(path.read_text(encoding="utf-8"))) is refused
    }
    return [pytest.param(path, id=name) for name, path in chosen.items()]


@pytest.mark.parametrize("case", _cases(refused=False))
def test_a_table_is_read_as_its_owner_meant_it(case):
    expected = json.loads(case.read_text(encoding="utf-8"))
    dataset = load(case.with_suffix(""), **expected["options"])
    target = dataset.target
    read = [column for column in dataset.schema.columns if column.name != target]
    told = expected["columns"]
    assert [column.kind for column in read] == [column["kind"] for column in told]
    assert dataset.feature_names == [column.name for column in read if column.kind != "left out"]
    for column, meant in zip(read, told, strict=True):
        assert meant["name"] in (None, column.name)
        _check_column(column, meant, dataset.X)
    assert (target, dataset.task) == (expected["target"], expected["task"])
    assert len(dataset.X) == len(dataset.y) == expected["n_rows"]
    assert _labels(dataset.y[:12]) == _meant_labels(expected)


@pytest.mark.parametrize("case", _cases(refused=True))
def test_a_table_of_two_meanings_is_refused_with_place_and_cure(case):
    expected = json.loads(case.read_text(encoding="utf-8"))
    path = case.with_suffix("")
    with pytest.raises(DataError) as caught:
        load(path, **expected["options"])
    message = str(caught.value)
    assert "\n" not in message
    said = message.replace(str(path), "")
    fragments = expected["refused"]["names"]
    # A word must not begin or end in a longer one: "line 2" is not in "line 21".
    missing = [f for f in fragments if not re.search(rf"(?<!\w){re.escape(f)}(?!\w)", said)]
    assert missing == [], said


@pytest.mark.parametrize("case", _cases(refused=False))
def test_a_row_is_read_the_same_alone_and_in_any_order(case):
    options = json.loads(case.read_text(encoding="utf-8"))["options"]
    path = case.with_suffix("")
    schema = load(path, **options).schema
    kept = Schema.from_json(json.loads(json.dumps(schema.to_json())))
    assert kept == schema
    raw = read_table(path, encoding=options.get("encoding"), comment=options.get("comment"))
    written = pd.DataFrame({name: cells.cells() for name, cells in raw.columns.items()}, dtype=str)
    whole = schema.apply(raw)
    backwards = kept.apply(written[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(_plain(backwards[::-1]), _plain(whole))
    middle = [len(written) // 2]
    alone = kept.apply(written.iloc[middle])
    pd.testing.assert_frame_equal(_plain(alone), _plain(whole.iloc[middle]))


def _plain(features):
    # The categories of one row are its own, in any order.
    texts = {
        name: column.astype(object)
        for name, column in features.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    return features.assign(**texts).reset_index(drop=True)


def test_every_table_has_its_meaning_beside_it():
    files = {path.name for path in TABLES.iterdir()} - {"README.md", ".gitattributes"}
    meanings = {name for name in files if name.endswith(".json")}
    assert {f"{name}.json" for name in files - meanings} == meanings


def test_many_situations_are_those_of_users_of_other_readers():
    told = [json.loads(path.read_text(encoding="utf-8")) for path in TABLES.glob("*.json")]
    sources = [case["source"] for case in told if case["source"]]
    assert len(told) >= 150
    assert len(sources) >= 60
    assert all(re.match(r"[\w.-]+/[\w.-]+#\d+: \S", source) for source in sources)


def _check_column(column, meant, X):
    if column.kind == "left out":
        assert column.note
        return
    values = X[column.name].iloc[: len(meant["values"])]
    assert column.n_gaps == meant["n_gaps"]
    assert column.n_labels == meant.get("n_labels", 0)
    assert [word for word in meant.get("spelling", ()) if word not in column.spelling] == []
    wanted = [np.nan if value is None else value for value in meant["values"]]
    if column.kind == "category":
        found = [np.nan if pd.isna(value) else str(value) for value in values]
        assert list(map(str, found)) == list(map(str, wanted))
    elif column.kind == "date":
        # Not by to_datetime: pandas 2 has no date before 1677 there.
        instants = np.array(meant["values"], dtype="datetime64[us]")
        assert values.tolist() == pd.Series(instants).tolist()
    else:
        assert values.dtype == np.float64
        np.testing.assert_allclose(values, np.array(wanted, dtype=float), rtol=DIGITS, atol=0)


def _labels(y):
    return [(type(label).__name__, label) for label in y.tolist()]


def _meant_labels(expected):
    make = {"text": str, "integer": int, "boolean": bool, "number": float}[expected["y_type"]]
    return [(make.__name__, make(label)) for label in expected["y"]]
