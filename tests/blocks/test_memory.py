from __future__ import annotations

import sys

import pytest

from moonlet.blocks import memory_available, memory_limit
from tests.engine.programs import run_python

needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")


def test_what_is_available_is_not_more_than_the_limit() -> None:
    assert 0 < memory_available() <= memory_limit()


@needs_limits
@pytest.mark.parametrize("kind", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_a_limit_of_the_shell_is_heeded(kind: str) -> None:
    program = (
        "import resource, moonlet.blocks as blocks\n"
        f"resource.setrlimit(resource.{kind}, (3 << 30, 3 << 30))\n"
        "print(blocks.memory_limit(), blocks.memory_available())"
    )
    limit, available = map(int, run_python("-c", program).split())
    assert limit <= 3 << 30
    assert available < limit


def test_a_container_s_limit_is_heeded_and_pages_of_files_do_not_count(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    from moonlet.blocks import memory

    group = Path(str(tmp_path)) / "box"
    group.mkdir()
    (group / "memory.max").write_text("1000000\n")
    (group / "memory.current").write_text("900000\n")
    (group / "memory.stat").write_text("anon 100000\ninactive_file 500000\nactive_file 300000\n")
    (group.parent / "memory.max").write_text("max\n")
    real = Path.read_text
    monkeypatch.setattr(memory, "_CGROUP", group.parent)
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda path, **how: "0::/box\n" if str(path) == "/proc/self/cgroup" else real(path, **how),
    )
    assert memory_limit() == 1_000_000
    assert memory_available() == 900_000
