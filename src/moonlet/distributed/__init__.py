"""Training on rows that lie on several machines, in the partitions of a Dask collection.

Each worker holds some of the rows and says what they add to loss and gradient; the process that
calls `fit` descends. Begin with `fitting`; `crew` talks to the workers, `holder` is what they
run, and `tree` adds their sums in one order. May import all but what draws, reports, exports,
and the applications.
"""

from __future__ import annotations

from moonlet.distributed.fitting import fit

__all__ = ["fit"]
