"""The tutorial runs, says what is well known, and is the same in both languages."""

from __future__ import annotations

import re

import jupytext
import nbclient
import pytest

from tests.docs.places import tutorials
from tests.tutorial import LOSS_AFTER_PASS


def words(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sources() -> tuple[str, str]:
    module = tutorials()
    return module.SOURCE.read_text(encoding="utf-8"), module.translated()


@pytest.mark.slow
def test_the_tutorial_runs_and_says_what_is_well_known(sources):
    notebook = tutorials().checked(sources[0])
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    printed = "".join(output.get("text", "") for output in outputs)
    for t, loss in LOSS_AFTER_PASS.items():
        assert f"after pass {t:>6,}   {loss:.6f}" in printed
    assert "cycle of period 2" in printed
    # A warning is no part of a lesson.
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 10


def test_the_code_is_the_same_in_both_languages(sources):
    english, chinese = (jupytext.reads(text, fmt="md:myst") for text in sources)
    code = [[c.source for c in n.cells if c.cell_type == "code"] for n in (english, chinese)]
    assert len(code[0]) > 25
    assert code[0] == code[1]


def test_both_languages_show_the_same_computed_numbers(sources):
    english, chinese = (sorted(tutorials().computed_words(text)) for text in sources)
    assert len(english) > 25
    assert english == chinese


def test_both_languages_have_the_same_formulas_and_sections(sources):
    english, chinese = sources
    formulas = re.compile(r"\$\$(.*?)\$\$", re.DOTALL)
    assert formulas.findall(words(english)) == formulas.findall(words(chinese))
    headings = re.compile(r"^#+ ", re.MULTILINE)
    assert headings.findall(words(english)) == headings.findall(words(chinese))


def test_no_number_in_the_words_is_written_by_hand(sources):
    # Decimals and percentages are results, and results are computed. 0.01 and 0.4 are parameters.
    for text in sources:
        prose = re.sub(r"\{eval\}`[^`]+`|\$\$[^$]+\$\$|\$[^$]+\$", " ", words(text))
        assert set(re.findall(r"\d+\.\d+|\d+ ?%", prose)) <= {"0.01", "0.4", "0.5"}


def test_a_translation_with_a_missing_cell_is_refused(tmp_path):
    module = tutorials()
    shorter = module.TRANSLATION.read_text(encoding="utf-8").replace(f"{module.PLACE}\n", "", 1)
    module.TRANSLATION = tmp_path / "tutorial.zh.md"
    module.TRANSLATION.write_text(shorter, encoding="utf-8")
    with pytest.raises(ValueError, match=r"one line '% cell' for each of the \d+ code cells"):
        module.translated()


def test_notebooks_to_play_with_keep_their_changes(tmp_path):
    module = tutorials()
    module.write_notebooks(tmp_path)
    notebooks = sorted(path.name for path in tmp_path.iterdir())
    assert notebooks == ["tutorial.ipynb", "tutorial.zh.ipynb"]
    (tmp_path / "tutorial.ipynb").write_text("mine", encoding="utf-8")
    module.write_notebooks(tmp_path)
    assert (tmp_path / "tutorial.ipynb").read_text(encoding="utf-8") == "mine"


def test_notebooks_to_play_with_hide_the_solutions_of_all_exercises(tmp_path):
    tutorials().write_notebooks(tmp_path)
    for name in ("tutorial.ipynb", "tutorial.zh.ipynb"):
        notebook = jupytext.read(tmp_path / name)
        hidden = [
            cell for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("source_hidden")
        ]
        exercises = [
            cell for cell in notebook.cells if re.search(r"\*\*(Exercise|练习) ", cell.source)
        ]
        assert len(hidden) == len(exercises) > 5
        assert all(cell.cell_type == "code" for cell in hidden)
