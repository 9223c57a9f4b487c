"""What Python does for a page that it serves: reads tables, writes ONNX, runs studies."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from moonlet.data.opening import open_table
from moonlet.data.table import to_dataset
from moonlet.exceptions import DataError
from moonlet.lab.background_study import BackgroundStudy
from moonlet.lab.network import fitted
from moonlet.lab.opening import likely_target
from moonlet.lab.page_table import dataset_of, from_page, to_page
from moonlet.words import Language

__all__ = ["Studies", "read", "to_onnx"]

MOST_STUDIES: Final = 4


def read(name: str, content: bytes) -> dict[str, Any]:
    """Read a file that was uploaded or pasted; its name tells its kind and is no path.

    Raises
    ------
    DataError
        With line, column and cure.
    """
    stream = io.BytesIO(content)
    stream.name = PurePath(name.replace("\\", "/")).name or "pasted.csv"
    raw = open_table(stream)
    return to_page(to_dataset(raw, target=likely_target(raw)))


def to_onnx(trained: Mapping[str, Any]) -> bytes:
    """Make an ONNX file of a page's network; it carries what the table's columns hold.

    Raises
    ------
    DataError
        If that is no network of the page's.
    MissingExtraError
        If onnx is not installed.
    """
    from moonlet.export import to_onnx

    data = trained.get("data")
    if not isinstance(data, Mapping):
        raise DataError("This is no network that the lab's page trained: it says nothing of data.")
    model = to_onnx(fitted(trained, dataset_of(data)))
    return model.SerializeToString()  # type: ignore[no-any-return]


class Studies:
    """The studies that pages have started, by their names."""

    def __init__(self) -> None:
        self._studies: dict[str, BackgroundStudy] = {}
        self._lock = threading.Lock()

    def start(self, rows: Mapping[str, Any]) -> str:
        """Begin one; gives its name.

        Raises
        ------
        DataError
            If there are too many already, or these are no rows.
        """
        dataset = from_page(rows.get("table") or {}, rows.get("features"), rows.get("target"))
        with self._lock:
            running = [s for s in self._studies.values() if s.note()["state"] == "running"]
            if len(running) >= MOST_STUDIES:
                raise DataError(f"{MOST_STUDIES} studies are running already. Stop one.")
            language: Language = "zh" if rows.get("language") == "zh" else "en"
            study = BackgroundStudy(dataset, int(rows.get("seed", 0)) % 2**32, language)
            self._studies[study.name] = study
        return study.name

    def note(self, name: str) -> dict[str, Any] | None:
        """How one stands: `web/src/home.ts` calls it StudyNote. None if there is none."""
        study = self._studies.get(name)
        if study is None:
            return None
        note = study.note()
        return {**note, "report": f"./report/{name}" if note["state"] == "done" else None}

    def report(self, name: str) -> bytes | None:
        """The report, as one HTML page; None while there is none."""
        study = self._studies.get(name)
        return None if study is None else study.report()

    def end(self, name: str) -> None:
        """End one and drop what it wrote."""
        study = self._studies.pop(name, None)
        if study is not None:
            study.close()

    def close(self) -> None:
        """End all."""
        for name in list(self._studies):
            self.end(name)
