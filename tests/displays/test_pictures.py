"""Every Display looks as its baseline does, and a mistake in drawing is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from moonlet.displays import boundary_panel, style
from tests.displays import pictures
from tests.displays.drawn import texts_outside, texts_overlapping


@pytest.mark.parametrize("theme", pictures.THEMES)
@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_display_looks_as_it_should(name, theme):
    with pictures.themed(theme):
        display = pictures.PICTURES[name]()
        assert pictures.difference(display, name, theme) < pictures.TOLERANCE


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_no_text_is_cut_or_written_over_another(name):
    figure = pictures.PICTURES[name]().figure_
    assert texts_outside(figure) == []
    assert texts_overlapping(figure) == []


def mistakes():
    """Mistakes that someone might make in drawing code: name of the picture, and a wrong one."""

    def patched(target, name, value, draw):
        def wrong(monkeypatch):
            monkeypatch.setattr(target, name, value)
            return draw()

        return wrong

    def drawn(draw, **changes):
        return lambda _: draw(**changes)

    def moved(_):
        display = pictures.boundary_grid()
        for panel in display.panels[1:]:
            # By two of 257 grid points: 3 of 250 dots.
            panel.probabilities[:] = np.roll(panel.probabilities, 2, axis=1)
        return display.plot()

    def without_bias(_):
        display = pictures.hidden_units()
        display.bias = 0.0
        return display.plot()

    def other_units_line(_):
        display = pictures.hidden_units()
        display.sums = display.sums[..., ::-1]
        return display.plot()

    def other_sign(fitted):
        fitted.coefs_[0][0, 0] *= -1

    def without_dot(_):
        display = pictures.training()
        for dot in display._dots:
            dot.set_data([], [])
        return display

    def frame_before(_):
        return pictures.training().plot(-2)

    grid = pictures.boundary_grid
    swapped = (style.VERMILLION, style.BLUE)
    return {
        "straight line forgotten": ("boundary_grid", drawn(grid, straight_line=None)),
        "held-out rows forgotten": ("boundary_grid", drawn(grid, X_test=None, y_test=None)),
        "boundary moved": ("boundary_grid", moved),
        "shades forgotten": (
            "boundary_grid",
            patched(boundary_panel, "DEEPEST_SHADE", 0.0, grid),
        ),
        "shades a third too light": (
            "boundary_grid",
            patched(boundary_panel, "DEEPEST_SHADE", 0.28, grid),
        ),
        "classes swapped": ("boundary_grid", patched(style, "CLASS_COLORS", swapped, grid)),
        "band half as wide": (
            "capacity",
            drawn(pictures.capacity, held_out_error=np.full(8, 0.04)),
        ),
        "mark forgotten": ("capacity", drawn(pictures.capacity, recommended=None)),
        "wrong size marked": ("capacity", drawn(pictures.capacity, recommended=5)),
        "training loss forgotten": ("capacity", drawn(pictures.capacity, train=None)),
        "output's bias forgotten": ("hidden_units", without_bias),
        "lines of other units": ("hidden_units", other_units_line),
        "sign of a weight": (
            "network_diagram",
            lambda _: pictures.network_diagram(other_sign),
        ),
        "place in training forgotten": ("training", without_dot),
        "frame before": ("training", frame_before),
    }


@pytest.mark.parametrize("mistake", mistakes())
def test_a_mistake_is_noticed(mistake, monkeypatch):
    name, draw_wrongly = mistakes()[mistake]
    with pictures.themed("light"):
        assert pictures.difference(draw_wrongly(monkeypatch), name, "light") > pictures.TOLERANCE
