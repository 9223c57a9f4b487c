"""The engine in Debian's Chromium: Python's bits where products are fused, other ones elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import missing
from tests.engine import page_bits

ROOT = Path(__file__).parents[3]
RECORDED = json.loads(page_bits.FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trainings(folder: Path) -> str:
    """Where the trainings lie, beside the page's own files."""
    missing(ROOT / "web/engine/relaxed.wasm", "run `make page-engine`")
    npm = [ROOT / "web/npm.sh", ROOT / ".venv/bin", "exec", "--", "vite", "build"]
    subprocess.run(
        [*npm, "--config", "vite.trained.config.ts", "--logLevel", "error"], check=True, timeout=120
    )
    shutil.copytree(ROOT / "build/page/trained", folder / "trained")
    shutil.copy(ROOT / "web/engine/relaxed.wasm", folder / "trained")
    (folder / "trained/index.html").write_text(
        '<!doctype html><html lang="en"><title>Trained</title><link rel="icon" href="data:,">',
        encoding="utf-8",
    )
    return "trained/index.html"


@pytest.fixture
def empty(context: BrowserContext, site: str, trainings: str) -> Page:
    """A page that does nothing by itself."""
    page = context.new_page()
    page.goto(f"{site}/{trainings}")
    return page


TRAIN = """async ([recipes, build]) => {
  const { trainAll } = await import("./trained.js");
  return await trainAll(recipes, build, "relaxed.wasm");
}"""


def test_chromium_gives_every_recorded_network_pythons_bits(empty: Page) -> None:
    usable = empty.evaluate("async () => (await import('./trained.js')).usableBuild()")
    if usable == "plain":
        pytest.skip("this processor has no fused multiply-add")
    found = empty.evaluate(TRAIN, [RECORDED, "relaxed"])
    assert [one | hashes for one, hashes in zip(RECORDED, found, strict=True)] == RECORDED


def test_the_plain_build_learns_in_chromium_to_other_last_digits(empty: Page) -> None:
    found = empty.evaluate(TRAIN, [RECORDED[:8], "plain"])
    assert all(len(one["hash"]) == 20 for one in found)
    assert [one["hash"] for one in found] != [one["hash"] for one in RECORDED[:8]]
