"""scipy.stats, put off until something of it is used: a command hardly ever does.

scikit-learn imports it for a handful of functions, and it brings scipy.ndimage, interpolate,
integrate and a hundred distributions: a sixth of the time that all of moonlet's imports take. In
its place stands a module whose every name is there, and is fetched from the real one when it is
called or looked into. Only the command line does this, in a process that is its own: a library
must leave to its users what they have imported. Delete it when scikit-learn imports less.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["defer_scipy_stats"]

_NAME = "scipy.stats"


def defer_scipy_stats() -> None:
    """Let the next import of scipy.stats do nothing yet; where it is there already it stays."""
    # Not find_spec("scipy.stats"), which would import scipy, and NumPy with it.
    scipy = find_spec("scipy")
    if _NAME not in sys.modules and scipy is not None and scipy.submodule_search_locations:
        sys.modules[_NAME] = _Deferred(Path(scipy.submodule_search_locations[0], "stats"))


class _Deferred(ModuleType):
    """Stands where the module will be.

    Parameters
    ----------
    folder : Path
        Of the real one, for those who import modules within it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(_NAME)
        self.__path__ = _Folder([str(folder)])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # Whoever looks through all modules for a file or for a registry of warnings.
            raise AttributeError(name)
        return _Name(name)


class _Folder(list[str]):
    """Where modules within it are looked for: these rest on what the real one does first."""

    def __iter__(self) -> Iterator[str]:
        _real()
        return super().__iter__()


class _Name:
    """Stands where a function, class or distribution of the module will be."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _fetch(self) -> Any:
        return getattr(_real(), self._name)

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._fetch()(*args, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fetch(), name)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self._fetch(),)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self._fetch())


def _real() -> ModuleType:
    if isinstance(sys.modules.get(_NAME), _Deferred):
        del sys.modules[_NAME]
    return importlib.import_module(_NAME)
