"""The course of a run in few points, kept up pass by pass."""

from __future__ import annotations

import numpy as np

from moonlet.specs import Array

__all__ = ["RECENT", "Curve"]

RECENT = 60
_MOST_POINTS = 300


class Curve:
    """Lowest and highest loss and the gradient's norm, for every so many passes.

    The cost of adding passes depends on how many are new, not on how many there
    were: a picture is made 30 times a second, and a run has a million passes.
    """

    def __init__(self) -> None:
        self.n_passes = 0
        self.recent: Array = np.empty(0)  # losses of the last passes, one by one
        self._each = 1  # passes that a point stands for
        self._points: Array = np.empty((3, 0))  # low, high, norm; the last one may be unfinished

    def extend(self, losses: Array, norms: Array) -> None:
        """Add the passes that came next."""
        if len(losses) == 0:
            return
        begun = self.n_passes % self._each
        starts = np.arange((self._each - begun) % self._each, len(losses), self._each)
        if begun:
            starts = np.concatenate([[0], starts])
        low = np.minimum.reduceat(losses, starts)
        high = np.maximum.reduceat(losses, starts)
        added = np.stack([low, high, norms[np.append(starts[1:], len(losses)) - 1]])
        if begun:
            added[:, :1] = _merged(self._points[:, -1:], added[:, :1])
            self._points = self._points[:, :-1]
        self._points = np.concatenate([self._points, added], axis=1)
        self.n_passes += len(losses)
        self.recent = np.concatenate([self.recent, losses[-RECENT:]])[-RECENT:]
        while self._points.shape[1] > _MOST_POINTS:
            self._each *= 2
            odd = self._points[:, self._points.shape[1] & ~1 :]
            pairs = _merged(self._points[:, :-1:2], self._points[:, 1::2])
            self._points = np.concatenate([pairs, odd], axis=1)

    def points(self) -> Array:
        """Last pass of each point, its lowest and highest loss, the norm at its end: (4, n)."""
        ends = self._each * np.arange(1.0, self._points.shape[1] + 1)
        return np.concatenate([np.minimum(ends, self.n_passes)[None], self._points])


def _merged(first: Array, second: Array) -> Array:
    low, high = np.minimum(first[0], second[0]), np.maximum(first[1], second[1])
    return np.stack([low, high, second[2]])
