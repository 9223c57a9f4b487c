"""The quick tests with every library at the lowest version that pyproject.toml declares.

    python release/oldest.py FOLDER WHEEL [argument of pytest ...]

makes an environment in FOLDER, around a wheel that has been built: `make oldest`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Pictures to compare with are of one matplotlib, and the pages of one Sphinx; the lab's browser,
# the benchmarks, and how long the engine's threads hold a core do not change with a library.
ELSEWHERE = (
    *("displays/test_pictures.py", "docs", "lab/browser", "benchmarks", "test_wheel.py"),
    "engine/test_threads.py",
)


def lowest(project: dict[str, object]) -> list[str]:
    """Each declared library, pinned to its lowest version."""
    extras = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(one for extra in extras for one in extra)]
    return [one.replace(">=", "==") for one in declared if not one.startswith("moonlet[")]


def main(folder: Path, wheel: Path, *arguments: str) -> int:
    """Install, say what is there, and test."""
    python = folder / "bin" / "python"
    pins = lowest(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])
    wanted = "\n".join([*pins, wheel.name])
    stamp = folder / "installed.txt"
    pip = [python, "-m", "pip", "install", "--quiet"]
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
        subprocess.run([*pip, *pins, "--group", "oldest"], check=True, cwd=ROOT)
        stamp.write_text(wanted, encoding="utf-8")
    subprocess.run([*pip, "--force-reinstall", "--no-deps", wheel], check=True)
    print("with", *(re.sub("==", " ", pin) for pin in pins), sep="\n  ")
    left_out = [f"--ignore=tests/{name}" for name in ELSEWHERE]
    # An old library may use what a newer one, or Python, advises against.
    old = ["-W", "ignore::DeprecationWarning", "-W", "ignore::FutureWarning"]
    tests = [python, "-m", "pytest", "-n", "2", "-q", "-m", "not slow", *old, *left_out, "tests"]
    # The oldest SciPy is older than what scikit-learn's array API asks for.
    environment = {name: value for name, value in os.environ.items() if name != "SCIPY_ARRAY_API"}
    return subprocess.run([*tests, *arguments], cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3]), *sys.argv[3:]))
