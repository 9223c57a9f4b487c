"""What a release is made with, as far as that can be tried without making one."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = re.compile(r"\]\(([^)]+)\)")

dist = runpy.run_path(str(ROOT / "release" / "dist.py"))
oldest = runpy.run_path(str(ROOT / "release" / "oldest.py"))
places = runpy.run_path(str(ROOT / "release" / "places.py"))


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source distribution has no pictures")
def test_a_package_page_without_a_public_address_has_no_link_that_leads_nowhere() -> None:
    assert "docs/images" in README
    page = dist["standing_alone"](README, None, "1.2.3")
    assert all(target.startswith("https:") for target in LINKS.findall(page))
    assert "![" not in page
    assert "the option that decides" in page  # its words stay


def test_a_package_page_with_one_has_absolute_links_to_the_version() -> None:
    page = dist["standing_alone"](
        "![a](b/c.png) [d](e.md) [f](https://g)", "https://host/x/", "1.0"
    )
    assert page == (
        "![a](https://host/x/raw/v1.0/b/c.png) [d](https://host/x/blob/v1.0/e.md) [f](https://g)"
    )


def test_every_declared_library_has_a_lowest_version() -> None:
    pins = oldest["lowest"](PROJECT["project"])
    assert len(pins) > 15
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", pin) for pin in pins), pins


@pytest.mark.parametrize("workflow", ["tests", "wheels"])
def test_what_the_public_workflows_make_is_there_to_be_made(workflow: str) -> None:
    text = (ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text(encoding="utf-8")
    targets = re.findall(r"run: (?:sudo )?make ([a-z-]+)$", text, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []


def recipe(target: str) -> str:
    """All that make would do for the target on a fresh machine."""
    command = ["make", "--dry-run", "--always-make", target]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_a_study_installs_moonlet_and_nothing_else_that_stays() -> None:
    done = recipe("study")
    assert "--group" not in done
    pip_itself, moonlet = re.findall(r"-m pip install (.*)", done)
    assert "pip>=" in pip_itself
    assert "--editable ." in moonlet


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_whoever_works_on_moonlet_has_the_tools_before_the_engine_is_built() -> None:
    done = recipe("build")
    assert 0 < done.index("--group build") < done.index("--editable .")


def test_the_version_stands_in_one_place() -> None:
    assert "version" not in PROJECT["project"]
    assert PROJECT["project"]["dynamic"] == ["version"]
    (version,) = PROJECT["tool"]["dynamic-metadata"]
    assert (version["field"], version["input"]) == ("version", "src/moonlet/version.py")


SMALL = {
    "src/moonlet/data/one.py": "def f(a, b):\n if a <= 0:\n  raise ValueError\n return a - b\n",
    "web/src/two.ts": 'const both = one < two && "a < b" === three; // one < two\n',
    "engine/tests/three.cpp": "int f(int a) { return a + 1; }\n",
}


def test_faults_are_those_of_the_code_and_come_in_the_order_of_a_seed(tmp_path: Path) -> None:
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")

    def found(area: str, seed: int = 0) -> list[tuple[str, str, str]]:
        faults = list(places["in_turn"](tmp_path, area, seed))
        for one in faults:
            assert SMALL[one.file][one.start : one.end] == one.old
        return [(one.kind, one.old, one.new) for one in faults]

    assert sorted(found("data")) == [
        ("check removed", "a <= 0", "False"),
        ("dropped term", " - b", ""),
        ("off by one", " <= ", " < "),
        ("off by one", "0", "1"),
        ("sign", " - ", " + "),
    ]
    assert sorted(found("lab")) == [
        ("condition", " && ", " || "),
        ("condition", " === ", " !== "),
        ("off by one", " < ", " <= "),
    ]
    assert found("engine") == []  # its tests are no part of the product
    assert found("data", 1) == found("data", 1) != found("data", 2)
