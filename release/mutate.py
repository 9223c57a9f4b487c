"""Put small faults where a seed says, and see which quick test notices them, if one does.

    make -C CHECKOUT build lab            a clone that nobody works in
    CHECKOUT/.venv/bin/python release/mutate.py CHECKOUT SEED [PLACES [AREA ...]]

puts one fault after the other into CHECKOUT, of a sign, a number, an order, a term or a check, and
asks the nearest tests first: those named after the file, those that import it, those of its folder,
those of what is built on it, all quick ones. The first that fails ends it, and CHECKOUT is as it
was. What each came to is a line of CHECKOUT/build/mutate-SEED.jsonl; what has one is not tried
again. At the end all tests that noticed something are run without a fault: they have to pass then.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from places import AREAS, Fault, in_turn

# Who is built on a part of the product, the likeliest to notice first.
NEAR = {
    "engine": (
        "tests/parity tests/engine",
        "tests/diagnosis tests/estimators tests/test_functions.py",
        "tests/blocks tests/distributed tests/study",
    ),
    "study": ("tests/study", "tests/report tests/displays tests/cli"),
    "data": ("tests/data", "tests/cli tests/blocks tests/export"),
    "export": ("tests/export", "tests/cli"),
    "lab": ("tests/lab --ignore=tests/lab/browser", "tests/lab/browser"),
}
# The build is for this machine and in haste: its bits are those of all levels.
CONFIGURE = "-G Ninja -DCMAKE_BUILD_TYPE=None -DSKBUILD=2 -DMOONLET_TESTS=ON -DMOONLET_ONE_LEVEL=ON"
# Imported once, for most tests import them and take less time than that.
LIBRARIES = (
    *("sklearn.linear_model", "sklearn.ensemble", "sklearn.pipeline", "sklearn.compose"),
    *("sklearn.neural_network", "sklearn.model_selection", "sklearn.datasets", "scipy.stats"),
    *("pandas", "jinja2", "sqlite3"),
)
AS_MAKE = {"PYTHONDONTWRITEBYTECODE": "", "SCIPY_ARRAY_API": "1"}
SECONDS = 1200


class StillbornError(Exception):
    """The fault does not compile, and so is none."""


class Checkout:
    """A checkout that is changed and tested."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / ".venv/bin"
        self.build = root / "build/mutated"
        self.said = root / "build/mutated.log"
        self.page_is_new = False

    def run(self, *command: str | Path) -> bool:
        """Whether a command succeeds; one that hangs does not."""
        with self.said.open("w", encoding="utf-8") as out:
            started = subprocess.Popen(
                command, cwd=self.root, stdout=out, stderr=out, process_group=0
            )
        return self._ends_well(started.pid)

    def _ends_well(self, process: int) -> bool:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                return status == 0
            time.sleep(0.05)
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
        with self.said.open("a", encoding="utf-8") as out:
            out.write("\nFAILED it does not end\n")
        return False

    def pytest(self, *what: str) -> str | None:
        """The first quick test that fails, if one does."""
        asked = ["-q", "-x", "--tb=no", "-p", "no:cacheprovider", "-m", "not slow", *what]
        process = os.fork()
        if process == 0:
            os.setpgid(0, 0)
            out = os.open(self.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            import pytest  # here, that it finds its plug-ins not yet imported

            code = pytest.main(asked)
            sys.stdout.flush()
            os._exit(0 if code == pytest.ExitCode.NO_TESTS_COLLECTED else code)
        if self._ends_well(process):
            return None
        said = self.said.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^(?:FAILED|ERROR) (.*?)(?: - |$)", said, re.MULTILINE)
        return found[1] if found else f"pytest: {' '.join(said.split())[-200:]}"

    def compile(self) -> None:
        """The engine with what stands in its files, as the one that Python imports."""
        python = self.bin / "python"
        if not (self.build / "build.ninja").exists():
            ask = [python, "-m", "nanobind", "--cmake_dir"]
            nanobind = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
            self.need(
                *(self.bin / "cmake", "-S", ".", "-B", self.build, *CONFIGURE.split()),
                *(f"-Dnanobind_DIR={nanobind.strip()}", "-DCMAKE_CXX_FLAGS=-O1 -march=native"),
                *(f"-DPython_EXECUTABLE={python}", f"-DCMAKE_MAKE_PROGRAM={self.bin / 'ninja'}"),
            )
        self.ninja("_core")
        (core,) = self.build.glob("_core*.so")
        (place,) = self.root.glob(".venv/lib/python*/site-packages/moonlet")
        # Beside it first: a process that runs keeps the one that it has.
        shutil.copy(core, place / "core.new")
        (place / "core.new").replace(place / core.name)

    def ninja(self, target: str) -> None:
        """Build a target of the engine."""
        if not self.run(self.bin / "ninja", "-C", self.build, target):
            raise StillbornError

    def need(self, *command: str | Path) -> None:
        """What has to succeed."""
        if not self.run(*command):
            raise RuntimeError(self.said.read_text(encoding="utf-8"))

    def cpp_test(self, name: str) -> str | None:
        """The engine's own test of a name, if it fails."""
        self.ninja(name)
        return None if self.run(self.build / name) else f"engine/tests/{name}.cpp"

    def compile_page(self) -> None:
        """The lab's page, and the engine in it, of what stands in their files."""
        self.page_is_new = True
        if not self.run(self.bin / "python", "engine/page/build.py"):
            raise StillbornError
        if not self.page("run --silent build"):
            raise StillbornError

    def page(self, task: str) -> bool:
        """Whether one of npm's tasks for the page succeeds."""
        return self.run("bash", "-c", f"cd web && ./npm.sh {self.bin} {task}")

    def nearest(self, file: str) -> Iterator[list[str]]:
        """Tests named after a file, then those that import it."""
        tests = sorted(self.root.glob("tests/**/test_*.py"))
        named = [test for test in tests if test.name == f"test_{Path(file).stem}.py"]
        yield [str(test.relative_to(self.root)) for test in named]
        module = re.escape(file.removeprefix("src/").removesuffix(".py").replace("/", "."))
        imports = re.compile(rf"^(from|import) {module}\b", re.MULTILINE)
        found = [
            test
            for test in tests
            if test not in named and imports.search(test.read_text(encoding="utf-8"))
        ]
        yield [str(test.relative_to(self.root)) for test in found]


def noticed(checkout: Checkout, fault: Fault) -> Iterator[str | None]:
    """What notices a fault, from near to far, as far as one asks."""
    engines = fault.area == "engine"
    if engines:
        checkout.compile()
    elif fault.file.endswith(".ts"):
        if not checkout.page("exec -- tsc --noEmit"):
            raise StillbornError
        yield None if checkout.page("run --silent test") else "web/tests"
        checkout.compile_page()
    for tests in checkout.nearest(fault.file):
        if tests:
            yield checkout.pytest(*tests)
    cpp = sorted(path.stem for path in checkout.root.glob("engine/tests/*_test.cpp"))
    named = f"{Path(fault.file).stem}_test"
    if engines and named in cpp:
        yield checkout.cpp_test(named)
    for folders in NEAR[fault.area]:
        yield checkout.pytest(*folders.split())
    if engines:
        for name in cpp:
            if name != named:
                yield checkout.cpp_test(name)
        # Some headers are the page's alone.
        checkout.compile_page()
        yield checkout.pytest("tests/engine/test_page_bits.py", "tests/lab/browser")
    yield checkout.pytest("-n", "2", "--dist", "worksteal")


def attempt(checkout: Checkout, fault: Fault) -> str:
    """Put a fault in, see who notices, and take it out again."""
    path = checkout.root / fault.file
    raw = path.read_bytes()
    path.write_bytes(raw[: fault.start] + fault.new.encode() + raw[fault.end :])
    try:
        return next((by for by in noticed(checkout, fault) if by is not None), "")
    finally:
        path.write_bytes(raw)
        if checkout.page_is_new:
            checkout.compile_page()
            checkout.page_is_new = False


def main(root: Path, seed: int, places: int = 60, *areas: str) -> int:
    """Try the places of a seed, in all parts of the product or in some."""
    checkout = Checkout(root.resolve())
    os.chdir(checkout.root)
    os.environ.update(AS_MAKE, PATH=f"{checkout.bin}{os.pathsep}{os.environ['PATH']}")
    for library in LIBRARIES:
        importlib.import_module(library)
    record = checkout.root / f"build/mutate-{seed}.jsonl"
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    known = {(one["area"], one["turn"]): one for one in map(json.loads, lines)}
    results = []
    for area in areas or AREAS:
        left = round(AREAS[area] * places / sum(AREAS.values()))
        for turn, fault in enumerate(in_turn(checkout.root, area, seed)):
            if not left:
                break
            told = known.get((area, turn))
            if told is None:
                begun = time.monotonic()
                try:
                    by: str | None = attempt(checkout, fault)
                except StillbornError:
                    by = None
                told = {"turn": turn, **dataclasses.asdict(fault), "by": by}
                told["seconds"] = round(time.monotonic() - begun)
                with record.open("a", encoding="utf-8") as out:
                    print(json.dumps(told), file=out)
            if told["by"] is not None:  # else the next takes its place
                results.append(told)
                left -= 1
                change = " → ".join(" ".join(told[key].split()) for key in ("old", "new"))
                who = f"noticed by {told['by']}" if told["by"] else "NOT NOTICED"
                print(f"{told['file']}:{told['line']} {told['kind']}: {change}: {who}", flush=True)
    if "engine" in (areas or AREAS):
        checkout.compile()
    who = sorted({one["by"] for one in results if one["by"].startswith("tests/")})
    false = checkout.pytest(*who) if who else None
    missed = sum(not one["by"] for one in results)
    print(f"{missed} of {len(results)} not noticed")
    if false:
        print(f"{false} fails without a fault as well")
    return int(missed > 0 or false is not None)


if __name__ == "__main__":
    numbers = map(int, sys.argv[2:4])
    sys.exit(main(Path(sys.argv[1]), *numbers, *sys.argv[4:]))
