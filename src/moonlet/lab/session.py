"""One page's experiment: its settings, its rows, its network, and the answers to its requests.

A session knows nothing of sockets or notebooks. `answer` takes a request and
gives the reports it calls for; `advance` trains for some milliseconds;
`snapshot` and `paint` make the next picture. `moonlet.lab.conversation` calls
them, one at a time but for `paint`, which works on a snapshot alone.
"""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

import numpy as np

from moonlet import __version__
from moonlet.data.table import Table
from moonlet.diagnosis import Finding
from moonlet.exceptions import DataError, MoonletError
from moonlet.lab import kept as kept_runs
from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.background_study import NOTHING, BackgroundStudy
from moonlet.lab.cures import button, cured
from moonlet.lab.files import make_file
from moonlet.lab.kept import Kept
from moonlet.lab.link import PastPhase, State, read_link
from moonlet.lab.rows import DrawnPoint, Rows, likely_target, load_rows, read_text
from moonlet.lab.run import Run, scores
from moonlet.lab.snapshot import Answer, Snapshot
from moonlet.lab.speed import Speed
from moonlet.lab.sweep import Sweep, SweepSnapshot

# The tutorial's own run: its rate of 0.01 on a sum over 200 rows is 2.0 on the mean.
TUTORIAL = m.Settings(
    data=m.DataChoice(test_share=0.0),
    network=m.NetworkChoice((m.LayerChoice(3, "tanh"),), output="softmax", init="lecun_normal"),
    training=m.TrainingChoice("gd", learning_rate_init=2.0, alpha=0.01, max_iter=20_000),
    pace=2000,
)


class RefusedError(Exception):
    """A request that cannot be carried out; the message is for the page."""


