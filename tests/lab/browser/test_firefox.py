"""The main road in Debian's Firefox: the folder, the element, the single file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from moonlet.cli import main
from tests.browser import missing
from tests.lab.browser.firefox import FIREFOX, Firefox
from tests.lab.browser.test_element import run_script

PASSES = "Number(document.querySelector('output.passes').textContent.replace(',', ''))"
FIRST = "/after 0 passes/.test(document.querySelector('canvas.plane')?.ariaLabel)"
# A few hundred of the picture's pixels.
PICTURE = """(() => {
    const { width, height } = document.querySelector("canvas.plane");
    const drawn = document.querySelector("canvas.plane").getContext("2d");
    return Array.from(drawn.getImageData(0, 0, width, height).data.filter((_, i) => i % 997 === 0));
})()"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    missing(FIREFOX, "apt-get install firefox-esr")
    browser = Firefox(tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def _nothing_on_the_console(firefox: Firefox) -> Iterator[None]:
    firefox.errors.clear()
    yield
    assert firefox.errors == []


def test_the_folder_opens_trains_draws_and_goes_back(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/index.html")
    firefox.wait_for(FIRST)
    before = firefox.ask(PICTURE)
    firefox.click("button", "Play")
    firefox.wait_for(f"{PASSES} >= 300")
    firefox.click("button", "Pause")
    firefox.wait_for("document.querySelector('.play').textContent === 'Play'")
    assert firefox.ask(PICTURE) != before
    firefox.click("button", "Reset")
    firefox.wait_for(f"{PASSES} === 0")
    firefox.click("button", "Step")
    firefox.wait_for(f"{PASSES} === 1")


def test_a_lesson_is_read_and_done(firefox: Firefox, site: str) -> None:
    firefox.open("about:blank")
    firefox.open(f"{site}/index.html#lesson=dead_units")
    firefox.wait_for("/Step 1 of 4/.test(document.querySelector('.lesson-page')?.textContent)")
    firefox.wait_for(FIRST)
    firefox.click("button", "Do it for me")
    firefox.wait_for("/Done/.test(document.querySelector('.lesson-done').textContent)")
    firefox.click("button", "Next")
    firefox.wait_for("/dead/.test(document.querySelector('.findings').textContent)")


def test_the_element_has_pythons_weights_unless_it_says_that_last_digits_differ(
    firefox: Firefox, site: str
) -> None:
    firefox.open(f"{site}/element.html")
    firefox.wait_for("document.querySelector('moonlet-lab')?.weights?.().length > 0")
    lab = "document.querySelector('moonlet-lab')"
    firefox.ask(f"void ({lab}.recipe = {{ version: 1, training: {{ passes: 60 }} }})")
    firefox.wait_for(f"{lab}.recipe.training.passes === 60")
    firefox.ask(f"{lab}.play()")
    firefox.wait_for(f"{lab}.passes === 60")
    weights = np.array(firefox.ask(f"Array.from({lab}.weights())"))
    network = run_script(firefox.ask(f"{lab}.python()"))
    layers = zip(network.coefs_, network.intercepts_, strict=True)
    pythons = np.concatenate([part.ravel() for layer in layers for part in layer])
    is_fused = firefox.ask(f"{lab}.shadowRoot.querySelector('.bits').hidden")
    # Without fused products each pass rounds otherwise: 60 of them, on weights of about 1.
    np.testing.assert_allclose(weights, pythons, rtol=0 if is_fused else 1e-11, atol=0)


def test_a_single_file_trains_on_the_table_inside(firefox: Firefox, tmp_path: Path) -> None:
    table = tmp_path / "walks.csv"
    rows = [
        f"{i % 17},{i * 7 % 23},{'far' if i % 17 + i * 7 % 23 > 19 else 'near'}" for i in range(80)
    ]
    table.write_text("\n".join(["steps,minutes,walk", *rows]), encoding="utf-8")
    main(["lab", str(table), "--save", str(tmp_path / "lab.html")], standalone_mode=False)
    firefox.open((tmp_path / "lab.html").as_uri())
    firefox.wait_for(FIRST)
    assert "80 rows" in firefox.ask("document.querySelector('.summary').textContent")
    firefox.click("button", "Play")
    firefox.wait_for(f"{PASSES} >= 100")
