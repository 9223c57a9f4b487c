"""Write what C++ and the lab's page read of the one table of names, src/moonlet/names.

    python engine/write_names.py named.h            enums and traits, for the engine
    python engine/write_names.py names.generated.ts lists and types, for the page

The build runs it: CMakeLists.txt, and engine/page/build.py for the page. It needs nothing but
Python, so that it does not matter for which machine the engine is compiled.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "src" / "moonlet" / "names"

FLAT = {"nowhere": "nowhere", "on one side": "on_one_side", "on both sides": "on_both_sides"}


def read() -> dict[str, Any]:
    """The table of this checkout, whatever moonlet Python would find by that name."""
    start = TABLE / "__init__.py"
    spec = importlib.util.spec_from_file_location("names", start)
    names = importlib.util.module_from_spec(spec)
    sys.modules["names"] = names
    spec.loader.exec_module(names)
    return vars(names)


def header(names: Mapping[str, Any]) -> str:
    """Enums in the table's order, and beside each what the engine has to know of its members."""

    def enum(kind: str, members: Iterable[str]) -> str:
        return f"enum class {kind} : std::uint8_t {{ {', '.join(members)} }};"

    def facts(kind: str, table: Mapping[str, Any], of: Callable[[Any], Iterable[Any]]) -> str:
        rows = (
            ", ".join([json.dumps(name), *map(str, of(entry))]) for name, entry in table.items()
        )
        inside = "".join(f"    {{{row}}},\n" for row in rows)
        # Inline functions read it, so there is one for all: data are the same at every level.
        return f"inline constexpr {kind}Facts k{kind}Facts[] = {{\n{inside}}};"

    def truth(value: bool) -> str:
        return str(value).lower()

    def of_loss(loss: Any) -> tuple[str, str, str]:
        outputs = " | ".join(f"1 << int(Output::{output})" for output in loss.outputs)
        parameter = loss.parameter
        if parameter is None:
            return outputs, "0", "0"
        most = parameter.most
        written = "__builtin_inf()" if most == float("inf") else repr(most)
        return outputs, repr(parameter.usual), written

    lines = [
        "// Made by engine/write_names.py from src/moonlet/names; not to be edited, not in git.",
        "#pragma once",
        "#include <cstdint>",
        "namespace moonlet {",
        enum("Flat", FLAT.values()),
        *(
            enum(kind, names[table])
            for kind, table in (
                ("Activation", "ACTIVATIONS"),
                ("Output", "OUTPUTS"),
                ("Loss", "LOSSES"),
                ("SolverName", "SOLVERS"),
                ("ScheduleName", "SCHEDULES"),
                ("FindingKind", "FINDINGS"),
            )
        ),
        "// `instead`: what to try where it has let units die.",
        "struct ActivationFacts { const char* name; Flat flat; bool keeps_slope, centred; "
        "Activation instead; };",
        facts(
            "Activation",
            names["ACTIVATIONS"],
            lambda one: (
                f"Flat::{FLAT[one.flat]}",
                truth(one.keeps_slope),
                truth(one.centred),
                f"Activation::{one.instead}",
            ),
        ),
        "struct OutputFacts { const char* name; };",
        facts("Output", names["OUTPUTS"], lambda one: ()),
        "// `outputs`: a bit for each; `most`: what the parameter stays below, or 0 without one.",
        "struct LossFacts { const char* name; int outputs; double usual, most; };",
        facts("Loss", names["LOSSES"], of_loss),
        "struct SolverNameFacts { const char* name; "
        "bool takes_batches, has_rate, follows_gradient; };",
        facts(
            "SolverName",
            names["SOLVERS"],
            lambda one: map(truth, (one.takes_batches, one.has_rate, one.follows_gradient)),
        ),
        "struct FindingKindFacts { const char* name; };",
        facts("FindingKind", dict.fromkeys(names["FINDINGS"]), lambda one: ()),
        "struct ScheduleNameFacts { const char* name; };",
        facts("ScheduleName", names["SCHEDULES"], lambda one: ()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def module(names: Mapping[str, Any]) -> str:
    """Lists, their types, and the traits that the page asks for."""
    lists = {
        "ACTIVATIONS": ("Activation", names["ACTIVATIONS"]),
        "OUTPUTS": ("Output", names["OUTPUTS"]),
        "LOSSES": ("Loss", names["LOSSES"]),
        "NUMBER_LOSSES": (None, names["losses_of"]("identity")),
        "SOLVERS": ("Solver", names["SOLVERS"]),
        "SCHEDULES": ("Schedule", names["SCHEDULES"]),
        "INITS": ("Init", names["INITS"]),
        "FINDINGS": ("FindingKind", names["FINDINGS"]),
        "TOYS": ("Toy", names["TOYS"]),
        "BUNDLED": ("Bundled", names["BUNDLED"]),
    }
    lines = [
        "// Made by engine/write_names.py from src/moonlet/names; not to be edited, not in git."
    ]
    for name, (kind, members) in lists.items():
        lines.append(f"export const {name} = {json.dumps(list(members))} as const;")
        if kind is not None:
            lines.append(f"export type {kind} = (typeof {name})[number];")
    with_rate = [name for name, solver in names["SOLVERS"].items() if solver.has_rate]
    of_batches = [name for name, solver in names["SOLVERS"].items() if solver.takes_batches]
    open_ended = [name for name, schedule in names["SCHEDULES"].items() if schedule.open_ended]
    noise = {name: toy.noise for name, toy in names["TOYS"].items()}
    several = [name for name, toy in names["TOYS"].items() if toy.n_classes is not None]
    lines += [
        "/** Solvers that go by a rate and a schedule; the others take no dropout. */",
        f"export const WITH_RATE: readonly string[] = {json.dumps(with_rate)};",
        "/** Solvers whose step looks at some rows only. */",
        f"export const OF_BATCHES: readonly string[] = {json.dumps(of_batches)};",
        "/** Their rate does not depend on how many passes are still to come. */",
        f"export const OPEN_ENDED: readonly string[] = {json.dumps(open_ended)};",
        "/** The noise that a toy set has by itself. */",
        f"export const USUAL_NOISE: Readonly<Record<Toy, number>> = {json.dumps(noise)};",
        "/** Those whose number of classes can be chosen. */",
        f"export const OF_SEVERAL_CLASSES: readonly string[] = {json.dumps(several)};",
    ]
    return "\n".join(lines) + "\n"


def write(path: Path) -> None:
    """Write one of the two, unless it is there as it should be: what is older is made anew."""
    names = read()
    text = header(names) if path.suffix == ".h" else module(names)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
