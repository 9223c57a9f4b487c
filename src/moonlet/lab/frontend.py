"""The page's built files."""

from __future__ import annotations

from importlib.resources import files

from moonlet.exceptions import MoonletError

__all__ = ["FILES", "FrontEndMissingError", "read_frontend"]

# What a browser asks for; lab.js and lab.css are built.
FILES = ("index.html", "start.js", "lab.js", "lab.css", "icon.svg")


class FrontEndMissingError(MoonletError, RuntimeError):
    """The page has not been built: the message says how to."""


def read_frontend(name: str) -> bytes:
    """One of the page's files.

    Raises
    ------
    FrontEndMissingError
        If the page has not been built.
    """
    try:
        return (files("moonlet.lab") / "static" / name).read_bytes()
    except FileNotFoundError:
        raise FrontEndMissingError(
            f"The lab's page has not been built: {name} is missing. Run `make lab` in the "
            "checkout (it needs Node.js), or install moonlet from a wheel."
        ) from None
