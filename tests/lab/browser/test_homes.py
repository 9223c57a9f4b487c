"""The page where it is at home: a folder, a frame, a file on a disk, beside `moonlet lab`."""

from __future__ import annotations

import base64
import json
import re
import threading
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from moonlet.cli import main
from moonlet.data import load
from moonlet.export import from_onnx
from tests.lab.browser.conftest import QuietHandler, opened, watched
from tests.lab.browser.look import set_number, train
from tests.lab.conftest import Listening


def link_part(recipe: dict[str, Any]) -> str:
    """A recipe as a link carries it."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packing.compress(json.dumps({"version": 1, **recipe}).encode()) + packing.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def asked_by(page: Page) -> list[str]:
    """The addresses that a page asks for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


# --- A folder ------------------------------------------------------------------------------


def test_no_request_leaves_the_page_and_none_is_made_while_it_trains(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    asked = asked_by(page)
    opened(page, f"{site}/index.html")
    assert {url.split("/")[2] for url in asked} == {site.split("/")[2]}
    assert not [url for url in asked if "?" in url or "recipe" in url]
    asked.clear()
    train(page, 2000)
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_role("button", name="Copy a link").click()
    assert asked == []
    page.get_by_label("Data set").select_option("iris")
    expect(page.get_by_role("region", name="Data", exact=True)).to_contain_text("3 classes")
    assert [url.rsplit("/", 1)[-1].split("-")[0] for url in asked] == ["iris"]


def test_the_policy_of_the_page_forbids_other_addresses_and_scripts_of_its_own(
    context: BrowserContext, site: str
) -> None:
    page = opened(context.new_page(), f"{site}/index.html")
    assert page.evaluate(
        """async () => {
            const made = document.createElement("script");
            made.textContent = "window.ran = true";
            document.head.append(made);
            const away = await fetch("http://127.0.0.1:1/").then(() => "let out", () => "kept in");
            return [window.ran ?? "not run", away];
        }"""
    ) == ["not run", "kept in"]
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and its address on a server of another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=20)
    server.server_close()


def framed(context: BrowserContext, elsewhere: tuple[Path, str], frame: str) -> Page:
    """A page of another origin with the lab in a frame."""
    folder, address = elsewhere
    (folder / "index.html").write_text(
        f'<title>Course</title><link rel="icon" href="data:,"><h1>Course</h1>'
        f'<iframe {frame} title="lab" width="900" height="800"></iframe>',
        encoding="utf-8",
    )
    page = context.new_page()
    page.goto(f"{address}/index.html")
    return page


def test_a_lesson_is_read_in_a_frame_of_another_origin(
    context: BrowserContext, site: str, elsewhere: tuple[Path, str]
) -> None:
    page = framed(context, elsewhere, f'src="{site}/index.html#lesson=xor&amp;compact"')
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="What no line can do")).to_be_visible()
    frame.get_by_role("button", name="Do it for me").click()
    expect(frame.get_by_label("Passes done")).not_to_have_text("0")


# --- A file on a disk ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a table inside, as ``moonlet lab --save`` writes it."""
    folder = tmp_path_factory.mktemp("saved")
    table = folder / "gulls.csv"
    random = np.random.RandomState(0)
    rows = [
        f"{wing:.2f} cm;{share:.0f} %;{'Möwe' if wing + share / 9 > 8 else 'Taube'}"
        for wing, share in zip(random.uniform(1, 9, 60), random.uniform(1, 40, 60), strict=True)
    ]
    table.write_text("\n".join(["wing;share;bird", *rows]), encoding="utf-8")
    path = folder / "lab.html"
    main(["lab", str(table), "--save", str(path)], standalone_mode=False)
    return path


def test_a_single_file_opens_from_a_disk_and_trains_on_the_table_inside(
    context: BrowserContext, saved: Path
) -> None:
    page = context.new_page()
    check = watched(page)
    asked = asked_by(page)
    opened(page, saved.as_uri())
    expect(page.get_by_role("region", name="Data", exact=True)).to_contain_text("60 rows")
    train(page, 300)
    assert {url.split(":")[0] for url in asked} == {"file", "blob"}
    assert [url for url in asked if url.startswith("file")] == [saved.as_uri()]
    page.get_by_role("button", name="Copy as Python").click()
    script = page.get_by_label("Python script").input_value()
    assert 'load("gulls.csv", target="bird"' in script.replace("'", '"')
    # What needs Python is not offered, nor is a link that would open nowhere else without a word.
    expect(page.get_by_role("button", name="ONNX model")).to_have_count(0)
    page.get_by_label("Data set").select_option("iris")
    expect(page.get_by_role("region", name="Data", exact=True)).to_contain_text("150 rows")
    # What it does not carry it does not offer, and of a link with it says so.
    expect(page.get_by_label("Data set").locator("option[value=digits]")).to_have_count(0)
    page.goto(f"{saved.as_uri()}#recipe={link_part({'data': {'source': 'digits'}})}")
    told = page.get_by_role("status").filter(has_text="does not carry the data set digits")
    expect(told).to_be_visible()
    check()


def test_a_single_file_works_in_a_frame_that_may_do_nothing_but_run_scripts(
    context: BrowserContext, saved: Path, elsewhere: tuple[Path, str]
) -> None:
    (elsewhere[0] / "lab.html").write_bytes(saved.read_bytes())
    page = framed(context, elsewhere, 'sandbox="allow-scripts" src="lab.html"')
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("region", name="Data", exact=True)).to_contain_text("60 rows")
    frame.get_by_role("button", name="Step").click()
    expect(frame.get_by_label("Passes done")).to_have_text("1")


