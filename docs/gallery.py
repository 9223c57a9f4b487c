"""How the gallery gets its pictures: a block that ends in a Display shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst

from moonlet.displays import TrainingDisplay
from moonlet.displays.base import Display

_SAVED: list[Display] = []


def scrape(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Save the Display that a block of an example ends in, as sphinx-gallery's scrapers do."""
    # sphinx-gallery keeps the value of a block's last line under this name, until a later block
    # has one.
    shown = block_vars["example_globals"].get("___")
    if not isinstance(shown, Display) or shown in _SAVED:
        return ""
    _SAVED.append(shown)
    path = Path(next(block_vars["image_path_iterator"]))
    if isinstance(shown, TrainingDisplay):
        path = path.with_suffix(".gif")
    shown.save(path)
    return figure_rst([str(path)], gallery_conf["src_dir"])
