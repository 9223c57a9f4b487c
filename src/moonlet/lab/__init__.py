"""The lab: train in the browser or in Jupyter, on your own data, and take the result with you.

``moonlet lab`` serves the page, `Lab` is the same page in a notebook. May
import every layer but the command line; starlette and uvicorn are used in
`server` alone, anywidget in `widget` alone.
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
