"""A lab that listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import missing

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "src/moonlet/lab/static/module/lab.js"


class Listening:
    """A lab in a thread of its own."""

    def __init__(self, recipe: dict[str, Any]) -> None:
        from moonlet.lab.server import LabServer

        self.lab = LabServer(0, recipe)
        self.port = self.lab.server_port
        self.address = self.lab.address
        self._thread = threading.Thread(target=self.lab.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self.lab.shutdown()
        self._thread.join(timeout=20)
        self.lab.server_close()


@pytest.fixture(scope="session")
def listening() -> Iterator[Listening]:
    missing(PAGE, "run `make lab`")
    server = Listening({"version": 1, "data": {"source": "moons"}})
    yield server
    server.stop()
