"""Loads hostile files one after another with little memory, as a program of its own.

Prints a line for each: "refused", "loaded", or what else happened.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from moonlet.exceptions import ModelFileError
from moonlet.export import from_onnx

# What is imported by now, and half as much again as the largest file that may be read.
_MOST_MIB = 640


def main(paths: list[str]) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MOST_MIB * 2**20,) * 2)
    for path in paths:
        try:
            from_onnx(path)
        except ModelFileError as error:
            message = str(error)
            whole = message.startswith(path) and "\n" not in message and len(message) < 600
            said = "refused" if whole else f"refused in strange words: {message!r}"
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"[:200]
        else:
            said = "loaded"
        sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
