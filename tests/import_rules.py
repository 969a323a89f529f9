"""An import rule of our own for `make check` (import-linter): simulators and rooms read the facts apart.

A simulator that shared a line with its room would share its mistakes, and every test would be green.
"""

from __future__ import annotations

from typing import Any

from importlinter import Contract, ContractCheck, output


class Apart(Contract):  # type: ignore[misc]  # import-linter's base has no types
    """Modules named `simulator…` import nothing of any room, and rooms nothing of theirs."""

    type_name = "apart"

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        """Look at every direct import between files of rooms; the floor is for both."""
        inside = {
            module for module in graph.modules if module.startswith("connectors.") and module.count(".") > 1
        }
        rooms = inside | {module.rpartition(".")[0] for module in inside}
        wrong = [
            (importer, imported)
            for importer in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(importer) & rooms)
            if _is_simulator(importer) != _is_simulator(imported)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """One line per import that should not be."""
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} imports {imported}")


def _is_simulator(module: str) -> bool:
    return module.rpartition(".")[2].startswith("simulator")
