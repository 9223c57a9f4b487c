from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from moonlet import MLPClassifier
from moonlet.data import Schema, TableReader, make_preprocessor
from moonlet.exceptions import DataError

TABLE = pd.DataFrame(
    {
        "when": ["2024-01-31 06:00", "2024-02-29 18:30", "2025-02-01 00:00", ""],
        "share": ["10%", "20%", "n/a", "5%"],
        "kind": ["a", "b", "", "a"],
        "member": ["yes", "no", "no", ""],
    }
)


def test_dates_become_days_and_the_parts_that_vary():
    read = TableReader().fit_transform(TABLE)
    names = ["when", "when, month", "when, weekday", "when, hour", "share", "kind", "member"]
    assert read.columns.tolist() == names
    moments = [datetime.datetime.fromisoformat(cell) for cell in TABLE["when"][:3]]
    days = [
        (moment - datetime.datetime(1970, 1, 1)) / datetime.timedelta(days=1) for moment in moments
    ]
    assert read["when"].tolist()[:3] == days
    assert read["when, month"].tolist()[:3] == [moment.month for moment in moments]
    assert read["when, weekday"].tolist()[:3] == [moment.weekday() for moment in moments]
    assert read["when, hour"].tolist()[:3] == [moment.hour for moment in moments]
    assert read.iloc[3, :4].isna().all()
    assert read["member"].tolist()[:3] == [1.0, 0.0, 0.0]
    assert read["share"].isna().tolist() == [False, False, True, False]


def test_parts_that_did_not_vary_in_training_are_no_inputs_later_either():
    reader = TableReader().fit(pd.DataFrame({"day": ["2024-01-31", "2024-01-30", "2024-01-02"]}))
    later = reader.transform(pd.DataFrame({"day": ["2031-12-24", "2024-01-31"]}))
    assert later.columns.tolist() == ["day", "day, weekday"]


def test_a_schema_that_was_found_is_not_found_again():
    schema = Schema.of(TABLE)
    reader = TableReader(schema).fit(TABLE.iloc[:1])
    assert reader.schema_ == schema
    assert clone(reader).schema == schema
    pd.testing.assert_frame_equal(reader.transform(TABLE), TableReader().fit_transform(TABLE))


def test_names_in_and_out_are_known():
    reader = TableReader().fit(TABLE)
    assert reader.feature_names_in_.tolist() == ["when", "share", "kind", "member"]
    assert reader.n_features_in_ == 4
    assert reader.get_feature_names_out().tolist() == reader.transform(TABLE).columns.tolist()
    with pytest.raises(NotFittedError):
        TableReader().transform(TABLE)


def test_a_part_of_a_date_never_takes_the_place_of_another_column():
    table = TABLE.assign(**{"when, month": [1.0, 2.0, 5.0, 7.0]})
    with pytest.raises(DataError, match="a part of a date would be called 'when, month', as a col"):
        TableReader().fit(table)


def test_training_on_text_and_on_types_gives_the_same_weights():
    random = np.random.default_rng(0)
    n = 60
    typed = pd.DataFrame(
        {
            "share": random.integers(0, 1000, n) / 10,
            "kind": random.choice(["a", "b", "c"], n),
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(random.integers(0, 400, n), unit="D"),
            "member": random.choice([True, False], n),
        }
    )
    y = (typed["share"] > 50) ^ typed["member"]
    text = pd.DataFrame(
        {
            "share": [f"{value:.1f} %" for value in typed["share"]],
            "kind": typed["kind"],
            "day": [f"{day.day}.{day.month}.{day.year}" for day in typed["day"]],
            "member": ["True" if flag else "False" for flag in typed["member"]],
        }
    )
    weights = []
    for X in (typed, text, typed.astype(object)):
        network = MLPClassifier((4,), solver="lbfgs", max_iter=200, random_state=0)
        pipeline = make_pipeline(make_preprocessor(X), network).fit(X, y)
        weights.append(b"".join(W.tobytes() for W in pipeline[-1].coefs_))
        same = X if X is text else typed
        np.testing.assert_array_equal(pipeline.predict(same), pipeline.predict(typed))
    assert weights[0] == weights[1] == weights[2]
