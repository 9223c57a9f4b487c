"""The tutorial as a notebook, and its translation, whose code cells are the English ones.

`tutorial.md` is the source. `tutorial.zh.md` holds nothing but words: where a code cell
belongs it has a line of its own, ``% cell``. `translated` puts the two together, so that the
code cannot differ. `checked` turns a notebook into one whose run also evaluates what its
words compute, the ``{eval}`` roles.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).parent
SOURCE = HERE / "tutorial.md"
TRANSLATION = HERE / "tutorial.zh.md"
TRANSLATED = HERE / "zh" / "tutorial.md"  # made from the two above, not in git
PLACE = "% cell"

_EVAL = re.compile(r"\{eval\}`([^`]+)`")
# A line break within a paragraph would be shown as a space, which Chinese does not have.
_CHINESE = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”]"
_BROKEN = re.compile(rf"(?<={_CHINESE})\n(?={_CHINESE})")
_CELL = re.compile(r"^```\{code-cell\}.*?^```$\n?", re.MULTILINE | re.DOTALL)


def translated() -> str:
    """The Chinese tutorial, with the code cells of the English one.

    Raises
    ------
    ValueError
        If the translation does not have a place for each of them.
    """
    source = SOURCE.read_text(encoding="utf-8")
    header = source[: source.index("\n---\n", 4) + 5]
    cells = _CELL.findall(source)
    pieces = re.split(rf"^{PLACE}\n", TRANSLATION.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if len(pieces) != len(cells) + 1:
        raise ValueError(
            f"{TRANSLATION.name} must have one line '{PLACE}' for each of the {len(cells)} code "
            f"cells of {SOURCE.name}. Got {len(pieces) - 1} instead."
        )
    pieces = [_BROKEN.sub("", piece) for piece in pieces]
    together = [piece + cell for piece, cell in zip(pieces, [*cells, ""], strict=True)]
    return header + "\n" + "".join(together)


def write_translated() -> Path:
    """Write it to where Sphinx and Jupyter find it, unless it stands there already."""
    TRANSLATED.parent.mkdir(exist_ok=True)
    text = translated()
    if not TRANSLATED.exists() or TRANSLATED.read_text(encoding="utf-8") != text:
        TRANSLATED.write_text(text, encoding="utf-8")
    return TRANSLATED


def computed_words(markdown: str) -> list[str]:
    """Return the Python expressions that a cell of words shows the values of."""
    return _EVAL.findall(markdown)


def checked(text: str) -> nbformat.NotebookNode:
    """Make a notebook that also runs what its words compute."""
    notebook = jupytext.reads(text, fmt="md:myst")
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "markdown":
            cells += [nbformat.v4.new_code_cell(words) for words in computed_words(cell.source)]
    notebook.cells = cells
    return notebook


def write_notebooks(folder: Path) -> None:
    """Write both as notebooks to play with; one that is there already keeps its changes."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "tutorial.ipynb": SOURCE.read_text(encoding="utf-8"),
        "tutorial.zh.ipynb": translated(),
    }
    for name, text in texts.items():
        if not (folder / name).exists():
            jupytext.write(_with_solutions_hidden(text), folder / name)


def _with_solutions_hidden(text: str) -> nbformat.NotebookNode:
    """Make a notebook in which a solution is a bar to click on, as on the page."""
    notebook = jupytext.reads(text, fmt="md:myst")
    for cell in notebook.cells:
        if "hide-cell" in cell.metadata.get("tags", ()):
            cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    return notebook


if __name__ == "__main__":
    write_notebooks(Path(sys.argv[1]))
