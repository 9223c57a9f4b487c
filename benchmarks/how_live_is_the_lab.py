"""How live is the lab's page? Frames a second, what they cost, and how soon it is there.

A 2-8-8-2 network on the moons, shaded at 100 x 100 with a picture of every unit, in one
session of Debian's Chromium, from a server of files on the same cores. Asked for: 50 frames a
second while training keeps 90 % of its bare speed, no task of the page above 50 ms, a first
picture within 0.4 s, 300 kB in all.

Bare is the same training in the same Worker while the page takes in no picture; both are
measured in turn, so that what else goes on in the machine meets both. Medians are of the rounds.

    python -m benchmarks.how_live_is_the_lab [--rounds 5] [--seconds 3]
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import statistics
import threading
import zlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser import CHROMIUM, FLAGS

from benchmarks.machine import machine

SITE = Path(__file__).parents[1] / "src/moonlet/lab/static/site"
RECIPE = {
    "version": 1,
    "data": {"test_share": 0},
    "network": {"hidden": [{"units": 8, "activation": "tanh"}] * 2, "output": "softmax"},
    "training": {"solver": "gd", "learning_rate": 0.01, "passes": 1_000_000},
    "view": {"pace": 0},
}

# Notes the Worker's frames, the first picture and the page's long tasks. While `unseen` the Worker
# is not told that its frame was taken in, and makes no other.
WATCH = """(() => {
    const watch = { frames: [], unseen: false, kept: null, first: null, tasks: [] };
    window.watch = watch;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...more) {
        if (watch.worker !== this) {
            watch.worker = this;
            this.addEventListener("message", ({ data }) => {
                if (data.type === "Frame") watch.frames.push([performance.now(), data.passes]);
            });
        }
        if (watch.unseen && message.type === "Seen") watch.kept = message;
        else post.call(this, message, ...more);
    };
    watch.take = () => {
        watch.unseen = false;
        if (watch.kept) post.call(watch.worker, watch.kept);
        watch.kept = null;
    };
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...at) {
        put.call(this, image, ...at);
        if (image.width === 100) watch.first ??= performance.now();
    };
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) watch.tasks.push([task.startTime, task.duration]);
    }).observe({ type: "longtask", buffered: true });
})()"""

# Frames and passes for so long; then passes for so long without a frame: the next one tells them.
ROUND = """async (ms) => {
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    const { watch } = window, last = () => watch.frames.at(-1);
    const rate = ([t, before], [ended, after]) => (1000 * (after - before)) / (ended - t);
    const from = last(), before = watch.frames.length;
    await wait(ms);
    const to = last(), count = watch.frames.length - before;
    const long = watch.tasks.filter(([at]) => at > from[0]).map(([, took]) => took);
    watch.unseen = true;
    await wait(200);
    const unseenFrom = last();
    await wait(ms);
    watch.take();
    while (last() === unseenFrom) await wait(1);
    return {
        frames_a_second: (1000 * count) / (to[0] - from[0]),
        passes_a_second: rate(from, to),
        bare_passes_a_second: rate(unseenFrom, last()),
        longest_task_ms: Math.max(0, ...long),
    };
}"""


class Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def opened(browser: Browser, address: str) -> Page:
    """A page of a new visitor, with its first picture."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US").new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    return page


def first_picture(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds from asking for the page to a boundary that is drawn, by the page's own clock.

    And the longest task of the page until all of its panels are there, in milliseconds: 0 if
    none was above 50.
    """
    page = opened(browser, address)
    expect(page.get_by_role("region", name="Take it with you")).to_be_visible()
    page.wait_for_timeout(300)
    took: float = page.evaluate("window.watch.first") / 1000
    longest: float = page.evaluate("Math.max(0, ...window.watch.tasks.map(([, took]) => took))")
    page.context.close()
    return took, longest


def size_of_a_visit(browser: Browser, address: str) -> dict[str, int]:
    """Bytes that a visit takes, and those of the engine among them, compressed."""
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda of: sizes.__setitem__(of.url, len(gzip.compress(of.body(), 9))))
    page.goto(address)
    expect(page.get_by_role("img", name="Decision boundary after 0 passes")).to_be_visible()
    page.close()
    engine = sum(size for url, size in sizes.items() if url.endswith(".wasm"))
    return {"visit_bytes_gzipped": sum(sizes.values()), "engine_bytes_gzipped": engine}


def trained(browser: Browser, address: str, n: int, seconds: float) -> list[dict[str, float]]:
    """Rounds of training, with and without pictures."""
    packed = zlib.compressobj(wbits=-15)
    written = packed.compress(json.dumps(RECIPE).encode()) + packed.flush()
    link = base64.urlsafe_b64encode(written).decode().rstrip("=")
    page = opened(browser, f"{address}#recipe={link}")
    expect(page.get_by_role("img", name="2 to 8 to 8 to 2 units")).to_be_visible()
    found: list[dict[str, float]] = []
    for _ in range(n):
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("button", name="Play").click()
        page.wait_for_timeout(500)
        found.append(page.evaluate(ROUND, 1000 * seconds))
        if page.locator("button.play").inner_text() != "Pause":
            raise SystemExit("All passes were done before the time was up: fewer --seconds.")
        page.get_by_role("button", name="Pause").click()
    page.context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    arguments = parser.parse_args()
    if not (SITE / "index.html").exists():
        raise SystemExit("There is no page yet: run `make lab`.")
    load = [os.getloadavg()[0]]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/index.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        size = size_of_a_visit(browser, address)  # and the browser has come up
        opening = [first_picture(browser, address) for _ in range(5)]
        found = trained(browser, address, arguments.rounds, arguments.seconds)
        browser.close()
    server.shutdown()
    load.append(os.getloadavg()[0])
    pictures = [seconds for seconds, _ in opening]
    shares = [one["passes_a_second"] / one["bare_passes_a_second"] for one in found]
    result: dict[str, Any] = {
        **{name: round(statistics.median(one[name] for one in found), 1) for name in found[0]},
        "longest_task_ms": max(one["longest_task_ms"] for one in found),  # 0: none above 50
        "share_of_bare_speed": round(statistics.median(shares), 3),
        "shares_of_bare_speed": [round(share, 3) for share in shares],
        "first_picture_seconds": round(statistics.median(pictures), 3),
        "first_pictures_seconds": [round(one, 3) for one in pictures],
        "longest_tasks_of_opening_ms": [longest for _, longest in opening],
        **size,
        **machine(),
        "load": load,  # as it began, and at its end
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
