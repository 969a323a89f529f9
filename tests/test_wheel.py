"""The wheel holds all that is ours: installed where there is no checkout, it makes and shows a workspace."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = ("publisher", "connectors")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here without fetching anything."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [
        *pip,
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(folder),
        ".",
    ]
    subprocess.run(build, cwd=ROOT, check=True, timeout=120)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`publisher` in an empty venv: the wheel is all of ours that it sees.

    The libraries of others are lent from the environment of the tests (its path, not its .pth
    files, so the checkout stays invisible); fetching them again would test the registry.
    """
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, timeout=120)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "publisher"


def test_wheel_ships_texts_templates_samples_and_migrations(wheel: Path) -> None:
    """What a workspace or a new log needs is in the wheel; sources of texts and tests are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        r"publisher/_shipped/schedule\.yaml",
        r"publisher/_shipped/templates/twitter/.+\.j2",
        r"publisher/_shipped/templates/facebook/.+\.j2",
        r"publisher/_shipped/templates/cards/info\.yaml",
        r"publisher/_shipped/content/.+",
        r"publisher/locale/id/common\.mo",
        r"connectors/twitter/locale/id\.mo",
        r"publisher/publish_log/migrations/versions/.+\.py",
    ):
        assert any(re.fullmatch(wanted, name) for name in names), wanted
    assert not [name for name in names if name.endswith(".po") or name.startswith("tests/")]


def test_installed_wheel_inits_checks_and_previews(installed: Path, tmp_path: Path) -> None:
    """`init`, `check` and `preview` work from the wheel alone."""
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "COLUMNS": "100"}
    environment.pop("PYTHONPATH", None)

    def publisher(*arguments: str) -> str:
        command = [str(installed), *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    publisher("init", "desk")
    publisher("--workspace", "desk", "check")
    (photo, *_) = (tmp_path / "desk" / "content").rglob("*.jpg")
    shown = publisher("--workspace", "desk", "preview", photo.parent.name)
    assert photo.name in shown
    assert "X" in shown
    assert "Facebook" in shown


def test_every_import_is_a_declared_dependency() -> None:
    """Nothing is imported that installing the wheel would not bring."""
    declared = {
        normal(re.split(r"[\[<>=!~; ]", line)[0])
        for line in (
            *PROJECT["dependencies"],
            *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
        )
    }
    owners = packages_distributions()
    undeclared = set()
    for path in (path for top in OURS for path in (ROOT / top).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                tops = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops = {node.module.partition(".")[0]}
            else:
                continue
            for top in tops - set(sys.stdlib_module_names) - {*OURS, "_typeshed"}:
                if not declared & {normal(owner) for owner in owners.get(top, [top])}:
                    undeclared.add(f"{path.relative_to(ROOT)}: {top}")
    # texts/catalogues.py compiles an edited catalogue where Babel is; the wheel holds compiled ones only.
    assert sorted(undeclared - {"publisher/texts/catalogues.py: babel"}) == []


def test_every_declared_dependency_is_imported() -> None:
    """Nothing is installed at a user's that the code does not use."""
    source = "\n".join(
        path.read_text(encoding="utf-8") for top in OURS for path in (ROOT / top).rglob("*.py")
    )
    owners = packages_distributions()
    unused = set()
    for line in PROJECT["dependencies"]:
        name = normal(re.split(r"[\[<>=!~; ]", line)[0])
        modules = [top for top, found in owners.items() if name in {normal(owner) for owner in found}]
        used = (
            rf"^\s*(?:import|from) {re.escape(top)}\b|\bpackaged\(\"{re.escape(top)}\"\)" for top in modules
        )
        if not any(re.search(one, source, re.M) for one in used):
            unused.add(name)
    # Read by zoneinfo where the system has no time zones; by fpdf2 where letters join.
    assert unused - {"tzdata", "uharfbuzz"} == set()
