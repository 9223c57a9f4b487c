"""A session and a page in conversation: requests, training in slices, the newest picture.

Three tasks share one session under a lock: one reads requests, one trains in
slices of some milliseconds, one sends pictures. A picture goes out only when
the page has taken in the one before, so a slow page gets the newest picture and
no queue grows; a page that takes nothing in for `UNWATCHED` seconds stops
training until it does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from functools import partial
from typing import Protocol, TypeVar

from moonlet.lab import messages as m
from moonlet.lab.session import Session
from moonlet.lab.snapshot import Answer, paint
from moonlet.lab.sweep import paint_sweep

Result = TypeVar("Result")

SLICE = 0.012  # seconds of training before others get their turn
FRAME = 1 / 33  # a little above 30 a second: what is lost to the clock's grain is made up for
TUTOR = 0.5
TUTOR_SHARE = 1 / 60  # of the time: a long run takes long to look through
UNWATCHED = 8.0


class Channel(Protocol):
    """A way to a page."""

    def requests(self) -> AsyncIterator[m.Request | m.Refused]:
        """What the page asks for; `Refused` for what could not be read."""

    async def send(self, answer: Answer) -> None:
        """Give the page a report; waits while it can't take more."""


class Conversation:
    """One connection of a page to its session.

    Parameters
    ----------
    session : Session
    channel : Channel
    workers : Executor
        Threads for everything that takes time.
    n_training : callable
        How many conversations train at the moment: slices get shorter with each.
    """

    def __init__(
        self,
        session: Session,
        channel: Channel,
        workers: Executor,
        n_training: Callable[[], int] = lambda: 1,
    ) -> None:
        self.session = session
        self._channel = channel
        self._workers = workers
        self._n_training = n_training
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()  # there is something new to draw
        self._asked = asyncio.Event()  # there may be something to train
        self._seen = asyncio.Event()  # the page has taken in the last picture
        self._seen.set()
        self._seen_at = time.monotonic()

    @property
    def is_training(self) -> bool:
        """Whether this conversation needs a core now."""
        return self.session.wants_training and self._is_watched()

    async def run(self) -> None:
        """Talk until the page leaves."""
        tasks = [asyncio.ensure_future(part()) for part in (self._train, self._show, self._advise)]
        try:
            self._changed.set()
            self._asked.set()
            async for request in self._channel.requests():
                await self._answer(request)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, request: m.Request | m.Refused) -> None:
        # A page that has just come knows of no picture; what was sent before, nobody saw.
        if isinstance(request, m.Seen | m.Hello):
            self._seen_at = time.monotonic()
            self._seen.set()
            self._asked.set()
        if isinstance(request, m.Seen):
            return
        if isinstance(request, m.Refused):
            await self._channel.send((request, []))
            await self._channel.send(self.session.situation())
            return
        async with self._lock:
            answers = await self._in_thread(partial(self.session.answer, request))
        for answer in answers:
            await self._channel.send(answer)
        self._changed.set()
        self._asked.set()

    async def _train(self) -> None:
        while True:
            if not self.is_training:
                self._asked.clear()
                if not self.is_training:
                    await self._asked.wait()
                continue
            seconds = max(SLICE / self._n_training(), 0.002)
            async with self._lock:
                began = time.monotonic()
                ended = await self._in_thread(partial(self.session.advance, seconds))
                idle = time.monotonic() - began < seconds / 2
            self._changed.set()
            if ended:
                await self._channel.send(self.session.situation())
            # Slower than the machine could: wait for the next pass to be due.
            await asyncio.sleep(0.008 if idle else 0)

    async def _show(self) -> None:
        due = 0.0
        while True:
            await self._changed.wait()
            await self._seen.wait()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._changed.clear()
            self._seen.clear()
            due = time.monotonic() + FRAME
            async with self._lock:
                # 0.2 ms: training waits for less than a thread would take to be woken.
                moment, sweep = self.session.snapshot()
            if sweep is not None:
                await self._channel.send(await self._in_thread(partial(paint_sweep, sweep)))
            await self._channel.send(await self._in_thread(partial(paint, moment)))

    async def _advise(self) -> None:
        took = 0.0
        while True:
            await asyncio.sleep(max(TUTOR, took / TUTOR_SHARE))
            async with self._lock:
                began = time.monotonic()
                told = await self._in_thread(self.session.look)
                took = time.monotonic() - began
            for answer in told:
                await self._channel.send(answer)

    def _is_watched(self) -> bool:
        return self._seen.is_set() or time.monotonic() - self._seen_at < UNWATCHED

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work)
