from __future__ import annotations

import pytest
from sklearn.datasets import make_moons

from moonlet.report.boundaries import draw_boundaries
from moonlet.study.words import size_in_words
from tests.report.conftest import small_study


@pytest.fixture
def many_sizes_study():
    return small_study(*make_moons(120, noise=0.2, random_state=0), hidden=range(7))


def test_more_columns_are_said_to_stand_still(hostile_study):
    caption = draw_boundaries(hostile_study).caption
    assert "the plane of <svg onload=alert(1)>\"'&]]> and $x^{2" in caption
    assert "The other 3 stand still at their median" in caption


def test_many_sizes_are_shown_from_the_first_to_the_last_with_the_delivered(
    many_sizes_study, monkeypatch
):
    monkeypatch.setattr("moonlet.report.boundaries._MOST_PANELS", 4)
    # However slow the machine is that runs the test.
    monkeypatch.setattr("moonlet.report.boundaries._MOST_SECONDS", 1e9)
    picture = draw_boundaries(many_sizes_study)
    assert "4 of the 7 sizes are shown" in picture.caption
    assert "the straight line" in picture.alt
    assert "6 hidden units" in picture.alt
    assert size_in_words(many_sizes_study.verdict_.delivered.hidden) in picture.alt


def test_sizes_that_would_take_long_are_left_out_and_that_is_said(many_sizes_study, monkeypatch):
    monkeypatch.setattr("moonlet.report.boundaries._MOST_SECONDS", 0.0)
    boundaries = draw_boundaries(many_sizes_study)
    assert "left out" in boundaries.caption


def test_of_many_rows_a_sample_is_shown_and_that_is_said(study, monkeypatch):
    monkeypatch.setattr("moonlet.report.picture.MOST_POINTS", 20)
    assert "40 of the 120 rows are shown" in draw_boundaries(study).caption
