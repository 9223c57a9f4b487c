"""`moonlet fit` of a table that memory does not hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from moonlet.cli import main
from tests.data.test_parquet_rows import folder_of, table


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
