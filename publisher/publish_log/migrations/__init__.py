"""Brings a database to the newest layout with Alembic; imported only when that is needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine


def upgrade(engine: Engine, target: str) -> None:
    """Run the migrations up to `target` on an open engine, in one transaction where the database can."""
    command.upgrade(_config(engine), target)


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["engine"] = engine
    return config
