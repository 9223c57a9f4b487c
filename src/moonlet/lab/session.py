"""One page's experiment: its settings, its rows, its network, and the answers to its requests.

A session knows nothing of sockets or notebooks. `answer` takes a request and
gives the reports it calls for; `advance` trains for some milliseconds;
`snapshot` and `paint` make the next picture. `moonlet.lab.conversation` calls
them, one at a time but for `paint`, which works on a snapshot alone.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from moonlet import __version__
from moonlet.data.table import Table
from moonlet.diagnosis import Finding, examine
from moonlet.exceptions import DataError
from moonlet.lab import messages as m
from moonlet.lab import picture
from moonlet.lab.rows import DrawnPoint, Rows, likely_target, load_rows, read_text, usual_noise
from moonlet.lab.run import Run, confusion, scores
from moonlet.specs import Array, NetworkSpec

Answer = tuple[m.Report, list[bytes]]

RECENT = 60

# The tutorial's own run: its rate of 0.01 on a sum over 200 rows is 2.0 on the mean.
TUTORIAL = m.Settings(
    data=m.DataChoice(test_share=0.0),
    network=m.NetworkChoice((m.LayerChoice(3, "tanh"),), output="softmax", init="lecun_normal"),
    training=m.TrainingChoice("gd", learning_rate_init=2.0, alpha=0.01, max_iter=20_000),
    pace=2000,
)


class RefusedError(Exception):
    """A request that cannot be carried out; the message is for the page."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that the next picture needs, so that training can go on while it is painted."""

    number: int
    rows: Rows
    network: NetworkSpec
    parameters: Array
    grid: Array
    unit_grid: Array
    n_iter: int
    loss: float
    passes_a_second: float
    curve: Array
    recent: Array


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
        self.playing = False
        self.drawn: tuple[DrawnPoint, ...] = ()
        self.table = table
        self.findings: list[Finding] = []
        self._frames = 0
        self._speed = Speed()
        self._take(settings)

    # --- What the conversation calls ---------------------------------------------------

    @property
    def wants_training(self) -> bool:
        """Whether there is something to train now."""
        return self.playing and not self.run.finished

    def answer(self, request: m.Request) -> list[Answer]:
        """Carry out a request; tell what changed."""
        try:
            return list(self._carry_out(request))
        except (RefusedError, DataError, ValueError) as refused:
            return [(m.Refused(str(refused)), []), self.situation()]

    def advance(self, seconds: float) -> bool:
        """Train for that long; tell whether something happened that the page must hear of."""
        allowed = self._speed.allowed(self.settings.pace)
        if allowed == 0:
            return False
        done = self.run.advance(allowed, seconds)
        self._speed.count(done)
        if self.run.finished:
            self.playing = False
            return True
        return False

    def snapshot(self) -> Snapshot:
        """Take what the next picture needs."""
        self._frames += 1
        run = self.run
        return Snapshot(
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
            run.recent(RECENT),
        )

    def look(self) -> Answer | None:
        """Ask the tutor; None when it says what it said before."""
        findings = examine(self.run.history()) if self.run.trainer.n_iter else []
        if findings == self.findings:
            return None
        self.findings = findings
        return self.found()

    def everything(self) -> list[Answer]:
        """All that a page which knows nothing yet must hear."""
        welcome = m.Welcome(self.name, self.notebook, __version__)
        return [(welcome, []), self.situation(), self.points(), self.found()]

    def close(self) -> None:
        """End what goes on in the background."""
        self.playing = False

    # --- Reports ------------------------------------------------------------------------

    def situation(self) -> Answer:
        """How things stand."""
        report = m.Situation(
            self.settings,
            self.playing,
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
            m.FindingNote(f.kind, f.message, f.cure, _button(f, self.settings))
            for f in self.findings
        )
        return m.Findings(tuple(notes)), []

    def _carry_out(self, request: m.Request) -> Iterator[Answer]:
        match request:
            case m.Hello():
                yield from self.everything()
            case m.Change():
                yield from self._change(request)
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
            case m.Seen():
                pass

    # --- Requests -----------------------------------------------------------------------

    def _change(self, request: m.Change) -> Iterator[Answer]:
        settings = request.settings
        noise = usual_noise(settings.data.source)
        if settings.data.source != self.settings.data.source and noise is not None:
            settings = replace(settings, data=replace(settings.data, noise=noise))
        yield from self._set(settings)

    def _set(self, settings: m.Settings) -> Iterator[Answer]:
        old = self.settings
        if settings.data != old.data or settings.network != old.network:
            new_data = settings.data != old.data
            self._take(settings, reload=new_data)
            yield self.situation()
            if new_data:
                yield self.points()
        else:
            self.run.change(settings.training)
            self.settings = settings
            self._speed.restart()
            yield self.situation()
        yield from self._tell_tutor()

    def _play(self) -> Iterator[Answer]:
        if self.run.finished:
            raise RefusedError(_at_end(self.run))
        self.playing = True
        self._speed.restart()
        yield self.situation()

    def _pause(self) -> Iterator[Answer]:
        self.playing = False
        yield self.situation()

    def _step(self) -> Iterator[Answer]:
        self.playing = False
        if self.run.finished:
            raise RefusedError(_at_end(self.run))
        self.run.advance(1, seconds=10.0)
        yield self.situation()

    def _reset(self) -> Iterator[Answer]:
        self.playing = False
        self.run.restart()
        yield self.situation()
        yield from self._tell_tutor()

    def _draw(self, request: m.Draw) -> Iterator[Answer]:
        before = self.drawn
        self.drawn = request.points
        try:
            yield from self._set_data(replace(self.settings.data, source="drawn"))
        except DataError:
            if before and len(request.points) < len(before):
                # Rubbed out down to one class: keep what is there on the page, train nothing.
                self.playing = False
            raise

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
                    self.settings.data, source="table", target=target, features=None, shown=(0, 1)
                )
            )
        except DataError:
            self.table = before
            raise

    def _cure(self, request: m.Cure) -> Iterator[Answer]:
        if request.finding >= len(self.findings):
            raise RefusedError("this finding is out of date.")
        changed = _cured(self.findings[request.finding], self.settings)
        if changed is None:
            raise RefusedError("this cure lies outside of the lab.")
        yield from self._set(changed)
        self.playing = not self.run.finished
        self._speed.restart()
        yield self.situation()

    # --- The inside ---------------------------------------------------------------------

    def _set_data(self, data: m.DataChoice) -> Iterator[Answer]:
        yield from self._set_all(replace(self.settings, data=data))

    def _set_all(self, settings: m.Settings) -> Iterator[Answer]:
        self._take(settings)
        yield self.situation()
        yield self.points()
        yield from self._tell_tutor()

    def _take(self, settings: m.Settings, *, reload: bool = True) -> None:
        """Begin anew under these settings; nothing changes if they can't be met."""
        rows = load_rows(settings.data, self.drawn, self.table) if reload else self.rows
        run = Run(rows, settings.network, settings.training)
        if reload:
            self._grid, self._unit_grid = rows.grid(m.GRID), picture.unit_grid(rows)
        self.rows, self.run, self.settings = rows, run, settings
        self._speed.restart()

    def _tell_tutor(self) -> Iterator[Answer]:
        told = self.look()
        if told is not None:
            yield told


