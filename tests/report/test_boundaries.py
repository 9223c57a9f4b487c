from __future__ import annotations

from moonlet.report.boundaries import draw_boundaries


def test_more_columns_are_said_to_stand_still(hostile_study):
    caption = draw_boundaries(hostile_study).caption
    assert "the plane of <svg onload=alert(1)>\"'&]]> and $x^{2" in caption
    assert "The other 3 stand still at their median" in caption


def test_sizes_that_would_take_long_are_left_out_and_that_is_said(study, monkeypatch):
    monkeypatch.setattr("moonlet.report.boundaries._MOST_SECONDS", 0.0)
    boundaries = draw_boundaries(study)
    assert "left out" in boundaries.caption


def test_of_many_rows_a_sample_is_shown_and_that_is_said(study, monkeypatch):
    monkeypatch.setattr("moonlet.report.picture.MOST_POINTS", 20)
    assert "40 of the 120 rows are shown" in draw_boundaries(study).caption
