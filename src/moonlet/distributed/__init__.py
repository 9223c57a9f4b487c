"""Training on rows that lie on several machines, in the partitions of a Dask collection.

Each worker holds some of the rows and says what they add to loss and gradient; the process that
calls `fit` descends. May import all but what draws, reports, exports, and the applications.
"""

from __future__ import annotations

from moonlet.distributed.fitting import fit

__all__ = ["fit"]
