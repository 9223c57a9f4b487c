"""The curve that is kept up pass by pass, held against the whole."""

from __future__ import annotations

import numpy as np

from moonlet.lab.curve import RECENT, Curve


def test_points_are_the_extremes_of_their_passes_however_these_came() -> None:
    random = np.random.default_rng(0)
    for _ in range(50):
        curve, losses, norms = Curve(), np.empty(0), np.empty(0)
        for n_new in random.integers(0, 400, size=random.integers(1, 30)):
            new = random.random((2, n_new))
            curve.extend(*new)
            losses, norms = np.append(losses, new[0]), np.append(norms, new[1])
        passes, low, high, norm = curve.points()
        ends = passes.astype(int)
        begins = np.append(0, ends[:-1])
        assert len(ends) <= 300
        assert ends[-1] == len(losses) == curve.n_passes
        # All but the last stand for equally many.
        assert len(set(np.diff(ends[:-1]))) <= 1
        np.testing.assert_array_equal(low, np.minimum.reduceat(losses, begins))
        np.testing.assert_array_equal(high, np.maximum.reduceat(losses, begins))
        np.testing.assert_array_equal(norm, norms[ends - 1])
        np.testing.assert_array_equal(curve.recent, losses[-RECENT:])


def test_a_curve_without_passes_has_no_points() -> None:
    curve = Curve()
    curve.extend(np.empty(0), np.empty(0))
    assert curve.points().shape == (4, 0)
    assert len(curve.recent) == 0
