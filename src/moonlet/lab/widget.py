"""The lab in Jupyter: the same page over the notebook's own connection."""

from __future__ import annotations

import asyncio
import atexit
import threading
import weakref
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from moonlet.data.schema import as_raw
from moonlet.engine import n_cores
from moonlet.exceptions import DataError, MissingExtraError
from moonlet.lab import messages as m
from moonlet.lab.conversation import Conversation
from moonlet.lab.files import fitted_estimator
from moonlet.lab.frontend import read_frontend
from moonlet.lab.session import Session
from moonlet.lab.snapshot import Answer
from moonlet.lab.table import LabTable
from moonlet.lab.wire import BadMessageError, read_message, to_json

try:
    import anywidget
except ImportError as error:  # pragma: no cover - exercised where the extra is not installed
    raise MissingExtraError(
        f"moonlet.lab.Lab needs {error.name}, which is not installed: pip install 'moonlet[widget]'"
    ) from error

__all__ = ["Lab"]


class Lab(anywidget.AnyWidget):
    """Train a network in the notebook, live, and take it from there.

    Everything that ``moonlet lab`` shows. Training goes on in a thread of its
    own, so the notebook stays free.

    Parameters
    ----------
    X : DataFrame or array-like of shape (n_samples, n_features), optional
        The two moons when None. Numbers and categories; columns of an array are called
        x0, x1 …
    y : array-like of shape (n_samples,), optional
        Class labels. A Series' name is the target's name.

    Raises
    ------
    DataError
        If the lab cannot show these data.
    MissingExtraError
        If anywidget is not installed.

    Examples
    --------
    >>> from moonlet.lab import Lab
    >>> lab = Lab()  # doctest: +SKIP
    >>> network = lab.estimator_  # doctest: +SKIP
    """

    def __init__(self, X: Any = None, y: Any = None) -> None:
        module, style = read_frontend("lab.js"), read_frontend("lab.css")
        self._esm, self._css = module.decode(), style.decode()
        super().__init__()
        try:
            self._session = _session(X, y)
        except Exception:
            super().close()
            raise
        self._named = isinstance(X, pd.DataFrame)
        self._channel = WidgetChannel(self)
        self.on_msg(self._channel.receive)
        talk = Conversation(self._session, self._channel, _workers)
        self._talk = asyncio.run_coroutine_threadsafe(talk.run(), _loop())
        _open.add(self)

    @property
    def estimator_(self) -> Any:
        """The network as it stands, fitted; in a Pipeline where the rows were preprocessed."""
        with self._session.lock:
            return fitted_estimator(self._session.experiment.run, named=self._named)

    def close(self) -> None:
        """Stop training and take the page away."""
        if hasattr(self, "_talk"):
            self._talk.cancel()
            self._session.close()
        super().close()


class WidgetChannel:
    """The page at the other end of a notebook's connection."""

    def __init__(self, widget: Any) -> None:
        self._widget = widget
        self._asked: asyncio.Queue[m.Request | m.Refused] = asyncio.Queue(maxsize=256)

    def receive(self, _: Any, content: object, __: Any) -> None:
        """Take a message from the notebook's thread over to ours."""
        try:
            request: m.Request | m.Refused = read_message(content)
        except BadMessageError as error:
            request = m.Refused(str(error))
        asyncio.run_coroutine_threadsafe(self._asked.put(request), _loop())

    async def requests(self) -> AsyncIterator[m.Request | m.Refused]:
        """What the page asks for."""
        while True:
            yield await self._asked.get()

    async def send(self, answer: Answer) -> None:
        """Give the page a report."""
        report, buffers = answer
        self._widget.send(to_json(report), buffers)


_workers = ThreadPoolExecutor(n_cores() + 1, thread_name_prefix="moonlet-lab")
_open: weakref.WeakSet[Lab] = weakref.WeakSet()
_started: asyncio.AbstractEventLoop | None = None
_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all labs, in a thread of its own that ends with the process."""
    global _started
    with _starting:
        if _started is None:
            _started = asyncio.new_event_loop()
            threading.Thread(target=_started.run_forever, name="moonlet-lab", daemon=True).start()
    return _started


@atexit.register
def _end() -> None:
    """Let no training outlive the interpreter."""
    for lab in list(_open):
        lab.close()
    if _started is not None:
        _started.call_soon_threadsafe(_started.stop)


def _session(X: Any, y: Any) -> Session:
    if X is None:
        return Session(notebook=True)
    if y is None:
        raise DataError("Lab needs y, the classes, beside X. Give both, or none for the moons.")
    table, target = _table(X, y)
    data = replace(m.Settings().data, source="table", target=target)
    return Session(replace(m.Settings(), data=data), table=table, notebook=True)


def _table(X: Any, y: Any) -> tuple[LabTable, str]:
    raw, labels = as_raw(X), pd.Series(np.asarray(y))
    if len(labels) != raw.n_rows:
        raise DataError(f"X has {raw.n_rows} rows and y has {len(labels)}. They must be as many.")
    target = str(getattr(y, "name", None) or "target")
    while target in raw.columns:
        target += "_"
    (column,) = as_raw(labels.to_frame(target)).columns.values()
    return LabTable(replace(raw, columns={**raw.columns, target: column})), target
