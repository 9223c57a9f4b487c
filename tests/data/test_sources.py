from __future__ import annotations

import os
import subprocess
import sys

import pytest

from moonlet.data import DATASET_NAMES, load, read_table
from moonlet.exceptions import DataError


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_every_name_gives_a_dataset_of_that_name(name):
    dataset = load(name)
    assert dataset.name == name
    assert len(dataset.X) == len(dataset.y) > 100


def test_the_names_are_those_that_were_promised():
    promised = "moons circles blobs spirals xor iris wine breast_cancer digits diabetes"
    borders, numbers = "line parabola cubic corner sine", "plane hills wave"
    names = [*promised.split(), *borders.split(), *numbers.split()]
    assert sorted(names) == sorted(DATASET_NAMES)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mooons", "moons"),
        ("Iris", "iris"),
        ("breast-cancer", "breast_cancer"),
        ("digit", "digits"),
    ],
)
def test_a_misspelt_name_brings_the_closest_to_mind(name, meant):
    with pytest.raises(DataError) as caught:
        load(name)
    assert f"there is no data set or file {name!r}. Did you mean {meant!r}?" in str(caught.value)


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_a_bundled_set_has_no_options(name):
    with pytest.raises(DataError, match=f"{name} has no option 'noise'. It has no options"):
        load(name, noise=0.1)


def test_a_file_has_no_options(write):
    with pytest.raises(DataError, match="has no option 'sep'"):
        load(write("a,y\n1,0\n2,1\n"), sep=";")


def test_a_missing_file_a_folder_and_another_format_are_told_apart(tmp_path, refusal):
    with pytest.raises(DataError, match=r"nothing\.csv: there is no such file. Check the path"):
        load(tmp_path / "nothing.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match=r"folder\.csv: this is a folder without .parquet files"):
        load(tmp_path / "folder.csv")
    assert refusal("a,y\n1,0\n", "table.xlsx").startswith("this is not an Excel workbook, or it")
    assert refusal("a,y\n1,0\n", "table.docx").startswith(
        "the name must end in .csv, .tsv, .txt, .parquet, .feather"
    )


@pytest.mark.skipif(os.name != "posix", reason="a name that is too long is an OSError there")
def test_what_the_system_refuses_is_passed_on_in_one_line():
    with pytest.raises(DataError, match=r"\.csv: the file cannot be read \(File name too long\)"):
        load("x" * 300 + ".csv")


def test_a_table_can_be_read_without_a_target(write):
    path = write("a,b\n1,x\n,x\n")
    raw = read_table(path)
    assert list(raw.columns) == ["a", "b"]
    assert raw.columns["b"].cells() == ["x", "x"]  # one class only: no matter here
    assert raw.n_rows == 2
    moons = read_table("moons")
    assert (moons.n_rows, list(moons.columns)) == (200, ["x0", "x1", "target"])


def test_without_pyarrow_everything_but_parquet_works(write):
    path = write("a,b,y\n1,u,no\n,v,yes\n2,,no\n")
    # In a process of its own: pandas imports pyarrow when it can, and keeps text otherwise then.
    code = (
        "import sys\n"
        "class NoArrow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'pyarrow': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, NoArrow())\n"
        "from moonlet.data import *\n"
        f"dataset = load({str(path)!r})\n"
        "make_preprocessor(dataset.X).fit_transform(dataset.X)\n"
        "print(dataset.fingerprint())"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    assert run.stdout.strip() == load(path).fingerprint()
