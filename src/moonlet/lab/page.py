"""The built page: a static folder, and one module that carries everything (`make lab`)."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from moonlet.exceptions import MoonletError
from moonlet.names import BUNDLED

__all__ = ["MODULE", "PageMissingError", "module", "single_file", "site"]

MODULE: Final = "module/lab.js"
_INDEX: Final = "site/index.html"

# The module is a blob here, and so is its worker; nothing is fetched, from anywhere.
_POLICY: Final = (
    "default-src 'none'; script-src 'sha256-{digest}' 'wasm-unsafe-eval' blob:; "
    "worker-src blob: data:; style-src 'unsafe-inline'; img-src blob: data:; "
    "base-uri 'none'; form-action 'none'"
)


class PageMissingError(MoonletError, RuntimeError):
    """The page has not been built: the message says how to."""


def module() -> str:
    """The page as one module: for a notebook, and for single files.

    Raises
    ------
    PageMissingError
        If it has not been built.
    """
    return _read(_static() / MODULE).decode()


def site() -> dict[str, bytes]:
    """The files of the static folder, by their paths in it.

    Raises
    ------
    PageMissingError
        If it has not been built.
    """
    _read(_static() / _INDEX)
    found: dict[str, bytes] = {}
    _collect(_static() / "site", "", found)
    return found


def single_file(recipe: Mapping[str, Any], title: str) -> str:
    """Make the page one HTML file that opens from a disk, with a recipe inside.

    Raises
    ------
    PageMissingError
        If the page has not been built.
    """
    template = (files("moonlet.lab") / "single.html").read_text(encoding="utf-8")
    script = template.partition("<script>")[2].partition("</script>")[0]
    source = recipe.get("data", {}).get("source")
    # Beside one of the heavy sets those in the middle have no room either.
    heavy = [name for name, facts in BUNDLED.items() if facts.weight == "heavy"]
    middling = [name for name, facts in BUNDLED.items() if facts.weight == "middling"]
    others = (*heavy, *(middling if source in heavy else ()))
    left_out = "|".join(name for name in others if name != source)
    code = re.sub(rf"(set:(?:{left_out}):)[A-Za-z0-9+/=]+", r"\1", module())
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "policy": _POLICY.format(digest=digest),
        "title": html.escape(title),
        "recipe": _packed(json.dumps(recipe, separators=(",", ":"))),
        "module": _packed(code),
    }
    # At once: a part may have another's name in it.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _packed(text: str) -> str:
    """Compress text as `web/src/homes/packed.ts` takes it."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    content = packing.compress(text.encode("utf-8", "replace")) + packing.flush()
    return base64.b64encode(content).decode()


def _static() -> Traversable:
    return files("moonlet.lab") / "static"


def _read(path: Traversable) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise PageMissingError(
            f"The lab's page has not been built: {path.name} is missing. Run `make lab` in the "
            "checkout, or install moonlet from a wheel."
        ) from None


def _collect(folder: Traversable, path: str, found: dict[str, bytes]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            _collect(entry, f"{path}{entry.name}/", found)
        else:
            found[path + entry.name] = entry.read_bytes()
