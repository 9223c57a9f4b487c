from __future__ import annotations

import warnings

import matplotlib as mpl
import pytest

from moonlet.displays import lettering
from moonlet.displays.base import new_figure
from moonlet.displays.lettering import families, plain


@pytest.mark.parametrize(
    "name", ["$x^{2", r"\frac{1}{0}", "$$", r"\$", "_hidden", "a\nb", "月亮 ☾ \U0001f319", "\x07"]
)
def test_any_name_can_be_drawn_without_a_warning(name):
    figure = new_figure(3, 1)
    words = figure.supxlabel(plain(name), fontfamily=families())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    assert words.get_window_extent().width > 0


def test_a_letter_that_no_font_has_becomes_a_box():
    assert plain("\U0001f319 ok") == "□ ok"


def test_letters_of_an_installed_fallback_font_are_kept(monkeypatch):
    # U+2A6D comes with matplotlib in STIXGeneral, and not in DejaVu Sans.
    assert plain("⩭") == "□"
    monkeypatch.setattr(lettering, "FALLBACKS", ("STIXGeneral",))
    lettering._installed.cache_clear()
    try:
        assert families() == [*mpl.rcParams["font.family"], "STIXGeneral"]
        assert plain("⩭") == "⩭"
    finally:
        lettering._installed.cache_clear()


def test_long_names_are_cut_with_an_ellipsis():
    assert plain("x" * 100) == "x" * 39 + "…"
