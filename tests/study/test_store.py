from __future__ import annotations

import math
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
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
