from __future__ import annotations

import io

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from moonlet.report import draw_pictures, write_figures
from tests.report.conftest import small_study


def named(pictures):
    return {picture.name: picture for picture in pictures}


def test_a_plane_of_two_columns_gets_all_pictures(pictures):
    assert [picture.name for picture in pictures] == [
        "capacity",
        "boundaries",
        "loss_curve",
        "learning_curve",
        "calibration",
        "roc",
    ]


def test_predicted_numbers_get_residuals_in_place_of_what_is_about_classes(number_pictures):
    assert [picture.name for picture in number_pictures] == [
        "capacity",
        "loss_curve",
        "learning_curve",
        "residuals",
    ]


def test_figures_are_written_as_files(study, pictures, tmp_path):
    paths = write_figures(study, tmp_path / "figures", pictures=pictures)
    assert [path.name for path in paths] == [f"{picture.name}.png" for picture in pictures]
    for path, picture in zip(paths, pictures, strict=True):
        assert path.read_bytes() == picture.png
        assert matplotlib.image.imread(path).shape[1] == pytest.approx(1.5 * picture.width, abs=2)


def test_words_tell_what_the_pictures_show(study, pictures):
    alt = named(pictures)["capacity"].alt
    for size in study.verdict_.sizes:
        assert f"{size.mean:.3f}" in alt
    caption = named(pictures)["boundaries"].caption
    assert "the plane of the two columns" in caption
    assert "median" not in caption


def test_a_table_without_two_columns_of_numbers_has_no_plane():
    random = np.random.default_rng(0)
    X = pd.DataFrame({"x": random.normal(size=60), "kind": random.choice(["a", "b"], 60)})
    pictures = draw_pictures(small_study(X, np.where(X["x"] > 0, "up", "down")))
    assert "boundaries" not in named(pictures)


def test_pictures_are_on_white_paper_whatever_the_users_style(study):
    with mpl.rc_context({"figure.facecolor": "black", "axes.facecolor": "black"}):
        png = named(draw_pictures(study))["capacity"].png
    corner = matplotlib.image.imread(io.BytesIO(png))[0, 0, :3]
    np.testing.assert_array_equal(corner, 1.0)


def test_boxes_for_letters_that_no_font_has_are_explained(pictures):
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(60, 2)), columns=["width \U0001f319", "height"])
    boxed = named(draw_pictures(small_study(X, np.where(X["height"] > 0, "up", "down"))))
    assert [name for name, picture in boxed.items() if picture.has_boxes] == ["boundaries"]
    assert "□ is a letter that no font has" in boxed["boundaries"].caption
    assert not any("□" in picture.caption for picture in (*pictures, boxed["roc"]))
