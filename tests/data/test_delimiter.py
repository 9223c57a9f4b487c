from __future__ import annotations

import io

import pytest

from moonlet.data.opening import open_table
from moonlet.exceptions import DataError


def delimiter(text: str, **options: str) -> str | None:
    return open_table(io.BytesIO(text.encode()), **options).delimiter


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\n1;x|2\n", "|"),
        ("a b c\n1,5 2,5 3\n", " "),
        ('"a" "b"\n"1" "x y" 3\n"2" "z" 4\n"3" "w" 5\n', " "),
        ("note y\nJohn Smith\n", " "),
        ("y\n1\n2\n", ","),
        ("first name\nJohn Smith Jones\nBob\n", ","),
        ('a;b;c\n"1\n2";"x,y";3\n4;5;6\n', ";"),
        ("a,b\n" + "1,2\n" * 30 + "x;y;z,3\n", ","),
    ],
)
def test_the_sign_that_splits_the_lines_alike_stands_between_the_cells(text, sign):
    assert delimiter(text) == sign


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        # JuliaData/CSV.jl#71: a space more here and there
        (
            "a b c d e\n1 2  3 4 5\n1 2 3  4 5\n",
            {"a": ["1", "1"], "c": ["3", "3"], "e": ["5", "5"]},
        ),
        # JuliaData/CSV.jl#326: spaces before the first cell
        ("     A  B\n     1  2\n     11 22\n", {"A": ["1", "11"], "B": ["2", "22"]}),
        # JuliaData/CSV.jl#120: spaces behind the last cell
        ("t x \n1.5 2e0 \n1.6 3e0 \n", {"t": ["1.5", "1.6"], "x": ["2e0", "3e0"]}),
        # JuliaData/CSV.jl#84: tabs, and spaces that fill up
        ("id\tlong      \n1\t -66.7   \n2\t -67.1   \n", {"id": ["1", "2"]}),
        # JuliaData/DelimitedFiles.jl#4: a space between a closing quote and the comma
        ('a,b\n"hello, again" ,"x"\n "u" , v\n', {"a": ["hello, again", "u"], "b": ["x", "v"]}),
    ],
)
def test_spaces_that_other_readers_stumbled_over_do_not_count(text, columns):
    table = open_table(io.BytesIO(text.encode()))
    assert {name: table.columns[name].cells() for name in columns} == columns


@pytest.mark.parametrize("sign", [";", "|", "\t", ",", "^"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_first_line_may_tell_the_sign(sign, quote, mark):
    text = f"{mark}{quote}sep={sign}{quote}\r\na{sign}b\r\n1{sign}2\r\n"
    table = open_table(io.BytesIO(text.encode()))
    assert table.delimiter == sign
    assert list(table.columns) == ["a", "b"]
    assert list(table.lines) == [3]


def test_what_the_caller_says_goes_before_what_the_file_says():
    assert delimiter("sep=,\na;b\n1;2\n", delimiter=";") == ";"
    assert delimiter("a,b c,d\n1,2 3,4\n", delimiter=" ") == " "
    assert delimiter("a;b,c\n1;2,3\n", delimiter=",") == ","


def test_a_column_may_be_called_sep():
    table = open_table(io.BytesIO(b"sep,y\n1,0\n"))
    assert list(table.columns) == ["sep", "y"]


def test_two_signs_that_do_equally_well_are_a_question(write):
    text = "a;b,y\nu;v,0\nw;z,1\n"
    with pytest.raises(DataError, match="more than one way: 2 with a comma or 2 with a semicolon"):
        delimiter(text)
    tabs = "a, b\ty\n1, 2\t3\n"
    assert open_table(write(tabs, "t.tsv")).delimiter == "\t"


@pytest.mark.parametrize("bad", ["", ",,", '"', "\n", "\0"])
def test_a_sign_that_cannot_stand_between_cells_is_refused(bad):
    with pytest.raises(DataError, match="one character stands between cells"):
        delimiter("a,b\n1,2\n", delimiter=bad)
