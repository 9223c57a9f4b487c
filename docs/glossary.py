"""The entries of the page `glossary.md`, from the catalogue that the lab reads too."""

from __future__ import annotations

from moonlet.words import catalogue

PLACE = "% entries"


def entries() -> str:
    """All words with their meanings, each under the anchor ``term-`` and its key."""
    english, chinese = catalogue("en"), catalogue("zh")
    keys = [key.split(".")[1] for key in english if key.startswith("glossary.")][::2]
    found = []
    for key in sorted(keys, key=lambda key: english[f"glossary.{key}.word"].lower()):
        found.append(f"(term-{key.replace('_', '-')})=")
        for texts in (english, chinese):
            word, meaning = texts[f"glossary.{key}.word"], texts[f"glossary.{key}.meaning"]
            found.append(f"**{word}**{'：' if texts is chinese else ': '}{meaning}\n")
    return "\n".join(found)


def fill_in(app: object, page: str, source: list[str]) -> None:
    """Put the entries where the page has a place for them; for Sphinx's ``source-read``."""
    if page == "glossary":
        source[0] = source[0].replace(PLACE, entries())
