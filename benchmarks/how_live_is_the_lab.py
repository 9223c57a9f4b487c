"""How live is the lab? Frames a second, what they cost the engine, ten tabs, the first picture.

A 2-8-8-2 network on the moons, shaded at 100 x 100, in Debian's Chromium beside
the server on the same cores. Asked for: 30 frames a second while the engine
keeps at least 70 % of its bare speed; ten tabs answer; the first picture is
there within a second.

Each round trains in the page between two measurements of the engine by itself,
so that what else goes on in the machine meets both; medians are of the rounds.

    python benchmarks/how_live_is_the_lab.py [--rounds 5] [--seconds 3]
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import subprocess
import sys
import time
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from moonlet import engine
from moonlet.lab import messages as m
from moonlet.lab.rows import load_rows
from moonlet.lab.run import Run

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
NETWORK = m.NetworkChoice((m.LayerChoice(8), m.LayerChoice(8)), output="softmax")
MOST_PASSES = 1_000_000  # the lab's limit: a round that reached it would count too few
TRAINING = m.TrainingChoice("gd", learning_rate_init=0.01, max_iter=MOST_PASSES)

# Counts the frames that the page has drawn: each takes a new picture of the network.
COUNT = """() => {
    window.drawn = 0;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...at) {
        if (image.width === 100) window.drawn += 1;
        return put.call(this, image, ...at);
    };
}"""


def bare_passes_a_second(seconds: float) -> float:
    """The engine by itself on one thread, as the lab uses it, without lab or test rows."""
    run = Run(load_rows(m.DataChoice(test_share=0.0)), NETWORK, TRAINING)
    engine.train([run.trainer], n_threads=1, max_seconds=0.2)  # warm
    before, began = run.n_iter, time.perf_counter()
    engine.train([run.trainer], n_threads=1, max_seconds=seconds)
    return (run.n_iter - before) / (time.perf_counter() - began)


def passes(page: Page) -> int:
    return int(page.get_by_label("Passes done").inner_text().replace(",", ""))


def prepare(page: Page) -> None:
    page.get_by_role("img", name=re.compile("Decision boundary after 0 passes")).wait_for()
    page.get_by_label("Test share").fill("0")
    page.get_by_label("Test share").press("Enter")
    page.get_by_role("button", name="Add a hidden layer").click()
    for layer in (1, 2):
        field = page.get_by_label(f"Units of hidden layer {layer}")
        field.fill("8")
        field.press("Enter")
    page.get_by_text("Start and output").click()
    page.get_by_label("Output").select_option("softmax")
    for name, value in (("Stop after", str(MOST_PASSES)), ("Learning rate", "0.01")):
        page.get_by_label(name).fill(value)
        page.get_by_label(name).press("Enter")
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_role("img", name=re.compile("2 to 8 to 8 to 2 units")).wait_for()


def one_tab(page: Page, seconds: float) -> dict[str, float]:
    """Train from the start for so long, watched; then pause."""
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(500)
    drawn, done, began = page.evaluate("window.drawn"), passes(page), time.perf_counter()
    page.wait_for_timeout(seconds * 1000)
    elapsed = time.perf_counter() - began
    result = {
        "frames_a_second": (page.evaluate("window.drawn") - drawn) / elapsed,
        "passes_a_second": (passes(page) - done) / elapsed,
    }
    if page.locator("button.play").inner_text() != "Pause":
        raise SystemExit(f"All {MOST_PASSES:,} passes were done before the time was up: --seconds.")
    return {**result, "pause_ms": pause(page)}


def rounds(browser: Browser, address: str, n: int, seconds: float) -> list[dict[str, float]]:
    """Training in the page, each time between two measurements of the engine by itself."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.evaluate(COUNT)
    prepare(page)
    found = []
    before = bare_passes_a_second(1.0)
    for _ in range(n):
        one = one_tab(page, seconds)
        after = bare_passes_a_second(1.0)
        bare = (before + after) / 2
        share = one["passes_a_second"] / bare
        found.append({**one, "bare_passes_a_second": bare, "share_of_bare_speed": share})
        before = after
    page.close()
    return found


def pause(page: Page) -> float:
    """From the click to the button's change, in the page's own clock."""
    return float(
        page.evaluate(
            """() => new Promise((done) => {
                const button = document.querySelector("button.play");
                const began = performance.now();
                new MutationObserver((_, observer) => {
                    if (button.textContent !== "Play") return;
                    observer.disconnect();
                    done(performance.now() - began);
                }).observe(button, { childList: true, characterData: true, subtree: true });
                button.click();
            })"""
        )
    )


def many_tabs(browser: Browser, address: str, n: int) -> list[float]:
    """How long each of n tabs that all train takes to answer a pause."""
    pages = []
    for _ in range(n):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        prepare(page)
        page.get_by_role("button", name="Play").click()
        pages.append(page)
    pages[0].wait_for_timeout(2000)
    answered = [pause(page) for page in pages]
    for page in pages:
        page.close()
    return answered


def first_picture(browser: Browser, address: str) -> float:
    """Seconds from asking for the page to a boundary on the screen."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.get_by_role("img", name=re.compile("Decision boundary after 0 passes")).wait_for()
    elapsed = time.perf_counter() - began
    page.close()
    return elapsed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    lab = subprocess.Popen(
        [sys.executable, "-m", "moonlet", "lab", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert lab.stdout is not None
    address = lab.stdout.readline().split()[-1]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=list(FLAGS)
            )
            first_picture(browser, address)  # the browser's own start is not the lab's
            opened = [first_picture(browser, address) for _ in range(3)]
            found = rounds(browser, address, arguments.rounds, arguments.seconds)
            tabs = many_tabs(browser, address, 10)
            browser.close()
    finally:
        lab.terminate()
        lab.wait()
    result: dict[str, Any] = {
        **{name: statistics.median(one[name] for one in found) for name in found[0]},
        "shares_of_bare_speed": [round(one["share_of_bare_speed"], 3) for one in found],
        "first_picture_seconds": statistics.median(opened),
        "ten_tabs_pause_ms_median": statistics.median(tabs),
        "ten_tabs_pause_ms_most": max(tabs),
        "cpu": platform.processor() or platform.machine(),
        "cores": engine.n_cores(),
        "level": engine.info().level,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
