"""A study's store whose end is missing, or that finds no room, loses no more than it says."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from moonlet.exceptions import StudyStoreError
from moonlet.study.store import REPEATS, StudyStore
from tests.study.test_store import STUDY, result

ROOT = Path(__file__).parents[2]


def finished_store(path: Path) -> dict[Any, Any]:
    kept = [result(fold=fold, restart=restart) for fold in range(10) for restart in range(40)]
    with StudyStore(path, STUDY) as store:
        store.add(kept)
        store.add(kept[:30], REPEATS)
    return {one.key: one for one in kept}


def check_cut(path: Path, whole: bytes, n_bytes: int, kept: dict[Any, Any]) -> None:
    path.write_bytes(whole[:-n_bytes])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with StudyStore(path, STUDY) as store:
            left = store.results()
            again = store.results(REPEATS)
            store.add([one for key, one in kept.items() if key not in left])
            assert store.results() == kept
    assert all(kept[key] == one for key, one in (*left.items(), *again.items()))
    lost = len(kept) - len(left) + 30 - len(again)
    assert lost <= 120  # A page holds fewer.
    if lost:
        said = " ".join(str(one.message) for one in told)
        assert f"{len(left):,} networks could be read" in said
        assert f"and {len(again):,} of further cuts" in said
    for leftover in path.parent.iterdir():
        leftover.unlink()


@pytest.mark.parametrize("n_bytes", [1, 2, 100, 1024, 4000, 4095, 4096])
def test_a_store_that_was_cut_off_keeps_what_can_be_read_and_says_so(
    tmp_path: Path, n_bytes: int
) -> None:
    kept = finished_store(tmp_path / "study.db")
    whole = (tmp_path / "study.db").read_bytes()
    check_cut(tmp_path / "study.db", whole, n_bytes, kept)


def test_a_store_may_be_cut_off_anywhere_in_its_last_4096_bytes(tmp_path: Path) -> None:
    kept = finished_store(tmp_path / "study.db")
    whole = (tmp_path / "study.db").read_bytes()
    for n_bytes in range(1, 4097, 67):  # a prime: cells of the page are met at all their bytes
        check_cut(tmp_path / "study.db", whole, n_bytes, kept)


@pytest.mark.parametrize("n_bytes", [1, 100, 4095, 4096])
def test_a_log_that_was_cut_off_loses_the_last_commits_only(tmp_path: Path, n_bytes: int) -> None:
    script = (
        "import os, signal, sys\n"
        "from moonlet.study.store import StudyStore\n"
        "from tests.study.test_store import STUDY, result\n"
        "store = StudyStore(sys.argv[1], STUDY)\n"
        "for fold in range(30): store.add([result(fold=fold)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "study.db"
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    log = path.with_name("study.db-wal")
    log.write_bytes(log.read_bytes()[:-n_bytes])
    with StudyStore(path, STUDY) as store:
        left = store.results()
    assert 25 <= len(left) < 30
    assert left == {result(fold=fold).key: result(fold=fold) for fold in range(len(left))}


def test_a_file_that_is_cut_to_nothing_readable_is_refused(tmp_path: Path) -> None:
    finished_store(tmp_path / "study.db")
    path = tmp_path / "study.db"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(StudyStoreError, match="cannot be used as a study's store"):
        StudyStore(path, STUDY)


def test_a_full_disk_is_told_and_the_study_goes_on_when_there_is_room(tmp_path: Path) -> None:
    script = (
        "import json, resource, sys\n"
        "from moonlet.exceptions import StudyStoreError\n"
        "from moonlet.study.store import StudyStore\n"
        "from tests.study.test_store import STUDY, result\n"
        "added = 0\n"
        "with StudyStore(sys.argv[1], STUDY) as store:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "    try:\n"
        "        for fold in range(1000):\n"
        "            store.add([result(fold=fold, restart=at) for at in range(20)])\n"
        "            added += 20\n"
        "    except StudyStoreError as error:\n"
        "        print(json.dumps([added, str(error)]))\n"
    )
    path = tmp_path / "study.db"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, check=True, capture_output=True
    )
    added, said = json.loads(ended.stdout)
    assert 0 < added < 20_000
    assert "cannot be written" in said
    assert "make room, then go on from the store" in said
    with StudyStore(path, STUDY) as store:
        assert len(store.results()) == added
        store.add([result(fold=1000 + fold) for fold in range(1000)])
        assert len(store.results()) == added + 1000


def test_a_database_that_may_not_grow_is_told_as_full(tmp_path: Path) -> None:
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store._connection.execute("PRAGMA max_page_count = 8")
        with pytest.raises(StudyStoreError, match="database or disk is full"):
            store.add([result(fold=fold) for fold in range(1000)])
        assert store.results() == {}
        store.add([result()])
        assert len(store.results()) == 1
