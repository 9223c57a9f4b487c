"""Training, as a person at the page sees it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.lab.browser.look import accuracy, colours, passes, set_number, share_of_two_colours


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
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("status").filter(has_text="All 20,000 passes are done")).to_be_visible()


def test_pause_stops_and_step_does_one_pass_and_reset_goes_back(page: Page) -> None:
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).not_to_have_text("0")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(250)  # a frame that was under way may still come
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
    expect(tutor).to_contain_text("period 2")
    set_number(page, "Stop after", "60000")
    tutor.get_by_role("button", name="Set learning rate 1").click()
    expect(page.get_by_label("Learning rate")).to_have_value("1")
    expect(tutor).to_contain_text("Nothing to complain about")
    expect(page.get_by_label("Passes done")).to_have_text("60,000")
    # The same network at half the rate, with the penalty: docs/tutorial's 0.0678.
    expect(page.get_by_role("region", name="Loss")).to_contain_text("(0.0678 with penalty)")


def test_what_the_tutor_has_found_out_of_sight_is_called_out_and_led_to(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Open the tutorial's run").click()
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.evaluate("scrollTo(0, 0)")
    call = page.get_by_role("button", name="Tutor: 1 finding, go there")
    findings = page.get_by_role("group", name="Findings")
    expect(call).to_be_hidden()
    page.get_by_role("button", name="Play").click()
    expect(call).to_be_visible()
    expect(findings).not_to_be_in_viewport()
    call.click()
    expect(findings).to_be_in_viewport(ratio=0.9)
    expect(findings).to_be_focused()
    expect(call).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    expect(call).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(call).to_be_hidden()  # there it stands beside the picture


def test_the_two_losses_are_of_the_same_moment(page: Page) -> None:
    """The bracket was of an earlier state, eight times too small (faults.md, D3)."""
    set_number(page, "Learning rate", "50")
    page.get_by_label("Pace").select_option("10 a second")
    page.get_by_role("button", name="Play").click()
    loss = page.get_by_role("region", name="Loss")
    for _ in range(5):
        page.wait_for_timeout(150)
        said = re.search(r"train (\S+) \((\S+) with penalty\)", loss.inner_text())
        assert said
        train, penalised = map(float, said.groups())
        assert penalised >= train


def test_a_change_of_rate_keeps_the_weights(page: Page) -> None:
    page.get_by_label("Pace").select_option("as fast as it goes")
    set_number(page, "Stop after", "5000")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("5,000")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    learned = accuracy(page, "Train")
    set_number(page, "Learning rate", "0.001")
    page.wait_for_timeout(200)
    assert passes(page) == 5000
    assert accuracy(page, "Train") == learned


def test_layers_are_added_and_removed_while_it_trains(page: Page) -> None:
    set_number(page, "Stop after", "1000000")
    page.get_by_role("button", name="Play").click()
    for _ in range(5):
        page.get_by_role("button", name="Add a hidden layer").click()
    expect(page.get_by_text("6 hidden layers")).to_be_visible()
    expect(page.get_by_role("button", name="Add a hidden layer")).to_be_disabled()
    expect(
        page.get_by_role("img", name=re.compile("2 to 3 to 3 to 3 to 3 to 3 to 3 to 1"))
    ).to_be_visible()
    for _ in range(6):
        page.get_by_role("button", name="Remove a hidden layer").click()
    expect(page.get_by_text("No hidden layer: a straight line")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    before = passes(page)
    expect(page.get_by_label("Passes done")).not_to_have_text(f"{before:,}")


def test_a_squared_feature_lets_a_straight_line_tell_circles_apart(page: Page) -> None:
    page.get_by_label("Data set").select_option("circles")
    page.get_by_role("button", name="Remove a hidden layer").click()
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert accuracy(page, "Train") < 75
    for term in ("x₁²", "x₂²"):
        page.get_by_role("button", name=term, exact=True).click()
    expect(page.get_by_role("img", name=re.compile("The network: 4 to 1"))).to_be_visible()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
    assert accuracy(page, "Train") > 95


def test_a_plane_of_numbers_is_learned(page: Page) -> None:
    page.get_by_label("Data set").select_option("plane (numbers)")
    expect(page.get_by_role("region", name="Accuracy")).to_contain_text("R²")
    expect(page.get_by_label("Loss function")).to_be_visible()
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
    figures = page.get_by_role("region", name="Accuracy").locator("dd")
    assert float(figures.nth(0).inner_text()) > 0.9
    assert float(figures.nth(1).inner_text()) > 0.8


def test_discretised_the_picture_has_two_colours_where_it_had_shades(page: Page) -> None:
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text("1")
    assert share_of_two_colours(page) < 0.4
    page.get_by_label("Discretised").check()
    page.wait_for_timeout(300)
    assert share_of_two_colours(page) > 0.6
