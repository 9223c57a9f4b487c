"""Out of the lab and back again: script, files, link, sweep, runs, and what goes wrong."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from moonlet.data import load
from tests.lab.browser.conftest import opened
from tests.lab.browser.look import set_number, train


def test_a_link_restores_everything_in_another_tab_and_says_nothing_to_the_server(
    page: Page,
) -> None:
    page.get_by_label("Data set").select_option("circles")
    set_number(page, "Units of hidden layer 1", "7")
    train(page, 1500)
    page.get_by_role("button", name="Copy a link").click()
    field = page.get_by_label("Link to this state")
    expect(field).to_have_value(re.compile("#recipe="))
    link = urlsplit(field.input_value())
    assert link.query == ""
    other = page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(field.input_value())
    expect(other.get_by_label("Units of hidden layer 1")).to_have_value("7")
    expect(other.get_by_label("Data set")).to_have_value("circles")
    expect(other.get_by_label("Passes done")).to_have_text("1,500")
    loss = "p.numbers"
    expect(other.locator(loss)).to_have_text(page.locator(loss).inner_text())
    assert not [url for url in asked if "recipe" in url or "?" in url]
    assert other.evaluate("location.hash") == ""
    other.close()


def test_a_pasted_link_is_opened_and_nonsense_is_refused(page: Page) -> None:
    set_number(page, "Units of hidden layer 1", "7")
    page.get_by_role("button", name="Copy a link").click()
    link = page.get_by_label("Link to this state").input_value()
    set_number(page, "Units of hidden layer 1", "2")
    page.get_by_label("Open a link or recipe").fill("what is this")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="cannot be opened")).to_be_visible()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("2")
    page.get_by_label("Open a link or recipe").fill(link)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("7")


@pytest.mark.parametrize(
    ("button", "name", "begins"),
    [("PNG picture", "boundary.png", b"\x89PNG"), ("Points as CSV", "points.csv", b"x1,x2,target")],
)
def test_a_file_is_saved(page: Page, button: str, name: str, begins: bytes) -> None:
    with page.expect_download() as saving:
        page.get_by_role("button", name=button).click()
    assert saving.value.suggested_filename == name
    assert Path(saving.value.path()).read_bytes().startswith(begins)


def test_the_saved_points_are_those_of_load_to_the_last_digit(page: Page, tmp_path: Path) -> None:
    page.get_by_label("Data set").select_option("spirals")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Points as CSV").click()
    path = tmp_path / "points.csv"
    saving.value.save_as(path)
    X, y = load(str(path))
    wanted_X, wanted_y = load("spirals", n_samples=400, noise=0.03, n_classes=3, random_state=0)
    np.testing.assert_array_equal(X.to_numpy(), wanted_X.to_numpy())
    np.testing.assert_array_equal(y, wanted_y)


def test_a_falling_rate_that_was_interrupted_is_refused_with_the_cure(page: Page) -> None:
    page.get_by_label("Schedule").select_option("cosine")
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text("1")
    page.get_by_role("button", name="Copy as Python").click()
    told = page.get_by_role("status").filter(has_text="make the schedule constant")
    expect(told).to_be_visible()


def test_a_script_does_not_outlive_what_it_was_of(page: Page) -> None:
    """Old scripts stood there after changes (faults.md, D4)."""
    page.get_by_role("button", name="Copy as Python").click()
    expect(page.get_by_label("Python script")).to_be_visible()
    set_number(page, "Noise", "0.3")
    expect(page.get_by_label("Python script")).to_be_hidden()


def sweep(page: Page) -> tuple[str, list[str]]:
    """What the sweep says in the end, and under each picture."""
    panel = page.get_by_role("region", name="The sweep")
    panel.get_by_role("button", name="Start the sweep").click()
    expect(panel.get_by_role("button", name="Stop the sweep")).to_be_visible()
    expect(panel.get_by_role("button", name="Start the sweep")).to_be_visible(timeout=90_000)
    expect(panel.get_by_role("status")).not_to_contain_text("Training seven sizes")
    return panel.get_by_role("status").inner_text(), panel.get_by_role("listitem").all_inner_texts()


def test_the_sweep_tells_the_moons_from_a_straight_line_and_marks_one_size(page: Page) -> None:
    set_number(page, "Stop after", "2000")
    said, panels = sweep(page)
    assert re.search(r"^(3|4|5) units.*15 folds.*less than the line's 0\.\d+", said)
    assert len(panels) == 7
    for panel in panels:
        assert re.search(r"loss \d\.\d{4}, \d+\.\d %\s+line \d\.\d{4}, \d+\.\d %", panel)
    assert [("enough" in panel) for panel in panels].count(True) == 1
    assert "enough" not in panels[0]  # a single unit is a straight line
    # A change takes back what was said of another network.
    set_number(page, "Noise", "0.3")
    region = page.get_by_role("region", name="The sweep")
    expect(region.get_by_text("enough", exact=True).filter(visible=True)).to_have_count(0)
    expect(region.get_by_role("status")).to_contain_text("Train seven sizes")


def test_the_sweep_recommends_no_network_where_a_line_is_as_good(page: Page) -> None:
    """It badged a size that the rows did not ask for (faults.md, D2)."""
    page.get_by_label("Data set").select_option("blobs")
    set_number(page, "Classes", "2")
    set_number(page, "Points", "100")
    set_number(page, "Stop after", "500")
    said, panels = sweep(page)
    assert "straight line" in said
    assert not any("enough" in panel for panel in panels)


def test_runs_are_kept_compared_and_opened_again(page: Page) -> None:
    train(page, 800)
    page.get_by_role("button", name="Keep this run").click()
    set_number(page, "Units of hidden layer 1", "1")
    train(page, 400)
    page.get_by_role("button", name="Keep this run").click()
    rows = page.get_by_role("table", name="Kept runs").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Open run 1").click()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")
    expect(page.get_by_label("Passes done")).to_have_text("800")
    page.get_by_role("button", name="Drop run 2").click()
    expect(rows).to_have_count(1)


def test_no_more_than_eight_runs_are_kept(page: Page) -> None:
    for _ in range(9):
        page.get_by_role("button", name="Keep this run").click()
    expect(page.get_by_role("status").filter(has_text="Drop one")).to_be_visible()
    rows = page.get_by_role("table", name="Kept runs").locator("tbody tr")
    expect(rows).to_have_count(8)


def test_a_reload_goes_on_where_it_was(page: Page) -> None:
    train(page, 700)
    page.wait_for_timeout(500)  # the losses are written a few times a second
    before = page.locator("p.numbers").inner_text()
    page.reload()
    expect(page.get_by_label("Passes done")).to_have_text("700")
    expect(page.locator("p.numbers")).to_have_text(before)


def test_two_tabs_have_two_networks(page: Page, site: str) -> None:
    other = opened(page.context.new_page(), f"{site}/index.html")
    set_number(other, "Units of hidden layer 1", "5")
    train(other, 300)
    expect(page.get_by_label("Passes done")).to_have_text("0")
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")
    other.close()


def test_where_a_browser_keeps_nothing_the_page_works_all_the_same(
    browser: Browser, site: str
) -> None:
    """Storage denied was a blank page (faults.md, D6)."""
    context = browser.new_context(locale="en-US")
    context.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
            Object.defineProperty(window, name, { get() { throw new DOMException("denied"); } });"""
    )
    page = opened(context.new_page(), f"{site}/index.html")
    train(page, 200)
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".moonlet-lab")).to_have_attribute("lang", "zh")
    context.close()


def test_a_worker_that_fails_is_replaced_says_why_and_goes_on_where_it_was(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    page.add_init_script(
        """const Made = window.Worker;
        window.Worker = class extends Made {
            constructor(...given) {
                super(...given);
                window.worker = this;
                window.situation = null;
                this.addEventListener("message", ({ data }) => {
                    if (data.type === "Situation") window.situation = data;
                });
            }
        };"""
    )
    opened(page, f"{site}/index.html")
    train(page, 300)
    page.wait_for_timeout(500)  # the losses are written a few times a second
    before = page.locator("p.numbers").inner_text()
    page.evaluate("worker.dispatchEvent(new ErrorEvent('error', { message: 'a fault' }))")
    told = page.get_by_role("status").filter(has_text="failed (a fault) and was begun anew")
    expect(told).to_be_visible()
    page.evaluate(
        """async () => {  // on the way back to the 300
            const some = () => new Promise((then) => setTimeout(then, 20));
            while (window.situation?.catchingUp !== false) await some();
        }"""
    )
    expect(page.get_by_label("Passes done")).to_have_text("300")
    expect(page.locator("p.numbers")).to_have_text(before)
    set_number(page, "Stop after", "20000")
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text("301")
