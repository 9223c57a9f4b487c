"""Every control by its name, by mouse, by touch and by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moonlet.data import load, to_csv
from tests.lab.browser.conftest import opened
from tests.lab.browser.look import accuracy, passes, set_number, train

NUMBERS = {
    "Points": ("300", "300 rows"),
    "Noise": ("0.5", None),
    "Test share": ("0", "None kept for testing"),
    "Data seed": ("7", None),
    "Learning rate": ("0.25", None),
    "L2 penalty": ("0.5", None),
    "L1 share": ("0.5", None),
    "Dropout": ("0.2", None),
    "Stop after": ("500", None),
    "Units of hidden layer 1": ("12", None),
}
CHOICES = {
    "Data set": [
        "circles",
        "spirals",
        "xor",
        "blobs",
        "border: |x|",
        "wave (numbers)",
        "iris",
        "moons",
    ],
    "Activation of hidden layer 1": ["relu", "gelu", "tanh"],
    "Solver": ["adam: batches", "lbfgs: curvature", "gd: all rows"],
    "Schedule": ["cosine", "step", "constant"],
    "Pace": ["10 a second", "as fast as it goes"],
}


def settled(page: Page) -> None:
    """Nothing is on its way any more: the Worker has answered a step."""
    before = passes(page)
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).not_to_have_text(f"{before:,}")


def drawn_anew(page: Page) -> None:
    """The page has been drawn since: two frames of it are over."""
    page.evaluate("new Promise(then => requestAnimationFrame(() => requestAnimationFrame(then)))")


def data_panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Data", exact=True)


def test_every_number_is_taken_and_survives_a_reload(page: Page) -> None:
    for name, (value, said) in NUMBERS.items():
        set_number(page, name, value)
        if said:
            expect(data_panel(page)).to_contain_text(said)
    settled(page)
    page.reload()
    for name, (value, _) in NUMBERS.items():
        expect(page.get_by_label(name, exact=True)).to_have_value(value)


def test_every_choice_is_taken(page: Page) -> None:
    for name, labels in CHOICES.items():
        for label in labels:
            field = page.get_by_label(name, exact=True)
            field.select_option(label=label)
            drawn_anew(page)
            assert field.evaluate("s => s.selectedOptions[0].label") == label


def test_a_number_out_of_its_limits_is_not_taken(page: Page) -> None:
    field = page.get_by_label("Units of hidden layer 1")
    field.fill("300")
    field.press("Enter")
    assert field.evaluate("f => f.validationMessage") == "A number from 1 to 256."
    page.reload()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")


def test_a_slider_moves_the_number_beside_it(page: Page) -> None:
    field = page.get_by_label("Noise", exact=True)
    slider = field.locator("xpath=following-sibling::input[@type='range']")
    slider.fill("0.5")
    expect(field).to_have_value("0.5")
    set_number(page, "Noise", "0.1")
    expect(slider).to_have_value("0.1")


def test_a_question_mark_explains_its_control_and_falls_silent(page: Page) -> None:
    about = page.get_by_role("button", name="About: Learning rate")
    about.click()
    words = page.get_by_text("How long a step is: ")
    expect(words).to_be_visible()
    about.click()
    expect(words).to_be_hidden()
    # Every number and choice of the panels on the left has one; some are folded away.
    assert page.get_by_role("button", name=re.compile("^About: ")).count() >= 13


def test_a_thumbnail_chooses_its_data_set_with_its_own_noise(page: Page) -> None:
    gallery = page.get_by_role("group", name="Gallery")
    expect(gallery.get_by_role("button")).to_have_count(13)
    gallery.get_by_role("button", name="circles").click()
    expect(page.get_by_label("Data set")).to_have_value("circles")
    expect(page.get_by_label("Noise", exact=True)).to_have_value("0.1")
    expect(gallery.get_by_role("button", name="circles")).to_have_attribute("aria-pressed", "true")


def test_undo_and_redo_go_back_and_forth_with_what_was_trained(page: Page) -> None:
    train(page, 300)
    set_number(page, "Units of hidden layer 1", "9")
    expect(page.get_by_label("Passes done")).to_have_text("0")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")
    expect(page.get_by_label("Passes done")).to_have_text("300")
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("9")


def test_the_whole_of_it_goes_by_keyboard_alone(page: Page) -> None:
    """Tab reaches every control that is there; Space plays; arrows choose."""
    # What is made last: the pictures of the data sets, and what stands below.
    for name in ("moons", "Copy a link"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    seen: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                const at = document.activeElement;
                if (!at || at === document.body) return "";
                const label = at.labels?.[0]?.textContent;
                return at.getAttribute("aria-label") ?? label ?? at.textContent;
            }"""
        )
        if not name:
            break
        seen.append(name)
    for name in (
        *("Play", "Step", "Reset", "Pace", "Stop after", "Data set", "Points", "Noise", "sin x₂"),
        *("+Add a hidden layer", "Units of hidden layer 1", "Activation of hidden layer 1"),
        *("Solver", "Learning rate", "Schedule", "L2 penalty", "L1 share", "Dropout"),
        *(
            "Straight line",
            "Test rows",
            "Discretised",
            "Unit 1 of layer 1",
            "?About: Learning rate",
        ),
        *("Open the tutorial's run", "Start the sweep", "Keep this run", "Copy as Python"),
        *("PNG picture", "Points as CSV", "Copy a link", "Open a link or recipe", "moons"),
    ):
        assert name in seen, name
    assert page.evaluate("document.querySelectorAll('input[type=range]:focus').length") == 0
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    expect(page.get_by_label("Passes done")).not_to_have_text("0")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_label("Data set").focus()
    page.keyboard.type("circles")
    expect(page.get_by_label("Noise", exact=True)).to_have_value("0.1")


