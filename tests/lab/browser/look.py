"""What can be read off the page, and what hands do to it."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Page, expect


def passes(page: Page) -> int:
    return int(page.get_by_label("Passes done").inner_text().replace(",", ""))


def accuracy(page: Page, of: str) -> float:
    figures = page.get_by_role("region", name="Accuracy").locator("dl > div")
    return float(figures.filter(has_text=of).first.locator("dd").inner_text().split()[0])


def pixels(page: Page) -> Counter[int]:
    """The colours of the boundary's picture, by a sample of its pixels."""
    found = page.locator("canvas.plane").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            const found = [];
            for (let i = 0; i < data.length; i += 4 * 37) {
                found.push((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
            }
            return found;
        }"""
    )
    return Counter(found)


def colours(page: Page) -> set[int]:
    return set(pixels(page))


def share_of_two_colours(page: Page) -> float:
    """How much of the picture its two most frequent colours fill."""
    found = pixels(page)
    return sum(count for _, count in found.most_common(2)) / found.total()


def set_number(page: Page, name: str, value: str) -> None:
    """Type a number into a field, as hands do."""
    field = page.get_by_role("spinbutton", name=name, exact=True)
    field.fill(value)
    field.press("Enter")


def train(page: Page, n_passes: int) -> None:
    """Train up to so many passes, as fast as it goes."""
    page.get_by_role("combobox", name="Pace").select_option("as fast as it goes")
    set_number(page, "Stop after", str(n_passes))
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text(f"{n_passes:,}")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
