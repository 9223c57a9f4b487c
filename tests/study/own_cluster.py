"""A scheduler and its workers in processes of their own, of which any may be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from distributed import Client

PATIENCE = 120.0
_FORKS = {
    "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver",
    "DASK_DISTRIBUTED__NANNY__PRELOAD": "['tests.study.preloaded']",
}


class OwnCluster:
    """A scheduler and two workers with a nanny each; the scheduler keeps its address.

    Parameters
    ----------
    folder : Path
        For the file that tells the scheduler's address, and for its workers' files.
    plugin : WorkerPlugin
        For every worker; it leaves a file with the worker's process id as its name in the folder
        "workers" there.
    """

    def __init__(self, folder: Path, plugin: Any) -> None:
        self._file = folder / "scheduler.json"
        self._folder = folder
        self._plugin = plugin
        self._port = "0"
        self._noted = folder / "workers"
        self._killed: set[int] = set()
        self.start()

    def start(self) -> None:
        """Start what does not run."""
        self._file.unlink(missing_ok=True)
        shutil.rmtree(self._noted, ignore_errors=True)
        self._noted.mkdir()
        host = ["--host", "127.0.0.1", "--no-dashboard"]
        file = ["--scheduler-file", str(self._file)]
        self.scheduler = self._started("dask_scheduler", "--port", self._port, *host, *file)
        deadline = time.monotonic() + PATIENCE
        # It is there before anything is in it.
        while not (self._file.exists() and self._file.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = json.loads(self._file.read_text())["address"]
        self._port = self.address.rsplit(":", 1)[1]
        where = ["--local-directory", str(self._folder)]
        self.nannies = self._started(
            "dask_worker", self.address, "--nworkers", "2", "--nthreads", "1", *host, *where
        )
        with Client(self.address, timeout=PATIENCE) as client:
            client.register_plugin(self._plugin)
            client.wait_for_workers(2, timeout=PATIENCE)

    def workers(self) -> list[int]:
        """Process ids of the workers, told at once: to ask them takes time in which they go on."""
        pids = [int(path.name) for path in self._noted.iterdir()]
        return [pid for pid in pids if pid not in self._killed]

    def kill_worker(self, pid: int) -> None:
        """Kill one; its nanny starts another."""
        self._killed.add(pid)
        os.kill(pid, signal.SIGKILL)

    def kill_scheduler(self) -> None:
        """Kill the scheduler; what it leaves behind goes too."""
        self.scheduler.send_signal(signal.SIGKILL)
        self.stop()

    def stop(self) -> None:
        """End all processes; workers end with their nannies."""
        for process in (self.nannies, self.scheduler):
            process.kill()
            process.wait()

    def _started(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{name}", *options]
        quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env={**os.environ, **_FORKS}, **quiet)
