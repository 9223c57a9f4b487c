"""``moonlet lab``: what it says before it serves, and how it refuses."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.browser import missing
from tests.cli.conftest import Run, one_line
from tests.lab.conftest import PAGE


def test_it_serves_the_page_at_the_address_it_prints_and_ends_with_ctrl_c() -> None:
    missing(PAGE, "run `make lab`")
    command = [sys.executable, "-m", "moonlet", "lab", "moons", "--port", "0", "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as lab:
        assert lab.stdout is not None
        address = lab.stdout.readline().split()[-1]
        assert address.startswith("http://127.0.0.1:")
        page, token = address.split("#token=")
        assert len(token) >= 32
        with urllib.request.urlopen(page, timeout=20) as answer:  # noqa: S310 - our own
            assert b"moonlet lab" in answer.read()
        lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=20) in (0, 130)


def test_a_port_that_is_taken_is_said_to_be(run: Run) -> None:
    missing(PAGE, "run `make lab`")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("lab", "--no-browser", "--port", str(port))
    assert result.exit_code == 2
    assert f"port {port}" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.parametrize("data", ["diabetes", "moons"])
def test_a_set_is_saved_as_one_page_that_needs_nothing_else(
    run: Run, tmp_path: Path, data: str
) -> None:
    missing(PAGE, "run `make lab`")
    path = tmp_path / "lab.html"
    result = run("lab", data, "--save", str(path))
    assert result.exit_code == 0, result.stderr
    text = path.read_text(encoding="utf-8")
    assert f"{path.stat().st_size / 1000:,.0f} kB" in result.stdout
    assert recipe_in(text) == {"version": 1, "data": {"source": data}}
    # Nothing is loaded from anywhere.
    assert not re.search(r"""(src|href)=["']?(?!data:)\w|url\(|@import""", text.split("<script")[0])


def test_a_table_is_saved_with_what_was_said_of_it(run: Run, tmp_path: Path) -> None:
    missing(PAGE, "run `make lab`")
    table = tmp_path / "prices <b>.csv"
    rows = "".join(f"{i / 7:.2f};{i % 5};{'ja' if i % 3 else 'nein'}\n" for i in range(30))
    table.write_text(f"price;zip;sold\n{rows}".replace(".", ","), encoding="utf-8")
    path = tmp_path / "lab.html"
    options = ("--decimal", ",", "--kind", "zip=category")
    result = run("lab", str(table), *options, "--save", str(path))
    assert result.exit_code == 0, result.stderr
    assert "30 rows of prices <b>.csv" in result.stdout
    text = path.read_text(encoding="utf-8")
    assert "<title>moonlet lab: prices &lt;b&gt;.csv</title>" in text
    saved = recipe_in(text)["data"]["table"]
    assert saved["said"] == {"target": "sold", "decimal": ",", "kinds": {"zip": "category"}}
    assert [column["kind"] for column in saved["columns"]] == ["number", "category", "yes/no"]
    assert saved["columns"][0]["cells"][:3] == [0, 0.14, 0.29]


def test_a_table_too_large_for_a_page_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    table.write_text("a,b,y\n" + "".join(f"{i}.5,{i % 7}.5,{i % 2}\n" for i in range(10_001)))
    path = tmp_path / "lab.html"
    result = run("lab", str(table), "--save", str(path))
    assert result.exit_code == 2
    assert "10,001 rows of 3 columns are too many for a page" in one_line(result)
    assert not path.exists()


def test_a_page_that_cannot_be_written_leaves_the_old_one(run: Run, tmp_path: Path) -> None:
    missing(PAGE, "run `make lab`")
    result = run("lab", "moons", "--save", str(tmp_path / "none" / "lab.html"))
    assert result.exit_code in (1, 2)
    assert "none" in result.stderr
    assert not list(tmp_path.rglob("*.part"))


def recipe_in(text: str) -> dict[str, Any]:
    """The recipe that a saved page opens with."""
    packed = text.split('id="moonlet-recipe">')[1].split("<")[0]
    unpacked = zlib.decompress(base64.b64decode(packed), -zlib.MAX_WBITS)
    return dict(json.loads(unpacked))


def test_without_the_built_page_it_says_how_to_build_it(tmp_path: Path) -> None:
    code = (
        "import importlib.resources, pathlib, sys\n"
        "import moonlet.lab.page as page\n"
        "page.files = lambda _: pathlib.Path(sys.argv[1])\n"
        "from moonlet.cli import main\n"
        "main(['lab', '--no-browser', '--port', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 1
    assert "make lab" in done.stderr
    assert "Traceback" not in done.stderr
