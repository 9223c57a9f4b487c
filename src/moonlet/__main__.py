"""``python -m moonlet`` is the command ``moonlet``."""

from __future__ import annotations

from moonlet.cli import main

if __name__ == "__main__":
    main()
