from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from moonlet.data import load
from moonlet.data.table import decide_task
from moonlet.exceptions import DataError


def test_the_target_can_be_any_column_and_the_others_keep_their_order(write):
    path = write("a,b,c\n1,x,3.5\n2,y,4.5\n")
    assert load(path).target == "c"
    dataset = load(path, target="b")
    assert dataset.y.tolist() == ["x", "y"]
    assert dataset.feature_names == ["a", "c"]


def test_an_unknown_target_brings_the_closest_column_to_mind(refusal):
    message = refusal("size,Species\n1,a\n2,b\n", target="specis")
    assert message == (
        "there is no column 'specis'. Did you mean 'Species'? The columns are 'size', 'Species'."
    )


def test_of_many_columns_the_first_few_are_listed(refusal):
    header = ",".join(f"c{i}" for i in range(20))
    row = ",".join("1" * 20)
    assert refusal(f"{header}\n{row}\n", target="zzz").endswith("'c6', 'c7' and 12 more.")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b", "c"], "classification"),
        ([0.0, 1.0], "classification"),
        ([2.0, 4.0, 2.0], "classification"),
        ([0.0, 1.0, 2.0] * 3, "classification"),
        ([0.0, 1.0, 2.0] * 2 + [0.0, 1.0], "regression"),
        ([float(i) for i in range(20)] * 3, "classification"),
        ([float(i) for i in range(21)] * 30, "regression"),
        ([0.5, 1.0] * 10, "regression"),
        ([float(i) for i in range(10)], "regression"),
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
        ("a,y\n1,x\n2,\n3,y\n", {}, "column 'y': the target is empty in line 3. Fill it in, or"),
        ("a,y\n1,\n\n2,NA\n3,1\n4,0\n", {}, "column 'y': the target is empty in lines 2, 4. Fill"),
        ("a,y\n1,\n2,\n", {}, "column 'y': the target is empty in lines 2, 3."),
        (
            "a,y\n" + "1,\n" * 20,
            {},
            "column 'y': the target is empty in lines 2, 3, 4, 5, 6, 7, 8,",
        ),
        (
            "a,y\n1,2\n2,2.5\n",
            {"task": "classification"},
            "line 3, column 'y': a class must be a text or a whole number. Got 2.5. Use task=",
        ),
        (
            "a,y\n1,x\n2,y\n",
            {"task": "regression"},
            "line 2, column 'y': a regression needs numbers. Got 'x'. Choose another target",
        ),
        ("a,y\n1,9007199254740993\n2,1e17\n", {}, "column 'y': class numbers above 2**53 are not"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(refusal, contents, options, words):
    assert refusal(contents, **options).startswith(words)


def test_the_label_none_is_a_class(write):
    assert load(write("a,y\n1,None\n2,some\n3,NA\n")).y.tolist() == ["None", "some", "NA"]


def test_an_unknown_task_is_refused():
    with pytest.raises(DataError, match=r"task must be 'classification' or 'regression'\. Got 'fi"):
        load("iris", task="fit")
