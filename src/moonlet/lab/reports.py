"""What the session tells the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from moonlet.lab.requests import Asked
from moonlet.lab.settings import Settings


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first answer. The session's name lets a later connection go on with it."""

    session: str
    notebook: bool
    version: str


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand; sent whenever that changes.

    `drawn` are the drawn points, in their order. `file` is the uploaded table's
    name. `catching_up` is true while a restored state is trained again; `edit`
    is the number of the last edit that was heard.
    """

    settings: Settings
    playing: bool
    catching_up: bool
    edit: int
    stop_reason: str | None
    n_phases: int
    drawn: tuple[tuple[float, float, int], ...]
    file: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the current table."""

    name: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Points:
    """The rows, as the picture shows them.

    Buffers: float32 of shape (n, 2), where each lies; uint8 of shape (n,), its
    class; uint8 of shape (n,), 1 for a test row; uint8 planes of the straight
    line, as in `Frame`.
    """

    name: str
    n: int
    n_train: int
    n_test: int
    classes: tuple[str, ...]
    columns: tuple[Column, ...]
    target: str
    features: tuple[str, ...]
    axes: tuple[str, str]
    bounds: tuple[float, float, float, float]
    held: str | None
    line_accuracy: tuple[float, float | None]
    n_inputs: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Losses (mean over rows, in nats, without the penalty) and shares of rows put right."""

    train_loss: float
    test_loss: float | None
    train_accuracy: float
    test_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the network in training.

    Buffers: `n_planes` planes of uint8, GRID x GRID, each class's probability
    from 0 to 255 (of two classes the second one's only), rows from the bottom
    up; a view of uint8, UNIT_GRID x UNIT_GRID, for each of `shown` hidden
    units, layer by layer, 128 for 0; float32 weights between the shown units of
    neighbouring layers, row by row; float32 of shape (5, n_curve): pass,
    lowest and highest loss since the point before, test loss (NaN without test
    rows), gradient norm; float32 losses of the last `n_recent` passes.
    """

    number: int
    n_iter: int
    passes_a_second: float
    loss: float
    gradient_norm: float
    scores: Scores
    n_planes: int
    shown: tuple[int, ...]
    layers: tuple[int, ...]
    n_curve: int
    n_recent: int
    confusion: tuple[tuple[int, ...], ...]
    confusion_of_test: bool


@dataclass(frozen=True, slots=True)
class FindingNote:
    """A finding of the tutor; `button` says what its button does, null when there is none."""

    kind: str
    message: str
    cure: str
    button: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the tutor has found by now."""

    findings: tuple[FindingNote, ...]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that was kept."""

    run: int
    label: str
    n_iter: int
    n_parameters: int
    scores: Scores
    n_curve: int
    curve_of_test: bool


@dataclass(frozen=True, slots=True)
class Runs:
    """All kept runs. Buffer: float32 of shape (2, n_curve) for each: pass, and test loss if any."""

    runs: tuple[KeptRun, ...]


@dataclass(frozen=True, slots=True)
class SweepPanel:
    """One size of the sweep."""

    units: int
    scores: Scores
    stop_reason: str | None


@dataclass(frozen=True, slots=True)
class SweepFrame:
    """The sweep as it stands. Buffer: planes of SWEEP_GRID x SWEEP_GRID for each size."""

    running: bool
    share: float
    n_planes: int
    panels: tuple[SweepPanel, ...]
    recommended: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class StudyNote:
    """How the background study stands.

    `report` is the name under which the server has its report: null until there
    is one, and in a notebook, which has no server.
    """

    state: Literal["none", "running", "done", "failed"]
    text: str
    report: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file that was asked for. Buffer: its bytes."""

    what: Asked
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that was not carried out, and why."""

    message: str


Report: TypeAlias = (
    Welcome | Situation | Points | Frame | Findings | Runs | SweepFrame | StudyNote | File | Refused
)
