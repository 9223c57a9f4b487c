"""``moonlet lab``: what it says before it serves, and how it refuses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.browser import missing
from tests.cli.conftest import Run
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


def test_data_without_classes_are_refused_before_anything_is_served(run: Run) -> None:
    result = run("lab", "diabetes", "--no-browser")
    assert result.exit_code == 2
    assert "no column of classes" in result.stderr


def test_without_the_built_page_it_says_how_to_build_it(tmp_path: Path) -> None:
    code = (
        "import importlib.resources, pathlib, sys\n"
        "import moonlet.lab.frontend as frontend\n"
        "frontend.files = lambda _: pathlib.Path(sys.argv[1])\n"
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