def drawing(page: Page) -> tuple[Locator, float, float]:
    page.get_by_label("Data set").select_option("draw your own")
    area = page.get_by_role("application", name="Drawing area")
    expect(area).to_be_visible()
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    return area, box["width"], box["height"]


def test_points_are_drawn_by_mouse(page: Page) -> None:
    area, width, height = drawing(page)
    for x, y in ((0.3, 0.3), (0.35, 0.4), (0.4, 0.3)):
        area.click(position={"x": width * x, "y": height * y})
    expect(data_panel(page)).to_contain_text("at least two classes")
    page.get_by_role("button", name="Class 1").click()
    for x, y in ((0.7, 0.7), (0.6, 0.75), (0.65, 0.6)):
        area.click(position={"x": width * x, "y": height * y})
    expect(data_panel(page)).to_contain_text("6 rows of 2 classes")
    area.click(position={"x": width * 0.65, "y": height * 0.6}, modifiers=["Shift"])
    expect(data_panel(page)).to_contain_text("5 rows of 2 classes")
    train(page, 5000)
    assert accuracy(page, "Train") == 100


def test_one_class_is_nothing_to_train_on_and_nothing_old_is_trained(page: Page) -> None:
    """The former data trained on behind the drawing (faults.md, D4)."""
    train(page, 100)
    area, width, height = drawing(page)
    area.click(position={"x": width * 0.5, "y": height * 0.5})
    page.get_by_role("button", name="Play").click()
    told = page.get_by_role("status").filter(has_text="nothing to train on yet")
    expect(told).to_be_visible()
    expect(page.get_by_label("Passes done")).to_have_text("0")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.get_by_role("region", name="Accuracy").locator("dd").first).to_have_text("–")
    page.get_by_label("Data set").select_option("moons")
    expect(told).to_be_hidden()


def test_points_are_painted_by_dragging_and_rubbed_out_by_the_eraser(page: Page) -> None:
    area, _, _ = drawing(page)

    def drag(y: float) -> None:
        area.scroll_into_view_if_needed()  # a click on a pen may have moved the page
        box = area.bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * y)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * y, steps=40)
        page.mouse.up()

    drag(0.3)
    page.get_by_role("button", name="Class 1").click()
    drag(0.6)
    said = data_panel(page).get_by_text("rows of 2 classes")
    expect(said).to_be_visible()
    drawn = int(said.inner_text().split()[0])
    assert drawn >= 16
    page.get_by_role("button", name="Eraser").click()
    drag(0.6)
    expect(data_panel(page)).to_contain_text("at least two classes")
    # One stroke is one thing to undo.
    page.get_by_role("button", name="Undo").click()
    expect(data_panel(page)).to_contain_text(f"{drawn} rows of 2 classes")


