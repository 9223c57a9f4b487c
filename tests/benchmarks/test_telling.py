"""Table, page and picture from recorded results."""

from __future__ import annotations

import json

from benchmarks.__main__ import as_json
from benchmarks.page import page
from benchmarks.picture import draw, figure
from benchmarks.table import number, print_results
from matplotlib.image import imread

from tests.benchmarks.recorded import results


def test_the_table_tells_what_is_met_missed_and_absent(capsys):
    print_results(results())
    lines = capsys.readouterr().out.splitlines()
    told = {word: next(line for line in lines if word in line) for word in ("NumPy", "PyTorch")}
    assert told["NumPy"].split()[-2:] == ["35", "met"]
    assert "PyTorch (compiled)" in told["PyTorch"]
    assert told["PyTorch"].rstrip().endswith("100   SHORT by 50.0%")
    assert any("jax is not installed" in line for line in lines)
    assert any("WRONG ANSWER" in line for line in lines)
    assert any("mean loss 0.15, scikit-learn 0.2" in line for line in lines)


def test_the_page_counts_what_is_met_and_marks_what_is_missed():
    text = page(results())
    assert text.startswith("# How fast")
    assert "2 of 6 promised ratios are met." in text
    assert "| PyTorch (compiled) | 50.0 | 25.0 – 50.0 | 100 | **SHORT by 50.0%** |" in text
    assert "| JAX jit | jax is not installed |" in text
    assert "| compiled | 50 s | 12.0 s |" in text
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_the_picture_has_a_line_a_case_and_hollow_markers_for_what_is_missed(tmp_path):
    drawn = figure(results())
    (ax,) = drawn.axes
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sweep", "growth", "Ctrl-C"]
    assert ax.get_xscale() == "log"
    markers = [line for line in ax.get_lines() if line.get_marker() in "so^DvPX"]
    hollow = [line.get_xdata()[0] for line in markers if line.get_markerfacecolor() == "white"]
    assert hollow == [50.0, 0.5]
    draw(results(), tmp_path / "picture.png")
    assert imread(tmp_path / "picture.png").shape[1] > 1_000


def test_a_ratio_has_three_figures():
    assert [number(value) for value in (None, 1.234, 12.34, 123.4)] == ["–", "1.23", "12.3", "123"]


def test_the_json_keeps_a_list_of_numbers_on_one_line_and_is_the_same_when_read():
    text = as_json(results())
    assert '"seconds": [40.0, 44.0, 80.0]' in text
    assert json.loads(text) == results()


def test_a_busy_machine_is_told():
    recorded = results()
    assert "busy" not in page(recorded)
    recorded["machine"]["load"] = 3.0
    assert "**The machine was busy** (load 3.0 at the start)." in page(recorded)
