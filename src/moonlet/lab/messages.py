"""The one definition of what page and session say to each other.

A message is a JSON object whose "type" names one of the classes below, and any
number of binary buffers beside it. `web/src/messages.ts` is generated from this
module (`python -m moonlet.lab.typescript`), limits included, so there is no
second definition to drift.

The page sends a `Request`; `moonlet.lab.wire.read_request` refuses whatever
does not fit. The session sends a `Report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from inspect import signature
from typing import Annotated, Literal, TypeAlias

from moonlet.data import toy
from moonlet.estimators.initial import Init
from moonlet.specs import Activation, Schedule, SolverName

GRID = 100  # cells of the boundary's picture, along each side
UNIT_GRID = 20  # and of a hidden unit's
SWEEP_GRID = 50
SHOWN_UNITS = 8  # of each layer, in the picture of the network
SWEEP_SIZES = (1, 2, 3, 4, 5, 20, 50)
MOST_BYTES = 4_000_000  # of one message from the page
# The noise that a toy set has by itself: the page takes it over with the set.
USUAL_NOISE = {
    name: float(signature(make).parameters["noise"].default) for name, make in toy.TOYS.items()
}


@dataclass(frozen=True, slots=True)
class Between:
    """A number's limits, both allowed."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """A text's or list's length."""

    length: int


Number: TypeAlias = Annotated[float, Between(-1e6, 1e6)]
Seed: TypeAlias = Annotated[int, Between(0, 2**32 - 1)]
Name: TypeAlias = Annotated[str, AtMost(200)]
# Whatever sets the settings is numbered by the page: a `Situation` says up to which it goes.
Edit: TypeAlias = Annotated[int, Between(0, 2**53)]

Source = Literal[
    "moons", "circles", "spirals", "xor", "blobs", "iris", "wine", "breast_cancer", "digits",
    "drawn", "table",
]  # fmt: skip

Asked = Literal["python", "onnx", "csv", "link", "report"]


# --- What is to be trained: the settings, sent as a whole at every change ----------------


@dataclass(frozen=True, slots=True)
class DataChoice:
    """Which rows.

    `n_samples`, `noise` and `seed` are for the toy sets, `n_classes` for blobs
    and spirals; `target` and `features` for tables, where null means the last
    column and all others. `shown` are the two features that the picture has for
    axes, by their place among the features; null for the two that tell the
    classes apart best, one by one.
    """

    source: Source = "moons"
    n_samples: Annotated[int, Between(10, 2000)] = 200
    noise: Annotated[float, Between(0.0, 5.0)] = 0.2
    n_classes: Annotated[int, Between(2, 5)] = 3
    seed: Seed = 0
    test_share: Annotated[float, Between(0.0, 0.9)] = 0.3
    target: Name | None = None
    features: Annotated[tuple[Name, ...], AtMost(200)] | None = None
    shown: Annotated[tuple[Annotated[int, Between(0, 199)], ...], AtMost(2)] | None = None


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """One hidden layer."""

    units: Annotated[int, Between(1, 256)] = 8
    activation: Activation = "tanh"


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """The network, and where its training starts."""

    hidden: Annotated[tuple[LayerChoice, ...], AtMost(6)] = (LayerChoice(3),)
    output: Literal["auto", "softmax"] = "auto"
    init: Init = "glorot_uniform"
    seed: Seed = 0


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """How the loss is descended. `max_iter` counts from the network's start."""

    solver: SolverName = "gd"
    learning_rate_init: Annotated[float, Between(1e-6, 1e3)] = 0.5
    schedule: Schedule = "constant"
    batch_size: Annotated[int, Between(1, 10_000)] = 32
    alpha: Annotated[float, Between(0.0, 1e4)] = 0.01
    dropout: Annotated[float, Between(0.0, 0.9)] = 0.0
    max_iter: Annotated[int, Between(1, 1_000_000)] = 20_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides what is trained, and how fast it is shown.

    `pace` is the most passes a second; 0 is as fast as it goes.
    """

    data: DataChoice = DataChoice()
    network: NetworkChoice = NetworkChoice()
    training: TrainingChoice = TrainingChoice()
    pace: Annotated[int, Between(0, 1_000_000)] = 1000


# --- From the page ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of every connection; names the session to go on with, if any."""

    session: Annotated[str, AtMost(64)] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Let these be the settings."""

    settings: Settings
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class Play:
    """Train."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop training; answered by a `Situation`."""


@dataclass(frozen=True, slots=True)
class Step:
    """Train one pass."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Back to the starting weights."""


@dataclass(frozen=True, slots=True)
class Draw:
    """These are the drawn points: x, y and class of each."""

    points: Annotated[
        tuple[tuple[Number, Number, Annotated[int, Between(0, 4)]], ...], AtMost(2000)
    ]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A table as CSV text. Its name is shown and never used as a path."""

    name: Name
    text: Annotated[str, AtMost(3_000_000)]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class Preset:
    """Open a prepared experiment."""

    name: Literal["tutorial"]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class Cure:
    """Make the change that a finding names, by its place in `Findings`."""

    finding: Annotated[int, Between(0, 20)]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class KeepRun:
    """Keep the run as it stands, to compare others with it."""


@dataclass(frozen=True, slots=True)
class ForgetRun:
    """Drop a kept run."""

    run: Annotated[int, Between(1, 1e9)]


@dataclass(frozen=True, slots=True)
class OpenRun:
    """Take a kept run's settings again and train up to where it stood."""

    run: Annotated[int, Between(1, 1e9)]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class StartSweep:
    """Train seven sizes of one hidden layer side by side."""


@dataclass(frozen=True, slots=True)
class StopSweep:
    """End the sweep where it stands."""


@dataclass(frozen=True, slots=True)
class StartStudy:
    """Begin a capacity study of the current data in the background."""


@dataclass(frozen=True, slots=True)
class StopStudy:
    """End the study; what it has found is dropped."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a file: answered by `File`, or `Refused`."""

    what: Asked


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Restore the state that a link holds."""

    state: Annotated[str, AtMost(400_000)]
    edit: Edit = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """The page has taken in this frame and is ready for the next."""

    frame: Annotated[int, Between(0, 2**53)]


Request: TypeAlias = (
    Hello
    | Change
    | Play
    | Pause
    | Step
    | Reset
    | Draw
    | Upload
    | Preset
    | Cure
    | KeepRun
    | ForgetRun
    | OpenRun
    | StartSweep
    | StopSweep
    | StartStudy
    | StopStudy
    | Ask
    | OpenLink
    | Seen
)


# --- From the session ---------------------------------------------------------------------


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
    """How the background study stands."""

    state: Literal["none", "running", "done", "failed"]
    text: str


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
