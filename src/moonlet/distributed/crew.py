"""The workers and what each holds; who takes over when one is lost.

Dask tells of a lost worker in many ways: an actor's call may fail, or never return, and the actor
does not come back. So whatever Dask raises for a call means that its tiles are lost. Their
partitions are then computed again, from the collection's graph, where there is room. Tiles, and
the order in which they are added up, stay as they were: so do the bits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from moonlet.distributed.collection import Partition
from moonlet.distributed.holder import Cut, Failed, HolderPlan, TileHolder
from moonlet.distributed.pieces import PieceFacts, facts_of, read_piece
from moonlet.distributed.shares import shares
from moonlet.exceptions import WorkerError

if TYPE_CHECKING:
    from distributed import Client, Future

    from moonlet.estimators.base import BaseMLP

__all__ = ["Crew"]

# Seconds between two looks at whether a worker that is silent is still there.
_LOOK = 2.0
# Seconds that a scheduler has to answer, and to get a first worker.
_PATIENCE = 30.0
# Seconds for a lost worker's successor to come, before the others take its rows.
_GRACE = 5.0
# Losses in a row, for each worker at the start, without an answer from all in between.
_MOST_LOSSES = 3
# A partition whose data were lost on the way is computed so often.
_TRIES = 5
_SEE = "The workers' logs say more."


class _LostError(Exception):
    """A worker is gone, or what it held."""


@dataclass(slots=True, eq=False)
class _Post:
    """A worker, the tiles that it holds, and its actor once they are there."""

    address: str
    tiles: tuple[int, ...]
    future: Future
    actor: Any = None


class Crew:
    """The workers of a cluster, each with its tiles of the rows.

    Parameters
    ----------
    client : distributed.Client
    partitions : sequence of Partition
    estimator : MLPClassifier or MLPRegressor
        Unfitted: its checks are those that the rows go through.
    """

    def __init__(self, client: Client, partitions: Sequence[Partition], estimator: BaseMLP) -> None:
        from dask.delayed import delayed

        self.client = client
        read = delayed(read_piece)
        self._delayed = [read(estimator, *partition) for partition in partitions]
        self._pieces: dict[int, Future] = {}
        self._posts: list[_Post] = []
        self._gone: set[str] = set()
        self._wanted = 1
        self._losses = 0

    def __enter__(self) -> Self:
        self._wanted = len(self._workers())
        return self

    def __exit__(self, *_: object) -> None:
        self._posts.clear()  # Dask forgets what nobody has a future of
        self._pieces.clear()

    def look(self) -> list[PieceFacts]:
        """Have all partitions computed and read; what they say of themselves, in order."""
        for _ in range(_TRIES):
            pieces = self._compute(range(len(self._delayed)))
            facts = [self.client.submit(facts_of, piece, pure=False) for piece in pieces.values()]
            try:
                found: list[PieceFacts] = self._gathered(facts)
            except _LostError:
                self._pieces.clear()
            else:
                return found
        raise WorkerError(f"The partitions of X were lost {_TRIES} times. {_SEE}")

    def load(self, plan: HolderPlan, tiles: Mapping[int, Sequence[Cut]]) -> None:
        """Give the tiles to the workers."""
        self._plan, self._tiles = plan, tiles
        self._fill(sorted(tiles))

    def ask(self, question: str, *details: Any) -> list[Any]:
        """Ask all holders, see `TileHolder`; their answers, in no order."""
        answers: list[Any] = []
        posts = list(self._posts)
        while posts:
            calls = [(post, self._call(post, question, details)) for post in posts]
            lost: list[_Post] = []
            for post, call in calls:
                try:
                    answer = self._answer(post, call)
                except _LostError:
                    lost.append(post)
                    continue
                if isinstance(answer, Failed):
                    raise answer.error
                answers.append(answer)
            posts = self._replace(lost) if lost else []
        self._losses = 0
        return answers

    # --- Tiles to workers ----------------------------------------------------------------

    def _replace(self, lost: Sequence[_Post]) -> list[_Post]:
        self._note_loss(lost)
        self._posts = [post for post in self._posts if post not in lost]
        return self._fill(sorted(tile for post in lost for tile in post.tiles))

    def _fill(self, tiles: Sequence[int]) -> list[_Post]:
        """Have these tiles loaded by workers; the new posts."""
        filled: list[_Post] = []
        while tiles:
            workers = self._workers()
            held = dict.fromkeys(workers, 0)
            for post in self._posts:
                held[post.address] = held.get(post.address, 0) + len(post.tiles)
            posts = [
                self._send(address, some) for address, some in shares(tiles, workers, held).items()
            ]
            lost = [post for post in posts if not self._is_there(post)]
            kept = [post for post in posts if post not in lost]
            self._posts += kept
            filled += kept
            tiles = sorted(tile for post in lost for tile in post.tiles)
            if lost:
                self._note_loss(lost)
        self._pieces.clear()
        return filled

    def _send(self, address: str, tiles: Sequence[int]) -> _Post:
        cuts = {tile: self._tiles[tile] for tile in tiles}
        needed = sorted({cut.partition for some in cuts.values() for cut in some})
        pieces = self._compute(needed)
        future = self.client.submit(
            TileHolder, self._plan, cuts, pieces, actor=True, pure=False, workers=[address]
        )
        return _Post(address, tuple(tiles), future)

    def _is_there(self, post: _Post) -> bool:
        """Wait until a worker holds its tiles; False where it was lost before."""
        from distributed import wait

        while not post.future.done():
            try:
                wait([post.future], timeout=_LOOK)
            except TimeoutError:
                if post.address not in self._threads():
                    return False
            except (CancelledError, asyncio.CancelledError):
                return False
        try:
            (post.actor,) = self._gathered([post.future])
        except _LostError:
            return False
        return True

    def _compute(self, numbers: Sequence[int] | range) -> dict[int, Future]:
        """These partitions, read; where they will be wanted, if all are."""
        missing = [number for number in numbers if number not in self._pieces]
        if missing:
            for address, some in shares(missing, self._workers(), {}).items():
                futures = self.client.compute(
                    [self._delayed[number] for number in some],
                    workers=[address],
                    allow_other_workers=True,
                )
                self._pieces.update(zip(some, futures, strict=True))
        return {number: self._pieces[number] for number in numbers}

    # --- What Dask says ------------------------------------------------------------------

    def _call(self, post: _Post, question: str, details: Sequence[Any]) -> Any:
        try:
            return post.actor.answer(question, *details)
        except (Exception, asyncio.CancelledError):  # see `_answer`
            return None

    def _answer(self, post: _Post, call: Any) -> Any:
        while call is not None:
            try:
                return call.result(timeout=_LOOK)
            except TimeoutError:
                if post.address in self._threads():
                    continue
            except (Exception, asyncio.CancelledError):  # in how many ways, only Dask knows
                self._threads()  # or is it the scheduler that is lost?
            break
        raise _LostError

    def _gathered(self, futures: Sequence[Future]) -> list[Any]:
        from distributed.scheduler import KilledWorker

        try:
            return list(self.client.gather(list(futures)))
        except KilledWorker as error:
            raise WorkerError(
                "Several workers were lost in reading one partition of X. Cut it into smaller ones "
                f"by rechunk or repartition, or give the workers more memory. {_SEE}"
            ) from error
        except (CancelledError, asyncio.CancelledError) as error:
            raise _LostError from error
        except RuntimeError as error:
            if "Actor" in str(error):
                raise _LostError from error
            raise

    def _threads(self) -> dict[str, int]:
        """The threads of each worker that the scheduler knows."""
        try:
            found: dict[str, int] = self.client.sync(
                self.client.scheduler.ncores, workers=None, callback_timeout=_PATIENCE
            )
        except Exception as error:
            raise WorkerError(
                "The scheduler answers no more. Start it and its workers again and repeat the "
                "call: with checkpoint=... it goes on where it was."
            ) from error
        return found

    def _workers(self) -> dict[str, int]:
        """Those to give rows to, once they are as many as at the start, or nobody comes."""
        begun = time.monotonic()
        while True:
            there = self._threads()
            new = {address: n for address, n in there.items() if address not in self._gone}
            waited = time.monotonic() - begun
            if len(new) >= self._wanted or (new and waited > _GRACE):
                return new
            if there and waited > _GRACE:  # it lost its rows, but came back itself
                return there
            if waited > _PATIENCE:
                raise WorkerError(
                    f"The scheduler has had no worker for {_PATIENCE:g} s. Start some by `dask "
                    f"worker {self.client.scheduler.address}` and repeat the call."
                )
            time.sleep(0.1)

    def _note_loss(self, lost: Sequence[_Post]) -> None:
        self._gone.update(post.address for post in lost)
        self._losses += len(lost)
        if self._losses > _MOST_LOSSES * max(2, self._wanted):
            raise WorkerError(
                f"{self._losses} workers were lost, one after the other, and no sum over all rows "
                f"came about: the rows may be more than their memory. {_SEE}"
            )
