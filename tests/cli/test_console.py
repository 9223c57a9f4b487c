from __future__ import annotations

import json

import click
import numpy as np
import pytest

from moonlet.cli.console import PROSE_WIDTH, Terminal, explain
from moonlet.exceptions import (
    DataError,
    DivergedError,
    EngineMissingError,
    MissingExtraError,
    ModelFileError,
    StudyStoreError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DataError("table.csv, line 3: bad"), 2),
        (ModelFileError("model.onnx: bad"), 2),
        (StudyStoreError("study.db: bad"), 2),
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
