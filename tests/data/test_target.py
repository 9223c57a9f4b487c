from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from moonlet import MLPClassifier
from moonlet.data import load
from moonlet.data.target import decide_task
from moonlet.exceptions import DataError


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b", "c"], "classification"),
        ([True, False], "classification"),
        ([0.0, 1.0], "classification"),
        ([2.0, 4.0, 2.0], "classification"),
        ([0.0, 1.0, 2.0] * 3, "classification"),
        ([0.0, 1.0, 2.0] * 2 + [0.0, 1.0], "regression"),
        ([float(i) for i in range(20)] * 3, "classification"),
        ([float(i) for i in range(21)] * 30, "regression"),
        ([0.5, 1.0] * 10, "regression"),
        ([float(i) for i in range(10)], "regression"),
        (np.array([3, 5], dtype=np.uint8), "classification"),
    ],
)
def test_the_target_decides_the_task(values, task):
    assert decide_task(pd.Series(values)) == task


def test_the_task_can_be_overruled(write):
    path = write("a,y\n" + "".join(f"{i},{i % 3}\n" for i in range(30)))
    assert load(path).y.dtype == np.int64
    dataset = load(path, task="regression")
    assert (dataset.task, dataset.y.dtype) == ("regression", np.float64)
    path = write("a,y\n1,10\n2,20\n3,30\n4,10\n")
    assert load(path).task == "regression"
    assert load(path, task="classification").y.tolist() == [10, 20, 30, 10]


@pytest.mark.parametrize(
    ("contents", "options", "words"),
    [
        ("a,y\n1,x\n2,x\n", {}, "column 'y': the target has one class only, 'x'. There is noth"),
        ("a,y\n1,1\n2,1\n", {}, "column 'y': the target has one class only, '1'"),
        ("a,y\n1,.5\n2,.5\n", {}, "column 'y': the target has one value only, '0.5'"),
        ("a,y\n1,x\n2,\n3,\n", {}, "column 'y': the target has one class only, 'x'"),
        ("a,y\n1,\n2,\n", {}, "column 'y': the target has no value in any row. Choose another"),
        ("a,y\n1,NA\n2,\n3,n/a\n", {}, "column 'y': the target has no value in any row. Choose"),
        (
            "a,y\n1,2\n2,2.5\n",
            {"task": "classification"},
            "line 3, column 'y': a class must be a text or a whole number. Got '2.5'. Predict",
        ),
        (
            "a,y\n1,\n\n2,2\n3,2.5\n",
            {"task": "classification"},
            "line 5, column 'y': a class must be a text or a whole number. Got '2.5'. Predict",
        ),
        (
            "a,y\n1,x\n2,y\n",
            {"task": "regression"},
            "column 'y': a regression needs numbers. Got 'x'. Choose another target",
        ),
        (
            "a,y\n" + "".join(f"{i},{chr(97 + i)}\n" for i in range(10)),
            {},
            "column 'y': the target has 10 different labels in 10 rows: an id or free text. Choose",
        ),
        ("a,y\n1,x\n2,y\n", {"kinds": {"y": "left out"}}, "column 'y': the target cannot be left"),
        ("a,y\n1,x\n2,y\n", {"ignore": ["y"]}, "column 'y': the target cannot be left out. Choose"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(refusal, contents, options, words):
    assert refusal(contents, **options).startswith(words)


@pytest.mark.parametrize("gap", ["", "  ", "NaN", "n/a", "-", "#N/A"])
def test_rows_whose_number_to_predict_is_a_gap_are_left_out_and_counted(write, gap):
    dataset = load(write(f"a,y\n1,0.5\n2,{gap}\n3,2.5\n,{gap}\n5,4.5\n"))
    assert dataset.n_dropped == 2
    assert dataset.y.tolist() == [0.5, 2.5, 4.5]
    assert dataset.X["a"].tolist() == [1.0, 3.0, 5.0]
    assert dataset.X.index.tolist() == [0, 1, 2]
    assert dataset.schema.target_column.n_gaps == 2


def test_among_labels_only_the_empty_cell_and_the_callers_words_are_gaps(write):
    path = write("a,y\n1,None\n2,some\n3,NA\n4,\n5,-\n")
    dataset = load(path)
    assert dataset.y.tolist() == ["None", "some", "NA", "-"]
    assert dataset.n_dropped == 1
    named = load(path, gap=["-", "NA"])
    assert named.y.tolist() == ["None", "some"]
    assert named.X["a"].tolist() == [1.0, 2.0]
    assert named.n_dropped == 3


def test_the_rows_that_are_left_keep_their_features(write):
    cells = [
        ("", "x") if i % 4 == 0 else ("no" if i % 2 else "yes", f"k{i % 3}") for i in range(24)
    ]
    path = write("k,n,y\n" + "".join(f"{k},{i},{y}\n" for i, (y, k) in enumerate(cells)))
    dataset = load(path)
    kept = [i for i, (y, _) in enumerate(cells) if y]
    assert dataset.X["n"].tolist() == kept
    assert dataset.X["k"].astype(str).tolist() == [cells[i][1] for i in kept]
    assert dataset.y.tolist() == [cells[i][0] for i in kept]


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["1", "2", "1", "2"], [1, 2, 1, 2]),
        (["01", "1", "10", "01"], ["01", "1", "10", "01"]),
        (["1.0", "1.00", "2.0", "1.0"], ["1.0", "1.00", "2.0", "1.0"]),
        (["1.0", "2.0", "1.0", "2.0"], [1, 2, 1, 2]),
        (["1", "1.0", "1", "1.0"], ["1", "1.0", "1", "1.0"]),
        (["+1", "-1", "+1", "-1"], [1, -1, 1, -1]),
        (["1e3", "1000", "2", "2"], ["1e3", "1000", "2", "2"]),
        (["9007199254740993", "9007199254740992"] * 2, [9007199254740993, 9007199254740992] * 2),
        (["-0", "0", "-0", "0"], ["-0", "0", "-0", "0"]),
        (["1", "2", "None", "A"], ["1", "2", "None", "A"]),
        (["007", "7", "X", "007"], ["007", "7", "X", "007"]),
        (["a", "A", "á", "a"], ["a", "A", "á", "a"]),
        (["inf", "up", "inf", "up"], ["inf", "up", "inf", "up"]),
    ],
    ids=lambda cells: " ".join(map(str, cells)),
)
def test_classes_are_told_apart_as_they_are_written(write, cells, labels):
    path = write("a,y\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells * 3)))
    y = load(path, task="classification").y
    assert y.tolist() == labels * 3
    assert [type(label) for label in y.tolist()] == [type(label) for label in labels * 3]


def test_truth_values_are_bool_and_other_pairs_of_words_stay_as_they_are_written(write):
    def y(no, yes):
        return load(write(f"a,y\n1,{yes}\n2,{no}\n3,{no}\n4,{yes}\n")).y

    for no, yes in (("false", "true"), ("FALSE", "TRUE"), ("False", "True")):
        assert y(no, yes).dtype == bool
        assert y(no, yes).tolist() == [True, False, False, True]
    for no, yes in (("no", "yes"), ("N", "Y"), ("f", "t"), ("Nein", "Ja"), ("否", "是")):
        assert y(no, yes).tolist() == [yes, no, no, yes]


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([1, 2, 1, 2], "int64", "i"),
        ([1, 2, 1, 2], "Int64", "i"),
        ([1, 2, 1, 2], "UInt8", "i"),
        ([True, False, False, True], "bool", "b"),
        ([True, False, False, True], "boolean", "b"),
        ([2**53 + 1, 2**53, 2**53, 2**53 + 1], "Int64", "i"),
        ([2**53 + 1, 2**53, 2**53, 2**53 + 1], "int64", "i"),
        (["u", "v", "u", "v"], "category", "U"),
    ],
)
def test_typed_classes_keep_their_type_in_the_network_too(tmp_path, values, dtype, kind):
    pytest.importorskip("pyarrow")
    y = pd.Series(values * 5, dtype=dtype)
    pd.DataFrame({"a": np.arange(20.0), "y": y}).to_parquet(tmp_path / "t.parquet")
    dataset = load(tmp_path / "t.parquet")
    assert dataset.y.tolist() == values * 5
    assert dataset.y.dtype.kind == kind
    network = MLPClassifier((), solver="lbfgs", max_iter=500).fit(dataset.X, dataset.y)
    assert network.classes_.tolist() == sorted(set(values))
    assert network.classes_.dtype.kind == kind


