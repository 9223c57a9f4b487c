from __future__ import annotations

import pytest

from moonlet.data import load


def test_the_target_can_be_any_column_and_the_others_keep_their_order(write):
    path = write("a,b,c\n1,x,3.5\n2,y,4.5\n")
    assert load(path).target == "c"
    dataset = load(path, target="b")
    assert dataset.y.tolist() == ["x", "y"]
    assert dataset.feature_names == ["a", "c"]


def test_an_unknown_target_brings_the_closest_column_to_mind(refusal):
    message = refusal("size,Species\n1,a\n2,b\n", target="specis")
    assert message == (
        "there is no column 'specis' (target). Did you mean 'Species'? "
        "The columns are 'size', 'Species'."
    )


def test_of_many_columns_the_first_few_are_listed(refusal):
    header = ",".join(f"c{i}" for i in range(20))
    row = ",".join("1" * 20)
    assert refusal(f"{header}\n{row}\n", target="zzz").endswith("'c6', 'c7' and 12 more.")


@pytest.mark.parametrize(
    "contents",
    [
        "63,1,yes\n37,1,yes\n41,0,no\n",
        "p,x,s\np,y,s\ne,x,t\n",
        "Sara,34,1\nTom,30,0\nAnn,51,1\nBob,18,0\n",
        "2024-01-01,5,a\n2024-01-02,6,b\n2024-01-03,7,a\n",
        "NA,5,a\n1,6,b\n2,7,a\n",
        "a,n/a,12\nb,3,13\na,4,14\n",
        "12%,3 kg,a\n13%,4 kg,b\n15%,5 kg,a\n",
        "x,1:30,a\nx,1:45,b\ny,2:15,a\n",
        "true,u,1\nfalse,v,2\ntrue,u,3\n",
        '"1,5";a\n"2,5";b\n"3,5";a\n',
        "3/31/2024,b,2\n4/1/2024,a,3\n12/30/2024,b,2\n",
    ],
)
def test_a_first_row_that_would_be_lost_as_names_is_noticed(refusal, contents):
    message = refusal(contents)
    assert message.startswith("line 1")
    assert "Put a line with the names of the columns above the first row." in message


@pytest.mark.parametrize(
    ("contents", "names"),
    [
        ("country,2019,2020\na,1,2\nb,3,4\na,5,6\n", ["country", "2019", "2020"]),
        ("2019,2020,y\n1,2,no\n3,4,yes\n", ["2019", "2020", "y"]),
        ("id,q1,q2\n5,a,b\n6,b,a\n9,a,a\n", ["id", "q1", "q2"]),
        ("day,n,y\n2024-01-01,5,a\n2024-01-02,6,b\n", ["day", "n", "y"]),
        ("yes,n\nyes,1\nno,2\n", ["yes", "n"]),
        ("0,1,2,y\n5,6,7,a\n8,9,1,b\n", ["0", "1", "2", "y"]),
        ("NA,EU,y\n1,2,a\n3,4,b\n", ["NA", "EU", "y"]),
        ("jan 2024,feb 2024,y\n1,2,a\n3,4,b\n", ["jan 2024", "feb 2024", "y"]),
    ],
)
def test_names_are_names_though_they_look_odd(write, contents, names):
    dataset = load(write(contents))
    assert [column.name for column in dataset.schema.columns] == names
    assert len(dataset.y) == contents.count("\n") - 1
