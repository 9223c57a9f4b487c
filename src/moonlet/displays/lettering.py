"""Names from someone's data, made fit to be drawn: any script, one line, no formulas."""

from __future__ import annotations

from functools import lru_cache

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

# Stands for a letter that no font has.
BOX = "□"

# What machines have for the scripts that matplotlib's own font lacks.
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Arial Unicode MS",
)


def families() -> list[str]:
    """Return the fonts to draw names with: the user's, then those for other scripts."""
    return [*mpl.rcParams["font.family"], *_installed()]


def plain(text: str, longest: int = 40) -> str:
    r"""Make one line of a text, which matplotlib shall not read as a formula.

    Parameters
    ----------
    text : str
    longest : int
        Letters to keep.

    Examples
    --------
    >>> print(plain("price in $ and cost in $"))  # two would begin and end a formula
    price in \$ and cost in \$
    """
    line = " ".join(text.split())
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    # A letter that no font has is a warning to matplotlib; an empty box says as much.
    drawn = "".join(letter if _can_be_drawn(letter, tuple(families())) else BOX for letter in line)
    return drawn.replace("$", r"\$")


def class_name(name: str) -> str:
    """Write a class in a legend: a bare number would not say what it counts.

    Examples
    --------
    >>> class_name("1"), class_name("setosa")
    ('class 1', 'setosa')
    """
    bare = name.lstrip("-").replace(".", "", 1).isdigit()
    return f"class {name}" if bare else plain(name, 24)


@lru_cache
def _installed() -> tuple[str, ...]:
    names = set(fontManager.get_font_names())
    return tuple(name for name in FALLBACKS if name in names)


@lru_cache(maxsize=4096)
def _can_be_drawn(letter: str, fonts: tuple[str, ...]) -> bool:
    if letter.isascii() or not letter.isprintable():
        return letter.isprintable()
    paths = (findfont(FontProperties(family=[font])) for font in fonts)
    return any(get_font(path).get_char_index(ord(letter)) for path in paths)
