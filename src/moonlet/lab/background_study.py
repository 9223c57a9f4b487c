"""A capacity study beside the lab: ``moonlet study`` in a process of its own."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from moonlet.data import Dataset, to_csv
from moonlet.study import count_stored
from moonlet.words import Language, say

__all__ = ["BackgroundStudy"]


class BackgroundStudy:
    """One study of one data set, in a folder that goes with it.

    A process of its own: it may take all the time and memory it needs, and can
    be ended at any moment. It has one core, so that the lab keeps the others.

    Parameters
    ----------
    dataset : Dataset
    seed : int
    language : {"en", "zh"}
        Of what is told of it; the report is in English.
    """

    def __init__(self, dataset: Dataset, seed: int, language: Language = "en") -> None:
        self._language = language
        self.name = secrets.token_urlsafe(16)  # who knows it may read the report
        self._folder = tempfile.TemporaryDirectory(prefix="moonlet-lab-study-")
        # The report is headed with the file's name; an uploaded table's may be anything.
        stem = re.sub(r"[^\w-]+", "-", dataset.name.removesuffix(".csv"))[:60] or "data"
        table = Path(self._folder.name, f"{stem}.csv")
        self._out = Path(self._folder.name, "study")
        to_csv(dataset, table)
        self._said = Path(self._folder.name, "said")
        self._failed = Path(self._folder.name, "failed")
        command = [
            *(sys.executable, "-m", "moonlet", "study", table.name, f"--target={dataset.target}"),
            *("--seed", str(seed), "--jobs", "1", "--out", self._out.name, "--json"),
            "--task=classes" if dataset.task == "classification" else "--task=numbers",
            # As they were read once, whatever the rows that are left would look like.
            *(
                option
                for column in dataset.schema.columns
                if column.kind != "left out"
                for option in (f"--kind={column.name}={column.kind}", f"--keep={column.name}")
            ),
        ]
        with self._said.open("wb") as said, self._failed.open("wb") as failed:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=failed,
                # The report repeats the command: with names that mean something elsewhere too.
                cwd=self._folder.name,
                env={**os.environ, "NO_COLOR": "1"},
            )

    def note(self) -> dict[str, str]:
        """How it stands: "state" (running, done or failed), and "text" for a person."""
        status = self._process.poll()
        if status is None:
            trained = count_stored(self._out / "study.db")
            told = say("study.trained", {"n": trained}, language=self._language)
            return {"state": "running", "text": told if trained else ""}
        if status == 0:
            said = json.loads(self._said.read_text(encoding="utf-8"))
            return {"state": "done", "text": said["verdict"]["answers"][self._language]}
        lines = self._failed.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return {"state": "failed", "text": lines[-1][:500] if lines else "It ended at once."}

    def report(self) -> bytes | None:
        """The report, as one HTML page; None while there is none."""
        path = self._out / "report.html"
        return path.read_bytes() if self._process.poll() == 0 and path.exists() else None

    def close(self) -> None:
        """End it, if it still goes on, and drop its folder."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=10)
        self._folder.cleanup()
