"""What a person may say of a table: the same words for every command, and as `load` has them."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import click
import pytest

from moonlet.cli.check import check
from moonlet.cli.fit import fit
from moonlet.cli.lab import lab
from moonlet.cli.study import study
from moonlet.cli.table_options import Kind, table_options
from moonlet.data import load
from tests.cli.conftest import Run, one_line

TABLE = """# of the harbour
id;zip;when;price;weight;note
1;01000;3/4/2024;1.234;7;x
2;1000;5/6/2024;2.345;k.A.;y
3;02134;7/8/2024;3.456;9;z
4;01000;9/10/2024;4.567;11;x
"""
SAID = (
    "--comment", "#", "--ignore", "note", "--keep", "id", "--kind", "when=date:%d/%m/%Y",
    "--gap", "k.A.", "--thousands", ".", "--target", "price", "--task", "numbers",
)  # fmt: skip


@pytest.fixture(autouse=True)
def table(run: Run) -> None:
    """A table that cannot be read without a word."""
    Path("t.csv").write_text(TABLE, encoding="utf-8")


def test_every_option_does_what_it_says(run: Run) -> None:
    told = json.loads(run("check", "t.csv", *SAID, "--json").stdout)
    kinds = {column["name"]: column["kind"] for column in told["columns"]}
    assert kinds == {
        "id": "number", "zip": "category", "when": "date", "price": "number", "weight": "number",
        "note": "left out",
    }  # fmt: skip
    assert told["task"] == "regression"
    assert told["look"]["target"]["lowest"] == 1234.0
    weight = next(column for column in told["columns"] if column["name"] == "weight")
    assert (weight["kind"], weight["gaps"]) == ("number", 1)
    at = SAID.index("--gap")
    told = json.loads(run("check", "t.csv", *SAID[:at], *SAID[at + 2 :], "--json").stdout)
    weight = next(column for column in told["columns"] if column["name"] == "weight")
    assert (weight["kind"], weight["labels"], weight["gaps"]) == ("category", 4, 0)


@pytest.mark.parametrize("missing", [("--comment", "#"), ("--kind", "when=date:%d/%m/%Y"),
                                     ("--thousands", ".")])  # fmt: skip
def test_without_one_of_them_the_table_is_refused_with_the_cure(
    run: Run, missing: tuple[str, str]
) -> None:
    at = SAID.index(missing[0])
    result = run("check", "t.csv", *SAID[:at], *SAID[at + 2 :])
    assert result.exit_code == 2
    if missing[0] != "--comment":
        assert missing[0] in one_line(result)


@pytest.mark.parametrize("command", [study, fit, check, lab], ids=lambda command: command.name)
def test_the_commands_that_read_a_table_have_the_same_options(command: click.Command) -> None:
    @click.command()
    @table_options
    def bare() -> None: ...

    wanted = {option.name: option.opts for option in bare.params}
    assert wanted.items() <= {option.name: option.opts for option in command.params}.items()
    keywords = set(inspect.signature(load).parameters) - {"source", "target", "options"}
    assert {name if name != "kind" else "kinds" for name in wanted} == keywords


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("zip=category", ("zip", "category")),
        ("a=b=number", ("a=b", "number")),
        ("day=date:%d/%m/%Y", ("day", "date:%d/%m/%Y")),
        ("day=date:%Y=%m=%d", ("day", "date:%Y=%m=%d")),
        ("rate %=yes/no", ("rate %", "yes/no")),
    ],
)
def test_a_column_and_its_kind_are_parted(text: str, parts: tuple[str, str]) -> None:
    assert Kind().convert(text, None, None) == parts


@pytest.mark.parametrize("text", ["zip", "=number", "zip=", "=date:%Y", ""])
def test_what_is_no_column_and_kind_is_refused(run: Run, text: str) -> None:
    result = run("check", "t.csv", "--kind", text)
    assert result.exit_code == 2
    assert "is not COLUMN=KIND" in one_line(result)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ignore", "nore"), "there is no column 'nore' (ignore)"),
        (("--kind", "zip=numbr"), "there is no kind 'numbr'. Did you mean 'number'?"),
        (("--kind", "when=date:%Q"), "there are no dates written as '%Q'"),
        (("--kind", "when=date:%Y%Y"), "there are no dates written as '%Y%Y'"),
        (("--decimal", "x"), "--decimal"),
        (("--decimal", ",", "--thousands", ","), "decimal and thousands must differ"),
        (("--task", "classification"), "--task"),
        (("--encoding", "utf-9"), "utf-9"),
    ],
)
def test_an_option_that_cannot_be_is_refused_in_one_line(
    run: Run, options: tuple[str, ...], said: str
) -> None:
    result = run("check", "t.csv", "--comment", "#", *options)
    assert result.exit_code == 2
    assert said in one_line(result)
