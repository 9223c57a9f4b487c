from __future__ import annotations

from pathlib import Path

import pytest

from moonlet.cli.study_folder import StudyFolder
from moonlet.exceptions import StudyStoreError


def fill(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"old {name}", encoding="utf-8")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_store_without_a_report_is_a_study_to_be_resumed(tmp_path: Path) -> None:
    fill(tmp_path, "study.db")
    folder = StudyFolder(tmp_path)
    folder.check(resume=True)
    with pytest.raises(StudyStoreError, match="--resume"):
        folder.check(resume=False)


def test_a_store_with_a_report_may_be_replaced(tmp_path: Path) -> None:
    fill(tmp_path, "study.db", "report.html")
    StudyFolder(tmp_path).check(resume=False)


def test_undoing_puts_everything_back(tmp_path: Path) -> None:
    fill(tmp_path, "study.db", "study.db-wal", "report.html", "notes.txt")
    folder = StudyFolder(tmp_path)
    folder.prepare(resume=False)
    assert not folder.store.exists()
    folder.undo()
    assert names(tmp_path) == {"study.db", "study.db-wal", "report.html", "notes.txt"}
    assert folder.store.read_text(encoding="utf-8") == "old study.db"


def test_undoing_removes_only_the_directories_that_were_made(tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "a" / "b")
    folder.prepare(resume=False)
    assert folder.path.is_dir()
    folder.undo()
    assert not (tmp_path / "a").exists()
    assert tmp_path.exists()


def test_beginning_drops_the_old_results_and_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path, "study.db", "report.html", "results.csv", "model.onnx", "notes.txt")
    fill(tmp_path / "figures", "capacity.png", "mine.svg")
    folder = StudyFolder(tmp_path)
    folder.prepare(resume=False)
    folder.begin()
    assert names(tmp_path) == {"notes.txt", "figures"}
    assert names(tmp_path / "figures") == {"mine.svg"}


def test_resuming_leaves_the_store_where_it_is(tmp_path: Path) -> None:
    fill(tmp_path, "study.db")
    folder = StudyFolder(tmp_path)
    folder.prepare(resume=True)
    assert folder.store.read_text(encoding="utf-8") == "old study.db"
