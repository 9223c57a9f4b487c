"""The lessons keep their promises: each step is done in the page as its reader would do it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.lab.browser.conftest import opened, watched
from tests.lab.browser.look import set_number, train

FOLDER = Path(__file__).parents[3] / "web/lessons"
LESSONS = sorted(path.stem for path in FOLDER.glob("*.json"))
# How the page shows what a text promises: 0.05 is half of its last digit.
SHOWN = {
    "train_loss": ("Loss", r"train ([\d.e-]+)", 1.0),
    "test_loss": ("Loss", r"· test ([\d.e-]+)", 1.0),
    "train_accuracy": ("Accuracy", r"Train\s+([\d.]+) %", 0.01),
    "test_accuracy": ("Accuracy", r"Test\s+([\d.]+) %", 0.01),
}


def reader(page: Page) -> Locator:
    return page.get_by_role("region", name="Lesson", exact=True)


def shown(page: Page, name: str) -> float:
    panel, pattern, unit = SHOWN[name]
    found = re.search(pattern, page.get_by_role("region", name=panel, exact=True).inner_text())
    assert found, name
    return float(found[1]) * unit


def do_step(page: Page, step: dict[str, Any]) -> None:
    if step.get("until", {}).get("what") == "sweep":
        page.get_by_role("button", name="Start the sweep").click()
    elif "do" in step:
        page.get_by_label("Pace").select_option("as fast as it goes")
        reader(page).get_by_role("button", name="Do it for me").click()
    if step.get("until"):
        done = reader(page).get_by_text("Done: go on")
        expect(done).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_promises_happens(context: BrowserContext, site: str, name: str) -> None:
    steps = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["lesson"]["steps"]
    page = context.new_page()
    check = watched(page)
    page.goto(f"{site}/index.html#lesson={name.partition('_')[2]}")
    for number, step in enumerate(steps, start=1):
        title = reader(page).get_by_role("heading", level=3)
        expect(title).to_contain_text(f"Step {number} of {len(steps)}")
        do_step(page, step)
        for what, promised in step.get("numbers", {}).items():
            wanted = pytest.approx(promised, abs=6e-5)
            until = time.monotonic() + 10  # the last picture may still be on its way
            while shown(page, what) != wanted and time.monotonic() < until:
                page.wait_for_timeout(50)
            assert shown(page, what) == wanted, (number, what)
            assert f"{{{what}" in step["text"]["en"], "a number that no text tells"
        assert "{" not in reader(page).inner_text()
        reader(page).get_by_role("button", name="Next").click()
    expect(reader(page)).to_contain_text("That was the lesson")
    check()


def test_a_step_is_done_when_what_it_waits_for_is_there_and_not_before(
    context: BrowserContext, site: str
) -> None:
    page = opened(context.new_page(), f"{site}/index.html#lesson=xor")
    passes, done = page.get_by_label("Passes done"), reader(page).get_by_text("Done: go on")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(passes).to_have_text("1")
    assert not done.is_visible()
    reader(page).get_by_role("button", name="Do it for me").click()
    expect(done).to_be_visible(timeout=60_000)
    expect(passes).to_have_text(re.compile("5.?000"))


def test_the_tutors_earlier_stop_brings_the_network_back_to_the_pass_that_it_names(
    context: BrowserContext, site: str
) -> None:
    page = opened(context.new_page(), f"{site}/index.html#lesson=over_fitting")
    train(page, 3000)
    tutor = page.get_by_role("region", name="Tutor")
    stop = tutor.get_by_role("button", name="Stop at pass")
    named = re.search(r"lowest after pass (\d+), at ([\d.]+)", tutor.inner_text())
    assert named
    stop.click()
    expect(page.get_by_label("Passes done")).to_have_text(named[1])
    assert shown(page, "test_loss") == pytest.approx(float(named[2]), abs=6e-5)


def test_the_first_to_the_last_lesson_can_be_chosen_and_left(page: Page) -> None:
    lessons = reader(page).get_by_label("Lessons")
    assert len(lessons.locator("option").all()) == len(LESSONS) == 8
    lessons.select_option("What no line can do")
    reader(page).get_by_role("button", name="Open the lesson").click()
    expect(page.get_by_label("Data set")).to_have_value("xor")
    reader(page).get_by_role("button", name="Leave the lesson").click()
    expect(reader(page).get_by_role("button", name="Open the lesson")).to_be_visible()


def opened_by_its_link(editor: Locator, context: BrowserContext) -> tuple[Page, Callable[[], None]]:
    """The lesson that was made, as its reader has it; and what fails if anything went wrong."""
    editor.get_by_role("button", name="Copy a link to it").click()
    link = editor.get_by_label("Link to the lesson")
    expect(link).to_have_value(re.compile("#recipe="))
    pupil = context.new_page()
    check = watched(pupil)
    return opened(pupil, link.input_value()), check


def test_a_teacher_makes_a_lesson_and_a_link_to_it(page: Page, context: BrowserContext) -> None:
    page.get_by_label("Data set").select_option("circles")
    set_number(page, "Stop after", "50")
    reader(page).get_by_role("button", name="Make a lesson of this").click()
    editor = page.get_by_role("group", name="Your lesson")
    editor.get_by_label("Title", exact=True).fill("Rings <b>")
    editor.get_by_label("Text of step 1").fill("One ring.\n\nPress Play.")
    editor.get_by_label("Step 1 waits for").select_option("passes, at least")
    set_number(page, "Step 1: how much", "40")
    editor.get_by_role("button", name="Add a step").click()
    editor.get_by_label("Text of step 2").fill("Two.")
    editor.get_by_text("Hide from the reader").click()
    hidden = editor.get_by_role("group", name="Hide from the reader")
    hidden.get_by_label("The sweep", exact=True).check()
    hidden.get_by_label("Learning rate", exact=True).check()
    editor.get_by_text("Show, but lock").click()
    locked = editor.get_by_role("group", name="Show, but lock")
    locked.get_by_label("Data", exact=True).check()
    expect(locked.get_by_label("Noise", exact=True)).to_be_disabled()
    pupil, check = opened_by_its_link(editor, context)
    expect(reader(pupil).get_by_role("heading", level=3)).to_have_text("Rings <b> Step 1 of 2")
    expect(reader(pupil).get_by_text("Press Play.")).to_be_visible()
    expect(pupil.get_by_role("region", name="The sweep")).to_have_count(0)
    expect(pupil.get_by_label("Learning rate")).to_be_hidden()
    expect(pupil.get_by_label("Dropout", exact=True)).to_be_visible()
    expect(pupil.get_by_label("Data set")).to_be_disabled()
    pupil.get_by_role("button", name="Play").click()
    expect(reader(pupil).get_by_text("Done: go on")).to_be_visible()
    reader(pupil).get_by_role("button", name="Next").click()
    expect(reader(pupil).get_by_text("Two.")).to_be_visible()
    check()


def test_a_step_does_what_its_teacher_did_and_tells_a_number_that_its_teacher_saw(
    page: Page, context: BrowserContext
) -> None:
    set_number(page, "Units of hidden layer 1", "2")
    reader(page).get_by_role("button", name="Make a lesson of this").click()
    editor = page.get_by_role("group", name="Your lesson")
    editor.get_by_label("Step 1 offers “Do it for me”").check()
    set_number(page, "Units of hidden layer 1", "7")
    train(page, 200)
    editor.get_by_role("button", name="Let it do what differs now").click()
    text = editor.get_by_label("Text of step 1")
    text.fill("It ends at ")
    text.press("End")
    editor.get_by_label("Step 1: a number for the text").select_option("training loss")
    editor.get_by_role("button", name="Put it into the text").click()
    expect(text).to_have_value("It ends at {train_loss:.4f}")
    value = editor.get_by_label("Step 1: training loss in the text")
    promised = f"{float(value.input_value()):.4f}"
    # Two steps on, with what is as usual by itself: a reader may have changed anything before.
    editor.get_by_role("button", name="Add a step").click()
    set_number(page, "Units of hidden layer 1", "3")
    second = editor.get_by_role("group", name="Step 2", exact=True)
    second.get_by_role("button", name="Open with the lab as it stands now").click()
    pupil, check = opened_by_its_link(editor, context)
    expect(pupil.get_by_label("Units of hidden layer 1")).to_have_value("2")
    expect(reader(pupil)).to_contain_text(f"It ends at {promised}")
    reader(pupil).get_by_role("button", name="Do it for me").click()
    expect(pupil.get_by_label("Units of hidden layer 1")).to_have_value("7")
    expect(pupil.get_by_role("region", name="Loss", exact=True)).to_contain_text(promised)
    reader(pupil).get_by_role("button", name="Next").click()
    expect(pupil.get_by_label("Units of hidden layer 1")).to_have_value("3")
    check()
