"""Out of the lab and back again: script, files, link, sweep, runs, study, and a connection lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from moonlet.lab.files import fitted_estimator
from tests.lab.browser.look import passes
from tests.lab.conftest import Listening

AFTER = """
import numpy as np
np.save({path!r}, np.concatenate([*(w.ravel() for w in network.coefs_), *network.intercepts_]))
"""


def train(page: Page, n_passes: int) -> None:
    page.get_by_label("Pace").select_option("as fast as it goes")
    page.get_by_label("Stop after").fill(str(n_passes))
    page.get_by_label("Stop after").press("Enter")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).to_have_text(f"{n_passes:,}")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def weights(page: Page, listening: Listening) -> np.ndarray:
    """The weights of the page's session, asked of the server itself."""
    session = listening.lab.session(page.evaluate("sessionStorage['moonlet-lab-session']"))
    assert session is not None
    network = fitted_estimator(session.experiment.run)
    return np.concatenate([*(W.ravel() for W in network.coefs_), *network.intercepts_])


def script(page: Page) -> str:
    page.get_by_role("button", name="Copy as Python").click()
    field = page.get_by_label("Python script")
    expect(field).to_have_value(re.compile("network.fit"))
    return field.input_value()


def test_the_copied_script_is_run_and_gives_the_same_weights(
    page: Page, listening: Listening, tmp_path: Path
) -> None:
    train(page, 2000)
    page.get_by_label("Learning rate").fill("0.05")
    page.get_by_label("Learning rate").press("Enter")
    train(page, 3000)
    path = tmp_path / "weights.npy"
    (tmp_path / "copied.py").write_text(script(page) + AFTER.format(path=str(path)))
    done = subprocess.run(
        [sys.executable, "copied.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.load(path), weights(page, listening))
    shown = page.get_by_role("region", name="Accuracy").locator("dd").first.inner_text()
    assert f"training rows put right: {shown.replace(' ', '')}" in done.stdout


def test_a_link_restores_everything_in_another_tab_and_says_nothing_to_the_server(
    page: Page, listening: Listening
) -> None:
    page.get_by_label("Data set").select_option("circles")
    page.get_by_label("Units of hidden layer 1").fill("7")
    page.get_by_label("Units of hidden layer 1").press("Enter")
    train(page, 1500)
    page.get_by_role("button", name="Copy a link").click()
    field = page.get_by_label("Link to this state")
    expect(field).to_have_value(re.compile("#state="))
    link = urlsplit(field.input_value())
    assert link.path == "/"
    assert link.query == ""
    other = page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(field.input_value())
    expect(other.get_by_label("Units of hidden layer 1")).to_have_value("7")
    expect(other.get_by_label("Data set")).to_have_value("circles")
    expect(other.get_by_label("Passes done")).to_have_text("1,500")
    np.testing.assert_array_equal(weights(other, listening), weights(page, listening))
    assert not [url for url in asked if "state" in url or "?" in url]
    assert other.evaluate("location.hash") == ""
    other.close()


@pytest.mark.parametrize(
    ("button", "name", "begins"),
    [
        ("ONNX model", "model.onnx", b"\x08"),
        ("PNG picture", "boundary.png", b"\x89PNG"),
        ("Points as CSV", "points.csv", b"x0,x1,target\n"),
    ],
)
def test_a_file_is_saved(page: Page, button: str, name: str, begins: bytes) -> None:
    with page.expect_download() as saving:
        page.get_by_role("button", name=button).click()
    assert saving.value.suggested_filename == name
    assert Path(saving.value.path()).read_bytes().startswith(begins)


def test_the_sweep_trains_seven_sizes_and_marks_one(page: Page) -> None:
    page.get_by_label("Stop after").fill("3000")
    page.get_by_label("Stop after").press("Enter")
    sweep = page.get_by_role("region", name="The sweep")
    sweep.get_by_role("button", name="Start the sweep").click()
    expect(sweep.get_by_role("button", name="Stop the sweep")).to_be_visible()
    expect(sweep.get_by_role("button", name="Start the sweep")).to_be_visible()
    panels = sweep.get_by_role("listitem")
    expect(panels).to_have_count(7)
    for panel in panels.all():
        assert re.search(r"train \d\.\d{4}, test \d\.\d{4}", panel.inner_text())
    marks = sweep.get_by_text("recommended", exact=True).filter(visible=True)
    expect(marks).to_have_count(1)
    # A single unit is a straight line: it cannot follow the moons.
    first = panels.first.inner_text()  # without what is hidden
    assert float(first.split("train ")[1].split(",")[0]) > 0.2
    assert "recommended" not in first


def test_runs_are_kept_compared_and_opened_again(page: Page) -> None:
    train(page, 800)
    page.get_by_role("button", name="Keep this run").click()
    page.get_by_label("Units of hidden layer 1").fill("1")
    page.get_by_label("Units of hidden layer 1").press("Enter")
    train(page, 400)
    page.get_by_role("button", name="Keep this run").click()
    rows = page.get_by_role("table", name="Kept runs").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Open run 1").click()
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")
    expect(page.get_by_label("Passes done")).to_have_text("800")
    page.get_by_role("button", name="Drop run 2").click()
    expect(rows).to_have_count(1)


def test_a_reload_goes_on_where_it_was(page: Page, listening: Listening) -> None:
    train(page, 700)
    before = weights(page, listening)
    page.reload()
    expect(page.get_by_label("Passes done")).to_have_text("700")
    np.testing.assert_array_equal(weights(page, listening), before)


def test_a_dropped_connection_is_made_anew_and_training_goes_on(
    page: Page, listening: Listening
) -> None:
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_label("Passes done")).not_to_have_text("0")
    listening.drop_connections()
    expect(page.get_by_role("status").filter(has_text="connection is lost")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="connection is lost")).to_be_hidden()
    before = passes(page)
    assert before > 0
    expect(page.get_by_label("Passes done")).not_to_have_text(f"{before:,}")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_two_tabs_have_two_networks(page: Page, listening: Listening) -> None:
    other = page.context.new_page()
    other.goto(listening.address)
    expect(other.get_by_label("Passes done")).to_have_text("0")
    other.get_by_label("Units of hidden layer 1").fill("5")
    other.get_by_label("Units of hidden layer 1").press("Enter")
    train(other, 300)
    expect(page.get_by_label("Passes done")).to_have_text("0")
    expect(page.get_by_label("Units of hidden layer 1")).to_have_value("3")
    other.close()


