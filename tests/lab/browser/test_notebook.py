"""The widget in a real JupyterLab, in Debian's Chromium."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import missing
from tests.lab.conftest import PAGE

CELLS = (
    "from moonlet.data import load\n"
    "from moonlet.lab import Lab\n"
    'X, y = load("wine")\n'
    "lab = Lab(X, y)\n"
    "lab",
    "network = lab.estimator_\n"
    "print('passes:', network[-1].n_iter_, 'score:', round(network.score(X, y), 3))",
)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab with one notebook, on loopback alone."""
    missing(PAGE, "run `make lab`")
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
         "id": f"cell-{i}", "source": source}
        for i, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    page = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "lab.ipynb").write_text(json.dumps(page), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = {
        "IdentityProvider.token": token,
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        "ServerApp.open_browser": "False",
        "ServerApp.root_dir": str(tmp_path),
        "ServerApp.allow_root": "True",
        "LabApp.news_url": "None",
    }
    log = (tmp_path / "jupyter.log").open("w")
    jupyter = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser"),
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    log.close()  # the process has its own
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={token}", jupyter, tmp_path / "jupyter.log")
        yield f"{address}/lab/tree/lab.ipynb?token={token}"
    finally:
        jupyter.terminate()
        try:
            jupyter.wait(timeout=30)
        except subprocess.TimeoutExpired:
            jupyter.kill()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _execute(page: Page, number: int) -> None:
    """Run a cell; again, while a notebook that is still being set up forgets it."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    until = time.monotonic() + 60
    while True:
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(2000)
        if prompt.inner_text().replace(" ", "") not in ("", "[]:"):
            return
        assert time.monotonic() < until, "the cell was never run"


@pytest.mark.slow
def test_it_renders_trains_and_hands_the_estimator_over_in_jupyterlab(
    browser: Browser, notebook: str
) -> None:
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    said_to_kernel: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framesent", lambda frame: said_to_kernel.append(str(frame))),
    )
    page.goto(notebook, timeout=90_000)
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(2, timeout=90_000)
    # What is run before there is a kernel may be forgotten.
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
    expect(idle).to_be_visible(timeout=90_000)
    _execute(page, 0)
    lab = page.locator(".moonlet-lab")
    expect(lab.get_by_role("region", name="Data", exact=True)).to_contain_text(
        "178 rows of 3 classes", timeout=90_000
    )
    expect(lab.get_by_role("button", name="Copy a link")).to_have_count(0)
    assert lab.bounding_box()["width"] > 600  # type: ignore[index]
    lab.get_by_label("Stop after").fill("3000")
    lab.get_by_label("Stop after").press("Tab")
    done = lab.get_by_label("Passes done")
    page.wait_for_timeout(1000)
    said_to_kernel.clear()
    lab.get_by_role("button", name="Play").click()
    expect(done).to_have_text(re.compile(r"^[12],\d\d\d$"), timeout=60_000)
    # The kernel is left alone while it trains, and told when that has ended.
    assert not [frame for frame in said_to_kernel if "comm_msg" in frame]
    expect(done).to_have_text("3,000", timeout=60_000)
    page.wait_for_timeout(1000)
    assert [frame for frame in said_to_kernel if "comm_msg" in frame]
    _execute(page, 1)
    said = cells.nth(1).locator(".jp-OutputArea-output")
    expect(said).to_contain_text(re.compile(r"passes: 3000 score: (0\.9|1)"), timeout=30_000)
    context.close()
