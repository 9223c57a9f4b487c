"""The pages tell of everything that there is."""

from __future__ import annotations

import pytest
from click import Context

from moonlet import displays
from moonlet.cli import main
from moonlet.names import ACTIVATIONS, LOSSES, SCHEDULES, SOLVERS
from tests.docs.places import DOCS, ROOT, module_of

named = module_of("named")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("table", named.TABLES)
def test_a_page_has_a_place_for_the_table_of(table):
    source = [page("how_to/draw_pictures.md" if table == "displays" else "mathematics.md")]
    assert f"% table of {table}\n" in source[0]
    named.fill_in(None, "", source)
    assert "% table" not in source[0]
    assert named.TABLES[table] in source[0]


def test_every_name_has_a_formula_whose_source_the_page_lists():
    references = page("mathematics.md").partition("## References")[2]
    for facts in (*ACTIVATIONS.values(), *LOSSES.values(), *SCHEDULES.values()):
        assert facts.formula
        # It would end the table's cell.
        assert "|" not in facts.formula + (getattr(facts, "slope", None) or "")
        who, _, when = facts.source.partition(",")[0].rpartition(" ")
        assert not who or any(
            line.startswith(f"- {who}") and f"({when})" in line for line in references.splitlines()
        )


@pytest.mark.parametrize("name", SOLVERS)
def test_the_mathematics_page_has_a_formula_for(name):
    rows = [line for line in page("mathematics.md").splitlines() if line.startswith(f"| {name}")]
    assert rows
    assert "$" in "".join(rows)


def test_every_display_is_in_the_interface_and_in_the_guide():
    for name in displays.__all__:
        assert f"moonlet.displays.{name}" in page("api.md")
        assert f"`{name}" in named.TABLES["displays"]


def test_every_command_is_in_the_guide():
    commands = main.list_commands(Context(main))
    assert "study" in commands
    for command in commands:
        assert f"`moonlet {command}" in page("how_to/use_the_command_line.md")


def test_every_decision_has_a_title():
    for path in (DOCS / "decisions").glob("*.md"):
        assert path.read_text(encoding="utf-8").startswith("# ")


def test_every_guide_is_in_the_index():
    listed = page("how_to/index.md")
    for path in (DOCS / "how_to").glob("*.md"):
        assert path.stem == "index" or path.stem in listed


def test_examples_are_named_by_their_question():
    for path in (ROOT / "examples").glob("*.py"):
        title = path.read_text(encoding="utf-8").splitlines()[1]
        assert title.endswith("?")
        assert title.lower().rstrip("?").replace(" ", "_") == path.stem