# --- Beside Python -------------------------------------------------------------------------


@pytest.fixture
def served(context: BrowserContext, listening: Listening) -> Iterator[Page]:
    """The page as `moonlet lab` serves it, opened by the address that it prints."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    yield opened(page, listening.address)
    # A browser notes on its console what was refused in words.
    assert [problem for problem in problems if "422" not in problem] == []


def test_the_key_leaves_the_address_and_a_reload_goes_on_where_it_was(
    served: Page, listening: Listening
) -> None:
    assert "token" not in served.url
    set_number(served, "Units of hidden layer 1", "5")
    train(served, 300)
    served.reload()
    expect(served.get_by_label("Passes done")).to_have_text("300")
    expect(served.get_by_label("Units of hidden layer 1")).to_have_value("5")
    expect(served.get_by_role("button", name="Study these data")).to_be_visible()


def test_without_the_key_the_page_trains_and_says_where_the_key_is(
    context: BrowserContext, listening: Listening
) -> None:
    page = context.new_page()
    page.goto(f"http://localhost:{listening.port}/")  # another origin: it keeps no key
    expect(page.get_by_role("status").filter(has_text="without its key")).to_be_visible()
    page.get_by_role("button", name="Step").click()
    expect(page.get_by_label("Passes done")).to_have_text("1")


def test_moonlets_reader_reads_what_the_page_alone_refuses(served: Page, tmp_path: Path) -> None:
    table = tmp_path / "prices.csv"
    rows = "".join(f"{i / 7:.2f};{i % 9} %;{'ja' if i % 3 else 'nein'}\n" for i in range(60))
    table.write_text(f"price;share;sold\n{rows}".replace(".", ","), encoding="utf-8")
    served.get_by_label("Data set").select_option("your table")
    served.get_by_label("Upload a CSV file").set_input_files(str(table))
    data = served.get_by_role("region", name="Data", exact=True)
    expect(data).to_contain_text("60 rows of 2 classes")
    table.write_bytes(table.read_bytes().replace(b"nein", b"n\xe9in"))
    served.get_by_label("Upload a CSV file").set_input_files(str(table))
    expect(served.get_by_role("status").filter(has_text="UTF-8")).to_be_visible()
    expect(data).to_contain_text("60 rows of 2 classes")


def test_the_onnx_model_answers_as_the_page_does(served: Page, tmp_path: Path) -> None:
    served.get_by_label("Data set").select_option("iris")
    expect(served.get_by_role("region", name="Data", exact=True)).to_contain_text("150 rows")
    train(served, 500)
    with served.expect_download() as saving:
        served.get_by_role("button", name="ONNX model").click()
    model = from_onnx(saving.value.path())
    X, y = load("iris")
    shown = served.get_by_role("region", name="Accuracy").locator("dd").all_inner_texts()
    parts = [float(text.split()[0]) / 100 for text in shown[:2]]
    assert model.score(X, y) == pytest.approx(0.7 * parts[0] + 0.3 * parts[1], abs=1e-3)
    assert list(pd.DataFrame(X).columns) == list(model.feature_names_in_)


@pytest.mark.slow
def test_a_study_runs_beside_the_page_and_hands_over_its_report(
    served: Page, context: BrowserContext
) -> None:
    set_number(served, "Points", "60")
    study = served.get_by_role("region", name="Study")
    study.get_by_role("button", name="Study these data").click()
    served.get_by_role("button", name="Step").click()  # the lab goes on meanwhile
    expect(served.get_by_label("Passes done")).to_have_text("1")
    link = study.get_by_role("link", name="Open the report")
    expect(link).to_be_visible(timeout=120_000)
    check = watched(context)  # from the report's first line on
    with served.expect_popup() as opening:
        link.click()
    report = opening.value
    expect(report.get_by_role("heading", level=1)).to_contain_text("moons")
    told = " ".join((report.locator("body").text_content() or "").split())
    verdict = " ".join(study.get_by_role("status").inner_text().split())
    for sentence in re.split(r"(?<=\.) (?=[A-Z0-9])", verdict)[:3]:
        assert sentence in told
    for picture in report.get_by_role("img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    check()
    address = report.url
    report.close()
    study.get_by_role("button", name="Study these data").click()
    study.get_by_role("button", name="Stop the study").click()
    assert served.request.get(address).status == 404


def test_when_python_has_ended_the_page_goes_on_and_says_so(context: BrowserContext) -> None:
    gone = Listening({"version": 1})
    page = opened(context.new_page(), gone.address)
    gone.stop()
    page.get_by_role("button", name="ONNX model").click()
    expect(page.get_by_role("status").filter(has_text="does not answer")).to_be_visible()
    train(page, 100)


def test_a_browser_is_let_in_by_an_address_that_is_good_once(context: BrowserContext) -> None:
    lab = Listening({"version": 1, "data": {"source": "circles"}})
    address = lab.lab.address_once
    try:
        page = opened(context.new_page(), address)
        expect(page.get_by_label("Data set")).to_have_value("circles")
        assert "once" not in page.url
        other = context.browser.new_context() if context.browser else context
        late = other.new_page()
        late.goto(address)
        expect(late.get_by_role("status").filter(has_text="was used already")).to_be_visible()
        other.close()
    finally:
        lab.stop()
