"""What one page is answered: about its experiment, what it kept, and what the tutor says.

A session knows nothing of sockets or notebooks; what is trained is its
`Experiment`. `answer` takes a request and gives the reports it calls for;
`advance` trains for some milliseconds; `snapshot` and `paint` make the next
picture. `moonlet.lab.conversation` calls them, one at a time but for `paint`,
which works on a snapshot alone.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from moonlet import __version__
from moonlet.diagnosis import Finding
from moonlet.exceptions import DataError, MoonletError
from moonlet.lab import kept as kept_runs
from moonlet.lab import messages as m
from moonlet.lab.background_study import NOTHING, BackgroundStudy
from moonlet.lab.cures import button, cured
from moonlet.lab.experiment import Experiment
from moonlet.lab.files import make_file
from moonlet.lab.kept import Kept
from moonlet.lab.link import State, read_link
from moonlet.lab.points import points
from moonlet.lab.snapshot import Answer, Snapshot
from moonlet.lab.sweep import SweepSnapshot
from moonlet.lab.table import LabTable, read_text

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
    table : LabTable, optional
        The uploaded table.
    notebook : bool
    """

    def __init__(
        self,
        settings: m.Settings = m.Settings(),  # noqa: B008 - frozen
        *,
        table: LabTable | None = None,
        notebook: bool = False,
    ) -> None:
        self.name = secrets.token_urlsafe(12)
        self.notebook = notebook
        self.lock = threading.Lock()  # whoever reads or changes the run holds it
        self.experiment = Experiment(settings, table)
        self.findings: list[Finding] = []
        self._runs: list[Kept] = []
        self._n_kept = self._edit = 0
        self._study: BackgroundStudy | None = None
        self._studied = NOTHING

    # --- What the conversation calls ---------------------------------------------------

    @property
    def wants_training(self) -> bool:
        """Whether there is something to train now."""
        return self.experiment.wants_training

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
            return self.experiment.advance(seconds)

    def snapshot(self) -> tuple[Snapshot, SweepSnapshot | None]:
        """Take what the next picture needs."""
        return self.experiment.snapshot()

    def look(self) -> list[Answer]:
        """What the tutor and the study have to say, if it is new."""
        findings = [] if self.experiment.catching_up else self.experiment.run.findings()
        told: list[Answer] = []
        if findings != self.findings:
            self.findings = findings
            told.append(self.found())
        if self._study is not None and self._studied.state == "running":
            note = self._study.note()
            if note.state == "done" and not self.notebook:
                note = replace(note, report=self._study.name)
            if note != self._studied:
                self._studied = note
                told.append((note, []))
        return told

    def everything(self) -> list[Answer]:
        """All that a page which knows nothing yet must hear."""
        welcome = m.Welcome(self.name, self.notebook, __version__)
        known = [self.situation(), self._points(), self.found(), kept_runs.report(self._runs)]
        return [(welcome, []), *known, (self._studied, [])]

    def report(self, name: str) -> bytes | None:
        """The report of the study of that name, if it is this session's and has ended."""
        study = self._study
        known = study is not None and secrets.compare_digest(study.name, name)
        return study.report() if study is not None and known else None

    def close(self) -> None:
        """End what goes on in the background."""
        self.experiment.playing = False
        if self._study is not None:
            self._study.close()
            self._study, self._studied = None, NOTHING

    # --- Reports ------------------------------------------------------------------------

    def situation(self) -> Answer:
        """How things stand."""
        now = self.experiment
        report = m.Situation(
            now.settings,
            now.playing,
            now.catching_up,
            self._edit,
            now.run.stop_reason,
            len(now.run.recipe()),
            now.drawn,
            None if now.table is None else now.table.raw.source,
        )
        return report, []

    def _points(self) -> Answer:
        return points(self.experiment.rows, self.experiment.grid)

    def found(self) -> Answer:
        """What the tutor has found."""
        now = self.experiment
        notes = (
            m.FindingNote(f.kind, f.message, f.cure, button(f, now.settings, now.run.best_pass))
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
                self.experiment.pause()
                yield self.situation()
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
                self.experiment.start_sweep()
                yield self.situation()
            case m.StopSweep():
                if self.experiment.sweep is not None:
                    self.experiment.sweep.stopped = True
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
        old = self.experiment.settings
        new_data = settings.data != old.data
        if new_data or settings.network != old.network:
            self.experiment.take(settings, reload=new_data)
        else:
            self.experiment.go_on_under(settings)
        yield self.situation()
        if new_data:
            yield self._points()
        yield from self.look()

    def _play(self) -> Iterator[Answer]:
        self._refuse_at_end()
        self.experiment.play()
        yield self.situation()

    def _step(self) -> Iterator[Answer]:
        self.experiment.pause()
        self._refuse_at_end()
        self.experiment.run.advance(1, seconds=10.0)
        yield self.situation()

    def _reset(self) -> Iterator[Answer]:
        self.experiment.pause()
        self.experiment.run.restart()
        yield self.situation()
        yield from self.look()

    def _draw(self, request: m.Draw) -> Iterator[Answer]:
        now = self.experiment
        now.drawn = request.points
        if len({point[2] for point in now.drawn}) < 2:
            # There is nothing to learn yet, and nothing wrong either: the points are shown.
            now.playing = False
            yield self.situation()
            return
        yield from self._set_data(replace(now.settings.data, source="drawn"))

    def _upload(self, request: m.Upload) -> Iterator[Answer]:
        table = read_text(request.name or "pasted", request.text)
        target = table.likely_target()
        if target is None:
            raise DataError(
                f"{request.name}: there is no column of classes. The lab tells classes apart: "
                "one column must have 2 to 10 different labels or whole numbers."
            )
        now = self.experiment
        before, now.table = now.table, table
        data = now.settings.data
        try:
            yield from self._set_data(
                replace(data, source="table", target=target, features=None, shown=None)
            )
        except DataError:
            now.table = before
            raise

    def _cure(self, request: m.Cure) -> Iterator[Answer]:
        if request.finding >= len(self.findings):
            raise RefusedError("this finding is out of date.")
        finding, run = self.findings[request.finding], self.experiment.run
        changed = cured(finding, self.experiment.settings, run.best_pass)
        if changed is None:
            raise RefusedError("this cure lies outside of the lab.")
        training = changed.training
        if "early_stopping" in finding.change:
            # What is to end earlier has to be begun again.
            run.restart()
        elif run.stop_reason == "max_iter" and training.max_iter <= run.n_iter:
            # At the end of its passes a cure would have no time to show what it does.
            more = min(run.n_iter + training.max_iter, 1_000_000)
            changed = replace(changed, training=replace(training, max_iter=more))
        yield from self._set(changed)
        self.experiment.play()
        yield self.situation()

    def _keep_run(self) -> Iterator[Answer]:
        if len(self._runs) >= kept_runs.MOST_RUNS:
            raise RefusedError(f"{kept_runs.MOST_RUNS} runs are kept already. Drop one first.")
        self._n_kept += 1
        self._runs.append(
            kept_runs.keep(self._n_kept, self.experiment.run, self.experiment.state())
        )
        yield kept_runs.report(self._runs)

    def _open_run(self, request: m.OpenRun) -> Iterator[Answer]:
        found = [kept for kept in self._runs if kept.note.run == request.run]
        if not found:
            raise RefusedError("this run is kept no longer.")
        yield from self._restore(found[0].state)

    def _start_study(self) -> Iterator[Answer]:
        now = self.experiment
        if self._study is not None:
            self._study.close()
        self._study = BackgroundStudy(now.rows.dataset, now.settings.data.seed)
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
        return make_file(request.what, self.experiment.run, self.experiment.state())

    # --- The inside ---------------------------------------------------------------------

    def _set_data(self, data: m.DataChoice) -> Iterator[Answer]:
        yield from self._set_all(replace(self.experiment.settings, data=data))

    def _set_all(self, settings: m.Settings) -> Iterator[Answer]:
        self.experiment.take(settings)
        yield self.situation()
        yield self._points()
        yield from self.look()

    def _restore(self, state: State) -> Iterator[Answer]:
        self.experiment.restore(state)
        yield self.situation()
        yield self._points()

    def _refuse_at_end(self) -> None:
        run = self.experiment.run
        if run.stop_reason == "max_iter":
            raise RefusedError(
                f"all {run.n_iter:,} passes are done. Raise the number of passes, or reset."
            )
        if run.finished:
            raise RefusedError(
                f"training has ended ({run.stop_reason}). Reset, or change how it is trained."
            )
