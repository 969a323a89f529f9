"""Build hook: catalogues (.po) become .mo beside them; wheels also take the templates and samples along."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("templates", "content", "schedule.yaml")
"""What a workspace finds in the wheel where it has none of its own; an editable install finds it in place."""


class CataloguesHook(BuildHookInterface[Any]):
    """Compiles the catalogues; the .mo files are build artifacts, not in git."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for po in catalogues(Path(self.root)):
            compile_catalogue(po)
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"] |= {
                str(Path(self.root, name)): f"publisher/_shipped/{name}" for name in SHIPPED
            }


def catalogues(root: Path) -> list[Path]:
    """All .po files of the engine and the rooms."""
    return sorted([*root.glob("publisher/locale/*/*.po"), *root.glob("connectors/*/locale/*.po")])


def compile_catalogue(po: Path) -> None:
    """Write `po`'s .mo, whole (another build may read it now); a malformed catalogue stops the build."""
    with po.open("rb") as lines:
        catalogue = read_po(lines, abort_invalid=True)
    # No other build takes a draft along, see pyproject.toml.
    draft = po.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as made:
        write_mo(made, catalogue)
    draft.replace(po.with_suffix(".mo"))


if __name__ == "__main__":
    for path in catalogues(Path(__file__).parent):
        compile_catalogue(path)
