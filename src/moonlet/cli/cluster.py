"""The Dask cluster that ``--scheduler`` names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from moonlet.exceptions import DataError, MissingExtraError

if TYPE_CHECKING:
    from distributed import Client

_PATIENCE = 5.0  # seconds for a scheduler to answer


@contextmanager
def connected(address: str | None) -> Iterator[Client | None]:
    """A client of the scheduler at an address; None where there is no address.

    Raises
    ------
    DataError
        If no scheduler answers there.
    MissingExtraError
        Without distributed.
    """
    if address is None:
        yield None
        return
    import asyncio

    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError(
            "--scheduler needs distributed. Install it by: pip install 'moonlet[distributed]'"
        ) from error
    cure = "Start one by `dask scheduler`, which tells its address."
    try:
        found = asyncio.run(_who_answers(address))
        client = Client(address, timeout=_PATIENCE) if found == "Scheduler" else None
    except ValueError as error:
        raise DataError(
            f"--scheduler {address} is no address ({error}). Write it as tcp://10.0.0.5:8786."
        ) from error
    except OSError as error:  # a TimeoutError is one
        raise DataError(
            f"--scheduler {address}: no Dask scheduler answers there within {_PATIENCE:.0f} s. "
            f"{cure}"
        ) from error
    if client is None:
        raise DataError(f"--scheduler {address}: a Dask {found.lower()} is there. {cure}")
    with client:
        yield client


async def _who_answers(address: str) -> str:
    # A client waits without end for the greeting of a server that is not Dask's.
    import asyncio

    from distributed.core import rpc

    async with asyncio.timeout(_PATIENCE), rpc(address, timeout=_PATIENCE) as server:
        return str((await server.identity())["type"])