class Session:
    """See the module.

    Parameters
    ----------
    settings : Settings, optional
    rows : Rows, optional
        Rows that a notebook gives; the settings' own otherwise.
    notebook : bool
    """

    settings: m.Settings
    rows: Rows
    run: Run

    def __init__(
        self,
        settings: m.Settings = m.Settings(),  # noqa: B008 - frozen
        *,
        table: Table | None = None,
        notebook: bool = False,
    ) -> None:
        self.name = secrets.token_urlsafe(12)
        self.notebook = notebook
        self.lock = threading.Lock()  # whoever reads or changes the run holds it
        self.playing = False
        self.drawn: tuple[DrawnPoint, ...] = ()
        self.table = table
        self.findings: list[Finding] = []
        self.sweep: Sweep | None = None
        self._replay: deque[PastPhase] = deque()
        self._runs: list[Kept] = []
        self._n_kept = 0
        self._study: BackgroundStudy | None = None
        self._studied = NOTHING
        self._frames = self._edit = 0
        self._speed = Speed()
        self._take(settings)

    # --- What the conversation calls ---------------------------------------------------

    @property
    def wants_training(self) -> bool:
        """Whether there is something to train now."""
        sweeps = self.sweep is not None and self.sweep.running
        return sweeps or bool(self._replay) or (self.playing and not self.run.finished)

    def answer(self, request: m.Request) -> list[Answer]:
        """Carry out a request; tell what changed."""
        try:
            with self.lock:
                return list(self._carry_out(request))
        except (RefusedError, MoonletError, ValueError, MemoryError) as refused:
            return [(m.Refused(str(refused)), []), self.situation()]

    def advance(self, seconds: float) -> bool:
        """Train for that long; tell whether something ended that the page must hear of."""
        with self.lock:
            return self._advance(seconds)

    def _advance(self, seconds: float) -> bool:
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
            self._grid,
            self._unit_grid,
            run.n_iter,
            run.trainer.loss,
            self._speed.passes_a_second if self.playing else 0.0,
            run.curve(),
            run.recent(),
        )
        return moment, None if self.sweep is None else self.sweep.snapshot()

    def look(self) -> list[Answer]:
        """What the tutor and the study have to say, if it is new."""
        findings = [] if self._replay else self.run.findings()
        told: list[Answer] = []
        if findings != self.findings:
            self.findings = findings
            told.append(self.found())
        if self._study is not None and self._studied.state == "running":
            note = self._study.note()
            if note != self._studied:
                self._studied = note
                told.append((note, []))
        return told

    def everything(self) -> list[Answer]:
        """All that a page which knows nothing yet must hear."""
        welcome = m.Welcome(self.name, self.notebook, __version__)
        known = [self.situation(), self.points(), self.found(), kept_runs.report(self._runs)]
        return [(welcome, []), *known, (self._studied, [])]

    def close(self) -> None:
        """End what goes on in the background."""
        self.playing = False
        if self._study is not None:
            self._study.close()
            self._study, self._studied = None, NOTHING

    # --- Reports ------------------------------------------------------------------------

    def situation(self) -> Answer:
        """How things stand."""
        report = m.Situation(
            self.settings,
            self.playing,
            bool(self._replay),
            self._edit,
            self.run.stop_reason,
            len(self.run.recipe()),
            self.drawn,
            None if self.table is None else self.table.source,
        )
        return report, []

    def points(self) -> Answer:
        """The rows, and the straight line through them."""
        rows, data = self.rows, self.rows.dataset
        network, parameters = picture.straight_line(rows)
        line = scores(network, parameters, rows)
        held = [name for i, name in enumerate(data.feature_names) if i not in rows.shown]
        in_test = np.zeros(len(data.y), dtype=np.uint8)
        in_test[rows.test] = 1
        report = m.Points(
            name=data.name,
            n=len(data.y),
            n_train=len(rows.train),
            n_test=len(rows.test),
            classes=tuple(str(label) for label in rows.classes),
            columns=tuple(m.Column(name, numeric) for name, numeric in rows.columns),
            target=data.target,
            features=tuple(data.feature_names),
            axes=(data.feature_names[rows.shown[0]], data.feature_names[rows.shown[1]]),
            bounds=rows.bounds,
            held=f"{len(held)} more features stand at their median" if held else None,
            line_accuracy=(line.train_accuracy, line.test_accuracy),
            n_inputs=rows.X_train.shape[1],
        )
        return report, [
            rows.points.tobytes(),
            rows.class_indices.astype(np.uint8).tobytes(),
            in_test.tobytes(),
            picture.planes(network, parameters, self._grid, rows.n_classes),
        ]

    def found(self) -> Answer:
        """What the tutor has found."""
        notes = (
            m.FindingNote(f.kind, f.message, f.cure, button(f, self.settings, self.run.best_pass))
            for f in self.findings
        )
        return m.Findings(tuple(notes)), []

    def _carry_out(self, request: m.Request) -> Iterator[Answer]:
        self._edit = getattr(request, "edit", self._edit)
        match request:
            case m.Hello():
                yield from self.everything()
            case m.Change():
                yield from self._set(request.settings)
            case m.Play():
                yield from self._play()
            case m.Pause():
                yield from self._pause()
            case m.Step():
                yield from self._step()
            case m.Reset():
                yield from self._reset()
            case m.Draw():
                yield from self._draw(request)
            case m.Upload():
                yield from self._upload(request)
            case m.Preset():
                yield from self._set_all(TUTORIAL)
            case m.Cure():
                yield from self._cure(request)
            case m.KeepRun():
                yield from self._keep_run()
            case m.ForgetRun():
                self._runs = [kept for kept in self._runs if kept.note.run != request.run]
                yield kept_runs.report(self._runs)
            case m.OpenRun():
                yield from self._open_run(request)
            case m.StartSweep():
                self.playing = False
                self._replay.clear()
                self.sweep = Sweep(self.rows, self.settings)
                yield self.situation()
            case m.StopSweep():
                if self.sweep is not None:
                    self.sweep.stopped = True
            case m.StartStudy():
                yield from self._start_study()
            case m.StopStudy():
                yield from self._stop_study()
            case m.Ask():
                yield self._file(request)
            case m.OpenLink():
                yield from self._restore(read_link(request.state))
            case m.Seen():
                pass
            case _:
                assert_never(request)

    # --- Requests -----------------------------------------------------------------------

    def _set(self, settings: m.Settings) -> Iterator[Answer]:
        old = self.settings
        if settings.data != old.data or settings.network != old.network:
            new_data = settings.data != old.data
            self._take(settings, reload=new_data)
            yield self.situation()
            if new_data:
                yield self.points()
        else:
            if settings.training != old.training:
                self._replay.clear()
                self.run.change(settings.training)
            self.settings = settings
            self._speed.restart()
            yield self.situation()
        yield from self.look()

    def _play(self) -> Iterator[Answer]:
        if self.run.finished:
            raise RefusedError(_at_end(self.run))
        self._replay.clear()
        self.playing = True
        self._speed.restart()
        yield self.situation()

    def _pause(self) -> Iterator[Answer]:
        self.playing = False
        self._replay.clear()
        yield self.situation()

    def _step(self) -> Iterator[Answer]:
        self.playing = False
        if self.run.finished:
            raise RefusedError(_at_end(self.run))
        self._replay.clear()
        self.run.advance(1, seconds=10.0)
        yield self.situation()

    def _reset(self) -> Iterator[Answer]:
        self.playing = False
        self._replay.clear()
        self.run.restart()
        yield self.situation()
        yield from self.look()

    def _draw(self, request: m.Draw) -> Iterator[Answer]:
        self.drawn = request.points
        if len({point[2] for point in self.drawn}) < 2:
            # There is nothing to learn yet, and nothing wrong either: the points are shown.
            self.playing = False
            yield self.situation()
            return
        yield from self._set_all(
            replace(self.settings, data=replace(self.settings.data, source="drawn"))
        )

    def _upload(self, request: m.Upload) -> Iterator[Answer]:
        table = read_text(request.name or "pasted", request.text)
        target = likely_target(table)
        if target is None:
            raise DataError(
                f"{request.name}: there is no column of classes. The lab tells classes apart: "
                "one column must have 2 to 10 different labels or whole numbers."
            )
        before, self.table = self.table, table
        try:
            yield from self._set_data(
                replace(
                    self.settings.data, source="table", target=target, features=None, shown=None
                )
            )
        except DataError:
            self.table = before
            raise

    def _cure(self, request: m.Cure) -> Iterator[Answer]:
        if request.finding >= len(self.findings):
            raise RefusedError("this finding is out of date.")
        finding = self.findings[request.finding]
        changed = cured(finding, self.settings, self.run.best_pass)
        if changed is None:
            raise RefusedError("this cure lies outside of the lab.")
        training = changed.training
        if "early_stopping" in finding.change:
            # What is to end earlier has to be begun again.
            self.run.restart()
        elif self.run.stop_reason == "max_iter" and training.max_iter <= self.run.n_iter:
            # At the end of its passes a cure would have no time to show what it does.
            more = min(self.run.n_iter + training.max_iter, 1_000_000)
            changed = replace(changed, training=replace(training, max_iter=more))
        yield from self._set(changed)
        self.playing = not self.run.finished
        self._speed.restart()
        yield self.situation()

    def _keep_run(self) -> Iterator[Answer]:
        if len(self._runs) >= kept_runs.MOST_RUNS:
            raise RefusedError(f"{kept_runs.MOST_RUNS} runs are kept already. Drop one first.")
        self._n_kept += 1
        self._runs.append(kept_runs.keep(self._n_kept, self.run, self._state()))
        yield kept_runs.report(self._runs)

    def _open_run(self, request: m.OpenRun) -> Iterator[Answer]:
        found = [kept for kept in self._runs if kept.note.run == request.run]
        if not found:
            raise RefusedError("this run is kept no longer.")
        yield from self._restore(found[0].state)

    def _start_study(self) -> Iterator[Answer]:
        if self._study is not None:
            self._study.close()
        self._study = BackgroundStudy(self.rows.dataset, self.settings.data.seed)
        self._studied = self._study.note()
        yield self._studied, []

    def _stop_study(self) -> Iterator[Answer]:
        if self._study is not None:
            self._study.close()
        self._study, self._studied = None, NOTHING
        yield NOTHING, []

    def _file(self, request: m.Ask) -> Answer:
        if request.what == "report":
            report = None if self._study is None else self._study.report()
            if report is None:
                raise RefusedError("there is no report yet. Start a study and let it end.")
            return m.File("report", "moonlet-study.html", "text/html"), [report]
        return make_file(request.what, self.run, self._state())

    # --- The inside ---------------------------------------------------------------------

    def _set_data(self, data: m.DataChoice) -> Iterator[Answer]:
        yield from self._set_all(replace(self.settings, data=data))

    def _set_all(self, settings: m.Settings) -> Iterator[Answer]:
        self._take(settings)
        yield self.situation()
        yield self.points()
        yield from self.look()

    def _state(self) -> State:
        phases = [PastPhase(phase.training, phase.passes) for phase in self.run.recipe()]
        return State(self.settings, tuple(phases), self.drawn, self.table)

    def _restore(self, state: State) -> Iterator[Answer]:
        before = self.drawn, self.table
        self.drawn, self.table = state.drawn or self.drawn, state.table or self.table
        first = state.phases[0].training if state.phases else state.settings.training
        try:
            self._take(replace(state.settings, training=first))
        except Exception:
            self.drawn, self.table = before
            raise
        self.settings = state.settings
        self._replay = deque(state.phases)
        self.playing = False
        yield self.situation()
        yield self.points()

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

    def _take(self, settings: m.Settings, *, reload: bool = True) -> None:
        """Begin anew under these settings; nothing changes if they can't be met."""
        rows = load_rows(settings.data, self.drawn, self.table) if reload else self.rows
        run = Run(rows, settings.network, settings.training)
        if reload:
            self._grid, self._unit_grid = rows.grid(m.GRID), picture.unit_grid(rows)
        self.rows, self.run, self.settings = rows, run, settings
        self.sweep = None
        self._replay.clear()
        self._speed.restart()


def _at_end(run: Run) -> str:
    if run.stop_reason == "max_iter":
        return f"all {run.n_iter:,} passes are done. Raise the number of passes, or reset."
    return f"training has ended ({run.stop_reason}). Reset, or change how it is trained."
