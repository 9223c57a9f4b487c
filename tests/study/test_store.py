from __future__ import annotations

import math
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from moonlet.exceptions import StudyStoreError
from moonlet.study.store import StudyStore, count_stored, stored_seed
from moonlet.study.training import NetworkResult

STUDY = {"hidden": "(0, 3)", "alpha": "(0.01,)", "seed": "7"}


def result(**changes: Any) -> NetworkResult:
    values: dict[str, Any] = {
        "hidden": 3,
        "alpha": 0.1 + 0.2,
        "fold": 0,
        "restart": 0,
        "seed": 2**32 - 1,
        "status": "converged",
        "n_iter": 12,
        "train_loss": 1 / 3,
        "valid_loss": 5e-324,
        "valid_score": 0.9,
        "gradient_norm": 1e300,
        "seconds": 0.001,
    }
    return NetworkResult(**{**values, **changes})


def test_results_come_back_to_the_last_bit(tmp_path: Path) -> None:
    kept = [result(), result(hidden=(10, 5)), result(hidden=0, fold=4)]
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store.add(kept[:2])
        store.add(kept[2:])
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        assert store.results() == {one.key: one for one in kept}


def test_a_diverged_network_keeps_its_missing_losses(tmp_path: Path) -> None:
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store.add([result(status="diverged", valid_loss=math.nan)])
        (back,) = store.results().values()
    assert back.status == "diverged"
    assert math.isnan(back.valid_loss)


def test_what_was_added_is_there_after_the_process_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys, signal\n"
        "from moonlet.study.store import StudyStore\n"
        "from tests.study.test_store import STUDY, result\n"
        "store = StudyStore(sys.argv[1], STUDY)\n"
        "store.add([result(), result(fold=1)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "study.db"
    root = Path(__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", script, str(path)], cwd=root, check=False)
    assert ended.returncode == -9
    with StudyStore(path, STUDY) as store:  # Nor does its lock outlive it.
        assert len(store.results()) == 2


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"alpha": "(1.0,)"}, r"alpha was \(0\.01,\), is \(1\.0,\)"),
        ({"seed": "8"}, "seed was 7, is 8"),
        ({"more": "x"}, "more was absent, is x"),
    ],
)
def test_another_study_is_refused_naming_the_difference(
    tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    StudyStore(tmp_path / "study.db", STUDY).close()
    with pytest.raises(StudyStoreError, match=f"holds another study: {named}. Name another file"):
        StudyStore(tmp_path / "study.db", {**STUDY, **changed})
    StudyStore(tmp_path / "study.db", STUDY).close()  # The refusal left it as it was.


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    path.write_text("hidden,alpha\n" * 1000)
    with pytest.raises(StudyStoreError, match="cannot be used as a study's store: file is not a"):
        StudyStore(path, STUDY)
    assert path.read_text() == "hidden,alpha\n" * 1000
    assert os.listdir(tmp_path) == ["study.db"]


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE networks (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StudyStoreError, match="not a study's"):
        StudyStore(path, STUDY)
    assert path.read_bytes() == before


def test_a_store_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    StudyStore(path, STUDY).close()
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(StudyStoreError, match="has layout 99"):
        StudyStore(path, STUDY)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyStoreError, match=r"No such file or directory\. Make its folder"):
        StudyStore(tmp_path / "missing" / "study.db", STUDY)


def test_a_directory_is_refused_as_a_store(tmp_path: Path) -> None:
    (tmp_path / "study.db").mkdir()
    with pytest.raises(StudyStoreError, match="unable to open database file"):
        StudyStore(tmp_path / "study.db", STUDY)


def test_a_failed_write_is_told_and_keeps_what_was_there(tmp_path: Path) -> None:
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store.add([result()])
        with pytest.raises(StudyStoreError, match="What was committed before is kept"):
            store.add([result(fold=1), result()])  # The second is there already.
        assert list(store.results()) == [result().key]
        store.add([result(fold=1)])


def interrupt_at(step: int) -> Callable[[FrameType, str, object], Any]:
    """Press Ctrl-C before the given line, counted from 0, of those that `add` runs itself."""
    passed = -1

    def follow(frame: FrameType, event: str, _: object) -> Any:
        nonlocal passed
        if frame.f_code is not StudyStore.add.__code__:
            return None
        if event == "line":
            passed += 1
            if passed == step:
                raise KeyboardInterrupt
        return follow

    return follow


def test_ctrl_c_at_any_step_of_a_commit_leaves_a_store_that_can_be_added_to(tmp_path: Path) -> None:
    kept = [result(fold=fold) for fold in range(3)]
    ends: list[int] = []
    for step in range(30):
        with StudyStore(tmp_path / f"{step}.db", STUDY) as store:
            store.add(kept[:1])
            before = sys.gettrace()
            sys.settrace(interrupt_at(step))
            try:
                store.add(kept[1:2])
                break  # It ran to its end before this step.
            except KeyboardInterrupt:
                pass
            finally:
                sys.settrace(before)
            ends.append(count_stored(store.path))
            assert len(store.results()) == ends[-1]
            store.add(one for one in kept[1:] if one.key not in store.results())
            assert store.results() == {one.key: one for one in kept}
        with StudyStore(tmp_path / f"{step}.db", STUDY) as store:
            assert store.results() == {one.key: one for one in kept}
    assert set(ends) == {1, 2}
    assert ends == sorted(ends)


