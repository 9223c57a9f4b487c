"""One contender in a process of its own, driven by `turns` over stdin and stdout.

    python -m benchmarks.worker MODULE:FUNCTION JSON-ARGUMENTS

loads, compiles and answers, prints what it has as a line of JSON, and then, for every line
that it reads, does its work and prints the seconds that it took.
"""

from __future__ import annotations

import importlib
import json
import os
import statistics
import sys
import traceback
from typing import TextIO

from benchmarks.contest import AbsentError, Ready

# Work shorter than this is repeated, after one repeat that warms the caches up.
SHORTEST = 0.25


def seconds_of(ready: Ready) -> float:
    """Seconds of the case's whole work: the median repeat if it is short, by its share."""
    began = ready.clock()
    ready.work()
    first = ready.clock() - began
    if first >= SHORTEST:
        return first / ready.share
    repeats: list[float] = []
    while not repeats or sum(repeats) < SHORTEST:
        began = ready.clock()
        ready.work()
        repeats.append(ready.clock() - began)
    return statistics.median(repeats) / ready.share


def make(path: str, arguments: dict[str, object]) -> Ready:
    """What the function of this name gives."""
    module, function = path.split(":")
    ready: Ready = getattr(importlib.import_module(f"benchmarks.{module}"), function)(**arguments)
    return ready


def main(path: str, arguments: dict[str, object], replies: TextIO) -> None:
    """Get ready, then work whenever asked."""
    try:
        ready = make(path, arguments)
    except ModuleNotFoundError as error:
        print(json.dumps({"absent": f"{error.name} is not installed"}), file=replies, flush=True)
        return
    except AbsentError as error:
        print(json.dumps({"absent": str(error)}), file=replies, flush=True)
        return
    except Exception as error:
        traceback.print_exc()
        print(json.dumps({"failed": f"{type(error).__name__}: {error}"}), file=replies, flush=True)
        return
    told = {
        "answers": {name: [float(x) for x in values] for name, values in ready.answers.items()},
        "errors": {name: [float(x) for x in values] for name, values in ready.errors.items()},
        "compile_seconds": ready.compile_seconds,
        "figures": dict(ready.figures),
    }
    print(json.dumps(told), file=replies, flush=True)
    for _ in sys.stdin:
        print(json.dumps(seconds_of(ready)), file=replies, flush=True)


if __name__ == "__main__":
    # Whatever a library prints goes to stderr; stdout is the driver's.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main(sys.argv[1], json.loads(sys.argv[2]), replies)
