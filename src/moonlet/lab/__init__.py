"""The lab beside Python: `moonlet lab`, one HTML file, and a notebook's cell.

The page trains by itself, in the browser (`web/`). What is here reads tables for it, takes its
networks back, runs studies and writes ONNX. ``moonlet lab`` serves the page, `Lab` is the same
page in a notebook. Begin with `answers`, all that the page can ask, and `page`. May import every
layer but the command line; anywidget is used in `widget` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moonlet.lab.widget import Lab

__all__ = ["Lab"]


def __getattr__(name: str) -> Any:
    if name != "Lab":
        raise AttributeError(f"module 'moonlet.lab' has no attribute {name!r}")
    from moonlet.lab.widget import Lab

    return Lab
