"""A program for `test_threads.py`: a threaded fit, then forks whose children fit as well.

python -m tests.engine.forked CHILDREN
"""

from __future__ import annotations

import os
import signal
import sys
import traceback

from moonlet import engine
from tests.engine.some_trainers import bits, many_small

PASSES = 20  # so much work that the engine starts threads for it


def fit() -> str:
    """Train on two threads; a hash of the weights."""
    trainers = many_small(max_iter=PASSES)
    engine.train(trainers, n_threads=2)
    return bits(trainers)


def child(wanted: str) -> int:
    """Fit in a forked process; its exit status."""
    signal.alarm(30)  # a deadlock after the fork should fail, not wait
    try:
        return 0 if fit() == wanted else 1
    except BaseException:
        traceback.print_exc()
        return 2


def main(children: int) -> None:
    """Fork one child after the other; each must give the parent's bits."""
    wanted = fit()
    for _ in range(children):
        pid = os.fork()
        if pid == 0:
            os._exit(child(wanted))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != 0:
            sys.exit(f"a child ended with {status}")
    if fit() != wanted:
        sys.exit("the parent's fit changed after its forks")


if __name__ == "__main__":
    main(int(sys.argv[1]))
