"""How soon is Ctrl-C answered, at random moments of training?

The seconds from the signal to KeyboardInterrupt, for batches of small networks
and for one network on a large table: median, 99th percentile, largest. Run it on
an idle machine; every delay counts, the machine's too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
KINDS = tuple((size, solver) for size in ("small", "big") for solver in ("gd", "lbfgs", "adam"))
AT_MOST = 100.0  # ms


def delays(size: str, solver: str, moments: int) -> NDArray[np.float64]:
    """Milliseconds from the signal to the exception, in a process of its own.

    The program also checks that training goes on from each interruption as if there had
    been none, and fails otherwise.
    """
    command = [sys.executable, "-m", "tests.engine.interrupted", size, solver, str(moments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return 1e3 * np.array(json.loads(done.stdout))


def ctrl_c_is_answered(quick: bool) -> dict[str, Any]:
    """The 99th percentile over all kinds of training; 50 moments of each, or 10."""
    moments = 10 if quick else 50
    all_delays = np.concatenate([delays(size, solver, moments) for size, solver in KINDS])
    return {
        "name": "Ctrl-C is answered",
        "value": float(np.quantile(all_delays, 0.99)),
        "unit": "ms",
        "at_most": AT_MOST,
        "detail": f"99th percentile of {len(all_delays)} random moments: "
        f"{np.quantile(all_delays, 0.99):.1f} ms",
    }


def main() -> None:
    """Measure and tell each kind by itself; no figure is asserted."""
    for size, solver in KINDS:
        seen = delays(size, solver, 50)
        print(
            f"{size:<6} {solver:<6} median {np.median(seen):6.1f} ms   "
            f"99 % {np.quantile(seen, 0.99):6.1f} ms   largest {seen.max():6.1f} ms"
        )


if __name__ == "__main__":
    main()
