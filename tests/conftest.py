"""What every test stands on: fresh catalogues, English, a state directory of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from publisher import texts

ROOT = Path(__file__).parent.parent

# A machine that others use too is slow now and then; that is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # `--hypothesis-profile=ci` still has the last word


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues once, before any worker starts: no test passes on a stale one."""
    if hasattr(config, "workerinput"):
        return
    sys.path.insert(0, str(ROOT))
    import hatch_build

    for po in hatch_build.catalogues(ROOT):
        hatch_build.compile_catalogue(po)


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from or written to the developer's own state directory; texts are English."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    texts.use("en")


# Before any test imports them: pytest shows what an assert of the shared suite compared.
pytest.register_assert_rewrite("tests.contract.suite", "tests.contract.codes", "tests.contract.stand")
