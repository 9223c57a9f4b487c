"""The READMEs' Python runs and says what they say it does; both languages agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")
}


def test_the_python_in_the_readme_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", READMES["README.md"], re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    assert "cycle of period 2" in printed
    assert "hidden units" in printed
    assert (tmp_path / "boundary.png").exists()


@pytest.mark.parametrize("readme", READMES)
def test_every_link_in_the_readme_leads_to_a_file(readme: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", READMES[readme]):
        assert (ROOT / target).exists(), target


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source distribution has no pictures")
def test_both_languages_show_the_same_code_commands_and_pictures() -> None:
    english, chinese = READMES.values()
    python = re.compile(r"```python\n(.*?)```", re.DOTALL)
    assert python.findall(english) == python.findall(chinese)
    # A command ends where its explanation begins.
    command = re.compile(r"^    (\S+(?: \S+)*)", re.MULTILINE)
    outside = [python.sub("", text) for text in (english, chinese)]
    assert command.findall(outside[0]) == command.findall(outside[1])
    picture = re.compile(r"!\[[^]]+\]\(([^)]+)\)")
    assert picture.findall(english) == picture.findall(chinese)
    assert len(re.findall(r"^## ", english, re.M)) == len(re.findall(r"^## ", chinese, re.M))
