"""The page in a browser: for everyone, on every screen, in both schemes, and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from moonlet.displays import style
from moonlet.report import Picture, draw_pictures, write_report
from tests.report.conftest import HOSTILE, small_study

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

REPORTS = ("classes", "numbers", "many classes", "twelve long names", "hostile")
# A4 less the margins that the page asks for, in CSS pixels.
PAPER_WIDTH, PAPER_HEIGHT = 672, 1001


@pytest.fixture(scope="session")
def reports(
    study,
    pictures,
    number_study,
    number_pictures,
    many_classes_study,
    hostile_study,
    tmp_path_factory,
) -> dict[str, Path]:
    """Pages on all that changes what is on a page."""
    random = np.random.default_rng(0)
    names = [f"{kind} of a remarkably long-winded-denomination" for kind in "abcdefghijkl"]
    y = np.repeat(names, 12)
    twelve = small_study(random.normal(size=(len(y), 3)), y)
    many = draw_pictures(many_classes_study)
    made = {
        "classes": (study, pictures, "moons"),
        "numbers": (number_study, number_pictures, "numbers"),
        "many classes": (many_classes_study, many, "species"),
        "twelve long names": (twelve, many, "x" * 90),
        "hostile": (hostile_study, draw_pictures(hostile_study), HOSTILE),
    }
    folder = tmp_path_factory.mktemp("reports")
    paths = {name: folder / f"{name}.html" for name in made}
    for name, (one, its_pictures, of) in made.items():
        command = f"moonlet study {of} --hidden 0,1,2,3,4,5,20,50 --alpha 1e-4,1e-2,1 --out there"
        write_report(one, paths[name], name=of, command=command, pictures=its_pictures)
    return paths


@contextmanager
def shown(
    browser: Browser, path: Path, *, width: int = 1440, scheme: str = "light"
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    """WCAG's contrast of two sRGB colors of 0 to 255."""

    def luminance(color: np.ndarray) -> float:
        part = np.asarray(color, dtype=float) / 255
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", REPORTS)
def test_axe_finds_nothing_and_the_page_is_no_wider_than_the_screen(
    browser: Browser, reports: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    with shown(browser, reports[name], width=width, scheme=scheme) as page:
        found = axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_asks_for_nothing_and_complains_of_nothing(
    browser: Browser, reports: dict[str, Path], name: str
) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url[:40]))
    page.on("console", lambda message: said.append(message.text))
    page.goto(reports[name].as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:image/png"))] == []
    images = page.locator("img")
    assert images.count() > 3
    assert images.evaluate_all("images => images.every(image => image.naturalWidth > 0)")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_lie_on_the_paper_of_the_page(
    browser: Browser, reports: dict[str, Path], scheme: str
) -> None:
    with shown(browser, reports["classes"], scheme=scheme) as page:
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        wanted = [int(part) for part in re.findall(r"\d+", paper)]
        for image in page.locator("img").all():
            corner = seen(image.screenshot())[2, 2]
            np.testing.assert_allclose(corner, wanted, atol=2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_pictures_are_drawn_with_stands_out_in_both_schemes(
    browser: Browser, study, pictures, tmp_path: Path, scheme: str
) -> None:
    """Text as WCAG asks of text, lines as it asks of graphics."""
    asked = {style.ink(): 7.0, style.BLUE: 3.0, style.VERMILLION: 3.0, style.GREEN: 3.0}
    swatches = Image.new("RGB", (50 * (len(asked) + 1), 50), "white")
    for place, color in enumerate(asked, start=1):
        swatches.paste(Image.new("RGB", (50, 50), color), (50 * place, 0))
    stream = io.BytesIO()
    swatches.save(stream, "png")
    others = [one for one in pictures if one.name != "capacity"]
    swatch = Picture("capacity", stream.getvalue(), *swatches.size, "Colors.", "Colors.")
    path = tmp_path / "report.html"
    write_report(study, path, name="colors", pictures=[swatch, *others])
    with shown(browser, path, scheme=scheme) as page:
        colors = seen(page.locator("img").first.screenshot())
    height, width, _ = colors.shape
    middles = [
        colors[height // 2, int(width * (place + 0.5) / (len(asked) + 1))]
        for place in range(len(asked) + 1)
    ]
    paper = middles[0]
    assert (paper.mean() < 128) == (scheme == "dark")
    for color, needed, middle in zip(asked, asked.values(), middles[1:], strict=True):
        assert contrast(middle, paper) >= needed, color


@pytest.mark.parametrize("name", REPORTS)
def test_on_paper_nothing_is_cut_off(browser: Browser, reports: dict[str, Path], name: str) -> None:
    with shown(browser, reports[name], width=PAPER_WIDTH) as page:
        page.emulate_media(media="print")
        boxes = page.evaluate(
            """() => [...document.querySelectorAll("figure img, table, pre, p, li, h1, th, td")]
                .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().right,
                           e.scrollWidth - e.clientWidth, e.getBoundingClientRect().height])"""
        )
        for element, right, hidden, height in boxes:
            assert right <= PAPER_WIDTH + 1, element
            assert hidden <= 1, element
            assert height <= PAPER_HEIGHT, element


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_whatever_the_screen_was(
    browser: Browser, reports: dict[str, Path], scheme: str
) -> None:
    with shown(browser, reports["classes"], width=PAPER_WIDTH, scheme=scheme) as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        filters = page.locator("img").evaluate_all(
            "all => all.map(i => getComputedStyle(i).filter)"
        )
        assert set(filters) == {"none"}


def test_it_fits_on_a_few_sheets(browser: Browser, reports: dict[str, Path]) -> None:
    with shown(browser, reports["classes"]) as page:
        pdf = page.pdf(prefer_css_page_size=True)
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 7
