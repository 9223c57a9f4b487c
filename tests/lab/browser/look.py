"""What can be read off the page."""

from __future__ import annotations

from playwright.sync_api import Page


def passes(page: Page) -> int:
    return int(page.get_by_label("Passes done").inner_text().replace(",", ""))


def accuracy(page: Page, of: str) -> float:
    figures = page.get_by_role("region", name="Accuracy").locator("dl > div")
    return float(figures.filter(has_text=of).first.locator("dd").inner_text().split()[0])


def colours(page: Page) -> set[int]:
    """Which colours the boundary's picture has, by a sample of its pixels."""
    found = page.locator("canvas.plane").evaluate(
        """canvas => {
            const { width, height } = canvas;
            const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            const found = new Set();
            for (let i = 0; i < data.length; i += 4 * 37) {
                found.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
            }
            return [...found];
        }"""
    )
    return set(found)
