"""A training's state in a file, from which a lost driver goes on with the same bits."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from moonlet import engine
from moonlet.atomic import replace_file

__all__ = ["Checkpoint", "digest_of"]

_FIRST_LINE = b"moonlet training 1\n"
# Writing takes a twentieth of the time at the most.
_SHARE = 20


def digest_of(parts: Sequence[object]) -> bytes:
    """Tell a training from others, by all that decides it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest().encode()


class Checkpoint:
    """The file of a training.

    A line that says what it is, the digests of the training and of its state, a line each, and
    the state as `Trainer.state` gives it, which is numbers and is checked when it is read.

    Parameters
    ----------
    path : str or path-like
    digest : bytes
        Of the training.
    """

    def __init__(self, path: str | os.PathLike[str], digest: bytes) -> None:
        self._path = Path(path)
        self._digest = digest
        self._not_before = 0.0

    def resume(self, trainer: engine.Trainer) -> None:
        """Put the trainer where the file says, if there is one.

        Raises
        ------
        ValueError
            If the file is of another training, or damaged.
        """
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return
        head, *rest = content.split(b"\n", 3)
        if head + b"\n" != _FIRST_LINE or len(rest) != 3:
            raise ValueError(f"{self._path} is no checkpoint of a training. Give another path.")
        training, checksum, state = rest
        if training != self._digest:
            raise ValueError(
                f"{self._path} is the checkpoint of another training: of other rows, parameters or "
                "versions. Repeat that one, delete the file, or give another path."
            )
        if hashlib.sha256(state).hexdigest().encode() != checksum:
            raise ValueError(f"{self._path} is damaged. Delete it to train from the start.")
        trainer.set_state(state)

    def write(self, trainer: engine.Trainer, *, now: bool = False) -> None:
        """Keep where the trainer stands, if it is time to, or `now`."""
        begun = time.monotonic()
        if begun < self._not_before and not now:
            return
        state = trainer.state()
        checksum = hashlib.sha256(state).hexdigest().encode()
        replace_file(self._path, b"\n".join([_FIRST_LINE[:-1], self._digest, checksum, state]))
        ended = time.monotonic()
        self._not_before = ended + _SHARE * (ended - begun)
