"""What one page trains: its settings, its rows, its network, and the way to a state of before."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.link import PastPhase, State
from moonlet.lab.rows import DrawnPoint, Rows, load_rows
from moonlet.lab.run import Run
from moonlet.lab.snapshot import Snapshot
from moonlet.lab.speed import Speed
from moonlet.lab.sweep import Sweep, SweepSnapshot
from moonlet.lab.table import LabTable

__all__ = ["Experiment"]


class Experiment:
    """Settings and all that they stand for, in training.

    Parameters
    ----------
    settings : Settings
    table : LabTable, optional
        The uploaded table.
    """

    settings: m.Settings
    rows: Rows
    run: Run

    def __init__(self, settings: m.Settings, table: LabTable | None = None) -> None:
        self.playing = False
        self.drawn: tuple[DrawnPoint, ...] = ()
        self.table = table
        self.sweep: Sweep | None = None
        self._replay: deque[PastPhase] = deque()
        self._frames = 0
        self._speed = Speed()
        self.take(settings)

    @property
    def wants_training(self) -> bool:
        """Whether there is something to train now."""
        sweeps = self.sweep is not None and self.sweep.running
        return sweeps or self.catching_up or (self.playing and not self.run.finished)

    @property
    def catching_up(self) -> bool:
        """Whether a restored state is being trained again."""
        return bool(self._replay)

    def take(self, settings: m.Settings, *, reload: bool = True) -> None:
        """Begin anew under these settings; nothing changes if they can't be met."""
        rows = load_rows(settings.data, self.drawn, self.table) if reload else self.rows
        run = Run(rows, settings.network, settings.training)
        if reload:
            self.grid, self._unit_grid = rows.grid(m.GRID), picture.unit_grid(rows)
        self.rows, self.run, self.settings = rows, run, settings
        self.sweep = None
        self._replay.clear()
        self._speed.restart()

    def go_on_under(self, settings: m.Settings) -> None:
        """Go on from the weights as they stand; rows and network are those of before."""
        if settings.training != self.settings.training:
            self._replay.clear()
            self.run.change(settings.training)
        self.settings = settings
        self._speed.restart()

    def play(self) -> None:
        """Train from now on, if there is something left to do."""
        self._replay.clear()
        self.playing = not self.run.finished
        self._speed.restart()

    def pause(self) -> None:
        """Train no more."""
        self.playing = False
        self._replay.clear()

    def start_sweep(self) -> None:
        """Train seven sizes instead of the network."""
        self.pause()
        self.sweep = Sweep(self.rows, self.settings)

    def advance(self, seconds: float) -> bool:
        """Train for that long; tell whether something ended that the page must hear of."""
        if self.sweep is not None and self.sweep.running:
            self.sweep.advance(seconds)
            return not self.sweep.running
        if self._replay:
            return self._catch_up(seconds)
        allowed = self._speed.allowed(self.settings.pace)
        if allowed == 0:
            return False
        self._speed.count(self.run.advance(allowed, seconds))
        if self.run.finished:
            self.playing = False
        return self.run.finished

    def snapshot(self) -> tuple[Snapshot, SweepSnapshot | None]:
        """Take what the next picture needs."""
        self._frames += 1
        run = self.run
        moment = Snapshot(
            self._frames,
            self.rows,
            run.network,
            run.parameters,
            self.grid,
            self._unit_grid,
            run.n_iter,
            run.trainer.loss,
            self._speed.passes_a_second if self.playing else 0.0,
            run.curve(),
            run.recent(),
        )
        return moment, None if self.sweep is None else self.sweep.snapshot()

    def state(self) -> State:
        """All that `restore` needs to get here again."""
        phases = [PastPhase(phase.training, phase.passes) for phase in self.run.recipe()]
        return State(self.settings, tuple(phases), self.drawn, self.table)

    def restore(self, state: State) -> None:
        """Begin what leads to a state; `advance` gets there."""
        before = self.drawn, self.table
        self.drawn, self.table = state.drawn or self.drawn, state.table or self.table
        first = state.phases[0].training if state.phases else state.settings.training
        try:
            self.take(replace(state.settings, training=first))
        except Exception:
            self.drawn, self.table = before
            raise
        self.settings = state.settings
        self._replay = deque(state.phases)
        self.playing = False

    def _catch_up(self, seconds: float) -> bool:
        """Train on along the phases of a restored state; tell whether its end is reached."""
        phase = self._replay[0]
        before = sum(done.passes for done in self.run.phases)
        left = phase.passes - (self.run.n_iter - before)
        if left > 0 and not self.run.finished:
            self.run.advance(left, seconds)
            return False
        self._replay.popleft()
        following = self._replay[0].training if self._replay else self.settings.training
        self.run.change(following)
        return not self._replay