def test_without_the_key_the_page_says_where_it_is(page: Page) -> None:
    page.evaluate("localStorage.clear()")
    page.reload()
    message = "Open the address that `moonlet lab` printed"
    expect(page.get_by_role("status").filter(has_text=message)).to_be_visible(timeout=20_000)
    # The refused sockets are errors on the console, and meant to be.
    page.evaluate("history.replaceState(null, '', '/')")


@pytest.mark.slow
def test_a_study_runs_in_the_background_and_hands_over_its_report(page: Page) -> None:
    page.get_by_label("Points", exact=True).fill("60")
    page.get_by_label("Points", exact=True).press("Enter")
    study = page.get_by_role("region", name="Study")
    study.get_by_role("button", name="Study these data").click()
    expect(study).to_contain_text("networks trained")
    page.get_by_role("button", name="Step").click()  # the lab goes on meanwhile
    expect(page.get_by_label("Passes done")).to_have_text("1")
    expect(study.get_by_role("button", name="Save the report")).to_be_enabled(timeout=120_000)
    with page.expect_download() as saving:
        study.get_by_role("button", name="Save the report").click()
    saved = Path(saving.value.path()).read_bytes()
    assert b"<html" in saved[:200]

    with page.expect_popup() as opening:
        study.get_by_role("link", name="Open the report").click()
    report = opening.value
    complaints: list[str] = []
    report.on("console", lambda said: complaints.append(said.text))
    report.reload()
    # The report has figures between the answer and what it rests on.
    expect(report.get_by_role("heading", level=1)).to_be_visible()
    told = " ".join((report.locator("body").text_content() or "").split())
    verdict = " ".join(study.get_by_role("status").inner_text().split())
    for sentence in re.split(r"(?<=\.) (?=[A-Z0-9])", verdict):
        assert sentence in told
    expect(report.get_by_role("heading", level=1)).to_contain_text("moons.csv")
    for picture in report.get_by_role("img").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    # Its own style is let in: a browser's own font for text has serifs.
    assert "sans" in report.locator("body").evaluate("it => getComputedStyle(it).fontFamily")
    assert complaints == []
    assert page.request.get(report.url).body() == saved
    assert page.request.get(report.url[:-1]).status == 404
    address = report.url
    report.close()

    page.get_by_role("button", name="Step").click()  # back in the lab, which stands as it stood
    expect(page.get_by_label("Passes done")).to_have_text("2")
    study.get_by_role("button", name="Study these data").click()
    expect(study.get_by_role("link", name="Open the report")).to_be_hidden()
    assert page.request.get(address).status == 404
    study.get_by_role("button", name="Stop the study").click()
