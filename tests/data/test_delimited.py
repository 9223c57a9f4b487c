from __future__ import annotations

import csv
import io
import math
import time
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris, load_wine

from moonlet.data import load
from moonlet.data.opening import open_table
from moonlet.exceptions import DataError

GOOD = "size,kind,y\n1,a,no\n2,b,yes\n3,a,no\n"


def test_a_plain_table_is_read_as_pandas_reads_it(write):
    path = write(GOOD)
    expected = pd.read_csv(path)
    X, y = load(path)
    assert X["size"].dtype == np.float64
    assert X["size"].tolist() == expected["size"].tolist()
    assert X["kind"].tolist() == expected["kind"].tolist()
    assert y.tolist() == expected["y"].tolist()


def test_the_path_may_be_a_string_and_the_suffix_in_capitals(write):
    assert load(str(write(GOOD, "TABLE.CSV"))).name == "TABLE.CSV"


@pytest.mark.parametrize(
    "contents",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.rstrip("\n"),
        "\n\n" + GOOD.replace("\n", "\n  \n\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", "|"),
        GOOD.replace(",", ", "),
        GOOD.replace("a", '"a"').replace(",", ", "),
        "\ufeff" + GOOD,
        GOOD.encode("utf-16"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        "\ufeff" + '"size","kind","y"\n' + GOOD.partition("\n")[2],
    ],
    ids=[
        "Windows line ends",
        "old Macintosh line ends",
        "no line end at the end",
        "blank lines",
        "semicolons",
        "tabs",
        "vertical bars",
        "spaces after commas",
        "quotes after spaces",
        "UTF-8 with a mark",
        "UTF-16",
        "UTF-16, big end first",
        "a mark before a quote",
    ],
)
def test_ways_of_writing_the_same_table(write, contents):
    table = load(write(contents))
    assert table.feature_names == ["size", "kind"]
    assert table.fingerprint() == load(write(GOOD)).fingerprint()


def test_a_tsv_file_has_tabs_and_may_have_commas_in_its_text(write):
    X, _ = load(write("size\tkind\ty\n1\ta,b\tno\n2\tc,d\tyes\n", "table.tsv"))
    assert X["kind"].tolist() == ["a,b", "c,d"]


def test_a_cell_of_128_kilobytes_is_read(write):
    long = "x" * 131_000
    assert load(write(f"a,b,y\n1,{long},0\n2,z,1\n")).X["b"][0] == long


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ("", "the file is empty. Expected a line of names"),
        (" \n\n", "the file is empty"),
        ("\ufeff", "the file is empty"),
        ("a,b,y\n", "line 1: there is a header but no row below it. Add rows."),
        ("\n\na,b,y\n\n", "line 3: there is a header but no row"),
        ("a,b,y\n1,2,0\n1,2\n", "line 3: 2 cells where 3 columns are named. Add the missing"),
        ("a,b,y\n1,2,0\n1,2,0,9\n", "line 3: 4 cells where 3 columns are named; the first too"),
        ("a,b,y\n1,5,2,5,0\n1,5,2,5,1\n", "line 2: 5 cells where 3 columns are named"),
        ("a,b,a\n1,2,0\n", "line 1, column 'a': 2 columns have this name. Rename them"),
        ("a, b,b \n1,2,0\n", "line 1, column 'b': 2 columns have this name"),
        ("a,y,\n0,1,\n1,0,2\n", "line 1, column 3: the column has no name"),
        (",a,,y\n0,1,2,3\n", "line 1, column 3: the column has no name. Give it one"),
        (
            "1,2,0\n3,4,1\n",
            "line 1, column 1: '1' is a number where a name is expected. Put a line",
        ),
        ("5.1,3.5,setosa\n4.9,3,setosa\n7,3,virginica\n", "line 1, column 1: '5.1' is a number"),
        ("63,1,yes\n37,1,yes\n41,0,no\n", "line 1: it looks like a row, not like names. Put a"),
        ("p,x,s\np,y,s\ne,x,t\n", "line 1: it looks like a row, not like names"),
        ("a,y\n1,0\nabc,1\n" + "2,0\n" * 8, "line 3, column 'a': 'abc' is not a number, but 9"),
        ("a,y\n1,0\n\n\n\ninf,1\n", "line 6, column 'a': 'inf' is infinite or too large"),
        ("a,y\n1,0\n1e400,1\n", "line 3, column 'a': '1e400' is infinite or too large"),
        ('a,y\n"1\n",0\n"x\ny",0\nb,0\n9,oops\n' + "c,0\n" * 9, "line 7, column 'y': 'oops'"),
        ("a,b,y\n1,2,0\n1,\0,1\n", "line 3, column 'b': there is a NUL character"),
        (GOOD.encode("utf-16-le"), "line 1, column 1: there is a NUL character"),
        (b"\xff\xfeabc", "line 1, column 1: byte 0x63 is not UTF-16, though"),
        (b"a,y\n1,no\n2,caf\xe9\n", "line 3, column 'y': byte 0xE9 is not UTF-8"),
        (b"a,b\xe9,y\n1,2,3\n", "line 1, column 2: byte 0xE9 is not UTF-8"),
        ('a,y\n1,"no\n2,yes\n', "line 2: a quote is opened and never closed. Close it."),
        ('a,y\n1,"n"o\n2,yes\n', "line 2: text follows a closing quote"),
        ("a,y\n1," + "x" * 140_000 + "\n", "line 2: a cell is longer than 131072 characters"),
        ("a;b,y\nu;v,0\nw;z,1\n", "the lines can be split into columns in more than one way: 2"),
        ("y\n1\n2\n", "column 'y': this is the only column. Add columns to predict it from."),
    ],
)
def test_what_cannot_be_a_table_is_refused_with_place_and_cure(refusal, contents, words):
    assert refusal(contents).startswith(words)