class Speed:
    """How many passes may be done now, and how many were done in the last second."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget the past: no passes are owed."""
        self._since = self._marked = time.perf_counter()
        self._done = self._at_mark = 0
        self.passes_a_second = 0.0

    def allowed(self, pace: int) -> int | None:
        """Passes that may be done now; None for as many as there is time for."""
        if pace == 0:
            return None
        return max(0, int((time.perf_counter() - self._since) * pace) - self._done)

    def count(self, passes: int) -> None:
        """Note what was done."""
        self._done += passes
        now = time.perf_counter()
        if now - self._marked >= 0.5:
            self.passes_a_second = (self._done - self._at_mark) / (now - self._marked)
            self._marked, self._at_mark = now, self._done
            # A debt from a busy second is not made up for: it would stutter.
            self._since, self._done, self._at_mark = now, 0, 0


def paint(snapshot: Snapshot) -> Answer:
    """Make the picture of a snapshot."""
    rows, network, parameters = snapshot.rows, snapshot.network, snapshot.parameters
    curve = snapshot.curve
    report = m.Frame(
        number=snapshot.number,
        n_iter=snapshot.n_iter,
        passes_a_second=snapshot.passes_a_second,
        loss=snapshot.loss,
        gradient_norm=float(curve[4, -1]) if curve.shape[1] else float("nan"),
        scores=scores(network, parameters, rows),
        n_planes=1 if rows.n_classes == 2 else rows.n_classes,
        shown=picture.shown_units(network),
        layers=network.layer_sizes,
        n_curve=curve.shape[1],
        n_recent=len(snapshot.recent),
        confusion=confusion(network, parameters, rows),
        confusion_of_test=len(rows.test) > 0,
    )
    return report, [
        picture.planes(network, parameters, snapshot.grid, rows.n_classes),
        picture.unit_views(network, parameters, snapshot.unit_grid),
        picture.weights(network, parameters),
        curve.astype("<f4").tobytes(),
        snapshot.recent.astype("<f4").tobytes(),
    ]


def _cured(finding: Finding, settings: m.Settings) -> m.Settings | None:
    """The settings after a finding's change; None if the lab has no such setting."""
    known = {
        name: finding.change[name] for name in finding.change if hasattr(settings.training, name)
    }
    if not known or len(known) < len(finding.change):
        return None
    if "max_iter" in known:
        known["max_iter"] = int(min(known["max_iter"], 1_000_000))
    training = replace(settings.training, **known)  # type: ignore[arg-type]
    return None if training == settings.training else replace(settings, training=training)


def _button(finding: Finding, settings: m.Settings) -> str | None:
    changed = _cured(finding, settings)
    if changed is None:
        return None
    words = [
        f"{name} = {getattr(changed.training, name):g}"
        if isinstance(getattr(changed.training, name), float | int)
        else f"{name} = {getattr(changed.training, name)}"
        for name in finding.change
    ]
    return "Set " + ", ".join(words)


def _at_end(run: Run) -> str:
    if run.stop_reason == "max_iter":
        return f"all {run.n_iter:,} passes are done. Raise the number of passes, or reset."
    return f"training has ended ({run.stop_reason}). Reset, or change how it is trained."
