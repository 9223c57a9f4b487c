"""Pages of a lab that listens, in Debian's Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.lab.conftest import Listening

expect.set_options(timeout=15_000)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, listening: Listening) -> Iterator[Page]:
    """A page that is open; an error on its console fails the test."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(listening.address)
    expect(page.get_by_label("Passes done")).to_have_text("0")
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    yield page
    # Sockets that the browser reports as failed are what some tests are about.
    assert [problem for problem in problems if "WebSocket" not in problem] == []
