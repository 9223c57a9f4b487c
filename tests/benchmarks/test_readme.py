"""The table of the READMEs, from recorded results."""

from __future__ import annotations

import json

import pytest
from benchmarks.readme import BEGIN, END, WORDS, speed_table, write_readmes

from tests.benchmarks.recorded import results
from tests.docs.places import DOCS, ROOT


def test_each_case_is_a_line_and_each_library_that_was_measured_a_column():
    lines = speed_table(results(), "README.md").splitlines()
    assert lines[0].startswith("2026-01-01, a processor, 2 cores.")
    assert lines[2] == "| work | NumPy loop | scikit-learn | PyTorch |"
    # What was wrong, absent or no peer is no line and no column.
    assert lines[4:] == ["| sweep | 40.0 (40.0–44.0) | 9.00 (4.50–9.00) | 50.0 (25.0–50.0) |"]


def test_only_what_stands_between_the_marks_is_written(tmp_path):
    for readme in WORDS:
        (tmp_path / readme).write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_readmes(results(), tmp_path)
    for readme in WORDS:
        text = (tmp_path / readme).read_text(encoding="utf-8")
        assert text.startswith(f"before\n{BEGIN}\n")
        assert text.endswith(f"{END}\nafter\n")
        assert "old" not in text
        assert speed_table(results(), readme) in text


@pytest.mark.parametrize("readme", WORDS)
def test_the_readme_says_what_was_measured(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    measured = DOCS / "benchmarks.json"
    if measured.exists():
        assert speed_table(json.loads(measured.read_text(encoding="utf-8")), readme) in text
