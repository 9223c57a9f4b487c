"""For everyone and on every screen: no axe violation, nothing cut off, nothing that jumps."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.lab.browser.conftest import opened

WIDTHS = (360, 768, 1440)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_screen(
    browser: Browser, site: str, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": WIDTHS[0], "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-US",
    )
    page = opened(context.new_page(), f"{site}/index.html")
    page.get_by_role("button", name="Open the tutorial's run").click()
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("region", name="Tutor")).to_contain_text("period 2")
    page.get_by_role("button", name="Keep this run").click()
    page.get_by_role("button", name="Unit 1 of layer 1").click()
    for about in page.get_by_role("button", name="About: ").all():
        about.click()
    page.get_by_role("button", name="Start the sweep").click()
    page.get_by_label("Data set").select_option("your table")
    expect(page.get_by_label("Paste a table")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_drawing_numbers_and_tables_please_axe_as_well(page: Page) -> None:
    page.get_by_label("Data set").select_option("draw your own")
    expect(page.get_by_role("application", name="Drawing area")).to_be_visible()
    for source in (None, "wave (numbers)", "wine"):
        if source:
            page.get_by_label("Data set").select_option(source)
            expect(page.get_by_role("img", name="after 0 passes")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_compact_element_in_a_page_of_somebody_pleases_axe(element: Page) -> None:
    element.evaluate("lab.setAttribute('compact', '')")
    expect(element.get_by_role("region", name="The sweep")).to_be_hidden()
    found = Axe().run(element)
    assert found.violations_count == 0, found.generate_report()
    height = element.locator("moonlet-lab").bounding_box()
    assert height
    assert height["height"] < 1100


# Notes whatever moves on the screen from now on: by how much, and what it is, from where to where.
WATCH = """
    window.moved = [];
    const told = ({ node, previousRect: a, currentRect: b }) => {
        const holder = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        const place = ({ x, y, width, height }) => [x, y, width, height].join(" ");
        const inside = holder?.parentElement?.className;
        return [holder?.outerHTML.slice(0, 120), inside, place(a), place(b)];
    };
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries())
            window.moved.push([shift.value, shift.sources.map(told)]);
    }).observe({ type: "layout-shift", buffered: false });
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_while_it_opens(context: BrowserContext, site: str, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(WATCH)
    opened(page, f"{site}/index.html")
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == []


PLACES = """() => [...document.querySelectorAll(".panel > :is(h2, h3)")]
    .map((one) => [one.textContent, one.getBoundingClientRect().y])"""


@pytest.mark.parametrize("width", WIDTHS)
def test_numbers_that_come_with_the_first_frame_have_their_place_before(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    numbers = page.locator(".numbers, .readout")
    told = page.evaluate(PLACES)
    numbers.evaluate_all("all => all.forEach((one) => (one.textContent = ' '))")
    assert page.evaluate(PLACES) == told


def test_curves_stand_there_with_the_first_frame_whenever_their_size_is_told(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    page.add_init_script("ResizeObserver = class { observe() {} unobserve() {} disconnect() {} }")
    page.goto(f"{site}/index.html")
    expect(page.locator(".numbers")).to_contain_text("train")
    assert page.locator(".curves .chart:visible").count() == 2
    assert page.locator(".curves .u-legend:visible").count() == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_jumps_while_it_trains(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Open the tutorial's run").click()
    expect(page.get_by_label("Learning rate")).to_have_value("2")
    page.wait_for_timeout(700)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("region", name="Tutor")).to_contain_text("period 2")
    page.wait_for_timeout(300)
    assert page.evaluate("window.moved") == []


# Choices wider than what their field has for them, the arrow's place taken away.
CUT_OFF = """() => {
    const pen = document.createElement("canvas").getContext("2d");
    const found = new Set();
    for (const select of document.querySelectorAll("select")) {
        if (!select.checkVisibility()) continue;
        const style = getComputedStyle(select);
        pen.font = style.font;
        const padding = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
        for (const { text } of select.options)
            if (pen.measureText(text).width > select.clientWidth - padding - 16) found.add(text);
    }
    return [...found];
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_choice_fits_its_field(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/index.html#lang={language}")
    page.reload()
    source = page.locator("select:has(option[value=hills])")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    for data in ("moons", "hills"):  # the loss is chosen of numbers alone, the output of classes
        source.select_option(data)
        page.wait_for_timeout(200)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(CUT_OFF) == []


def test_no_request_leaves_the_page(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, f"{site}/index.html")
    page.get_by_label("Data set").select_option("wine")
    page.get_by_role("button", name="Copy a link").click()
    page.get_by_role("button", name="Start the sweep").click()
    page.wait_for_timeout(500)
    assert [url for url in asked if not url.startswith((site, "blob:", "data:"))] == []
    assert not [url for url in asked if "recipe" in url]
