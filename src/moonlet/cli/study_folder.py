"""The directory that a study writes to: begun, gone on with, or replaced, never half of each."""

from __future__ import annotations

from pathlib import Path

from moonlet.exceptions import StudyStoreError

# Each is written when the study is over, the report last: where it stands, the study is finished.
OUTCOMES = ("report.html", "results.csv", "results.parquet", "model.onnx")
STORE_FILES = ("study.db", "study.db-wal", "study.db-shm")


class StudyFolder:
    """A study's directory.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    path, store, figures, report, results, parquet, model : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / "study.db"
        self.figures = path / "figures"
        self.report, self.results, self.parquet, self.model = (path / name for name in OUTCOMES)
        self._made: list[Path] = []
        self._resumes = False

    def check(self, resume: bool) -> None:
        """Refuse to begin anew over a study that can be gone on with.

        Raises
        ------
        StudyStoreError
        """
        if self.store.exists() and not self.report.exists() and not resume:
            raise StudyStoreError(
                f"{self.path} holds a study that is not finished. Continue it by --resume, "
                f"name another directory by --out, or delete {self.store} to begin anew."
            )

    def prepare(self, resume: bool) -> None:
        """Make the directory and, unless the study in it is to go on, put that aside."""
        missing = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        self.path.mkdir(parents=True, exist_ok=True)
        self._made, self._resumes = missing, resume
        if not resume:
            for name in STORE_FILES:
                _move(self.path / name, self._aside(name))

    def begin(self) -> None:
        """Now that training begins, drop what an earlier study left."""
        for name in STORE_FILES:
            self._aside(name).unlink(missing_ok=True)
        for name in OUTCOMES:
            (self.path / name).unlink(missing_ok=True)
        for picture in self.figures.glob("*.png"):
            picture.unlink()

    def undo(self) -> None:
        """Leave all as it was: nothing has been trained."""
        for name in STORE_FILES:
            if not self._resumes:
                (self.path / name).unlink(missing_ok=True)
            _move(self._aside(name), self.path / name)
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:  # not empty: something was kept after all
                return

    def _aside(self, name: str) -> Path:
        return self.path / f".earlier-{name}"


def _move(source: Path, target: Path) -> None:
    if source.exists():
        source.replace(target)
