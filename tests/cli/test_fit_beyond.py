"""`moonlet fit` of a table that memory does not hold."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from moonlet.cli import main
from tests.data.test_parquet_rows import folder_of, table
from tests.engine.programs import run_python


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moonlet.blocks.memory_available", lambda: 1 << 10)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("target", ["label", "a"])
def test_a_folder_that_does_not_fit_becomes_a_model_that_reads_such_tables(
    target: str, tmp_path: Path, little_memory: None
) -> None:
    whole = table(6_000)
    (tmp_path / "parts").mkdir()
    parts = folder_of([whole[:2_500], whole[2_500:]], tmp_path / "parts")
    model = tmp_path / "model.onnx"
    done = run(
        "fit", parts, "--target", target, "--hidden", 6, "-o", model, "--json",
        "--learning-rate-init", 0.02,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "6,000 rows of 5 columns, a table that would not fit" in done.stderr
    told = json.loads(done.stdout)
    assert 1_300 < told["held_out"]["rows"] < 1_700
    assert told["training"]["rows"] + told["held_out"]["rows"] == 6_000
    if target == "label":
        assert told["held_out"]["accuracy"] > 0.95
    else:
        assert told["held_out"]["root_mean_squared_error"] < 1.0
    whole.to_csv(tmp_path / "later.csv", index=False)
    answers = run("predict", model, tmp_path / "later.csv")
    assert answers.exit_code == 0, answers.output
    assert len(answers.stdout.splitlines()) == 6_001


def test_a_class_of_one_row_is_trained_on_and_not_held_out(
    tmp_path: Path, little_memory: None
) -> None:
    whole = table(2_000)
    whole.loc[1_234, "label"] = "perhaps"
    whole.to_parquet(tmp_path / "one.parquet", index=False)
    done = run(
        "fit", tmp_path / "one.parquet", "--test-size", 0.95, "--json", "-o", tmp_path / "m.onnx"
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["classes"] == ["no", "perhaps", "yes"]


def test_a_solver_that_takes_all_rows_is_refused_before_reading(
    tmp_path: Path, little_memory: None
) -> None:
    table().to_parquet(tmp_path / "one.parquet")
    done = run("fit", tmp_path / "one.parquet", "--solver", "lbfgs")
    assert done.exit_code == 2
    assert "takes all rows at once" in done.output


def test_a_table_that_fits_is_read_as_before(tmp_path: Path) -> None:
    table(300).to_parquet(tmp_path / "one.parquet", index=False)
    done = run("fit", tmp_path / "one.parquet", "-o", tmp_path / "m.onnx", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["training"]["rows"] == 225


def test_ctrl_c_writes_the_model_as_far_as_it_came(
    tmp_path: Path, little_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moonlet.estimators.feed import Feed

    table().to_parquet(tmp_path / "one.parquet", index=False)
    whole = Feed.train_pass

    def two_passes(feed: Feed, *arguments: Any) -> None:
        if feed._n_passes == 2:
            raise KeyboardInterrupt
        whole(feed, *arguments)

    monkeypatch.setattr(Feed, "train_pass", two_passes)
    done = run("fit", tmp_path / "one.parquet", "-o", tmp_path / "m.onnx")
    assert (tmp_path / "m.onnx").exists()
    assert "Stopped after 2 iterations" in done.stdout
    assert done.exit_code != 0


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_a_text_file_that_does_not_fit_is_read_in_parts_by_its_schema(
    ending: str, tmp_path: Path, little_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.data.text_rows._ROWS_A_PART", 1_000)
    monkeypatch.setattr("moonlet.data.text_rows._SAMPLE", 1_500)
    monkeypatch.setattr("moonlet.data.decoding.BYTES_A_BLOCK", 1 << 14)
    whole = table(6_000)
    whole["b"] = whole["b"].map("{:.3f} %".format)
    whole.loc[3, "b"] = "unknown"
    path = tmp_path / f"big.{ending}"
    whole.to_csv(path, index=False)
    done = run(
        "fit", path, "--target", "label", "--hidden", 6, "-o", tmp_path / "m.onnx", "--json",
        "--learning-rate-init", 0.02, "--gap", "unknown",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "GB of text, a table that would not fit" in done.stderr
    told = json.loads(done.stdout)
    assert told["training"]["rows"] + told["held_out"]["rows"] == 6_000
    assert told["held_out"]["accuracy"] > 0.95
    answers = run("predict", tmp_path / "m.onnx", path)
    assert answers.exit_code == 0, answers.output
    predicted = pd.read_csv(io.StringIO(answers.stdout))["prediction"]
    assert (predicted == whole["label"]).mean() > 0.95


WRONG_CELLS = {
    "1,2,3,Bern,yes,more": r"line 4902: 6 cells where 5 columns are named",
    "1,2,much,Bern,yes": r"line 4902, column 'c': 'much' is not a number",
}


@pytest.mark.parametrize("line", WRONG_CELLS)
def test_a_line_of_a_large_text_file_that_is_unlike_the_others_is_named(
    line: str, tmp_path: Path, little_memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moonlet.data.text_rows._ROWS_A_PART", 1_000)
    monkeypatch.setattr("moonlet.data.text_rows._SAMPLE", 1_000)
    monkeypatch.setattr("moonlet.data.decoding.BYTES_A_BLOCK", 1 << 14)
    lines = table(6_000).to_csv(index=False).splitlines()
    lines.insert(4_901, line)
    (tmp_path / "big.csv").write_text("\n".join(lines) + "\n")
    done = run("fit", tmp_path / "big.csv", "-o", tmp_path / "m.onnx")
    assert done.exit_code == 2, done.output
    assert re.search(WRONG_CELLS[line], done.stderr), done.stderr
    assert not (tmp_path / "m.onnx").exists()


ITS_POOL = """
import sys
from moonlet.cli import main
main(sys.argv[1:], standalone_mode=False)
import pyarrow
print(pyarrow.default_memory_pool().backend_name)
"""


def test_a_limit_on_memory_is_not_used_up_by_addresses_that_arrow_reserves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARROW_DEFAULT_MEMORY_POOL", raising=False)
    folder = folder_of([table(300)], tmp_path)
    options = ("--target", "label", "--quiet", "-o", str(tmp_path / "model.onnx"))
    assert run_python("-c", ITS_POOL, "fit", str(folder), *options).split()[-1] == "system"
