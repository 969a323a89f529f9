"""Brings a database to the newest layout with Alembic; imported only when that is needed."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

_ALONE = Lock()
"""Alembic keeps what it works on in its modules: two threads of a process would take each other's."""


def upgrade(engine: Engine, target: str) -> None:
    """Run the migrations up to `target` on an open engine, in one transaction where the database can."""
    with _ALONE:
        command.upgrade(_config(engine), target)


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config
