"""What the process that asks and the workers of a Dask cluster must have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn

from moonlet.exceptions import WorkerError
from moonlet.version import __version__

__all__ = ["is_client", "refuse_asynchronous", "refuse_other_versions", "versions"]

# What is called of one: by a study, and by `moonlet.distributed.fit`.
_CALLED = ("cancel", "compute", "gather", "nthreads", "scatter", "scheduler", "submit")


def is_client(given: object) -> bool:
    """Whether it is a `distributed.Client`, which need not be imported for that."""
    return all(hasattr(given, name) for name in _CALLED)


def refuse_asynchronous(name: str, client: Any) -> None:
    """Refuse a client whose calls would have to be awaited.

    Parameters
    ----------
    name : str
        Of the parameter.
    client : distributed.Client

    Raises
    ------
    ValueError
    """
    if getattr(client, "asynchronous", False):
        raise ValueError(
            f"{name} must not be asynchronous: moonlet waits for its answers. Make it by "
            "distributed.Client(address, asynchronous=False)."
        )


def versions() -> dict[str, str]:
    """Versions that decide the bits of a result."""
    return {
        "moonlet": __version__,
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }


def refuse_other_versions(expected: dict[str, str]) -> None:
    """Refuse to work for a driver with other versions.

    Raises
    ------
    WorkerError
    """
    here = versions()
    for name, version in expected.items():
        if here[name] != version:
            raise WorkerError(
                f"A worker has {name} {here[name]}, this process {version}. Install the same "
                "version on all: results would depend on who trained them."
            )
