from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from click.testing import CliRunner

from moonlet import CapacityStudy
from moonlet.cli import main
from moonlet.data import load
from moonlet.export import from_onnx
from moonlet.study import count_stored
from tests.cli.conftest import Run, Start, one_line

SMALL = ("--restarts", "1", "--folds", "3", "--hidden", "0,2", "--alpha", "0.01")
SKLEARN_DATA = Path(sklearn.__file__).parent / "datasets" / "data"
FILES = {"report.html", "study.db", "results.csv", "results.parquet", "model.onnx"}


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study of the moons, with what it said in said.txt."""
    out = tmp_path_factory.mktemp("moons") / "made" / "study"
    args = ["study", *SMALL, "--out", str(out)]
    result = CliRunner().invoke(main, args, prog_name="moonlet", catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    (out.parent / "said.txt").write_text(result.stdout, encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def expected() -> CapacityStudy:
    """The same study by the Python interface."""
    X, y = load("moons")
    return CapacityStudy(hidden=(0, 2), alpha=(0.01,), n_restarts=1, cv=3, random_state=0).fit(X, y)


@pytest.fixture
def _quick_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the drawing out, where the question is another one."""

    def write_report(study: CapacityStudy, path: Path, *, name: str, **_: object) -> None:
        path.write_text(f"{name}: {study.verdict_} {study.seed_}", encoding="utf-8")

    monkeypatch.setattr("moonlet.report.write_report", write_report)
    monkeypatch.setattr("moonlet.report.draw_pictures", lambda study: [])
    monkeypatch.setattr("moonlet.report.write_figures", lambda study, folder, *, pictures: [])


def results(folder: Path) -> pd.DataFrame:
    # How long a network took is the one thing that is not repeatable.
    # pandas before 3 reads numbers off by a bit.
    table = pd.read_csv(folder / "results.csv", converters={"valid_loss": float})
    return table.drop(columns="seconds")


def test_a_study_leaves_its_files_and_no_others(moons: Path) -> None:
    assert {path.name for path in moons.iterdir()} == FILES | {"figures"}
    pictures = list((moons / "figures").iterdir())
    assert pictures
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_the_table_holds_every_size_beside_the_straight_line(
    moons: Path, expected: CapacityStudy
) -> None:
    said = (moons.parent / "said.txt").read_text(encoding="utf-8").splitlines()
    verdict = expected.verdict_
    assert any(
        line.startswith("straight line")
        and f"{verdict.line.mean:.4f} ± {verdict.line.standard_error:.4f}" in line
        for line in said
    )
    for size in verdict.sizes:
        number = f"{size.mean:.4f} ± {size.standard_error:.4f}"
        name = size.hidden or "straight line"  # 0 hidden units are the straight line.
        (row,) = [line for line in said if line.startswith(f"{name} ") and number in line]
        assert ("you get" in row) == (size.hidden == verdict.delivered.hidden)
        assert ("enough" in row) == (verdict.beats_line and size.hidden == expected.recommended_)
    assert any(line.startswith("boosted trees") for line in said)
    assert max(map(len, said)) <= 80 or said[-1].startswith("The report is ")


def test_the_verdict_is_said_in_a_paragraph_and_the_report_is_named(
    moons: Path, expected: CapacityStudy
) -> None:
    said = (moons.parent / "said.txt").read_text(encoding="utf-8")
    words = " ".join(said.split())
    assert " ".join(expected.verdict_.answer.split()) in words
    # Below the answer, and apart from it, what it rests on.
    assert str(expected.verdict_).splitlines()[-1] in words
    assert said.index("You get") < said.index("The gain is the mean over")
    assert said.splitlines()[-1] == f"The report is {moons / 'report.html'}"
    assert "moonlet study --restarts 1" in (moons / "report.html").read_text(encoding="utf-8")


def test_the_files_hold_what_the_python_interface_finds(
    moons: Path, expected: CapacityStudy
) -> None:
    table, known = results(moons), expected.results_.drop(columns="seconds")
    assert list(table) == list(known)
    np.testing.assert_array_equal(table["valid_loss"], known["valid_loss"])  # to the last bit
    model = from_onnx(moons / "model.onnx")
    X = load("moons").X
    np.testing.assert_allclose(
        model.predict_proba(X), expected.best_estimator_.predict_proba(X), rtol=0, atol=1e-6
    )