def test_the_first_row_of_wrong_length_is_named_in_a_file_with_semicolons_too(refusal):
    assert refusal("a;b;y\n1,5;2;0\n2;3\n").startswith("line 3: 2 cells where 3 columns")


def test_years_may_be_names_of_columns_when_another_column_has_a_word(write):
    X, _ = load(write("2019,2020,y\n1,2,no\n3,4,yes\n"))
    assert X.columns.tolist() == ["2019", "2020"]


def test_pandas_traps_do_not_catch_us(write, refusal):
    X, _ = load(write("answer,x,y\nNone,1,0\nNA,2,1\nyes,,0\n,3,1\n"))
    assert X["answer"].tolist()[:3] == ["None", "NA", "yes"]
    assert X["answer"].isna().tolist() == [False, False, False, True]
    assert X["x"].isna().tolist() == [False, False, True, False]
    # pandas makes an index of the first column here.
    assert refusal("a,y\n1,2,3\n4,5,6\n").startswith("line 2: 3 cells where 2 columns")


@pytest.mark.parametrize("loader", [load_iris, load_breast_cancer, load_wine])
def test_the_files_in_scikit_learns_package_are_read_rightly(loader):
    bunch = loader()
    name = {"load_wine": "wine_data"}.get(loader.__name__, loader.__name__.removeprefix("load_"))
    with as_file(files("sklearn.datasets.data") / f"{name}.csv") as path:
        dataset = load(path)
    np.testing.assert_array_equal(dataset.X.to_numpy(), bunch.data)
    np.testing.assert_array_equal(dataset.y, np.asarray(bunch.target_names)[bunch.target])
    assert dataset.feature_names == [f"x{i}" for i in range(bunch.data.shape[1])]
    assert dataset.target == "target"


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ("4,2,no,yes\n1,2,0\n3,4,1\n1,2,0\n", "line 1: it announces 4 rows, but 3 follow"),
        ("3,2,no,yes\n1,2,0\n3,4,1\n1,2,2\n", "line 1: it announces 2 classes, but the last"),
        ("3,2,no,yes\n1,2,0\n3,4,1\n1,2,\n", "line 1: it announces 2 classes, but the last"),
        ("3,2,no,yes\n1,2,a\n3,4,b\n1,2,a\n", "line 1: it announces 2 classes, but the last"),
        ("3,2,no,yes\n1,2,0\n3,1\n1,2,1\n", "line 3: 2 cells where 3 columns"),
    ],
)
def test_a_file_that_is_not_what_its_first_line_announces_is_refused(refusal, contents, words):
    assert refusal(contents).startswith(words)


