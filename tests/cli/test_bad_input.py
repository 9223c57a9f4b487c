"""Each bad table that a person may hand over: refused in one line, with nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Run, one_line

ROWS = "\n".join(f"{i},{i % 7},{'yes' if i % 2 else 'no'}" for i in range(40))
GOOD = f"a,b,c\n{ROWS}\n"

# What stands in table.csv, and what the line must name of place and cure.
TABLES = {
    "empty file": (b"", "table.csv", "empty"),
    "only blank lines": (b"\n\n  \n", "table.csv", "empty"),
    "header only": (b"a,b,c\n", "line 1", "Add rows"),
    "one class only": (
        b"a,b,c\n1,2,yes\n2,3,yes\n",
        "column 'c'",
        "choose another target",
    ),
    "text in a number column": (
        GOOD.replace("7,0,yes", "seven,0,yes").encode(),
        "line 9, column 'a'",
        "'seven' is not a number",
    ),
    "infinity": (GOOD.replace("7,0,yes", "inf,0,yes").encode(), "line 9, column 'a'", "inf"),
    "a number that overflows": (
        GOOD.replace("7,0,yes", "1e400,0,yes").encode(),
        "line 9, column 'a'",
        "1e400",
    ),
    "a row too long": (
        GOOD.replace("7,0,yes", "7,0,yes,more").encode(),
        "line 9",
        "'more'",
    ),
    "a row too short": (GOOD.replace("7,0,yes", "7,0").encode(), "line 9", "2 cells"),
    "two columns of one name": (GOOD.replace("a,b,c", "a,a,c").encode(), "line 1", "column 'a'"),
    "wrong encoding": (
        GOOD.replace("7,0,yes", "7,0,séd").encode("latin-1"),
        "line 9, column 'c'",
        "UTF-8",
    ),
    "a target that is all gaps": (
        GOOD.replace(",yes", ",").replace(",no", ",NA").encode(),
        "column 'c'",
        "has no value in any row. Choose another target",
    ),
    "a mark that stands for nothing known": (
        GOOD.replace("7,0,yes", "x.x,0,yes").encode(),
        "line 9, column 'a'",
        "say --gap 'x.x'",
    ),
    "two ways to read a number": (
        b"a;b;c\n1.234;1;yes\n2.345;2;no\n3.456;3;no\n",
        "line 2, column 'a'",
        "Say --decimal '.' or --thousands '.'.",
    ),
    "two ways to read a date": (
        b"a,b,c\n3/4/2024,1,yes\n5/6/2024,2,no\n7/8/2024,3,no\n",
        "line 2, column 'a'",
        "--kind a=date:%d/%m/%Y",
    ),
    "nothing left to learn from": (
        b"a,c\n" + b"".join(b"n%d,%d\n" % (i, i % 2) for i in range(40)),
        "40 different labels in 40 rows",
        "Keep one by --keep a",
    ),
    "no header": (f"{ROWS}\n".encode(), "line 1", "names of the columns"),
}


@pytest.mark.parametrize("command", ["study", "fit"])
@pytest.mark.parametrize("fault", TABLES)
def test_a_bad_table_is_refused_in_one_line(run: Run, command: str, fault: str) -> None:
    content, place, cure = TABLES[fault]
    Path("table.csv").write_bytes(content)
    result = run(command, "table.csv")
    assert result.exit_code == 2
    line = one_line(result)
    assert line.startswith("error: table.csv")
    assert place in line
    assert cure in line
    assert result.stdout == ""
    assert list(Path().iterdir()) == [Path("table.csv")]


def test_the_table_without_a_fault_is_taken(run: Run) -> None:
    Path("table.csv").write_text(GOOD, encoding="utf-8")
    assert run("fit", "table.csv").exit_code == 0


def test_nan_in_a_number_column_is_a_gap_and_no_fault(run: Run) -> None:
    Path("table.csv").write_text(GOOD.replace("7,0,yes", "NaN,0,yes"), encoding="utf-8")
    assert run("fit", "table.csv").exit_code == 0


@pytest.mark.parametrize("gap", ["", "NaN"])
def test_a_row_without_a_target_is_left_out_and_told(run: Run, gap: str) -> None:
    numbers = GOOD.replace("yes", "1").replace("no", "0").replace("7,0,1", f"7,0,{gap}")
    Path("table.csv").write_text(numbers, encoding="utf-8")
    result = run("fit", "table.csv", "--test-size", 0)
    assert result.exit_code == 0
    assert "1 row without a target left out." in result.stderr
    assert "trained on 39 rows." in result.stdout
    shown = run("check", "table.csv", "--json")
    assert json.loads(shown.stdout)["look"]["rows_without_target"] == 1


@pytest.mark.parametrize("command", ["study", "fit"])
def test_an_unknown_target_is_answered_with_the_columns(run: Run, command: str) -> None:
    Path("table.csv").write_text(GOOD.replace("c\n", "species\n", 1), encoding="utf-8")
    result = run(command, "table.csv", "--target", "spceies")
    assert result.exit_code == 2
    assert "Did you mean 'species'?" in one_line(result)
    assert list(Path().iterdir()) == [Path("table.csv")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("table.csv", "table.csv: there is no such file"),
        ("table.parquet", "table.parquet: there is no such file"),
        ("mooons", "Did you mean 'moons'?"),
        ("table.xlsx", "table.xlsx: there is no such file"),
    ],
)
def test_a_missing_file_is_refused(run: Run, data: str, said: str) -> None:
    for command in (["study", data], ["fit", data]):
        result = run(*command)
        assert result.exit_code == 2
        assert said in one_line(result)
    assert not list(Path().iterdir())


def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(run: Run) -> None:
    Path("table.docx").write_text(GOOD, encoding="utf-8")
    for command in ("check", "study", "fit"):
        line = one_line(run(command, "table.docx"))
        assert line.startswith("error: table.docx: the name must end in .csv, .tsv, .txt")


def test_a_damaged_parquet_file_is_refused(run: Run) -> None:
    Path("table.parquet").write_bytes(b"PAR1 and then nothing of use PAR1")
    result = run("study", "table.parquet")
    assert result.exit_code == 2
    assert one_line(result).startswith("error: table.parquet")


def test_more_folds_than_rows_of_a_class_leave_no_directory_behind(run: Run) -> None:
    rows = [(float(i), "rare" if i < 3 else "usual") for i in range(30)]
    pd.DataFrame(rows, columns=["a", "c"]).to_csv("table.csv", index=False)
    result = run("study", "table.csv", "--out", "deep/er")
    assert result.exit_code == 2
    assert "rare" in one_line(result)
    assert list(Path().iterdir()) == [Path("table.csv")]
