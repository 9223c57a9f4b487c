"""Rows that no memory holds at once: read in blocks from a file, trained on in windows of blocks.

An epoch is a sequence of windows. A window is many blocks, chosen at random from all of the table;
its rows are trained on in an order of their own while a thread reads the next one. Begin with
`windows`, then `cache` and `mapped`, the two kinds of rows there are. May import the engine, the
specs and NumPy; the estimators and the readers of tables import it.
"""

from __future__ import annotations

from moonlet.blocks.cache import RowCache
from moonlet.blocks.first_pass import FirstPass, Ready
from moonlet.blocks.mapped import MappedRows, mapping_of
from moonlet.blocks.memory import memory_available, memory_limit
from moonlet.blocks.progress import RowProgress
from moonlet.blocks.windows import BlockRows, Cut, Window, read_window

__all__ = [
    "BlockRows",
    "Cut",
    "FirstPass",
    "MappedRows",
    "Ready",
    "RowCache",
    "RowProgress",
    "Window",
    "mapping_of",
    "memory_available",
    "memory_limit",
    "read_window",
]
