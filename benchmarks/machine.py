"""What the figures depend on: processor, instruction set, cores, versions."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import moonlet
from moonlet import engine

__all__ = ["machine"]

LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "jax", "jaxlib")


def machine() -> dict[str, Any]:
    """Facts about this machine and what is installed on it, as JSON keeps them."""
    info = engine.info()
    return {
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": info.n_cores,
        "load": os.getloadavg()[0],
        "level": info.level,
        "compiler": info.compiler,
        "moonlet": moonlet.__version__,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
