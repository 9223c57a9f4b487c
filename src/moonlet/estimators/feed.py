"""A training that is fed window by window; an epoch is all of them.

How it differs from a training on rows in memory: the rows of a mini-batch are drawn from one window
(`moonlet.blocks`), not from the whole table; early stopping judges by 100,000 rows at most, which
stay in memory; the diagnosis looks at the last window. All else is the engine's: curves, schedules,
patience and the way back from an epoch that overflowed are those of whole epochs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.random import sample_without_replacement

from moonlet import engine
from moonlet.blocks import BlockRows, Cut, RowProgress, Window, read_window
from moonlet.estimators.beyond import Beyond
from moonlet.estimators.initial import generator_of
from moonlet.estimators.plan import TrainingPlan, draw, draw_around, draw_seed, laid_out, seeded
from moonlet.estimators.rows import Rows
from moonlet.estimators.settings import Settings

__all__ = ["Feed", "fed"]

_MOST_HELD, _MOST_BYTES = 100_000, 1 << 25
_STRETCH = 1 << 14  # rows that are read together to find some of them


class Feed:
    """The windows of each pass.

    Parameters
    ----------
    beyond : Beyond
    held : ndarray of int64
        Sorted positions of rows that are not trained on.
    seed : int
        Of the order of blocks and rows.
    shuffle : bool
        Whether there is any.
    max_iter : int
        Passes at most.
    """

    def __init__(
        self, beyond: Beyond, held: NDArray[np.int64], seed: int, *, shuffle: bool, max_iter: int
    ) -> None:
        rows = beyond.rows
        self.n_rows = rows.n_rows - len(held)
        self._beyond, self._held = beyond, held
        self._seed, self._shuffle, self._max_iter = seed, shuffle, max_iter
        width = rows.n_features + beyond.known.coding.n_outputs
        self._cut = Cut.of(rows.n_rows, width * rows.dtype.itemsize)
        self._memory: list[NDArray[Any] | None] = [None, None]
        self._n_passes, self._n_done, self._seconds = 0, 0, 0.0
        self._first: Rows | None = self._read(self._plan(0)[0], 0)

    @classmethod
    def of_one_pass(cls, beyond: Beyond, settings: Settings, random_state: object) -> Feed:
        """The windows of a call of `partial_fit`."""
        seed = draw_seed(generator_of(random_state))
        none = np.zeros(0, dtype=np.int64)
        return cls(beyond, none, seed, shuffle=settings.solver.shuffle, max_iter=1)

    def first(self) -> Rows:
        """The rows that training begins with."""
        if self._first is None:
            raise RuntimeError("training has begun")
        return self._first

    def train_pass(self, trainer: engine.Trainer, n_threads: int | None) -> None:
        """Train on all rows once; a KeyboardInterrupt leaves the trainer where it stands."""
        self._n_passes += 1
        began, at_start = time.perf_counter(), self._seconds
        for part, more, seed in self._windows(self._n_passes - 1):
            trainer.take_part(part, seed, more=more)
            engine.train([trainer], n_threads=n_threads, max_passes=1)
            self._n_done += part.n_samples
            self._seconds = at_start + time.perf_counter() - began
            if (progress := self._beyond.progress) is not None:
                of_all = (self._n_done, self.n_rows, self._max_iter, self._seconds)
                progress(RowProgress("training", *of_all))
            if trainer.stop_reason is not None:
                return

    @staticmethod
    def end_pass(trainer: engine.Trainer, n_threads: int | None) -> None:
        """End a pass that was interrupted, as if it had no more rows."""
        if trainer.end_pass():
            engine.train([trainer], n_threads=n_threads, max_passes=1)

    def _plan(self, number: int) -> list[list[tuple[int, int]]]:
        generator = np.random.default_rng([self._seed, number]) if self._shuffle else None
        return [self._cut.stretches(blocks) for blocks in self._cut.windows(generator)]

    def _windows(self, number: int) -> Iterator[tuple[engine.TrainingData, bool, int]]:
        """Each window, whether there are more, and its seed, while the next one is read."""
        plan = self._plan(number)
        first, self._first = self._first, None
        with ThreadPoolExecutor(1, "moonlet-rows") as reader:
            ahead = reader.submit(self._part, plan[0], first)
            for at in range(len(plan)):
                part, more = ahead.result(), at + 1 < len(plan)
                # It is read into the memory of the window before this one, which is done with.
                if more:
                    ahead = reader.submit(self._part, plan[at + 1], None, (at + 1) % 2)
                # A seed for each: rows of equal places in two windows have nothing in common.
                yield part, more, (self._seed + (at << 32)) % 2**63

    def _part(
        self, stretches: list[tuple[int, int]], rows: Rows | None, memory: int = 0
    ) -> engine.TrainingData:
        rows = self._read(stretches, memory) if rows is None else rows
        return laid_out(rows, self._beyond.known.coding)

    def _read(self, stretches: list[tuple[int, int]], memory: int) -> Rows:
        window = read_window(self._beyond.rows, stretches, self._held, self._memory[memory])
        base = window.X if window.X.base is None else window.X.base
        self._memory[memory] = base
        return weighted(window, self._beyond.factors)


def fed(
    beyond: Beyond, settings: Settings, watched: Rows | None, random_state: object
) -> tuple[TrainingPlan, Feed]:
    """Decide on a training of rows that are not in memory.

    It draws as `plan_training` does: where it starts, what it holds out, how it shuffles.

    Raises
    ------
    ValueError
        If there are too few rows to hold some out.
    """
    rows, coding = beyond.rows, beyond.known.coding
    spec = settings.spec(rows.n_features, coding.n_outputs, coding.output)
    held = np.zeros(0, dtype=np.int64)
    if spec.early_stopping is None or watched is not None:
        start, seed = draw(spec.network, settings.init, random_state)
    else:
        most = min(_MOST_HELD, max(_MOST_BYTES // (rows.n_features * rows.dtype.itemsize), 1000))
        n_held = min(int(np.ceil(settings.validation_fraction * rows.n_rows)), most)
        if n_held < 2 or n_held >= rows.n_rows:
            raise ValueError(
                "The validation set is too small. Increase 'validation_fraction' or the size of "
                f"your dataset. validation_fraction={settings.validation_fraction:g} of "
                f"{rows.n_rows} rows is {n_held}."
            )
        start, chosen, seed = draw_around(
            spec.network,
            settings.init,
            random_state,
            lambda chance: sample_without_replacement(rows.n_rows, n_held, random_state=chance),
        )
        held = np.sort(chosen).astype(np.int64)
    if watched is not None and beyond.factors is not None:
        watched = watched.weighted(beyond.factors[watched.y])
    if len(held):
        watched = weighted(_some(rows, held), beyond.factors)
    solver = spec.solver
    feed = Feed(beyond, held, seed, shuffle=solver.shuffle, max_iter=spec.stop.max_iter)
    return TrainingPlan(seeded(spec, seed), start, coding, feed.first(), watched), feed


def weighted(window: Window, factors: Any) -> Rows:
    """Rows of a window, each counting for what its class does."""
    rows = Rows(window.X, window.y, window.weight)
    return rows if factors is None else rows.weighted(factors[window.y])


def _some(rows: BlockRows, positions: NDArray[np.int64]) -> Window:
    """Rows at sorted positions, found in one way through the table."""
    X = np.empty((len(positions), rows.n_features), dtype=rows.dtype)
    y, weights = [], []
    step = int(np.clip((1 << 24) // (rows.n_features * rows.dtype.itemsize), 1, _STRETCH))
    memory = np.empty((step, rows.n_features), dtype=rows.dtype)
    at = 0
    while at < len(positions):
        begin = int(positions[at]) // step * step
        end = min(begin + step, rows.n_rows)
        stop = int(np.searchsorted(positions, end))
        here = positions[at:stop] - begin
        rows.read(begin, end, memory[: end - begin])
        X[at:stop] = memory[here]
        y.append(rows.targets([(begin, end)])[here])
        weight = rows.weights([(begin, end)])
        if weight is not None:
            weights.append(weight[here])
        at = stop
    return Window(X, np.concatenate(y), np.concatenate(weights) if weights else None)