def test_predict_gives_the_probabilities_of_the_best_estimator(
    run: Run, moons: Path, expected: CapacityStudy, tmp_path: Path
) -> None:
    run("predict", moons / "model.onnx", "moons", "-o", "predicted.csv")
    predicted = pd.read_csv(tmp_path / "predicted.csv")
    np.testing.assert_allclose(
        predicted[["probability_0", "probability_1"]],
        expected.best_estimator_.predict_proba(load("moons").X),
        rtol=0,
        atol=1e-6,
    )


def test_json_holds_the_verdict_in_numbers(run: Run, expected: CapacityStudy) -> None:
    result = run("study", *SMALL, "--json")
    facts = json.loads(result.stdout)
    assert result.stderr == ""
    assert facts["recommended"]["hidden"] == expected.recommended_
    verdict = expected.verdict_
    assert facts["verdict"] == {
        "answer": verdict.answer,
        "answers": {"en": verdict.answer, "zh": verdict.answer_in("zh")},
        "text": str(verdict),
        "beats_line": verdict.beats_line,
        "gain": verdict.gain,
        "gain_interval": list(verdict.gain_interval),
        "gain_share": verdict.gain_share,
        "sizes_not_told_apart": list(verdict.sizes_not_told_apart),
        "warnings": list(verdict.warnings),
    }
    assert facts["delivered"]["hidden"] == verdict.delivered.hidden
    assert [size["hidden"] for size in facts["sizes"]] == [0, 2]
    assert facts["straight_line"]["mean"] == expected.verdict_.line.mean
    assert facts["networks_of_first_cut"] == 6
    # Those of further cuts are in the store too.
    assert facts["networks"] == count_stored(Path("moonlet-study/study.db")) > 6
    assert facts["files"][0] == "moonlet-study/report.html"
    assert all(Path(file).exists() for file in facts["files"])


@pytest.mark.parametrize(("name", "rows"), [("iris", 150), ("breast_cancer", 569)])
def test_tables_as_they_lie_in_scikit_learn_are_read_right(run: Run, name: str, rows: int) -> None:
    facts = json.loads(run("study", SKLEARN_DATA / f"{name}.csv", *SMALL, "--json").stdout)
    assert facts["rows"] == rows
    assert set(facts["classes"]) == set(load(name).y)
    assert facts["test_scores"]["accuracy"] > 0.85


def test_a_parquet_file_with_numbers_categories_and_gaps_is_studied(run: Run) -> None:
    random = np.random.default_rng(0)
    table = pd.DataFrame({"a": random.normal(size=120), "b": random.choice(["x", "y"], size=120)})
    table["answer"] = np.where((table["a"] > 0) == (table["b"] == "x"), "same", "other")
    table.loc[::9, "a"] = np.nan
    table.loc[::13, "b"] = None
    table.to_parquet("table.parquet")
    facts = json.loads(run("study", "table.parquet", *SMALL, "--json").stdout)
    assert facts["rows"] == 120
    predicted = run("predict", "moonlet-study/model.onnx", "table.parquet")
    assert len(predicted.stdout.splitlines()) == 121


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """A table of patients with five visits each, on days, with weights."""
    random = np.random.default_rng(0)
    patient = np.repeat(np.arange(40), 5)
    table = pd.DataFrame(random.normal(size=(40, 2))[patient], columns=["a", "b"])
    table["a"] += 0.1 * random.normal(size=200)
    table["patient"] = [f"P{number:03}" for number in patient]
    table["day"] = pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d")
    table["counts"] = random.integers(1, 4, size=200)
    table["outcome"] = np.where(table["a"] > 0, "well", "ill")
    path = tmp_path / "visits.csv"
    table.to_csv(path, index=False)
    return path


