from __future__ import annotations

import io
from unittest import mock

import matplotlib.style
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from moonlet.displays.base import new_figure
from moonlet.displays.layout import Layout
from tests.displays import pictures
from tests.displays.drawn import texts_outside, texts_overlapping

_size, _draw = Axes.get_tightbbox, Axes.draw


def places(figure: Figure) -> np.ndarray:
    figure.canvas.draw()
    return np.array([ax.get_position(original=True).bounds for ax in figure.axes])


def grid(rows: int, columns: int, **options) -> tuple[Figure, np.ndarray]:
    figure = new_figure(8, 4)
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    for number, ax in enumerate(axes.flat):
        ax.plot([0, 1], [0.0, 10.0**number])
        ax.set(xlabel="x of this panel", ylabel="y", title="a title\nof two lines")
    return figure, axes


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 1)])
def test_nothing_is_cut_and_nothing_overlaps(shape):
    figure, _ = grid(*shape)
    figure.set_figheight(2.5 * shape[0])
    assert texts_outside(figure) == []
    assert texts_overlapping(figure) == []


def test_panels_of_a_grid_are_of_one_size_whatever_stands_around_them():
    figure, axes = grid(2, 3)
    axes[0, 0].set_ylabel("a label\nof\nseveral\nlines")
    _, _, widths, heights = places(figure).T
    np.testing.assert_allclose(widths, widths[0])
    np.testing.assert_allclose(heights, heights[0])


def test_ratios_are_those_of_the_panels_and_not_of_what_stands_around_them():
    figure, _ = grid(2, 2, width_ratios=(3, 1), height_ratios=(1, 2))
    figure.set_figheight(7)
    _, _, widths, heights = places(figure).T
    np.testing.assert_allclose(widths, widths[1] * np.array([3, 1, 3, 1]))
    np.testing.assert_allclose(heights, heights[0] * np.array([1, 1, 2, 2]))


def test_a_panel_over_several_rows_reaches_from_the_first_to_the_last():
    figure = new_figure(8, 4)
    panels = figure.subplot_mosaic([["a", "c"], ["b", "c"]])
    for ax in panels.values():
        ax.set(title="a title", xlabel="x")
    figure.canvas.draw()
    a, b, c = (panels[name].get_position() for name in "abc")
    assert (c.y0, c.y1) == pytest.approx((b.y0, a.y1))


@pytest.mark.parametrize("loc", ["upper center", "center right"])
def test_legends_and_labels_of_the_figure_have_room_of_their_own(loc):
    figure, axes = grid(1, 2)
    figure.legend(handles=axes[0, 0].lines, labels=["a rather long explanation"], loc=loc)
    figure.supxlabel("below\nall")
    figure.supylabel("beside all")
    figure.suptitle("above all" if loc == "center right" else "")
    assert texts_outside(figure) == []
    assert texts_overlapping(figure) == []


def test_what_is_added_afterwards_is_made_room_for():
    figure, axes = grid(1, 1)
    before = places(figure)
    axes[0, 0].set_title("a title\nof\nfour\nlines")
    after = places(figure)
    assert after[0, 3] < before[0, 3]
    assert texts_outside(figure) == []


def test_a_panel_keeps_some_room_where_too_much_stands_around_it():
    figure, axes = grid(1, 1)
    axes[0, 0].set_title("\n".join(30 * "l"))
    assert places(figure)[0, 3] == pytest.approx(0.2)


def test_a_figure_without_panels_is_drawn():
    figure = new_figure(2, 2)
    figure.text(0.5, 0.5, "words")
    assert len(places(figure)) == 0


@pytest.mark.parametrize("name", ["boundary_grid", "loss_curve", "capacity", "roc", "residuals"])
def test_a_picture_is_measured_once_or_twice_and_drawn_once(name):
    with matplotlib.style.context("default"):
        display = pictures.PICTURES[name]()
    with (
        mock.patch.object(Axes, "get_tightbbox", autospec=True, side_effect=_size) as measured,
        mock.patch.object(Axes, "draw", autospec=True, side_effect=_draw) as drawn,
    ):
        png = display.to_png(dpi=100)
    n_panels = len(display.figure_.axes)
    assert n_panels <= measured.call_count <= 2 * n_panels
    assert drawn.call_count == n_panels
    meant = io.BytesIO()
    display.figure_.savefig(meant, format="png", dpi=100)
    # savefig draws twice, and so has measured once more.
    here, there = (
        np.asarray(Image.open(io.BytesIO(each)), float) for each in (png, meant.getvalue())
    )
    assert np.sqrt(np.mean((here - there) ** 2)) < 6  # of 255


def test_a_picture_leaves_its_figure_as_it_was():
    display = pictures.capacity()
    canvas, dots = display.figure_.canvas, display.figure_.dpi
    display.to_png(dpi=37)
    assert (display.figure_.canvas, display.figure_.dpi) == (canvas, dots)
    assert isinstance(display.figure_.get_layout_engine(), Layout)
