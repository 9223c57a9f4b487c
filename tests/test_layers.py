"""import-linter holds the layers (`make lint`); here is what it has no contract for."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import moonlet

grimp = pytest.importorskip("grimp")  # it comes with import-linter


FOLDERS = sorted(Path(moonlet.__file__).parent.glob("*/__init__.py"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_every_folder_says_what_it_may_import_and_where_to_begin(folder: Path) -> None:
    told = ast.get_docstring(ast.parse(folder.read_text(encoding="utf-8"))) or ""
    words = " ".join(told.casefold().split())
    assert "may import" in words or "imports nothing but" in words
    assert "begin with" in words or "reading order" in words or "read it in this order" in words


def order(modules: dict[str, set[str]]) -> list[str]:
    return list(TopologicalSorter(modules).static_order())


def test_no_module_is_imported_by_what_it_imports_be_it_for_its_types_alone() -> None:
    graph = grimp.build_graph("moonlet", exclude_type_checking_imports=False, cache_dir=None)
    # The compiled core, which is no Python file, is taken for the whole package.
    graph.remove_import(importer="moonlet.engine.arrays", imported="moonlet")
    imports = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    assert len(imports) > 200
    first, *_, last = order(imports)
    assert imports[first] == set()
    assert not any(last in of_one for of_one in imports.values())
    # One import back is a circle.
    imports[first].add(last)
    with pytest.raises(CycleError):
        order(imports)
