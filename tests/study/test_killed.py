"""A study that is killed again and again comes to the table of one that is left alone."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from moonlet.exceptions import StudyStoreError
from moonlet.study.store import NETWORKS, REPEATS, StudyStore

ROOT = Path(__file__).parents[2]
BATCH = 50  # networks that may be trained twice at a kill: those of a batch under way

# Four sizes × five alphas × five folds × twenty starts.
GRID: dict[str, Any] = {
    "hidden": (0, 3, 5, 20),
    "alpha": (1e-3, 1e-2, 0.1, 1.0, 10.0),
    "n_restarts": 20,
    "cv": 5,
}

DRIVER = f"""
import os, signal, sys
from sklearn.datasets import make_moons
from moonlet import CapacityStudy
from moonlet.study import store, training

training._CHUNK_NETWORKS = {BATCH}
log = open(sys.argv[2], "a")
measure = training.measure

def noted(problem, job, trainer):
    # Every network that was trained, kept or not.
    print(*job.key, file=log, flush=True)
    return measure(problem, job, trainer)

training.measure = noted
commits = int(sys.argv[3])  # die in the midst of the commit of that number

class Dying:
    def __init__(self, connection):
        self.connection = connection

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def executemany(self, statement, rows):
        global commits
        done = self.connection.executemany(statement, rows)
        commits -= 1
        if commits == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

connect = store.StudyStore._connect
store.StudyStore._connect = lambda self: Dying(connect(self))
X, y = make_moons(200, noise=0.2, random_state=0)
CapacityStudy(**{GRID!r}, store=sys.argv[1], n_jobs=1, random_state=0).fit(X, y)
"""


def start(store: Path, log: Path, commits: int = -1) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(store), str(log), str(commits)],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )


def table_hash(store: Path) -> str:
    digest = hashlib.sha256()
    with closing(sqlite3.connect(store)) as connection:
        for table in (NETWORKS, REPEATS):
            query = f"SELECT * FROM {table} ORDER BY hidden, alpha, fold, restart"  # noqa: S608
            for row in connection.execute(query):
                digest.update(repr(row[:-1]).encode())  # The last column is seconds.
    return digest.hexdigest()


def count(store: Path, table: str = NETWORKS) -> int:
    with closing(sqlite3.connect(store)) as connection:
        found: tuple[int] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
    return found[0]


@pytest.mark.slow
def test_twenty_kills_of_the_driver_cost_a_batch_each_and_change_nothing(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    assert start(whole, tmp_path / "whole.log").wait() == 0
    assert count(whole) == 2000
    chance = random.Random(0)  # noqa: S311
    kills = 0
    while kills < 20:
        midway = chance.random() < 0.4  # in the midst of a commit; else whenever
        process = start(killed, tmp_path / "killed.log", chance.randint(1, 3) if midway else -1)
        if not midway:
            before = count(killed) if killed.exists() and killed.stat().st_size else 0
            wait_until_it_trains(process, killed, before)
            time.sleep(chance.random() * 0.1)
            process.kill()
        if process.wait() == 0:
            break
        kills += 1
    assert kills >= 10  # Enough work was left for most of them.
    assert start(killed, tmp_path / "killed.log").wait() == 0
    assert table_hash(killed) == table_hash(whole)
    trained = (tmp_path / "killed.log").read_text().splitlines()
    once = (tmp_path / "whole.log").read_text().splitlines()
    assert set(trained) == set(once)
    assert len(trained) - len(once) <= (kills + 1) * BATCH


def wait_until_it_trains(process: subprocess.Popen[bytes], store: Path, before: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if store.exists() and count(store) > before:
                return
        except sqlite3.OperationalError:
            pass  # between the making of the file and of its tables
        time.sleep(0.005)


def finished_store(path: Path) -> dict[Any, Any]:
    from tests.study.test_store import STUDY, result

    kept = [result(fold=fold, restart=restart) for fold in range(10) for restart in range(40)]
    with StudyStore(path, STUDY) as store:
        store.add(kept)
        store.add(kept[:30], REPEATS)
    return {one.key: one for one in kept}


def check_cut(path: Path, whole: bytes, n_bytes: int, kept: dict[Any, Any]) -> None:
    from tests.study.test_store import STUDY

    path.write_bytes(whole[:-n_bytes])
    import warnings

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


@pytest.mark.slow
def test_a_store_may_be_cut_off_at_any_of_its_last_4096_bytes(tmp_path: Path) -> None:
    kept = finished_store(tmp_path / "study.db")
    whole = (tmp_path / "study.db").read_bytes()
    for n_bytes in range(1, 4097, 3):
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
    from tests.study.test_store import STUDY, result

    path = tmp_path / "study.db"
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, check=False)
    log = path.with_name("study.db-wal")
    log.write_bytes(log.read_bytes()[:-n_bytes])
    with StudyStore(path, STUDY) as store:
        left = store.results()
    assert 25 <= len(left) < 30
    assert left == {result(fold=fold).key: result(fold=fold) for fold in range(len(left))}


def test_a_file_that_is_cut_to_nothing_readable_is_refused(tmp_path: Path) -> None:
    from tests.study.test_store import STUDY

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
    from tests.study.test_store import STUDY, result

    path = tmp_path / "study.db"
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, check=True, capture_output=True
    )
    added, said = json.loads(ended.stdout)
    assert 0 < added < 20_000
    assert "cannot be written" in said
    assert "the study goes on from there when it is run again" in said
    with StudyStore(path, STUDY) as store:
        assert len(store.results()) == added
        store.add([result(fold=1000 + fold) for fold in range(1000)])
        assert len(store.results()) == added + 1000


def test_a_database_that_may_not_grow_is_told_as_full(tmp_path: Path) -> None:
    from tests.study.test_store import STUDY, result

    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store._connection.execute("PRAGMA max_page_count = 8")
        with pytest.raises(StudyStoreError, match="database or disk is full"):
            store.add([result(fold=fold) for fold in range(1000)])
        assert store.results() == {}
        store.add([result()])
        assert len(store.results()) == 1
