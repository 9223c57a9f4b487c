"""What is said of a table before anything is trained on it."""

import numpy as np
import pandas as pd
import pytest

from moonlet.data import Schema, load
from moonlet.data.look import look_at
from moonlet.data.telling import is_plain, lines, remarks


def test_labels_that_may_be_gaps_are_named_with_the_option_that_makes_them_gaps():
    table = pd.DataFrame({"sex": ["f", "m", "NA", "f"], "size": ["1", "NA", "3", "2"]})
    sex = Schema.of(table, target="size").columns[0]
    assert lines([sex], None) == [
        "sex  category  3 labels, 'NA' among them (--gap NA for a gap); such as f"
    ]
    assert not is_plain(sex)
    sex = Schema.of(table, target="size", gap=["NA"]).columns[0]
    assert lines([sex], None) == ["sex  category  2 labels; such as f; 1 gap ('NA')"]


def test_labels_that_are_good_answers_are_not_asked_about():
    table = pd.DataFrame({"state": ["ND", "SD", "none"] * 4, "size": range(12)})
    assert is_plain(Schema.of(table, target="size").columns[0])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (np.arange(300) % 26, "taken for numbers: 26 different ones"),
        (np.arange(300) % 7, "taken for 7 classes"),
        (np.arange(300) % 2, None),
        (np.arange(300) % 26 / 2, None),
        (np.arange(300) % 150, None),
        (np.array(["a", "b", "c"])[np.arange(300) % 3], None),
    ],
)
def test_whole_numbers_are_told_to_be_taken_for_numbers_or_for_classes(target, said, tmp_path):
    path = tmp_path / "table.csv"
    random = np.random.RandomState(0)
    table = pd.DataFrame({"a": random.normal(size=300), "y": target[random.permutation(300)]})
    table.to_csv(path, index=False)
    dataset = load(path)
    told = [line for line in remarks(dataset, look_at(dataset)) if "taken for" in line]
    assert len(told) == (said is not None)
    if said:
        cure, other = ("classes", "numbers") if "numbers:" in said else ("numbers", "classes")
        assert said in told[0]
        assert told[0].endswith(f"--task {cure}")
        dataset = load(path, task={"classes": "classification", "numbers": "regression"}[cure])
        assert f"--task {other}" in " ".join(remarks(dataset, look_at(dataset)))