def test_what_a_network_gave_for_the_held_out_rows_is_kept_to_the_bit(tmp_path: Path) -> None:
    kept = result(raw=os.urandom(800))
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        store.add([kept])
    with StudyStore(tmp_path / "study.db", STUDY) as store:
        assert list(store.results().values()) == [kept]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE networks SET valid_loss = valid_loss + 1e-12 WHERE fold = 1",
        "UPDATE networks SET n_iter = '12' || 'x' WHERE fold = 1",
        "UPDATE networks SET status = 'diverged' WHERE fold = 1",
        "UPDATE networks SET seconds = 0 WHERE fold = 1",
        "UPDATE networks SET raw = x'00' WHERE fold = 1",
        "UPDATE networks SET checksum = NULL WHERE fold = 1",
        "UPDATE networks SET fold = 9 WHERE fold = 1",
        "INSERT INTO networks SELECT hidden, alpha, 8, restart, seed, status, n_iter, train_loss, "
        "valid_loss, valid_score, gradient_norm, seconds, raw, checksum FROM networks "
        "WHERE fold = 1",
    ],
)
def test_a_row_that_is_not_what_was_written_is_as_if_it_were_not_there(
    tmp_path: Path, edit: str
) -> None:
    path = tmp_path / "study.db"
    kept = [result(fold=fold, valid_loss=0.25) for fold in range(3)]
    with StudyStore(path, STUDY) as store:
        store.add(kept)
    with closing(sqlite3.connect(path)) as other:
        other.execute(edit)
        other.commit()
    with pytest.warns(UserWarning, match="rows of it are not what was written"):
        store = StudyStore(path, STUDY)
    with store:
        left = store.results()
        assert set(left.values()) <= set(kept)
        assert len(left) >= 2
        store.add([one for one in kept if one.key not in left])  # As a study would.
        assert set(store.results().values()) == set(kept)
    with StudyStore(path, STUDY) as store:
        assert set(store.results().values()) == set(kept)
    assert path.with_name("study.db.damaged").exists()


@pytest.mark.parametrize(
    "edit",
    [
        "CREATE VIEW more AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
        "SELECT i FROM n",
        "CREATE TABLE more (name TEXT)",
        "ALTER TABLE networks ADD COLUMN more TEXT",
        "ALTER TABLE networks RENAME TO others",
        "DROP TABLE repeats",
    ],
)
def test_tables_that_were_changed_by_hand_are_refused_and_do_not_hang(
    tmp_path: Path, edit: str
) -> None:
    path = tmp_path / "study.db"
    StudyStore(path, STUDY).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(edit)
        other.commit()
    with pytest.raises(StudyStoreError, match="changed by other hands"):
        StudyStore(path, STUDY)


def test_an_endless_view_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    StudyStore(path, STUDY).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE networks")
        other.execute(
            "CREATE VIEW networks AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
            "SELECT i FROM n"
        )
        other.commit()
    with pytest.raises(StudyStoreError, match="changed by other hands"):
        StudyStore(path, STUDY)


def test_a_folder_that_is_removed_meanwhile_is_noticed_at_the_next_commit(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    store = StudyStore(folder / "study.db", STUDY)
    store.add([result()])
    shutil.rmtree(folder)
    with pytest.raises(StudyStoreError, match="removed or replaced while the study was writing"):
        store.add([result(fold=1)])
    store.close()


@pytest.mark.slow
def test_a_thousand_random_damages_never_change_what_is_read(tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    kept = {
        one.key: one
        for one in (
            result(hidden=size, fold=fold, restart=start, raw=os.urandom(80))
            for size in (2, 3, (4, 5))
            for fold in range(5)
            for start in range(4)
        )
    }
    with StudyStore(whole, STUDY) as store:
        store.add(kept.values())
    content = whole.read_bytes()
    chance = random.Random(0)  # noqa: S311
    found = 0
    for number in range(1000):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 8, 64))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            damaged = damaged[: chance.randrange(1, len(damaged))]
        path = tmp_path / f"{number}.db"
        path.write_bytes(damaged)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                with StudyStore(path, STUDY) as store:
                    read = store.results()
            except StudyStoreError:
                found += 1
                continue
        assert all(kept.get(key) == one for key, one in read.items())
        assert told or read == kept
        found += bool(told)
        for leftover in tmp_path.glob(f"{number}.db*"):
            leftover.unlink()
    assert found > 300  # Many a damage hits what nothing reads.


def test_the_table_can_be_read_while_a_study_writes(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    with StudyStore(path, STUDY) as store:
        store.add([result()])
        reader = sqlite3.connect(path)
        assert reader.execute("SELECT count(*) FROM networks").fetchone() == (1,)
        reader.close()


def test_the_seed_of_a_stored_study_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    assert stored_seed(path) is None
    StudyStore(path, STUDY).close()
    assert stored_seed(path) == 7
    path.write_text("not a database" * 100)
    assert stored_seed(path) is None


def test_the_number_of_stored_networks_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    assert count_stored(path) == 0
    with StudyStore(path, STUDY) as store:
        store.add([result(), result(fold=1)])
        assert count_stored(path) == 2
    assert count_stored(path) == 2
