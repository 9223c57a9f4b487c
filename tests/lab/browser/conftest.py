"""Pages of the static folder, in Debian's Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import missing

BUILT = Path(__file__).parents[3] / "src/moonlet/lab/static"

expect.set_options(timeout=15_000)


class QuietHandler(SimpleHTTPRequestHandler):
    """What ``python -m http.server`` answers with, without its log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static folder, the module beside it, and a page that embeds the element."""
    missing(BUILT / "site/index.html", "run `make lab`")
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(BUILT / "site", folder, dirs_exist_ok=True)
    shutil.copytree(BUILT / "module", folder / "module")
    (folder / "element.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>A lesson</title>'
        '<link rel="icon" href="icon.svg"><header><h1>A lesson</h1></header>'
        '<script type="module" src="module/lab.js"></script>'
        "<main><moonlet-lab></moonlet-lab></main>",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def site(folder: Path) -> Iterator[str]:
    """The folder's address on a server that knows nothing but files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    yield context
    context.close()


def watched(pages: Page | BrowserContext) -> Callable[[], None]:
    """Note what goes wrong on a page, or any of several; what is given back fails if it did."""
    problems: list[str] = []
    if isinstance(pages, Page):
        pages.on("pageerror", lambda error: problems.append(str(error)))
    else:
        pages.on("weberror", lambda error: problems.append(str(error.error)))
    pages.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)

    def check() -> None:
        assert problems == []

    return check


def opened(page: Page, address: str) -> Page:
    """Go there and wait until the first picture is drawn."""
    page.goto(address)
    expect(page.get_by_label("Passes done")).to_have_text("0")
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    return page


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page that is open; an error on its console fails the test."""
    page = context.new_page()
    check = watched(page)
    yield opened(page, f"{site}/index.html")
    check()


@contextmanager
def embedding(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page of somebody's that embeds the custom element; ``window.lab`` is it."""
    page = context.new_page()
    check = watched(page)
    page.goto(f"{site}/element.html")
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    page.evaluate("window.lab = document.querySelector('moonlet-lab')")
    yield page
    check()


@pytest.fixture
def element(context: BrowserContext, site: str) -> Iterator[Page]:
    with embedding(context, site) as page:
        yield page
