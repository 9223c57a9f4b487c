"""The engine's threads under threadpoolctl, as those of BLAS and OpenMP are.

    with threadpoolctl.threadpool_limits(1):
        network.fit(X, y)

trains on one thread, to the same bits. joblib's workers and scikit-learn's own loops limit
threads in this way, so that several fits side by side do not fight over the cores.
"""

from __future__ import annotations

from threadpoolctl import LibController

from moonlet.version import __version__

__all__ = ["EngineThreads"]


class EngineThreads(LibController):  # type: ignore[misc]  # it comes without types
    """How many threads a call of the engine may start at most."""

    user_api = "moonlet"
    internal_api = "moonlet"
    filename_prefixes = ("_core.",)
    check_symbols = ("moonlet_get_num_threads", "moonlet_set_num_threads")

    def get_num_threads(self) -> int:
        """As `moonlet.engine.n_cores`: more than there are cores are of no use."""
        return int(self.dynlib.moonlet_get_num_threads())

    def set_num_threads(self, num_threads: int) -> None:
        """Hold from now on, in the whole process."""
        self.dynlib.moonlet_set_num_threads(num_threads)

    def get_version(self) -> str:
        """That of moonlet."""
        return __version__
