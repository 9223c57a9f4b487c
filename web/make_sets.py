"""Write the sets that come with the page, as its tables: web/sets/*.json (`make lab` runs it)."""

from __future__ import annotations

import json
from pathlib import Path

from moonlet.data import load
from moonlet.lab.page_table import to_page
from moonlet.names import BUNDLED


def main() -> None:
    """Write all of them."""
    folder = Path(__file__).parent / "sets"
    folder.mkdir(exist_ok=True)
    for name in BUNDLED:
        # The recipe names the set, so Python reads it by itself: no schema goes along.
        table = {**to_page(load(name)), "schema": None, "said": {}}
        text = json.dumps(table, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