def test_a_truncated_iris_is_not_taken_for_a_table_with_strange_names(write, refusal):
    rows = "".join(f"5,3,1,0.{i},{i % 3}\n" for i in range(9))
    first_line = "150,4,setosa,versicolor,virginica\n"
    assert refusal(first_line + rows).startswith("line 1: it announces 150 rows, but 9 follow")
    assert len(load(write(first_line.replace("150", "9") + rows)).X) == 9


# Without NUL and spaces around: neither comes back. A lone surrogate is no text.
# Signs without width are taken away around a cell, as spaces are (moonlet.data.raw.stripped).
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cf"], exclude_characters="\0"), max_size=8)


@st.composite
def written_tables(draw: st.DrawFn) -> list[list[str]]:
    n_columns, n_rows = draw(st.integers(2, 5)), draw(st.integers(1, 8))
    row = st.lists(CELLS.map(str.strip), min_size=n_columns, max_size=n_columns)
    return draw(st.lists(row, min_size=n_rows, max_size=n_rows))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(written_tables(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_comes_back_identical(write, rows, line_end, delimiter):
    file = io.StringIO(newline="")
    # The csv module leaves "\r" and "\n" unquoted where they are not part of its line end.
    quoting = csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL
    writer = csv.writer(file, lineterminator=line_end, delimiter=delimiter, quoting=quoting)
    writer.writerow([f"c{number}" for number in range(len(rows[0]))])
    writer.writerows(rows)
    table = open_table(write(file.getvalue()), delimiter=delimiter)
    columns = [cells.cells() for cells in table.columns.values()]
    assert columns == [list(cells) for cells in zip(*rows, strict=True)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    before=st.lists(st.text("ab\n\"',", min_size=1, max_size=6), max_size=5),
    blank_lines=st.integers(0, 3),
)
def test_the_line_of_a_bad_cell_is_the_line_that_an_editor_shows(refusal, before, blank_lines):
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["text", "number"])
    writer.writerows([text, 1] for text in before)
    file.write("\n" * blank_lines)
    line = file.getvalue().count("\n") + 1
    writer.writerow(["bad", "1e999"])
    assert refusal(file.getvalue()).startswith(f"line {line}, column 'number': '1e999'")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=60) | st.text('a1,;"\n\r\t .', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_line(write, contents):
    try:
        load(write(contents))
    except DataError as error:
        assert str(error).isprintable()  # noqa: PT017


def test_gaps_keep_their_place_across_blocks_of_rows(write):
    n_rows = 4_500  # more than two blocks
    cells = ["" if i % 7 == 0 else str(i) for i in range(n_rows)]
    X, _ = load(write("a,y\n" + "".join(f"{cell},{i % 2}\n" for i, cell in enumerate(cells))))
    expected = [math.nan if i % 7 == 0 else i for i in range(n_rows)]
    np.testing.assert_array_equal(X["a"], expected)


def test_a_line_far_down_is_named_rightly(refusal):
    rows = ["1,0", "2,1"] * 5_000
    rows[7_654] = "1,x"
    assert refusal("a,y\n" + "\n".join(rows)).startswith("line 7656, column 'y': 'x'")


def test_half_a_million_cells_are_read_in_seconds(write):
    rows = np.random.default_rng(0).standard_normal((10_000, 50))
    path = write(pd.DataFrame(rows).add_prefix("c").to_csv(index=False))
    start = time.process_time()
    table = open_table(path)
    # 0.05 s on a Zen 4 core; quadratic work in rows or columns would take minutes.
    assert time.process_time() - start < 5
    for column, cells in enumerate(table.columns.values()):
        np.testing.assert_array_equal(np.array(cells.cells(), dtype=float), rows[:, column])
