"""A column as a file tells it: read back as it was given, and refused where no table has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moonlet.data.column import Column
from moonlet.data.dates import DateSpelling
from moonlet.data.spelling import NumberSpelling

COLUMNS = [
    Column("size", "number", example="1,5 kg", number=NumberSpelling(",", ".", after=" kg")),
    Column("size", "number", n_gaps=3, number=NumberSpelling(marks=("<",)), gap_words=("-", "na")),
    Column("day", "date", date=DateSpelling("day first", parts=("month", "weekday"))),
    Column("day", "date", date=DateSpelling(pattern="%d.%m.%Y")),
    Column("colour", "category", 3, labels=("blue", "green", "red")),
    Column("ill", "yes/no", 2, labels=("no", "yes")),
    Column("id", "left out", 40, note="a label of its own in every row"),
]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_comes_back_from_json_as_it_was(column: Column) -> None:
    assert Column.from_json(json.loads(json.dumps(column.to_json()))) == column


DAMAGES: list[tuple[int, dict[str, Any]]] = [
    (0, {"kind": "numbers"}),
    (0, {"kind": "category"}),
    (0, {"number": None}),
    (0, {"date": {"style": "ISO"}}),
    (0, {"name": 7}),
    (0, {"note": 7}),
    (0, {"example": ["1"]}),
    (0, {"n_gaps": -1}),
    (0, {"n_gaps": 0.5}),
    (0, {"n_labels": -1}),
    (0, {"number": {"decimal": ";"}}),
    (0, {"number": {"decimal": ",", "thousands": ","}}),
    (0, {"number": {"thousands": "_"}}),
    (0, {"number": {"before": 1}}),
    (0, {"number": {"after": 1}}),
    (0, {"number": {"marks": [1]}}),
    (0, {"number": {"clock": 1}}),
    (0, {"number": {"magnitudes": "yes"}}),
    (0, {"number": {"loose": 0}}),
    (2, {"date": {"style": "year last"}}),
    (2, {"date": {"style": "ISO", "parts": ["minute"]}}),
    (2, {"date": {"style": "ISO", "zoned": 1}}),
    (3, {"date": {"pattern": "%Q"}}),
    (3, {"date": {"pattern": 5}}),
    (3, {"kind": "number"}),
    (4, {"labels": ["red", "red", "blue"]}),
    (5, {"labels": ["no"]}),
    (5, {"labels": ["no", "yes", "perhaps"]}),
    (6, {"number": {}}),
]


@pytest.mark.parametrize(("at", "damage"), DAMAGES)
def test_a_column_that_no_table_has_is_refused(at: int, damage: dict[str, Any]) -> None:
    told = json.loads(json.dumps(COLUMNS[at].to_json()))
    with pytest.raises((ValueError, TypeError)):
        Column.from_json({**told, **damage})
