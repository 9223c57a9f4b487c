"""Tables that `moonlet predict` once answered by the rows beside, and others that had no way in."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moonlet.data import read_table
from moonlet.export import from_onnx
from tests.cli.conftest import Run, one_line


def write(name: str, columns: dict[str, list[object]]) -> None:
    """Write a CSV file with the cells as they are."""
    pd.DataFrame(columns, dtype=object).to_csv(name, index=False)


def answers(run: Run, data: str) -> list[str]:
    """What `moonlet predict` says of each row, as text; of known labels nothing else is said."""
    result = run("predict", "m.onnx", data)
    assert (result.exit_code, result.stderr) == (0, "")
    return pd.read_csv(io.StringIO(result.stdout), dtype=str, keep_default_na=False)[
        "prediction"
    ].tolist()


# Labels of training, and the answer to each.
LABELS = {
    "zeros in front": {"007": "bond", "7": "lucky", "X": "unk"},
    "a word for a gap": {"1": "a", "2": "b", "None": "c", "A": "d"},
    "NA beside numbers": {"10": "a", "20": "b", "NA": "c", "none of them": "d"},
    "a tenth": {"0.1": "a", "zero": "b", "0.10": "c"},
    "numbers in several spellings": {"1.10": "a", "1E5": "b", "+1": "c", "1.1": "d", "x": "e"},
    "commas": {"1,5": "a", "1,5,6": "b", "one": "c"},
    "infinity": {"inf": "a", "nan": "b", "up": "c", "down": "d"},
    "capitals": {"a": "p", "A": "q", "á": "r"},
    "dates": {"2024-01-31": "p", "soon": "q", "later": "r", "31.1.2024": "s"},
    "spaces within": {"a b": "p", "a  b": "q", "ab": "r"},
}


@pytest.mark.parametrize("name", LABELS)
def test_a_row_is_answered_alike_alone_and_in_any_company(run: Run, name: str) -> None:
    known = LABELS[name]
    write("train.csv", {"code": [*known] * 20, "y": [*known.values()] * 20})
    fitted = run("fit", "train.csv", "--hidden", 0, "--test-size", 0, "--alpha", 1e-6,
                 "--kind", "code=category", "-o", "m.onnx")  # fmt: skip
    assert fitted.exit_code == 0
    cells = [*known]
    for rows in (cells, cells[::-1], [cells[0], cells[1], cells[0]], cells[:2] * 3):
        write("new.csv", {"code": rows})
        assert answers(run, "new.csv") == [known[cell] for cell in rows]
    for cell in cells:
        write("new.csv", {"code": [cell]})
        assert answers(run, "new.csv") == [known[cell]]
    model = from_onnx("m.onnx")
    assert model.predict(pd.DataFrame({"code": cells})).tolist() == [*known.values()]


def test_without_a_word_of_the_user_the_same_holds_for_bond(run: Run) -> None:
    known = LABELS["zeros in front"]
    write("code.csv", {"code": [*known] * 20, "y": [*known.values()] * 20})
    assert run("fit", "code.csv", "--hidden", 0, "--test-size", 0, "-o", "m.onnx").exit_code == 0
    write("new.csv", {"code": ["007", "7", "007"]})
    assert answers(run, "new.csv") == ["bond", "lucky", "bond"]


def test_a_gap_alone_in_a_column_of_numbers_is_a_gap(run: Run) -> None:
    write("train.csv", {"n": [i / 4 for i in range(40)], "y": ["low"] * 20 + ["high"] * 20})
    run("fit", "train.csv", "--hidden", 0, "--test-size", 0, "-o", "m.onnx")
    expected = from_onnx("m.onnx").predict(pd.DataFrame({"n": [np.nan]})).tolist()
    for gap in ("NA", "", "-", "n/a"):
        Path("new.csv").write_text(f"n,more\n{gap},1\n", encoding="utf-8")
        assert answers(run, "new.csv") == expected


@pytest.mark.parametrize("stored", ["TRUE", "true", "True", "Parquet", "yes"])
def test_truth_is_the_same_in_every_file(run: Run, stored: str) -> None:
    flags = [bool(i % 3) for i in range(60)]
    write("train.csv", {"flag": [str(flag).upper() for flag in flags], "n": [*range(60)],
                        "y": ["in" if flag else "out" for flag in flags]})  # fmt: skip
    run("fit", "train.csv", "--hidden", 0, "--test-size", 0, "-o", "m.onnx")
    expected = ["in" if flag else "out" for flag in flags]
    if stored == "Parquet":
        pytest.importorskip("pyarrow")
        pd.DataFrame({"flag": flags, "n": range(60)}).to_parquet("new.parquet")
        assert answers(run, "new.parquet") == expected
    elif stored == "yes":
        write("new.csv", {"flag": ["yes" if flag else "no" for flag in flags], "n": [*range(60)]})
        result = run("predict", "m.onnx", "new.csv")
        assert result.exit_code == 2
        assert "is not FALSE or TRUE" in one_line(result)
    else:
        words = {
            True: stored,
            False: {"T": "F", "t": "f"}[stored[0]] + ("ALSE", "alse")[stored[1].islower()],
        }
        write("new.csv", {"flag": [words[flag] for flag in flags], "n": [*range(60)]})
        assert answers(run, "new.csv") == expected


TRAIN = pd.DataFrame(
    {
        "share": [f"{(i * 37 % 200) / 10:.1f}%" if i % 9 else "n/a" for i in range(80)],
        "kind": ["007", "7", "X", "", "NA"] * 16,
        "day": [f"{1 + i % 28:02}.{1 + i % 12:02}.2024" if i % 7 else "-" for i in range(80)],
        "member": ["yes", "no", "no", "?"] * 20,
        "y": [("a", "b", "c")[(i + i // 7) % 3] for i in range(80)],
    }
)
CELLS = {
    "share": st.integers(-99, 999).map(lambda n: f"{n / 10:.1f}%")
    | st.sampled_from(["", "NA", "-"]),
    "kind": st.sampled_from(["007", "7", "X", "", "NA", "7.0", "never seen"]),
    "day": st.dates(pd.Timestamp(1970, 1, 1).date(), pd.Timestamp(2068, 1, 1).date()).map(
        lambda day: f"{day.day}.{day.month}.{day.year}"
    )
    | st.sampled_from(["", "?"]),
    "member": st.sampled_from(["yes", "no", "NO", "", "n/a"]),
}  # fmt: skip


@pytest.fixture
def model(run: Run) -> str:
    """A model of columns of every kind, trained by the command line."""
    TRAIN.to_csv("train.csv", index=False)
    fitted = run("fit", "train.csv", "--hidden", 3, "--test-size", 0, "-o", "m.onnx", "--quiet")
    assert fitted.exit_code == 0
    return "m.onnx"


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=5), st.randoms(),
    st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_the_whole_file_and_each_row_have_the_same_probabilities(
    run: Run, model: str, rows: list[dict[str, str]], random: object, sep: str
) -> None:
    loaded = from_onnx(model)

    def probabilities(chosen: list[dict[str, str]]) -> bytes:
        frame = pd.DataFrame(chosen, dtype=str)
        names = [*frame.columns]
        random.shuffle(names)  # type: ignore[attr-defined]
        # A column in front that has cells: a line of gaps alone would be a blank one.
        frame[names].assign(more="x").to_csv("new.csv", index=False, sep=sep)
        by_frame = loaded.predict_proba(frame)
        by_file = loaded.predict_proba(read_table("new.csv"))
        assert by_frame.tobytes() == by_file.tobytes()
        printed = run("predict", model, "new.csv").stdout
        told = pd.read_csv(io.StringIO(printed), dtype=str)
        numbers = told[[f"probability_{label}" for label in "abc"]].map(float).to_numpy()
        assert np.ascontiguousarray(numbers).tobytes() == by_frame.tobytes()
        return bytes(by_frame.tobytes())

    together = probabilities(rows)
    backwards = probabilities(rows[::-1])
    size = len(together) // len(rows)
    for i, row in enumerate(rows):
        alone = probabilities([row])
        assert alone == together[i * size : (i + 1) * size]
        at = len(rows) - 1 - i
        assert alone == backwards[at * size : (at + 1) * size]


def test_a_label_that_was_not_there_is_told_with_its_count(run: Run, model: str) -> None:
    TRAIN.assign(kind=["fir", "007"] * 40).drop(columns="y").to_csv("new.csv", index=False)
    result = run("predict", model, "new.csv")
    assert "column 'kind': 'fir' was not there in training; 40 rows" in one_line(result)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.xz", "t.zip", "t.txt", "t.tsv", "-", "t.xlsx"])
def test_a_table_comes_in_whatever_it_is_packed(
    run: Run, model: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = run("predict", model, "train.csv").stdout
    data = Path("train.csv").read_bytes()
    if name == "-":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        raw = read_table("-")
        assert from_onnx(model).predict(raw).tolist() == (
            pd.read_csv(io.StringIO(expected))["prediction"].tolist()
        )
        return
    if name == "t.xlsx":
        pytest.importorskip("openpyxl")
        TRAIN.to_excel(name, index=False)
    elif name == "t.zip":
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("t.csv", data)
    else:
        pack = {"gz": gzip.compress, "xz": lzma.compress, "tsv": lambda d: d.replace(b",", b"\t")}
        Path(name).write_bytes(pack.get(name.rpartition(".")[2], bytes)(data))
    assert run("predict", model, name).stdout == expected


def test_the_first_line_may_tell_the_delimiter(run: Run) -> None:
    Path("t.csv").write_text("sep=;\na;y\n1,5;u\n2,25;v\n3,75;u\n", encoding="utf-8")
    told = json.loads(run("check", "t.csv", "--json").stdout)
    assert told["columns"][0]["spelling"] == "decimal comma"


def test_the_examples_of_the_help_work_typed_one_after_the_other(run: Run) -> None:
    examples = {}
    for command in ("data", "check", "fit", "study", "predict"):
        text = run(command, "--help").stdout.partition("Examples:")[2]
        examples[command] = [
            line.split()[1:] for line in text.splitlines() if line.startswith("    moonlet ")
        ]
    assert all(examples.values())
    made = [line for line in examples["data"] if "-o" in line]
    assert made
    for line in made:
        assert run(*line).exit_code == 0
    files = {line[line.index("-o") + 1] for line in made}
    small = ("--restarts", "1", "--folds", "2", "--hidden", "0,1", "--alpha", "1", "--json")
    tried = 0
    for command in ("check", "fit", "study"):
        for line in examples[command]:
            if files & set(line) and "|" not in line:
                more = small if command == "study" else ()
                assert run(*line, *more).exit_code == 0, line
                tried += 1
    # What one command's help makes, another's takes; if none does, nothing can contradict.
    assert tried or not any("iris.csv" in line for lines in examples.values() for line in lines)


def test_a_lab_opens_a_table_whose_last_column_is_no_class(run: Run) -> None:
    from moonlet.lab.opening import opening

    for last in ([7] * 40, [""] * 40, [f"p{i}" for i in range(40)], ["u", ""] * 20):
        write("t.csv", {"a": [i * 7 % 11 for i in range(40)], "b": [i * 5 % 13 for i in range(40)],
                        "kind": ["x", "y"] * 20, "last": last})  # fmt: skip
        assert opening("t.csv", None)["data"]["table"]["target"] == "kind"


def test_too_many_labels_are_refused_before_training(run: Run) -> None:
    write("t.csv", {"who": [f"k{i}" for i in range(1400)], "n": [i * 7 % 31 for i in range(1400)],
                    "y": ["u", "v"] * 700})  # fmt: skip
    result = run("study", "t.csv", "--keep", "who")
    assert result.exit_code == 2
    assert "1,400 different labels" in one_line(result)
    assert not Path("moonlet-study").exists()


def test_what_a_study_refuses_is_one_line_before_its_look(run: Run) -> None:
    write("t.csv", {"a": [i / 8 for i in range(30)], "y": ["rare"] * 3 + ["usual"] * 27})
    result = run("study", "t.csv")
    assert result.exit_code == 2
    assert one_line(result).startswith("error: ")
