from __future__ import annotations

import base64
import copy
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import matplotlib.image
import pytest

from moonlet.report import write_report
from tests.report.conftest import HOSTILE

VOID = {"meta", "img", "br", "link", "input", "hr", "source"}


class Page(HTMLParser):
    """A page taken apart; fails on tags that are not closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" in self._open:
            return
        self.text += data
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def attributes(self, name):
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="session")
def page(study, pictures, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    command = "moonlet study moons --seed 0"
    write_report(study, path, name="moons", command=command, pictures=pictures)
    return Page(path)


@pytest.fixture(scope="session")
def hostile_page(hostile_study, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "report.html"
    write_report(hostile_study, path, name=HOSTILE, command=f"moonlet study '{HOSTILE}'</pre>")
    return Page(path)


def test_the_verdict_comes_before_all_pictures_and_numbers(page, study):
    assert study.verdict_.answer in page.text
    first = page.text.index(study.verdict_.answer)
    evidence = str(study.verdict_)[len(study.verdict_.answer) :].strip()
    assert first < page.text.index(evidence)
    assert [tag for tag, _ in page.tags if tag == "details"]
    order = [
        tag for tag, attributes in page.tags if tag == "img" or attributes.get("class") == "verdict"
    ]
    assert order[0] == "p"


def test_nothing_is_fetched_from_anywhere(page, hostile_page):
    for one in (page, hostile_page):
        for address in one.attributes("src"):
            assert address.startswith("data:image/png;base64,")
        for address in one.attributes("href"):
            assert address.startswith("#")
        assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {
            tag for tag, _ in one.tags
        }
        for name in ("srcset", "background", "action", "poster", "onload", "onerror"):
            assert one.attributes(name) == []


def test_the_style_fetches_nothing(study, pictures, tmp_path):
    write_report(study, tmp_path / "report.html", name="moons", pictures=pictures)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?:", text)


def test_links_lead_somewhere(page):
    for address in page.attributes("href"):
        assert address[1:] in page.attributes("id")


def test_ids_are_unique(page):
    assert len(set(page.attributes("id"))) == len(page.attributes("id"))


def test_every_picture_has_words_and_its_true_proportions(page):
    images = page.all("img")
    assert len(images) == 6
    for image in images:
        assert len(image["alt"]) > 20
        png = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"), validate=True)
        height, width, _ = matplotlib.image.imread(io.BytesIO(png)).shape
        assert width / height == pytest.approx(int(image["width"]) / int(image["height"]), rel=0.01)


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_has_landmarks_and_a_language(page):
    names = [tag for tag, _ in page.tags]
    for landmark in ("header", "main", "nav", "footer"):
        assert names.count(landmark) == 1
    assert page.all("html") == [{"lang": "en"}]
    assert "moons" in page.texts["title"][0]


def test_what_scrolls_can_be_reached_with_the_keyboard(page):
    scrolling = [attributes for _, attributes in page.tags if attributes.get("class") == "scroll"]
    assert scrolling
    assert all(attributes["tabindex"] == "0" for attributes in scrolling)
    assert all(attributes["aria-label"] for attributes in scrolling)


def test_every_number_of_the_table_is_there(page, study):
    for size in (study.verdict_.line, *study.verdict_.sizes):
        assert f"{size.mean:.4f} ± {size.standard_error:.4f}" in page.text


def test_cells_of_a_table_have_headings_both_ways(page):
    scopes = [attributes.get("scope") for attributes in page.all("th")]
    assert set(scopes) == {"row", "col", "colgroup"}


def test_it_says_how_to_run_it_again(page):
    assert "moonlet study moons --seed 0" in page.texts["pre"][0]
    assert "random_state=0" in page.texts["pre"][1]


def test_hostile_names_are_text_and_nothing_else(hostile_page):
    assert hostile_page.texts["h1"] == [f"How large a network does “{HOSTILE}” need?"]
    assert "<script>alert(1)</script>" in hostile_page.text
    assert "{% raw %}" in hostile_page.text
    assert "'</pre>" in hostile_page.texts["pre"][0]
    assert not {"svg", "script"} & {tag for tag, _ in hostile_page.tags}


def test_a_name_that_is_no_text_is_written_all_the_same(study, pictures, tmp_path):
    path = tmp_path / "report.html"
    write_report(study, path, name="caf\udce9.csv", pictures=pictures)
    assert "caf?.csv" in Page(path).text


def test_without_a_command_there_is_none(study, pictures, tmp_path):
    write_report(study, tmp_path / "report.html", name="moons", pictures=pictures)
    assert "command line" not in Page(tmp_path / "report.html").text


def test_a_study_without_a_plane_says_so(study, pictures, tmp_path):
    others = [picture for picture in pictures if picture.name != "boundaries"]
    write_report(study, tmp_path / "report.html", name="moons", pictures=others)
    page = Page(tmp_path / "report.html")
    assert "it takes two columns of numbers" in page.text
    for address in page.attributes("href"):
        assert address[1:] in page.attributes("id")


def test_predicted_numbers_are_compared_with_ridge_regression(
    number_study, number_pictures, tmp_path
):
    path = tmp_path / "report.html"
    write_report(number_study, path, name="numbers", pictures=number_pictures)
    page = Page(path)
    assert "ridge regression" in page.text
    # The glossary explains the straight line for both kinds of target.
    assert "logistic" not in page.text.lower().replace("logistic or linear regression", "")
    assert "span a plane" not in page.text
    assert len(page.all("img")) == 4
    for address in page.attributes("href"):
        assert address[1:] in page.attributes("id")


def test_many_classes_have_their_mistakes_listed_in_place_of_a_matrix(
    many_classes_study, pictures, tmp_path
):
    path = tmp_path / "report.html"
    write_report(many_classes_study, path, name="species", pictures=pictures)
    page = Page(path)
    assert "The most frequent mistakes" in page.text
    assert "all 14 classes" in page.text
    assert [one for one in page.all("table") if "confusion" in one.get("class", "")] == []


def test_too_few_rows_for_a_learning_curve_are_said_to_be(study, pictures, tmp_path):
    others = [picture for picture in pictures if picture.name != "learning_curve"]
    write_report(study, tmp_path / "report.html", name="moons", pictures=others)
    assert "too few rows to train on parts of them" in Page(tmp_path / "report.html").text


def test_a_failure_half_way_leaves_the_old_page(study, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("the old page")

    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_report(study, path, name="moons")
    assert path.read_text() == "the old page"
    assert list(tmp_path.iterdir()) == [path]


def test_a_line_is_not_broken_within_an_option_and_a_warning_is_text_all_the_same(
    study, pictures, tmp_path
):
    asked = "Is <b> a group? Name it (groups=, --groups) or --max-seconds 5."
    told = copy.copy(study)
    told.verdict_ = replace(study.verdict_, warnings=(asked,))
    path = tmp_path / "asked.html"
    write_report(told, path, name="moons", pictures=pictures)
    page = Page(path)
    assert asked in page.text
    assert page.texts["span"] == ["--groups", "--max-seconds"]
    assert {"class": "option"} in page.all("span")
