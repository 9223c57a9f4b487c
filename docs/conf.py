"""How Sphinx builds the documentation: `make docs`. Needs no network."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import gallery  # noqa: E402
import glossary  # noqa: E402
import named  # noqa: E402
import tutorials  # noqa: E402

import moonlet  # noqa: E402

tutorials.write_translated()

# `make docs-check` leaves the tutorial and the gallery out: it checks words and links in seconds.
RUNS_CODE = os.environ.get("MOONLET_DOCS_RUN", "1") == "1"

project = "moonlet"
version = release = moonlet.__version__
html_title = project
project_copyright = "the moonlet authors, BSD-3-Clause"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["tutorial.zh.md", "auto_examples/*.ipynb", "auto_examples/*.py"]
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "show_toc_level": 2,
    "header_links_before_dropdown": 7,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Pages without pages below them need no list of these.
html_sidebars: dict[str, list[str]] = {
    page: [] for page in ("index", "tutorial", "zh/tutorial", "mathematics")
}
html_static_path = ["_static"]
html_css_files = ["moonlet.css"]
html_show_sourcelink = False

# Warnings are errors in `make docs`; each of these is meant.
suppress_warnings = [
    "config.cache",  # the gallery's scraper is a function
    "ref.citation",  # a module's references that only its functions cite
]
if not RUNS_CODE:
    # Nothing was run, so there are no values to show.
    suppress_warnings += ["mystnb.eval", "mystnb.exec"]

myst_enable_extensions = ["colon_fence", "dollarmath", "amsmath"]
myst_heading_anchors = 3

nb_execution_mode = "inline" if RUNS_CODE else "off"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_eval_name_regex = r"^.+$"
nb_code_prompt_show = "Show the solution"
nb_code_prompt_hide = "Hide the solution"
nb_merge_streams = True

autodoc_typehints = "none"
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
nitpicky = True
# Names of other libraries' things are not looked up: that would need the network.
nitpick_ignore_regex = [("py:.*", r"(?!moonlet\.).*")]

sphinx_gallery_conf: dict[str, Any] = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py",
    "image_scrapers": (gallery.scrape,),
    "capture_repr": ("_repr_html_", "__repr__"),
    "ignore_repr_types": r"moonlet\.displays",
    "plot_gallery": RUNS_CODE,
    "download_all_examples": False,
    "show_signature": False,
    "min_reported_time": 10_000,
    "write_computation_times": False,
    "reset_modules": (),
}


def setup(app: Any) -> None:
    """Make docstrings, which are written to be read in the source, fit for reStructuredText."""
    app.connect("source-read", glossary.fill_in)
    app.connect("source-read", named.fill_in)
    app.connect("autodoc-process-docstring", _cite_the_module, priority=100)
    app.connect("autodoc-process-docstring", _escape_learned_names, priority=900)  # after numpydoc
    app.connect("autodoc-skip-member", _skip_metadata_routing)
    app.connect("build-finished", _add_the_lab)


def _add_the_lab(app: Any, exception: Exception | None) -> None:
    """Put the lab's page beside the documentation's: lab.md shows it in a frame."""
    built = HERE.parent / "src/moonlet/lab/static/site"
    if exception is None and RUNS_CODE and built.exists():
        shutil.copytree(built, Path(app.outdir, "lab"), dirs_exist_ok=True)


def _cite_the_module(
    app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    # A function may cite its module's references; to Sphinx each docstring stands alone.
    defined = set(re.findall(r"^\s*\.\. \[(\d+)\]", "\n".join(lines), re.MULTILINE))
    for at, line in enumerate(lines):
        lines[at] = re.sub(
            r"\[(\d+)\]_", lambda cited: cited[0] if cited[1] in defined else f"[{cited[1]}]", line
        )


def _escape_learned_names(
    app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    # loss_curve_ would be a link to reStructuredText.
    for at, line in enumerate(lines):
        if ">>>" not in line and "..." not in line:
            lines[at] = re.sub(r"(?<![`\w.\\\"'])([A-Za-z]\w*)_(?![\w`_])", r"\1\_", line)


def _skip_metadata_routing(
    app: Any, what: str, name: str, obj: Any, skip: bool, options: Any
) -> bool | None:
    routing = name == "get_metadata_routing" or re.fullmatch(r"set_\w+_request", name)
    return True if routing else None
