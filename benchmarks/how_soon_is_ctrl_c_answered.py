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

import numpy as np

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and tell; no figure is asserted."""
    for size, moments in (("small", 50), ("big", 50)):
        for solver in ("gd", "lbfgs", "adam"):
            command = [sys.executable, "-m", "tests.engine.interrupted", size, solver, str(moments)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            delays = 1e3 * np.array(json.loads(done.stdout))
            print(
                f"{size:<6} {solver:<6} median {np.median(delays):6.1f} ms   "
                f"99 % {np.quantile(delays, 0.99):6.1f} ms   largest {delays.max():6.1f} ms"
            )


if __name__ == "__main__":
    main()
