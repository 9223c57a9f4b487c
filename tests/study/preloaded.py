"""A nanny imports this when it starts: its workers, and those that replace them, start at once.

Else each would import Dask, scikit-learn and moonlet anew, which takes longer than all else here.
"""

import multiprocessing

from distributed.utils import get_mp_context

get_mp_context()  # It names what Dask itself would have there, which is less.
multiprocessing.get_context("forkserver").set_forkserver_preload(
    ["distributed", "moonlet.study", "tests.study.killed_driver"]
)
