from __future__ import annotations

from itertools import combinations

import matplotlib.style
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from moonlet.displays import style

# G. M. Machado et al., "A physiologically-based model for simulation of color vision
# deficiency", 2009: severity 1, for linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen_as(color, sight):
    """CIE Lab coordinates of a color, as someone sees it."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1)
    xyz = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
        / (0.9505, 1.0, 1.089)
    )
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(color):
    return ((seen_as(color, "normal")[0] + 16) / 116) ** 3


@pytest.mark.parametrize("sight", SIGHTS)
def test_class_colors_stay_apart_for_every_sight(sight):
    # 2.3 can just be noticed side by side; ten is plain at a distance.
    for one, other in combinations(style.CLASS_COLORS, 2):
        assert np.linalg.norm(seen_as(one, sight) - seen_as(other, sight)) > 10


def test_color_and_marker_together_tell_56_classes_apart():
    marks = {(style.class_color(i), style.class_marker(i)) for i in range(56)}
    assert len(marks) == 56


@pytest.mark.parametrize("theme", ["default", "dark_background"])
def test_lines_stand_out_from_the_paper(theme):
    with matplotlib.style.context(theme):
        paper = luminance(style.paper())
        for color in (style.ink(), style.class_color(0), style.class_color(1)):
            light, dark = sorted((luminance(color), paper), reverse=True)
            # WCAG 2.2 asks for 3 to 1 of graphics.
            assert (light + 0.05) / (dark + 0.05) > 3