@pytest.mark.usefixtures("_quick_report")
@pytest.mark.parametrize(
    ("options", "given"),
    [
        (("--groups", "patient", "--ignore", "day"), "groups"),
        (("--time", "day", "--ignore", "patient"), "time"),
        (("--weights", "counts", "--ignore", "day", "--ignore", "patient"), "sample_weight"),
    ],
)
def test_a_column_that_says_something_of_rows_is_obeyed_and_is_no_feature(
    run: Run, visits: Path, options: tuple[str, ...], given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    really_fit = CapacityStudy.fit

    def fit(self: CapacityStudy, X: Any, y: Any, **told: Any) -> CapacityStudy:
        seen.append({"columns": list(X.columns), **told})
        return really_fit(self, X, y, **told)

    monkeypatch.setattr(CapacityStudy, "fit", fit)
    result = run("study", visits, *SMALL, *options, "--json")
    assert result.exit_code == 0, result.stderr
    column = options[1]
    assert column not in seen[0]["columns"]
    assert [str(one)[:10] for one in seen[0][given]] == pd.read_csv(visits)[column].map(
        lambda one: f"{float(one)}" if column == "counts" else str(one)
    ).tolist()


@pytest.mark.usefixtures("_quick_report")
def test_a_column_that_says_something_of_rows_is_not_told_as_left_out_on_request(
    run: Run, visits: Path
) -> None:
    result = run("study", visits, *SMALL, "--groups", "patient", "--ignore", "day")
    assert "patient  left out  no input: says which rows belong together" in result.stderr
    assert "day      left out  left out on request" in result.stderr


@pytest.mark.usefixtures("_quick_report")
def test_a_column_that_is_not_there_is_refused(run: Run, visits: Path) -> None:
    result = run("study", visits, *SMALL, "--groups", "patients")
    assert result.exit_code == 2
    assert "there is no column 'patients'" in one_line(result)


@pytest.mark.usefixtures("_quick_report")
def test_weights_that_are_no_numbers_are_refused_by_their_column(run: Run, visits: Path) -> None:
    result = run("study", visits, *SMALL, "--weights", "patient")
    assert result.exit_code == 2
    assert "--weights patient: weights are numbers" in one_line(result)
    assert "'P000'" in one_line(result)


@pytest.mark.usefixtures("_quick_report")
@pytest.mark.parametrize(
    ("data", "scoring", "cure"),
    [("diabetes", "roc_auc", "numbers, such as 'r2'"), ("iris", "precision", "these classes")],
)
def test_a_scorer_that_cannot_judge_the_target_is_refused_and_nothing_is_left(
    run: Run, data: str, scoring: str, cure: str
) -> None:
    result = run("study", data, *SMALL, "--scoring", scoring)
    assert result.exit_code == 2
    assert "scoring cannot judge held-out rows" in one_line(result)
    assert one_line(result).endswith(f"Choose one that is for {cure}.")
    assert not Path("out").exists()
    # And so the next try is no study that was left unfinished.
    assert run("study", data, *SMALL).exit_code == 0


@pytest.mark.usefixtures("_quick_report")
def test_the_network_and_the_measure_can_be_chosen(run: Run) -> None:
    options = ("--scoring", "roc_auc", "--class-weight", "balanced", "--activation", "relu")
    facts = json.loads(
        run("study", *SMALL, *options, "--solver", "adam", "--max-iter", "20", "--json").stdout
    )
    assert facts["measure"] == "held-out roc auc"
    refused = run("study", "diabetes", *SMALL, "--class-weight", "balanced")
    assert refused.exit_code == 2
    assert "--class-weight is for classes" in one_line(refused)


@pytest.mark.usefixtures("_quick_report")
def test_a_finished_study_can_be_given_more_by_resume(run: Run) -> None:
    run("study", *SMALL)
    before = counted(Path("moonlet-study/study.db"))
    more = [one if one != "0,2" else "0,2,4" for one in SMALL]
    assert run("study", *more, "--resume").exit_code == 0
    # Three folds of one start of one size.
    assert counted(Path("moonlet-study/study.db")) == before + 3


@pytest.mark.usefixtures("_quick_report")
def test_when_time_is_up_there_is_a_verdict_all_the_same(run: Run) -> None:
    result = run("study", "--max-seconds", "0.01")
    assert result.exit_code == 0
    assert "did not come to its end: time was up" in " ".join(result.stdout.split())


def test_several_layers_can_be_compared(run: Run) -> None:
    sizes = ("--hidden", "0,3x2", "--restarts", "1", "--folds", "2", "--alpha", "0.01,1")
    result = run("study", *sizes)
    assert result.exit_code == 0
    assert any(line.startswith("3x2 ") for line in result.stdout.splitlines())


@pytest.mark.usefixtures("_quick_report")
def test_a_finished_study_is_replaced(run: Run) -> None:
    run("study", *SMALL)
    before = Path("moonlet-study/report.html").read_bytes()
    assert run("study", *SMALL, "--seed", "1").exit_code == 0
    assert Path("moonlet-study/report.html").read_bytes() != before
    assert {path.name for path in Path("moonlet-study").iterdir()} == FILES | {"figures"}


@pytest.mark.usefixtures("_quick_report")
def test_a_finished_study_survives_a_refused_one(run: Run) -> None:
    run("study", *SMALL)
    before = {path: path.read_bytes() for path in Path("moonlet-study").iterdir() if path.is_file()}
    rows = [(float(i), "rare" if i < 3 else "usual") for i in range(30)]
    pd.DataFrame(rows, columns=["a", "c"]).to_csv("table.csv", index=False)
    assert run("study", "table.csv").exit_code == 2
    after = {path: path.read_bytes() for path in Path("moonlet-study").iterdir() if path.is_file()}
    assert after == before


@pytest.mark.usefixtures("_quick_report")
def test_a_finished_study_can_be_written_again_by_resume(run: Run) -> None:
    run("study", *SMALL)
    store = Path("moonlet-study/study.db").read_bytes()
    Path("moonlet-study/report.html").unlink()
    assert run("study", *SMALL, "--resume").exit_code == 0
    assert Path("moonlet-study/report.html").exists()
    assert Path("moonlet-study/study.db").read_bytes() == store


@pytest.mark.usefixtures("_quick_report")
def test_resuming_another_study_is_refused(run: Run) -> None:
    run("study", *SMALL)
    result = run("study", *SMALL, "--seed", "1", "--resume")
    assert result.exit_code == 2
    assert "holds another study" in one_line(result)
    assert Path("moonlet-study/report.html").exists()


@pytest.mark.usefixtures("_quick_report")
def test_without_onnx_a_study_says_so_and_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("moonlet.export")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    result = run("study", *SMALL)
    assert result.exit_code == 0
    assert one_line(result).startswith("note: There will be no model.onnx.")
    assert "moonlet[export]" in one_line(result)
    assert {path.name for path in Path("moonlet-study").iterdir()} == {
        *(FILES - {"model.onnx"}),
        "figures",
    }


@pytest.mark.usefixtures("_quick_report")
def test_ctrl_c_keeps_what_is_done_and_resume_comes_to_the_same(
    run: Run, start: Start, tmp_path: Path
) -> None:
    grid = ("--restarts", "20", "--folds", "5", "--hidden", "0,18,19,20")
    grid += ("--alpha", "1e-4,1e-3,3e-3,0.01,0.03,0.1,0.3,1")
    out, store = tmp_path / "cut", tmp_path / "cut" / "study.db"
    # One thread, and work for seconds: it may not end before the signal on a busy machine.
    with start("study", *grid, "--jobs", "1", "--out", "cut") as command:
        wait_for_networks(store)
        command.send_signal(signal.SIGINT)
        said, complained = command.communicate(timeout=300)
    assert (command.returncode, said) == (130, ""), complained
    done, total = counted(store), 3200
    assert 0 < done < total
    # A verdict on what there is comes first, if every fold had its turn before the signal.
    *so_far, _kept = complained.splitlines()
    assert [line.partition(":")[0] for line in so_far] in ([], ["so far"])
    assert f"{done:,} of {total:,} networks are kept in cut/study.db" in complained
    assert complained.rstrip().endswith("--out cut --resume")
    assert {path.name for path in out.iterdir()} == {"study.db"}

    refused = run("study", *grid, "--out", "cut")
    assert refused.exit_code == 2
    assert "--resume" in one_line(refused)
    assert counted(store) == done

    assert run("study", *grid, "--out", "cut", "--resume").exit_code == 0
    assert run("study", *grid, "--out", "whole").exit_code == 0
    pd.testing.assert_frame_equal(results(out), results(tmp_path / "whole"), check_exact=True)


def wait_for_networks(store: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if store.exists() and counted(store):
            return
        time.sleep(0.01)
    pytest.fail("no network within a minute")


def counted(store: Path) -> int:
    connection = sqlite3.connect(store, timeout=5)
    try:
        found: Any = connection.execute("SELECT count(*) FROM networks").fetchone()
    except sqlite3.OperationalError:  # between the making of the file and of its tables
        return 0
    finally:
        connection.close()
    return int(found[0])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_refused_before_the_work(run: Run) -> None:
    Path("locked").mkdir(mode=0o500)
    result = run("study", *SMALL, "--out", "locked")
    assert result.exit_code == 2
    assert "locked" in one_line(result)


@pytest.mark.parametrize(("letter", "noted"), [("\U0001f319", True), ("e", False)])
def test_letters_that_no_font_has_are_noted(run: Run, letter: str, noted: bool) -> None:
    rows = [f"{number},{number % 7},{letter if number % 2 else 'x'}" for number in range(60)]
    Path("names.csv").write_text("\n".join(["a,b,kind", *rows]), encoding="utf-8")
    result = run("study", "names.csv", "--hidden", "0,1", "--restarts", "1")
    assert result.exit_code == 0
    assert ("no font here has: pictures show boxes for them." in result.stderr) == noted
