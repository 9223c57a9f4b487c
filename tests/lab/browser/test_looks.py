"""For everyone and on every screen: no axe violation, nothing cut off, nothing that jumps."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.lab.conftest import Listening

WIDTHS = (360, 768, 1440)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_screen(
    browser: Browser, listening: Listening, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(listening.address)
    page.get_by_role("button", name="Open the tutorial's run").click()
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("region", name="Tutor")).to_contain_text("cycle of period 2")
    page.get_by_role("button", name="Keep this run").click()
    page.get_by_role("button", name="Start the sweep").click()
    page.get_by_label("Data set").select_option("your table")
    expect(page.get_by_label("Paste a table")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_drawing_and_tables_please_axe_as_well(page: Page) -> None:
    page.get_by_label("Data set").select_option("draw your own")
    expect(page.get_by_role("application", name="Drawing area")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_label("Data set").select_option("wine")
    page.get_by_text("Features", exact=True).click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


# Notes whatever moves on the screen from now on.
WATCH = """
    window.moved = [];
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries())
            window.moved.push([shift.value, shift.sources.map((s) => s.node?.className)]);
    }).observe({ type: "layout-shift", buffered: false });
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_while_it_opens(
    context: BrowserContext, listening: Listening, width: int
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH)
    page.goto(listening.address)
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_while_it_trains(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Open the tutorial's run").click()
    expect(page.get_by_label("Learning rate")).to_have_value("2")
    page.wait_for_timeout(700)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("region", name="Tutor")).to_contain_text("cycle of period 2")
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == []
