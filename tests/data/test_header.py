from __future__ import annotations

import io

import pytest

from moonlet.data.header import looks_like_a_row
from moonlet.data.opening import open_table
from moonlet.data.raw import RawTable
from moonlet.exceptions import DataError


def read(text: str) -> RawTable:
    return open_table(io.BytesIO(text.encode()))


def columns(text: str) -> dict[str, list[str]]:
    return {name: cells.cells() for name, cells in read(text).columns.items()}


def test_a_first_column_without_a_name_holds_the_rows_numbers_or_names():
    table = read(",a,y\n0,1,u\n1,2,v\n")
    assert list(table.columns) == ["row", "a", "y"]
    assert table.unnamed == "row"
    assert table.columns["row"].cells() == ["0", "1"]
    assert read(",row,y\n0,1,u\n").unnamed == "row 1"
    assert read(",row,row 1\n0,1,u\n").unnamed == "row 2"
    assert read("row,y\n1,2\n").unnamed is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a,y,\n1,2,\n3,4,\n", ["a", "y"]),
        ("a,y,,\n1,2,,\n", ["a", "y"]),
        ("a,,y\n1,,2\n", ["a", "y"]),
        (",a,y\n,1,2\n", ["a", "y"]),
        ("a,y\n1,2,\n3,4, \n", ["a", "y"]),
        (",a,y,\n0,1,2,\n", ["row", "a", "y"]),
    ],
)
def test_a_column_without_name_and_cells_is_none(text, names):
    assert list(columns(text)) == names


def test_the_first_cell_under_no_name_makes_it_a_column_again():
    with pytest.raises(DataError, match="line 1, column 3: the column has no name"):
        read("a,y,\n1,2,\n3,4,\n" + "5,6,x\n")


WRITTEN_BY_R = {
    '"a" "y"\n"1" 5.1 "u"\n"2" 4.9 "v"\n': ["1", "2"],
    '"a","y"\n"Mazda RX4",21,"u"\n"Fiat 128",32.4,"v"\n': ["Mazda RX4", "Fiat 128"],
    "a\ty\nr1\t1\tu\nr2\t2\tv\n": ["r1", "r2"],
    "a\ty\n1\t1\tu\n2\t2\tv\n": ["1", "2"],
    "a y\n1 5.1 u\n2 4.9 v\n": ["1", "2"],
}


@pytest.mark.parametrize("text", WRITTEN_BY_R)
def test_rows_names_that_the_header_does_not_count_are_a_column(text):
    table = read(text)
    assert table.unnamed == "row"
    assert list(table.columns) == ["row", "a", "y"]
    assert table.columns["row"].cells() == WRITTEN_BY_R[text]


@pytest.mark.parametrize(
    "text",
    [
        "a,y\n1,2,3\n4,5,6\n",
        "a\ty\n1\t2\t3\n4\t5\t6\n",
        "price,y\n1,5,0\n2,5,1\n",
        "name,y\nSmith, John,3\nDoe, Jane,4\n",
        "name y\nJohn Smith 3\nJane Doe 4\n",
        '"a" "y"\n"r" 1 u\n"r" 2 v\n',
        '"a" "y"\n"r" 1 u\n"" 2 v\n',
    ],
)
def test_a_cell_too_many_that_may_be_anything_else_is_refused(text):
    with pytest.raises(DataError, match=r"line 2: 3 cells where 2 columns are named; the first to"):
        read(text)


def test_a_row_of_another_width_is_told_by_the_first_row_that_does_not_fit():
    with pytest.raises(DataError, match=r"line 2: 3 cells where 2 columns are named"):
        read('"a" "y"\n"r" 1 u\n2 v\n')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,2,0\n3,4,1\n", "line 1, column 1: '1' is a number where a name is expected."),
        ("0,1\n1,0\n", "line 1, column 1: '0' is a number where a name is expected."),
        ("3,4,5\n3,4,1\n", "line 1, column 1: '3' is a number where a name is expected."),
        ("a,0.5,y\n3,4,1\n", "line 1, column 2: '0.5' is a number where a name is expected."),
        ("a,1e5,y\n3,4,1\n", "line 1, column 2: '1e5' is a number where a name is expected."),
        (",,\n3,4,1\n", "line 1: no column has a name. Put a line with the names"),
    ],
)
def test_numbers_and_nothing_are_no_names(text, words):
    with pytest.raises(DataError) as caught:
        read(text)
    assert str(caught.value).removeprefix("the stream, ").startswith(words)


def test_a_series_that_pandas_wrote_has_its_own_name_of_nought():
    assert list(columns(",0\n1821,269\n1822,321\n")) == ["row", "0"]
    assert list(columns(",0,1\n5,269,1\n7,321,2\n")) == ["row", "0", "1"]
    with pytest.raises(DataError, match="'1' is a number where a name is expected"):
        read(",1\n1821,269\n")


def test_columns_may_be_named_by_a_count_or_by_years():
    assert list(columns("0,1,2\n5.1,3.5,u\n")) == ["0", "1", "2"]
    assert list(columns(",0,1,2\n0,5.1,3.5,u\n")) == ["row", "0", "1", "2"]
    assert list(columns("country,2019,2020\nA,1,2\n")) == ["country", "2019", "2020"]


def readings(kinds: dict[str, str]):
    """What a schema of such columns says of their names."""
    gap_words = {"na", "?", "nan"}

    def reads(name: str) -> bool | None:
        if name.casefold() in gap_words:
            return None
        kind = kinds[name]
        if kind == "number":
            return name.lstrip("-").replace("%", "").replace(".", "", 1).isdigit()
        if kind == "date":
            return name[:4].isdigit()
        return name in ("yes", "no", "known")

    return reads


@pytest.mark.parametrize(
    "kinds",
    [
        {"Sara": "category", "34": "number", "1": "yes/no"},
        {"Sara": "left out", "34": "number", "1": "number"},
        {"2024-01-01": "date", "5": "number", "a": "category"},
        {"NA": "number", "34": "number", "1": "number"},
        {"13.4%": "number", "u": "category"},
        {"known": "category", "x": "category"},
        {"u": "category", "yes": "yes/no"},
        {"0": "yes/no", "5": "number", "1": "number", "x": "category"},
        {"7": "number", "9": "number", "x": "category"},
    ],
    ids=str,
)
def test_names_that_could_be_cells_of_their_columns_are_a_row(kinds):
    assert looks_like_a_row(kinds, readings(kinds))


@pytest.mark.parametrize(
    "kinds",
    [
        {"country": "category", "2019": "number", "2020": "number"},
        {"country": "category", "1850": "number"},
        {"RI": "number", "Na": "number", "Mg": "number", "Al": "number"},
        {"x": "category", "10": "number", "20": "number", "30": "number"},
        {"0": "number", "1": "number", "y": "category"},
        {"y": "number", "34": "number", "x": "category"},
        {"start": "date", "34": "number", "x": "category"},
        {"smokes": "yes/no", "known": "category"},
        {"x": "category", "NA": "number"},
        {"x": "category", "y": "category"},
    ],
    ids=str,
)
def test_names_that_no_row_could_have_are_names(kinds):
    assert not looks_like_a_row(kinds, readings(kinds))
