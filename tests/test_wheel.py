"""The wheel: it holds all that a user needs, and works where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.browser import missing

ROOT = Path(__file__).parents[1]
PAGE = "src/moonlet/lab/static"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is not a clone"),
]


def run(*command: str | Path, **environment: str) -> str:
    """What the command prints; a failed assertion when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def built_page() -> set[str]:
    """What `make lab` has written: its names change with its contents."""
    folder = ROOT / PAGE
    return {
        str(path.relative_to(folder))
        for part in ("site", "module")
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel that `make` has built of this checkout: it takes a minute, and once is enough."""
    made = list((ROOT / "build/wheel").glob("*.whl"))
    missing(made[0] if made else ROOT / "build/wheel/moonlet.whl", "run `make build/wheel/.ready`")
    return made[0]


def test_the_wheel_holds_the_core_its_types_and_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    # In a checkout that somebody works in, what is new in it as well.
    listed = run(
        *("git", "-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"),
        "src/moonlet",
    )
    page = {f"{PAGE}/{name}" for name in built_page()}
    assert {"site/index.html", "module/lab.js"} <= built_page()
    sources = {name.removeprefix("src/") for name in {*listed.split(), *page}}
    assert {"moonlet/py.typed", "moonlet/_core.pyi"} <= sources
    assert any(name.endswith(".jinja") for name in sources)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    wanted = {*sources, f"moonlet/_core{suffix}"}
    package = {name for name in names if name.startswith("moonlet/")}
    assert package == wanted


@pytest.mark.parametrize("what", ["sdist", "wheel"])
def test_none_is_built_without_the_page_by_accident(what: str, tmp_path: Path) -> None:
    bare = tmp_path / "moonlet"
    run("git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", bare)
    build = f"from scikit_build_core.build import build_{what} as build; build('made')"
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    made = subprocess.run(
        [sys.executable, "-c", build],
        cwd=bare,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": tools},
    )
    assert made.returncode != 0
    said = " ".join((made.stdout + made.stderr).split())
    assert "The lab's page has not been built" in said
    assert "`make lab`" in said
    assert not list(bare.glob("made/moonlet*"))


def test_the_source_distribution_carries_the_labs_page_built(tmp_path: Path) -> None:
    clone = tmp_path / "moonlet"
    run("git", "clone", "--quiet", "--depth=1", f"file://{ROOT}", clone)
    missing(ROOT / PAGE / "module/lab.js", "run `make lab`")
    for part in ("site", "module"):
        shutil.copytree(ROOT / PAGE / part, clone / PAGE / part)
    build = "from scikit_build_core.build import build_sdist; print(build_sdist('made'))"
    made = subprocess.run(
        [sys.executable, "-c", build], cwd=clone, capture_output=True, text=True, check=True
    )
    with tarfile.open(clone / "made" / made.stdout.split()[-1]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {f"{PAGE}/{name}" for name in built_page()} <= names
    assert "web/package-lock.json" in names  # the page can be built anew from it
    assert not [name for name in names if "node_modules" in name]


def test_the_wheel_knows_nothing_of_the_machine_that_built_it(wheel: Path) -> None:
    # The compiler's headers lie in the environment.
    traces = [sys.prefix.encode(), str(ROOT).encode()]
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            assert not [trace for trace in traces if trace in content], name


def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "empty", with_pip=True)
    programs = tmp_path / "empty" / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", "--no-deps", wheel)
    # The libraries that moonlet needs are lent by this environment, so that no index is asked.
    # Python reads no .pth files there, so moonlet's editable install is not lent with them.
    lent = {"PYTHONPATH": sysconfig.get_path("platlib"), "MPLCONFIGDIR": str(tmp_path)}
    home = run(programs / "python", "-c", "import moonlet; print(moonlet.__file__)", **lent)
    assert home.startswith(str(tmp_path))
    facts = json.loads(run(programs / "moonlet", "info", "--json", **lent))
    assert facts["engine"]["level"] in facts["engine"]["levels"]
    run(programs / "moonlet", "data", "moons", "-o", tmp_path / "moons.csv", **lent)
    assert (tmp_path / "moons.csv").stat().st_size > 0
