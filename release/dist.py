"""Make what is released, and try it as a user would: `make dist`.

    python release/dist.py

From what is committed, and the lab's page as it has been built: a source distribution, from that a
wheel, both judged, and the wheel tried in an empty environment. docs/release.md is the guide.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK, DIST = ROOT / "build" / "dist", ROOT / "dist"
PAGE = Path("src", "moonlet", "lab", "static")
LINK = re.compile(r"(!?)\[([^]]*)\]\((?!https?:)([^)]+)\)")


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Show and run a command; the release ends where one fails."""
    print("$", *command, flush=True)
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [str(part) for part in command], check=True, cwd=cwd, env=os.environ | {"PATH": tools}
    )


def standing_alone(readme: str, address: str | None, version: str) -> str:
    """README as the package's page: away from the repository relative links lead nowhere.

    With the repository's address they become absolute. Without one pictures go, and links leave
    their words.
    """

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        if address is None:
            return "" if picture else words
        kind = "raw" if picture else "blob"
        return f"{picture}[{words}]({address.rstrip('/')}/{kind}/v{version}/{target})"

    return LINK.sub(link, readme)


def export_committed(to: Path) -> None:
    """What is committed, the built page, and README standing alone."""
    archive = to.with_suffix(".tar")
    run("git", "archive", "--output", archive, "HEAD")
    with tarfile.open(archive) as files:
        files.extractall(to, filter="data")
    shutil.copytree(ROOT / PAGE, to / PAGE)
    project = tomllib.loads((to / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project.get("urls", {}).get("Source")
    if address is None:
        print("No public address: README's pictures and links are left out. See docs/release.md.")
    package = (to / "src/moonlet/version.py").read_text(encoding="utf-8")
    version = re.search(r'^__version__ = "(.+)"$', package, re.MULTILINE)[1]
    readme = to / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(standing_alone(text, address, version), encoding="utf-8")


def try_as_a_user(wheel: Path, folder: Path) -> None:
    """The wheel and its libraries in an empty environment; README's Python runs there."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    run(python, "-c", code, cwd=folder)
    run(folder / "bin" / "moonlet", "info", cwd=folder)


def main() -> None:
    """Build, judge, try."""
    for folder in (WORK, DIST):
        shutil.rmtree(folder, ignore_errors=True)
    WORK.mkdir(parents=True)
    python = sys.executable
    export_committed(WORK / "source")
    build = [python, "-m", "build", "--no-isolation", "--outdir"]
    run(*build, DIST, "--sdist", WORK / "source")
    (source,) = DIST.glob("*.tar.gz")
    with tarfile.open(source) as files:
        files.extractall(WORK / "unpacked", filter="data")
    (unpacked,) = (WORK / "unpacked").iterdir()
    run(*build, WORK / "wheel", "--wheel", unpacked)
    (wheel,) = (WORK / "wheel").glob("*.whl")
    if sys.platform == "linux":
        run(python, "-m", "auditwheel", "repair", "--wheel-dir", DIST, wheel)
    else:
        shutil.copy(wheel, DIST)
    (wheel,) = DIST.glob("*.whl")
    run(python, "-m", "twine", "check", "--strict", source, wheel)
    run(python, "-m", "check_wheel_contents", wheel)
    try_as_a_user(wheel, WORK / "empty")
    print(f"dist/ holds {source.name} and {wheel.name}.")


if __name__ == "__main__":
    main()
