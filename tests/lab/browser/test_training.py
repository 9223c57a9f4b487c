"""Training, as a person at the page sees it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.lab.browser.look import accuracy, colours, passes


def test_the_moons_are_learned_and_the_boundary_is_drawn(page: Page) -> None:
    before = colours(page)
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    # When all passes are done the button offers to play again.
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("after 20000 passes"))).to_be_visible()
    assert accuracy(page, "Train") > 90
    assert colours(page) != before
    assert len(colours(page)) > 50  # shades, not two flat colours


def test_pause_stops_and_step_does_one_pass_and_reset_goes_back(page: Page) -> None:
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).not_to_have_text("0")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(150)  # a frame that was under way may still come
    paused = passes(page)
    page.wait_for_timeout(150)
    assert passes(page) == paused
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text(f"{paused + 1:,}")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_label("Passes done")).to_have_text("0")


def test_the_tutor_sees_the_tutorials_cycle_and_its_button_cures_it(page: Page) -> None:
    page.get_by_role("button", name="Open the tutorial's run").click()
    expect(page.get_by_label("Learning rate")).to_have_value("2")
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    tutor = page.get_by_role("region", name="Tutor")
    expect(tutor).to_contain_text("cycle of period 2")
    page.get_by_label("Stop after").fill("60000")
    page.get_by_label("Stop after").press("Enter")
    tutor.get_by_role("button", name="Set learning_rate_init = 1").click()
    expect(page.get_by_label("Learning rate")).to_have_value("1")
    expect(tutor).to_contain_text("Nothing to complain about")
    expect(page.get_by_label("Passes done")).to_have_text("60,000")
    # The same network at half the rate, with the penalty: docs/tutorial's 0.0678.
    expect(page.get_by_role("region", name="Loss")).to_contain_text("(0.0678 with penalty)")
