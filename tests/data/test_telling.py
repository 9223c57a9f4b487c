"""What is said of a table before anything is trained on it."""

import pandas as pd

from moonlet.data import Schema
from moonlet.data.telling import is_plain, lines


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
