from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click
import numpy as np
import pytest
from rich.table import Table

from moonlet.cli.console import PROSE_WIDTH, Terminal, explain
from moonlet.exceptions import (
    DataError,
    DivergedError,
    EngineMissingError,
    MissingExtraError,
    ModelFileError,
    StudyStoreError,
    StudyWriteError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("table.csv, line 3: bad"), 2),
        (ModelFileError("model.onnx: bad"), 2),
        (StudyStoreError("study.db: bad"), 2),
        (StudyWriteError("study.db: full"), 1),
        (DivergedError("bad"), 1),
        (MissingExtraError("bad"), 1),
        (EngineMissingError("bad"), 1),
        (OSError(28, "No space left on device", "out/report.html"), 1),
        (click.Abort(), 130),
    ],
)
def test_every_error_has_its_status_and_one_line(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(error) == status
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_message_of_several_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    explain(DataError("first [0, inf)\n   second :smile: " + "long " * 40))
    said = capsys.readouterr().err
    assert said.startswith("error: first [0, inf) second :smile: long")
    assert said.count("\n") == 1


def test_an_error_of_the_system_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    explain(OSError(28, "No space left on device", "out/report.html"))
    assert capsys.readouterr().err == "error: out/report.html: No space left on device\n"


def test_a_mistake_in_moonlet_keeps_its_traceback() -> None:
    with pytest.raises(KeyError):
        explain(KeyError("oops"))


# Clear the screen, set the title, go back to the start of the line, the same as one letter of
# eight bits, delete, write from right to left.
OBEYED = "a\x1b[2Jb\x1b]0;c\x07d\re\x9bf\x7fg\u202eh"
SHOWN = r"a\x1b[2Jb\x1b]0;c\x07d\re\x9bf\x7fg\u202eh"


def test_what_a_terminal_would_obey_is_written_out_for_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    terminal = Terminal()
    table = Table(box=None, padding=0)
    table.add_column(OBEYED)
    table.add_row(OBEYED)
    terminal.table(table)
    terminal.line(OBEYED, style="bold")
    terminal.note(OBEYED)
    explain(DataError(OBEYED))
    explain(OSError(28, "No space left on device", OBEYED))
    explain(click.UsageError(OBEYED))
    out, err = capsys.readouterr()
    # A carriage return ends a line of an error, which becomes one line.
    shown_in_one_line = SHOWN.replace(r"\r", " ")
    assert [line.rstrip() for line in out.splitlines()] == [SHOWN] * 3
    assert err.splitlines() == [
        f"note: {shown_in_one_line}",
        f"error: {shown_in_one_line}",
        f"error: {shown_in_one_line}: No space left on device",
        f"error: {shown_in_one_line}.",
    ]


def test_a_paragraph_is_wrapped_by_what_is_shown_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Terminal().say("\x1b[1mword " * 40)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert " ".join(lines) == " ".join([r"\x1b[1mword"] * 40)


def test_json_escapes_what_a_terminal_would_obey_and_keeps_a_name_that_is_no_text(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    path = Path(os.fsdecode(b"caf\xe9\x1b.csv"))
    Terminal().write_json({OBEYED: path})
    written = capsysbinary.readouterr().out.decode()
    assert not re.search("[^\n -~]", written)
    assert json.loads(written) == {OBEYED: str(path)}


def test_json_has_null_for_what_is_no_number(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    value = {"a": np.nan, "b": np.arange(2), "c": (1, np.float64(0.5)), 3: "±"}
    Terminal().write_json(value)
    written = capsysbinary.readouterr().out.decode()
    assert json.loads(written) == {"a": None, "b": [0, 1], "c": [1, 0.5], "3": "±"}


def test_paragraphs_are_no_wider_than_can_be_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    Terminal().say("word " * 100)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= PROSE_WIDTH
    assert not any(line.endswith(" ") for line in lines)


def test_nothing_turns_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal().busy("reading"):
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(
    no_color: str,
    coloured: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    explain(DataError("bad"))
    assert ("\x1b[1;31m" in capsys.readouterr().err) == coloured
