"""What the page asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from moonlet.lab.limits import AtMost, Between, Name, Number
from moonlet.lab.settings import Settings

# Whatever sets the settings is numbered by the page: a `Situation` says up to which it goes.
Edit: TypeAlias = Annotated[int, Between(0, 2**53)]

Asked = Literal["python", "onnx", "csv", "link", "report"]


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