def test_points_are_drawn_by_keyboard(page: Page) -> None:
    drawing(page)
    page.get_by_role("application", name="Drawing area").focus()
    for key in ("ArrowLeft", "ArrowLeft", "Enter", "2", "ArrowRight", "Shift+ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(data_panel(page)).to_contain_text("2 rows of 2 classes")
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(data_panel(page)).to_contain_text("3 rows of 3 classes")
    page.keyboard.press("Delete")
    expect(data_panel(page)).to_contain_text("2 rows of 2 classes")


def test_by_touch_points_are_put_and_rubbed_out_and_a_unit_is_enlarged(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(
        viewport={"width": 768, "height": 1024}, has_touch=True, is_mobile=True, locale="en-US"
    )
    page = opened(context.new_page(), f"{site}/index.html")
    page.get_by_role("button", name="Unit 2 of layer 1").tap()
    expect(page.get_by_label("From x₁")).to_be_visible()
    expect(page.get_by_label("Bias")).to_be_visible()
    page.get_by_label("Data set").select_option("draw your own")
    area = page.get_by_role("application", name="Drawing area")
    area.tap(position={"x": 200, "y": 150})
    page.get_by_role("button", name="Class 1").tap()
    area.tap(position={"x": 300, "y": 250})
    expect(data_panel(page)).to_contain_text("2 rows of 2 classes")
    page.get_by_role("button", name="Eraser").tap()
    area.tap(position={"x": 300, "y": 250})
    expect(data_panel(page)).to_contain_text("at least two classes")
    context.close()


def test_a_unit_is_enlarged_by_mouse_and_by_keyboard(page: Page) -> None:
    train(page, 500)
    before = page.locator("canvas.plane").evaluate("c => c.toDataURL()")
    unit = page.get_by_role("button", name="Unit 1 of layer 1")
    unit.hover()
    page.wait_for_timeout(300)
    large = page.locator("canvas.plane").evaluate("c => c.toDataURL()")
    assert large != before
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert page.locator("canvas.plane").evaluate("c => c.toDataURL()") == before
    unit.focus()
    card = page.locator(".unit-card")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Unit 2 of layer 1")).to_be_focused()
    expect(card.get_by_role("heading", name="Unit 2 of layer 1")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Output unit 1")).to_be_focused()
    expect(card.get_by_role("heading", name="Output unit 1")).to_be_visible()
    expect(page.get_by_label("From unit 3")).to_be_visible()


def test_a_line_shows_its_weight_under_the_pointer(page: Page) -> None:
    inside = page.get_by_role("region", name="Inside the network")
    canvas = inside.get_by_role("img")
    canvas.scroll_into_view_if_needed()
    box, unit = (
        canvas.bounding_box(),
        inside.get_by_role("button", name="Output unit 1").bounding_box(),
    )
    assert box
    assert unit
    # Along the edge of the output unit all of its lines come together.
    page.mouse.move(unit["x"] - 6, unit["y"] + unit["height"] / 2)
    shown = inside.get_by_text(re.compile(r"Weight from Unit \d of layer 1 to Output unit 1: −?\d"))
    expect(shown).to_be_visible()


def test_a_weight_is_read_and_set_by_hand(page: Page) -> None:
    page.get_by_role("button", name="Unit 2 of layer 1").click()
    weight = page.get_by_label("From x₂")
    weight.fill("2.5")
    weight.press("Enter")
    weight.press("Tab")
    expect(weight).to_have_value("2.5")
    expect(page.get_by_label("Passes done")).to_have_text("0")
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text("1")
    assert abs(float(weight.input_value()) - 2.5) < 0.5
    assert weight.input_value() != "2.5"


def test_a_table_is_uploaded_and_its_target_and_features_chosen(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text(to_csv(load("iris")) or "", encoding="utf-8")
    page.get_by_label("Data set").select_option("your table")
    page.get_by_label("Upload a CSV file").set_input_files(table)
    expect(data_panel(page)).to_contain_text("150 rows of 3 classes")
    expect(page.get_by_label("Target")).to_have_value("target")
    data_panel(page).locator("summary").click()
    page.get_by_label("sepal width (cm)").uncheck()
    expect(page.get_by_role("img", name=re.compile("The network: 3 to 3 to 3"))).to_be_visible()
    page.get_by_label("Across").select_option("sepal length (cm)")
    train(page, 5000)
    assert accuracy(page, "Test") > 80
    expect(page.get_by_role("region", name="Confusion matrix")).to_contain_text("virginica")


@pytest.mark.parametrize("encoding", ["cp1252", "gbk"])
def test_a_table_in_another_encoding_is_refused_and_not_patched_up(
    page: Page, tmp_path: Path, encoding: str
) -> None:
    """With replacement marks two birds would become one class."""
    one, other = ("Möwe", "Mäwe") if encoding == "cp1252" else ("海鸥", "海鸦")
    rows = "\n".join(f"{i * 7 % 11},{i * 5 % 13},{other if i % 2 else one}" for i in range(40))
    table = tmp_path / "birds.csv"
    table.write_bytes(f"u,v,bird\n{rows}\n".encode(encoding))
    page.get_by_label("Data set").select_option("your table")
    page.get_by_label("Upload a CSV file").set_input_files(table)
    told = page.get_by_role("status").filter(has_text="This file is not UTF-8 text.")
    expect(told).to_be_visible()
    table.write_text(f"u,v,bird\n{rows}\n", encoding="utf-8")
    page.get_by_label("Upload a CSV file").set_input_files(table)
    expect(data_panel(page)).to_contain_text("40 rows of 2 classes")
    expect(told).to_be_hidden()


def test_a_pasted_table_is_trained_on(page: Page) -> None:
    page.get_by_label("Data set").select_option("your table")
    rows = "\n".join(f"{i},{i * i % 7},{'high' if i > 15 else 'low'}" for i in range(30))
    page.get_by_label("Paste a table").fill(f"u,v,level\n{rows}")
    page.get_by_role("button", name="Use this table").click()
    expect(data_panel(page)).to_contain_text("30 rows of 2 classes")
    train(page, 500)
    assert accuracy(page, "Train") == 100


def test_the_language_is_switched_and_everything_stays(page: Page) -> None:
    train(page, 300)
    page.get_by_role("button", name="中文").click()
    expect(page.locator(".moonlet-lab")).to_have_attribute("lang", "zh")
    assert page.evaluate("document.documentElement.lang") == "zh"
    expect(page.locator("output").first).to_have_text("300")
    expect(page.locator("h2").first).not_to_have_text("Data")
    page.reload()
    expect(page.locator(".moonlet-lab")).to_have_attribute("lang", "zh")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_label("Passes done")).to_have_text("300")