def test_a_gap_among_typed_classes_drops_the_row_and_not_the_type(tmp_path):
    pytest.importorskip("pyarrow")
    for dtype, values in (("Int64", [3, None, 7]), ("boolean", [True, None, False])):
        y = pd.Series(values * 3, dtype=dtype)
        pd.DataFrame({"a": np.arange(9.0), "y": y}).to_parquet(tmp_path / "t.parquet")
        dataset = load(tmp_path / "t.parquet")
        assert dataset.y.tolist() == [values[0], values[2]] * 3
        assert dataset.n_dropped == 3
        assert dataset.y.dtype.kind == ("i" if dtype == "Int64" else "b")


def test_a_date_to_predict_is_the_days_since_1970(write):
    days = [datetime.date(1969, 12, 31), datetime.date(2024, 2, 29), datetime.date(2000, 1, 1)]
    dataset = load(write("a,y\n" + "".join(f"{i},{day}\n" for i, day in enumerate(days))))
    assert dataset.task == "regression"
    assert dataset.y.tolist() == [(day - datetime.date(1970, 1, 1)).days for day in days]


def test_dates_may_be_classes_on_request(write):
    path = write("a,y\n1,2024-02-29\n2,2024-03-01\n3,2024-02-29\n")
    dataset = load(path, task="classification")
    assert dataset.y.tolist() == ["2024-02-29", "2024-03-01", "2024-02-29"]


def test_numbers_to_predict_are_read_by_their_spelling(write):
    dataset = load(write('a,y\n1,"1,234.5 €"\n2,12.25 €\n3,(7.00 €)\n'))
    assert dataset.y.tolist() == [1234.5, 12.25, -7.0]
    percent = load(write("a,y\n" + "".join(f"{i},{i}.5%\n" for i in range(60))))
    assert percent.task == "regression"
    assert percent.y.tolist() == [i + 0.5 for i in range(60)]


def test_an_unknown_task_is_refused():
    with pytest.raises(DataError, match=r"task must be 'classification' or 'regression'\. Got 'fi"):
        load("iris", task="fit")
