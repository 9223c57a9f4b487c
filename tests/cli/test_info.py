from __future__ import annotations

import json
import re
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest

import moonlet
from moonlet.cli import info as info_module
from moonlet.engine import info as engine_info
from moonlet.lab import page
from tests.cli.conftest import Run


def test_info_tells_engine_libraries_and_extras(run: Run) -> None:
    facts = json.loads(run("info", "--json").stdout)
    found = engine_info()
    assert facts["moonlet"] == moonlet.__version__
    assert facts["engine"]["level"] == found.level
    assert facts["engine"]["cores"] == found.n_cores
    assert facts["libraries"]["scikit-learn"] == version("scikit-learn")
    assert facts["extras"]["parquet"] == {"pyarrow": version("pyarrow")}


def test_info_tells_of_every_extra_that_all_brings_and_of_each_of_its_libraries() -> None:
    wanted: dict[str, set[str]] = {}
    whole: set[str] = set()
    for line in requires("moonlet") or []:
        found = re.fullmatch(r"([\w-]+)(?:\[(.+?)\])?.*; extra == [\"'](\w+)[\"']", line)
        if found and found[3] == "all":
            whole.update((found[2] or "").split(","))
        elif found:
            wanted.setdefault(found[3], set()).add(found[1])
    assert whole
    assert {extra: set(of) for extra, of in info_module.EXTRAS.items()} == {
        extra: wanted[extra] for extra in whole
    }


def test_info_names_the_cure_for_a_missing_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(info_module.EXTRAS, "parquet", ("no-such-library",))
    assert "not installed (pip install 'moonlet[parquet]')" in run("info").stdout


def test_info_says_whether_the_page_of_the_lab_is_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "files", lambda _: tmp_path)
    for missing in ("static/site/index.html", "static/module/lab.js"):
        path = tmp_path / missing
        assert json.loads(run("info", "--json").stdout)["lab_page"]["there"] is False
        (line,) = (line for line in run("info").stdout.splitlines() if line.startswith("lab page"))
        assert f"{path.name} is missing. Run `make lab`" in line
        path.parent.mkdir(parents=True)
        path.touch()
    assert json.loads(run("info", "--json").stdout)["lab_page"] == {"there": True}
    assert "lab page    there\n" in run("info").stdout


def test_info_answers_even_when_the_core_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "moonlet._core", None)
    monkeypatch.delattr(moonlet, "_core", raising=False)
    for name in [name for name in sys.modules if name.startswith("moonlet.engine")]:
        monkeypatch.delitem(sys.modules, name)
    result = run("info")
    assert result.exit_code == 0
    assert "missing" in result.stdout
    assert "make build" in result.stdout
