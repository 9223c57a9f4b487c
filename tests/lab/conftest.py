"""A lab that listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import missing

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "src/moonlet/lab/static/lab.js"


class Listening:
    """A lab in a thread of its own."""

    def __init__(self) -> None:
        import uvicorn

        from moonlet.lab.server import LabServer, listen, uvicorn_config

        self.socket = listen(0)
        self.port = self.socket.getsockname()[1]
        self.lab = LabServer(self.port)
        self.address = self.lab.address
        self._server = uvicorn.Server(uvicorn_config(self.lab))
        # Only the main thread may take signals, and it is the tests' own.
        self._server.capture_signals = _no_signals  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.run, args=([self.socket],))

    def start(self) -> None:
        self._thread.start()

    def drop_connections(self) -> None:
        """Cut all connections, as a network does that fails."""
        for connection in list(self._server.server_state.connections):
            transport = connection.transport  # type: ignore[union-attr]
            connection.loop.call_soon_threadsafe(transport.abort)  # type: ignore[union-attr]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        self.lab.close()
        self.socket.close()


def _no_signals() -> object:
    from contextlib import nullcontext

    return nullcontext()


@pytest.fixture(scope="session")
def listening() -> Iterator[Listening]:
    missing(PAGE, "run `make lab`")
    server = Listening()
    server.start()
    yield server
    server.stop()
