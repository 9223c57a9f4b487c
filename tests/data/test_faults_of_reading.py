"""Tables that were once misread in silence, refused without a way, or failed late: one by one.

Each is an example of a kind; beside it stand its neighbours. What needs the command line is in
tests/cli/test_faults_of_reading.py.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from moonlet import CapacityStudy, MLPClassifier
from moonlet.data import Schema, load, make_preprocessor, read_table
from moonlet.data.target import decide_task
from moonlet.exceptions import DataError


def csv(columns, sep=","):
    rows = zip(*columns.values(), strict=True)
    return "\n".join(sep.join(map(str, row)) for row in [list(columns), *rows]) + "\n"


def ring(n=240):
    """Points inside and outside of a circle: two numbers, and neither alone tells."""
    x, y = np.random.default_rng(0).integers(-999, 1000, size=(2, n)) / 10
    return x, y, np.where(np.hypot(x, y) < 80.0, "in", "out")


# A2: the reading of a number column in every spelling is in test_ring.py. Here: what stays a label.
@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["A1", "A2", "B1"] * 10, "category"),
        (["S", "M", "XL"] * 10, "category"),
        (["1st", "2nd", "3rd"] * 10, "category"),
        (["Q1", "Q2", "Q3"] * 10, "category"),
        (["3x", "2x", "1x"] * 10, "number"),
        (["1/2", "1/4", "3/4"] * 10, "category"),
        (["0-9", "10-19", "20-29"] * 10, "category"),
        (["1,2", "1,2,3", "2"] * 10, "category"),
        (["192.168.0.1", "10.0.0.2", "10.0.0.3"] * 10, "category"),
    ],
)
def test_labels_with_digits_in_them_stay_labels(write, cells, kind):
    quoted = [f'"{cell}"' for cell in cells]
    dataset = load(write(csv({"a": quoted, "n": range(30), "y": ["u", "v"] * 15})))
    assert dataset.schema.columns[0].kind == kind


def test_a_per_cent_sign_in_the_target_makes_no_classes(write):
    cells = [f"{i}.5%" for i in range(58)]
    dataset = load(write(csv({"a": range(58), "y": cells})))
    assert (dataset.task, dataset.y.tolist()) == ("regression", [i + 0.5 for i in range(58)])


# A3
@pytest.mark.parametrize(
    "convert",
    [
        lambda x: x.astype(object),
        lambda x: [Decimal(str(value)) for value in x],
        lambda x: [Decimal(str(value)) if i % 5 else None for i, value in enumerate(x)],
        lambda x: pd.array(x, dtype="Float64"),
        lambda x: [str(value) for value in x],
        lambda x: [f"{value} %" for value in x],
        lambda x: pd.Series(x).astype("string"),
        lambda x: np.round(x).astype(int).astype(object),
    ],
    ids=["floats", "Decimal", "Decimal and None", "nullable", "text", "per cent", "string", "ints"],
)
def test_objects_that_are_numbers_are_one_input_each(convert):
    x, y, label = ring(60)
    frame = pd.DataFrame({"x": convert(x), "y": convert(y)})
    inputs = make_preprocessor(frame).fit_transform(frame)
    assert inputs.shape == (60, 2)
    study = CapacityStudy(MLPClassifier(solver="lbfgs", max_iter=50), hidden=(0, 2), alpha=(1.0,),
                          n_restarts=1, cv=2, random_state=0).fit(frame, label)  # fmt: skip
    assert study.predict(frame.iloc[[7]]).shape == (1,)


# A5
@pytest.mark.parametrize(
    ("cells", "sep", "values"),
    [
        (["345", "1.234", "12.500"], ";", [345, 1234, 12500]),
        (["345", "1.234.567", "12.500"], ";", [345, 1234567, 12500]),
        (["0", "345", "1.234"], ";", [0, 345, 1234]),
        (["1.234,5", "12.500", "7"], ";", [1234.5, 12500, 7]),
        (["1.5", "1.234", "12.500"], ";", [1.5, 1.234, 12.5]),
        (["0.345", "1.234", "12.500"], ",", [0.345, 1.234, 12.5]),
        (["-1.234", "345", "12.500"], ";", [-1234, 345, 12500]),
    ],
)
def test_dots_of_thousands_are_told_from_decimal_points(write, cells, sep, values):
    path = write(csv({"pop": cells, "y": ["a", "b", "a"]}, sep))
    assert load(path).X["pop"].tolist() == values
    # In the target, too.
    path = write(csv({"a": [1, 2, 4], "pop": cells}, sep))
    assert load(path, task="regression").y.tolist() == values


def test_dots_that_can_be_both_are_refused_and_decided_by_an_option(write, refusal):
    text = csv({"pop": ["1.234", "12.500", "3.250"], "y": ["a", "b", "a"]}, ";")
    assert refusal(text).startswith("line 2, column 'pop': '1.234' may be 1.234 or 1234")
    assert load(write(text), thousands=".").X["pop"].tolist() == [1234, 12500, 3250]
    assert load(write(text), decimal=".").X["pop"].tolist() == [1.234, 12.5, 3.25]


# A6: targets are in test_target.py; here features.
@pytest.mark.parametrize(
    "cells", [["01000", "1000", "02134"], ["007", "7", "0007"], ["00", "0", "000"]]
)
def test_zeros_in_front_are_kept(write, cells):
    dataset = load(write(csv({"zip": cells * 9, "y": ["a", "b", "c"] * 9})))
    assert dataset.X["zip"].tolist() == cells * 9
    assert dataset.schema.columns[0].labels == tuple(sorted(cells))


def test_whole_numbers_beyond_floats_are_labels_and_not_merged(write):
    cells = [str(2**53 + i) for i in range(4)]
    dataset = load(write(csv({"id": cells * 9, "y": ["a", "b", "c", "d"] * 9})))
    assert dataset.schema.columns[0].n_labels == 4
    typed = pd.DataFrame({"id": [2**53 + i for i in range(4)] * 9, "n": range(36)})
    assert Schema.of(typed).columns[0].labels == tuple(cells)


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "UInt8"])
def test_labels_of_nullable_types_come_back_from_a_model_as_they_were(tmp_path, dtype):
    pytest.importorskip("onnx")
    pytest.importorskip("pyarrow")
    from moonlet.export import from_onnx, to_onnx

    y = pd.Series([0, 1, 1, 0] * 8).astype(dtype)
    pd.DataFrame({"a": [1.0, 5.0, 6.0, 2.0] * 8, "y": y}).to_parquet(tmp_path / "t.parquet")
    X, labels = load(tmp_path / "t.parquet")
    network = MLPClassifier((), solver="lbfgs", max_iter=200)
    pipeline = make_pipeline(make_preprocessor(X), network).fit(X, labels)
    to_onnx(pipeline, tmp_path / "m.onnx")
    for estimator in (pipeline, from_onnx(tmp_path / "m.onnx")):
        predicted = estimator.predict(X)
        assert predicted.dtype.kind == ("b" if dtype == "boolean" else "i")
        assert predicted.tolist() == y.tolist()


# A7: headers are in test_table.py and test_header.py.


# A8
DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=9 * i) for i in range(24)]
DOORS = {
    "CSV": lambda frame, folder: frame.to_csv(folder / "t.csv", index=False),
    "TSV": lambda frame, folder: frame.to_csv(folder / "t.tsv", index=False, sep="\t"),
    "Parquet of dates": lambda frame, folder: frame.to_parquet(folder / "t.parquet"),
    "Parquet of moments": lambda frame, folder: frame.assign(
        day=pd.to_datetime(frame["day"])
    ).to_parquet(folder / "t.parquet"),
    "Feather": lambda frame, folder: frame.to_feather(folder / "t.feather"),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_date_is_the_same_numbers_at_every_door(tmp_path, door):
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"day": DAYS, "y": ["a", "b"] * 12})
    DOORS[door](frame, tmp_path)
    (path,) = tmp_path.iterdir()
    dataset = load(path)
    assert dataset.schema.columns[0].kind == "date"
    inputs = make_preprocessor(dataset.X)[:1].fit_transform(dataset.X)
    assert inputs.columns.tolist() == ["day", "day, month", "day, weekday"]
    assert inputs["day"].tolist() == [(d - datetime.date(1970, 1, 1)).days for d in DAYS]
    assert inputs["day, month"].tolist() == [d.month for d in DAYS]
    assert inputs["day, weekday"].tolist() == [d.weekday() for d in DAYS]


def test_a_study_takes_dates_as_they_come():
    x, y, label = ring(60)
    for day in (pd.to_datetime(DAYS * 2 + DAYS[:12]), [str(d) for d in DAYS * 2 + DAYS[:12]]):
        frame = pd.DataFrame({"day": day, "x": x, "y": y})
        study = CapacityStudy(MLPClassifier(solver="lbfgs", max_iter=50), hidden=(0, 2),
                              alpha=(1.0,), n_restarts=1, cv=2, random_state=0)  # fmt: skip
        assert study.fit(frame, label).predict(frame).shape == (60,)


# A9
@pytest.mark.parametrize("n", [1310, 1400])
def test_names_of_persons_become_no_inputs_and_the_study_ends(n):
    x, y, label = ring(n)
    frame = pd.DataFrame({"name": [f"person {i}" for i in range(n)], "x": x, "y": y})
    study = CapacityStudy(MLPClassifier(solver="lbfgs", max_iter=20), hidden=(0, 1), alpha=(1.0,),
                          n_restarts=1, cv=2, random_state=0).fit(frame, label)  # fmt: skip
    network = study.best_estimator_
    inputs = network[:-1].transform(frame) if hasattr(network, "steps") else frame
    assert inputs.shape == (n, 2)


def test_too_many_labels_are_told_before_any_training(write):
    cells = [f"k{i % 1050}" for i in range(2200)]
    dataset = load(
        write(csv({"a": cells, "n": [i * 7 % 31 for i in range(2200)], "y": [0, 1] * 1100}))
    )
    assert dataset.feature_names == ["n"]
    assert dataset.schema.columns[0].note.startswith("1,050 different labels")


# A10
def few_rows_of_many_classes(n_rows, n_values):
    values = [i % n_values for i in range(n_rows)]
    return pd.DataFrame({"a": [i * 7 % 11 for i in range(n_rows)], "y": values})


@pytest.mark.parametrize(
    ("n_rows", "n_values"), [(36, 16), (642, 214), (60, 21), (240, 20), (30, 3)]
)
def test_load_and_the_study_set_the_same_task(write, n_rows, n_values):
    frame = few_rows_of_many_classes(n_rows, n_values)
    dataset = load(write(frame.to_csv(index=False)))
    assert dataset.task == decide_task(frame["y"])
    study = CapacityStudy(hidden=(0,), alpha=(1.0,), n_restarts=1, cv=2, random_state=0)
    study.fit(*dataset)
    is_classifier = hasattr(study, "classes_")
    assert is_classifier == (dataset.task == "classification")


# A11 and A13
def test_gaps_in_the_target_drop_rows_and_are_counted(write):
    dataset = load(write("a,y\n1,x\n2,\n3,z\n4,x\n"))
    assert (dataset.n_dropped, dataset.y.tolist()) == (1, ["x", "z", "x"])


def test_a_gap_mark_may_be_named(write):
    path = write(csv({"a": [*range(20), "k.A.", "-999"], "y": ["u", "v"] * 11}))
    dataset = load(path, gap=["k.A.", "-999"])
    assert dataset.X["a"].isna().sum() == 2
    assert dataset.X["a"].max() == 19


def test_what_a_parquet_file_calls_a_category_is_one(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    columns = {
        "whole": pa.array([1, 2, 1, 2]).dictionary_encode(),
        "float": pa.array([0.5, 1.5, 0.5, 1.5]).dictionary_encode(),
        "number": pa.array([0.5, 1.5, 0.25, 1.0]),
        "y": ["a", "b", "a", "b"],
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    dataset = load(tmp_path / "t.parquet")
    kinds = {column.name: column.kind for column in dataset.schema.columns}
    assert kinds == {"whole": "category", "float": "category", "number": "number", "y": "category"}
    assert dataset.X["whole"].tolist() == ["1", "2", "1", "2"]


# A12
@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"PK\x03\x04" + bytes(60), "zip"),
        (b"\x1f\x8b\x08\x00" + bytes(60), "gzip"),
        (b"PAR1" + bytes(60) + b"PAR1", "Parquet"),
        (b"ARROW1\x00\x00" + bytes(60), "Arrow"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(refusal, contents, words):
    message = refusal(contents)
    assert words in message
    assert "NUL" not in message


def test_a_file_split_by_spaces_is_read(write):
    dataset = load(write("a  b y\n1 2   u\n3   4 v\n5  7 u\n", "t.txt"))
    assert dataset.feature_names == ["a", "b"]
    assert dataset.X["b"].tolist() == [2.0, 4.0, 7.0]


def test_a_space_behind_a_quote_is_no_fault(write):
    dataset = load(write('a,k,y\n1,"u, v" ,no\n2, "w" ,yes\n'))
    assert dataset.X["k"].tolist() == ["u, v", "w"]


def test_what_was_read_by_a_model_is_read_again_by_it_and_not_by_todays_neighbours(write):
    train = csv({"code": ["007", "7", "X"] * 20, "y": ["bond", "lucky", "unk"] * 20})
    X, y = load(write(train))
    network = MLPClassifier((), solver="lbfgs", max_iter=500)
    pipeline = make_pipeline(make_preprocessor(X), network).fit(X, y)
    for cells, answers in (
        (["007", "7", "X"], ["bond", "lucky", "unk"]),
        (["007", "7", "007"], ["bond", "lucky", "bond"]),
        (["7"], ["lucky"]),
        (["007"], ["bond"]),
    ):
        raw = read_table(write(csv({"code": cells})))
        assert pipeline.predict(raw).tolist() == answers
        assert pipeline.predict(pd.DataFrame({"code": cells})).tolist() == answers


def test_a_cell_that_cannot_be_read_as_in_training_is_refused_and_not_guessed(write):
    X, y = load(write(csv({"n": [f"{i}.5" for i in range(20)], "y": ["a", "b"] * 10})))
    network = MLPClassifier((), solver="lbfgs", max_iter=500)
    pipeline = make_pipeline(make_preprocessor(X), network).fit(X, y)
    with pytest.raises(DataError, match=r"line 3, column 'n': '1,5' is not a number"):
        pipeline.predict(read_table(write('n\n2.5\n"1,5"\n')))
