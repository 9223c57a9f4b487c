from __future__ import annotations

import subprocess
import sys

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure

from moonlet.displays import CapacityDisplay
from moonlet.displays.base import root_figure


@pytest.fixture
def display():
    return CapacityDisplay(sizes=(0, 1), held_out=[0.3, 0.2], held_out_error=[0.1, 0.1]).plot()


def test_a_picture_is_saved_at_1600_pixels_and_not_blank(display, tmp_path):
    path = display.save(tmp_path / "picture.png")
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[1] == 1600
    assert np.ptp(pixels[..., :3]) == 1


def test_a_notebook_is_shown_the_display_at_half_its_pixels(display):
    png, size = display._repr_png_()
    assert png.startswith(b"\x89PNG")
    assert size == {"width": 800, "height": 420}


def test_before_it_is_plotted_a_notebook_is_shown_nothing():
    assert CapacityDisplay(sizes=(1,), held_out=[1], held_out_error=[0])._repr_png_() is None


def test_drawing_leaves_pyplot_alone():
    code = (
        "import sys\n"
        "from moonlet.displays import CapacityDisplay\n"
        "for _ in range(25):\n"
        "    display = CapacityDisplay(sizes=(0, 1), held_out=[1, 2], held_out_error=[0, 0])\n"
        "    display.plot().figure_.canvas.draw()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    # An old matplotlib may use what its own libraries have deprecated since.
    strict = ("-W", "error", "-W", "ignore::DeprecationWarning")
    subprocess.run([sys.executable, *strict, "-c", code], check=True)


def test_what_pyplot_shows_is_not_shown_twice(display):
    figure = Figure()
    figure.canvas.manager = object()
    display.plot(figure.subplots())
    assert display._repr_png_() is None


def test_axes_in_a_subfigure_belong_to_the_whole_figure():
    figure = Figure()
    assert root_figure(figure.subfigures(1, 2)[0].subplots()) is figure


def test_axes_that_left_their_figure_are_refused():
    ax = Figure().subplots()
    ax.remove()
    with pytest.raises(ValueError, match="ax must be part of a figure"):
        root_figure(ax)
