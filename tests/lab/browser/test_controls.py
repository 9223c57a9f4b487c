"""Every control by its name, by mouse and by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from moonlet.data import load, to_csv
from tests.lab.browser.look import accuracy, passes

NUMBERS = {
    "Points": ("300", "300 rows"),
    "Noise": ("0.5", None),
    "Test share": ("0", "none kept for testing"),
    "Data seed": ("7", None),
    "Learning rate": ("0.25", None),
    "L2 penalty": ("0.5", None),
    "Dropout": ("0.2", None),
    "Stop after": ("500", None),
    "Units of hidden layer 1": ("12", None),
}
CHOICES = {
    "Data set": ["circles", "spirals", "xor", "blobs", "iris", "moons"],
    "Activation of hidden layer 1": ["relu", "gelu", "tanh"],
    "Solver": ["adam: batches", "lbfgs: quasi-Newton", "gd: all rows each pass"],
    "Schedule": ["cosine", "step", "constant"],
    "Pace": ["10 a second", "as fast as it goes"],
}


def settled(page: Page) -> None:
    """Nothing is on its way any more: the session has answered a step."""
    before = passes(page)
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).not_to_have_text(f"{before:,}")


@pytest.mark.parametrize(("name", "value", "said"), [(n, *v) for n, v in NUMBERS.items()])
def test_a_number_is_taken_and_survives_a_reload(
    page: Page, name: str, value: str, said: str | None
) -> None:
    field = page.get_by_label(name, exact=True)
    field.fill(value)
    field.press("Enter")
    settled(page)
    if said:
        expect(page.get_by_role("region", name="Data")).to_contain_text(said)
    page.reload()
    expect(page.get_by_label(name, exact=True)).to_have_value(value)


def test_every_choice_is_taken(page: Page) -> None:
    for name, labels in CHOICES.items():
        for label in labels:
            page.get_by_label(name, exact=True).select_option(label=label)
            page.wait_for_timeout(150)  # its answer shows what was taken
            chosen = page.get_by_label(name, exact=True).evaluate("s => s.selectedOptions[0].label")
            assert chosen == label


def test_a_number_out_of_its_limits_is_not_sent(page: Page) -> None:
    field = page.get_by_label("Units of hidden layer 1")
    field.fill("300")
    field.press("Enter")
    assert field.evaluate("f => f.validationMessage") == "A number from 1 to 256."
    page.reload()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")


def test_layers_are_added_and_removed_while_it_trains(page: Page) -> None:
    page.get_by_label("Stop after").fill("1000000")
    page.get_by_label("Stop after").press("Enter")
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


def test_a_change_of_rate_keeps_the_weights(page: Page) -> None:
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_label("Stop after").fill("5000")
    page.get_by_label("Stop after").press("Enter")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("5,000")
    learned = accuracy(page, "Train")
    page.get_by_label("Learning rate").fill("0.001")
    page.get_by_label("Learning rate").press("Enter")
    page.wait_for_timeout(200)
    assert passes(page) == 5000
    assert accuracy(page, "Train") == learned


def test_the_whole_of_it_goes_by_keyboard_alone(page: Page) -> None:
    """Tab reaches every control that is there; Space plays; arrows choose."""
    seen: list[str] = []
    for _ in range(80):
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
        *("Play", "Step", "Reset", "Pace", "Stop after", "Data set", "Points", "Noise"),
        *("Add a hidden layer", "Units of hidden layer 1", "Activation of hidden layer 1"),
        *("Solver", "Learning rate", "Schedule", "L2 penalty", "Dropout", "Straight line"),
        *("Open the tutorial's run", "Start the sweep", "Keep this run", "Copy as Python"),
        *("ONNX model", "PNG picture", "Points as CSV", "Copy a link", "Study these data"),
    ):
        assert name in seen, name
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    expect(page.get_by_label("Passes done")).not_to_have_text("0")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.get_by_label("Data set").focus()
    page.keyboard.type("circles")
    expect(page.get_by_label("Noise")).to_have_value("0.1")


def test_points_are_drawn_by_mouse(page: Page) -> None:
    page.get_by_label("Data set").select_option("draw your own")
    area = page.get_by_role("application", name="Drawing area")
    expect(area).to_be_visible()
    box = area.bounding_box()
    assert box
    for at in ((0.3, 0.3), (0.35, 0.4), (0.4, 0.3)):
        area.click(position={"x": box["width"] * at[0], "y": box["height"] * at[1]})
        page.wait_for_timeout(80)
    page.get_by_role("button", name="Class 1").click()
    for at in ((0.7, 0.7), (0.6, 0.75), (0.65, 0.6)):
        area.click(position={"x": box["width"] * at[0], "y": box["height"] * at[1]})
        page.wait_for_timeout(80)
    data = page.get_by_role("region", name="Data", exact=True)
    expect(data).to_contain_text("6 rows of 2 classes")
    area.click(position={"x": box["width"] * 0.65, "y": box["height"] * 0.6}, modifiers=["Shift"])
    expect(data).to_contain_text("5 rows of 2 classes")
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
    assert accuracy(page, "Train") == 100


def test_points_are_drawn_by_keyboard(page: Page) -> None:
    page.get_by_label("Data set").select_option("draw your own")
    page.get_by_role("application", name="Drawing area").focus()
    for key in ("ArrowLeft", "ArrowLeft", "Enter", "2", "ArrowRight", "Shift+ArrowRight", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    data = page.get_by_role("region", name="Data", exact=True)
    expect(data).to_contain_text("2 rows of 2 classes")
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(data).to_contain_text("3 rows of 3 classes")
    page.keyboard.press("Delete")
    expect(data).to_contain_text("2 rows of 2 classes")


def test_a_table_is_uploaded_and_its_target_and_features_chosen(page: Page, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text(to_csv(load("iris")) or "", encoding="utf-8")
    page.get_by_label("Data set").select_option("your table")
    page.get_by_label("Upload a CSV file").set_input_files(table)
    data = page.get_by_role("region", name="Data", exact=True)
    expect(data).to_contain_text("150 rows of 3 classes")
    expect(page.get_by_label("Target")).to_have_value("target")
    page.get_by_text("Features", exact=True).click()
    page.get_by_label("sepal width (cm)").uncheck()
    expect(page.get_by_role("img", name=re.compile("The network: 3 to 3 to 3"))).to_be_visible()
    page.get_by_label("Across").select_option("sepal length (cm)")
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text("20,000")
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
    data = page.get_by_role("region", name="Data", exact=True)
    expect(data).to_contain_text("40 rows of 2 classes")


def test_a_pasted_table_with_a_bad_cell_is_refused_with_its_place(page: Page) -> None:
    page.get_by_label("Data set").select_option("your table")
    rows = "\n".join(f"{i},{i % 5},{'ab'[i % 2]}" for i in range(9))
    page.get_by_label("Paste a table").fill(f"u,v,kind\n{rows}\n1,x7,a\n")
    page.get_by_role("button", name="Use this table").click()
    expect(page.get_by_role("status").filter(has_text="line 11, column 'v'")).to_be_visible()
    page.get_by_label("Paste a table").fill(f"u,v,kind\n{rows}\n1,7,a\n")
    page.get_by_role("button", name="Use this table").click()
    expect(page.get_by_role("region", name="Data", exact=True)).to_contain_text("10 rows of 2")


def test_names_from_a_table_are_text_on_the_page(page: Page) -> None:
    """The page fixture fails the test at any error, and at anything that the policy stops."""
    page.get_by_label("Data set").select_option("your table")
    name = "<svg onload=document.title='run'>"
    rows = "\n".join(f"{i},{i % 5},{name if i % 2 else '<img src=x onerror=1>'}" for i in range(9))
    page.get_by_label("Paste a table").fill(f"<b>u</b>,v,<script>kind</script>\n{rows}\n")
    page.get_by_role("button", name="Use this table").click()
    expect(page.get_by_role("list", name="Classes")).to_contain_text(name)
    assert page.title() == "moonlet lab"
    assert page.locator("#lab b, #lab svg, #lab script, #lab img").count() == 0
