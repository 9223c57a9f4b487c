from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import moonlet
from moonlet.cli import COMMANDS
from tests.cli.conftest import Run, Start, one_line

HEAVY = ("numpy", "pandas", "sklearn", "scipy", "matplotlib", "onnx", "rich", "moonlet._core")


def modules_after(*args: str, env: dict[str, str] | None = None) -> set[str]:
    code = (
        "import sys\n"
        "from moonlet.cli import main\n"
        "try:\n"
        f"    main({list(args)!r}, prog_name='moonlet')\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('\\n' + ' '.join(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_commands_are_those_of_the_contract(run: Run) -> None:
    assert COMMANDS == ("study", "tour", "check", "fit", "predict", "data", "lab", "info")
    listed = run("--help").stdout
    assert all(f"\n  {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"    moonlet {command}" in result.stdout
    assert "Examples:" in result.stdout
    assert "\b" not in result.stdout
    assert ("--scheduler" in result.stdout) == (command == "study")


@pytest.mark.parametrize("args", [["--help"], ["study", "--help"], ["fit", "-h"], ["--version"]])
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    loaded = modules_after(*args)
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


def test_the_version_is_the_package_version(run: Run) -> None:
    assert run("--version").stdout == f"moonlet, version {moonlet.__version__}\n"


def test_python_minus_m_is_the_same_command(start: Start) -> None:
    out, err = start("--version").communicate()
    assert (out, err) == (f"moonlet, version {moonlet.__version__}\n", "")


def test_without_a_command_the_help_is_shown_and_the_status_is_2(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["studdy"], "studdy"),
        (["study", "--hiden", "3"], "--hidden"),
        (["study", "--restarts", "0"], "--restarts"),
        (["study", "--test-size", "1"], "--test-size"),
        (["study", "--hidden", "3,x"], "'3,x' is not auto, or whole numbers"),
        (["study", "--alpha", "-1"], "'-1' is not auto, or numbers of 0 or more"),
        (["fit"], "DATA"),
        (["fit", "iris", "--hidden", "3x0"], "'3x0' is not whole numbers"),
        (["fit", "iris", "-o", "nowhere/model.onnx"], "there is no directory nowhere"),
        (["data", "irsi"], "Did you mean 'iris'?"),
        (["tour", "--out", __file__], "--out"),
        (["study", "--out", f"{__file__}/deeper"], "is a file"),
    ],
)
def test_wrong_usage_is_one_line_with_a_cure_and_status_2(
    run: Run, args: list[str], said: str
) -> None:
    result = run(*args)
    assert result.exit_code == 2
    line = one_line(result)
    assert line.startswith("error: ")
    assert said in line
    assert "--help`" in line


def test_shell_completion_offers_commands_names_and_files() -> None:
    def complete(words: str, position: int) -> str:
        code = "from moonlet.cli import main; main(prog_name='moonlet')"
        env = {"_MOONLET_COMPLETE": "bash_complete", "COMP_WORDS": words}
        return subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**env, "COMP_CWORD": str(position)},
        ).stdout

    assert complete("moonlet s", 1) == "plain,study\n"
    assert complete("moonlet study m", 2) == "plain,moons\nfile,m\n"
    assert complete("moonlet data b", 2) == "plain,blobs\nplain,breast_cancer\n"


@pytest.mark.parametrize("args", [["--help"], ["fit", "--help"], ["info"], ["data", "digits"]])
def test_a_reader_that_leaves_a_pipe_is_no_error(start: Start, args: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with start(*args, stdout=writer) as command:
        os.close(writer)
        assert command.communicate() == (None, "")
    assert command.returncode == 0


def test_what_was_read_before_leaving_is_whole(start: Start) -> None:
    # More than a pipe holds, so that writing meets the closed end.
    with start("data", "digits") as command:
        assert command.stdout is not None
        assert command.stderr is not None
        assert command.stdout.readline().startswith("pixel_0_0,")
        command.stdout.close()
        assert command.stderr.read() == ""
    assert command.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has such a device")
@pytest.mark.parametrize("args", [["--help"], ["info"], ["data", "digits"]])
def test_a_full_disk_is_one_line_and_status_1(start: Start, args: list[str]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full, start(*args, stdout=full) as command:
        _, complained = command.communicate()
    assert command.returncode == 1
    assert complained == "error: No space left on device\n"


def test_ctrl_c_is_one_line_and_status_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("moonlet.data.load", interrupted)
    for command in ("study", "fit"):
        result = run(command, "moons")
        assert result.exit_code == 130
        assert one_line(result) == "interrupted"
    assert not list(Path().iterdir())
