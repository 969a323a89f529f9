"""The migrations build exactly what tables.py describes; on both databases."""

from __future__ import annotations

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Engine,
    ForeignKeyConstraint,
    UniqueConstraint,
    create_engine,
    inspect,
    select,
    text,
)

from connectors.clock import ManualClock
from publisher.publish_log import engines
from publisher.publish_log import store as stores
from publisher.publish_log.indexes import metadata
from publisher.publish_log.store import open_store
from publisher.publish_log.tables import posts


def migrated(url: str, clock: ManualClock) -> Engine:
    open_store(url, workspace="w", mode="sandbox", clock=clock).close()
    return create_engine(url)


def bare(sql: str) -> str:
    """A condition without what databases add: casts, brackets, case, another way to say IN."""
    sql = re.sub(r"::\w+( varying)?(\[\])?", "", sql.lower())
    sql = re.sub(r"[\s()]", "", sql)
    return re.sub(r"[\[\]]", "", sql.replace("<>allarray[", "notin").replace("=anyarray[", "in"))


def test_migrations_and_tables_agree(empty_url: str, clock: ManualClock) -> None:
    """Alembic finds no difference in tables, columns, types, defaults, indexes and unique constraints."""
    engine = migrated(empty_url, clock)
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_what_alembic_does_not_compare_agrees_too(empty_url: str, clock: ManualClock) -> None:
    """Primary keys, check constraints by name and condition, partial indexes by condition, foreign keys."""
    engine = migrated(empty_url, clock)
    found = inspect(engine)
    assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
    for name, table in metadata.tables.items():
        assert found.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key]
        checks = {c.name: bare(str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {c["name"]: bare(c["sqltext"]) for c in found.get_check_constraints(name)} == checks, name
        keys = {
            (tuple(c.column_keys), c.referred_table.name)
            for c in table.constraints
            if isinstance(c, ForeignKeyConstraint)
        }
        assert {
            (tuple(k["constrained_columns"]), k["referred_table"]) for k in found.get_foreign_keys(name)
        } == keys, name
        unique = {
            tuple(c.name for c in u.columns) for u in table.constraints if isinstance(u, UniqueConstraint)
        }
        assert {tuple(u["column_names"]) for u in found.get_unique_constraints(name)} == unique, name
        for index in table.indexes:
            there = next(i for i in found.get_indexes(name) if i["name"] == index.name)
            assert bool(there["unique"]) is index.unique
            where = index.dialect_options[engine.dialect.name]["where"]
            option = there["dialect_options"].get(f"{engine.dialect.name}_where")
            assert (bare(str(option)) if option is not None else None) == (
                bare(str(where)) if where is not None else None
            ), index.name
    engine.dispose()


def test_the_newest_migration_is_the_one_that_opening_asks_for(empty_url: str, clock: ManualClock) -> None:
    """Whoever adds a migration raises HEAD."""
    from alembic.script import ScriptDirectory

    from publisher.publish_log.migrations import _config

    engine = migrated(empty_url, clock)
    assert ScriptDirectory.from_config(_config(engine)).get_current_head() == stores.HEAD
    assert engines.revision(engine) == stores.HEAD
    engine.dispose()


def test_migrating_twice_changes_nothing(empty_url: str, clock: ManualClock) -> None:
    """A second starter that waited for the first finds the work done."""
    from publisher.publish_log.migrations import upgrade

    log = open_store(empty_url, workspace="w", mode="sandbox", clock=clock)
    upgrade(log.engine, stores.HEAD)
    assert engines.revision(log.engine) == stores.HEAD
    log.close()


def test_a_log_of_the_first_layout_keeps_its_posts(empty_url: str, clock: ManualClock) -> None:
    """Opened by a newer program, an older log is brought up; what it holds is as it was."""
    from publisher.publish_log.migrations import upgrade

    engine = create_engine(empty_url)
    upgrade(engine, "0001")
    with engine.begin() as conn:
        conn.execute(
            text(
                "INSERT INTO posts (workspace_id, post_id, path, digest, title, sequence, accounts,"
                " first_seen_at) VALUES ('w', 'p', 'a.md', 'd', '', 1, '[]', '2026-11-24T01:00:00+00:00')"
            )
        )
    engine.dispose()
    log = open_store(empty_url, workspace="w", mode="sandbox", clock=clock)
    with log.read() as tx:
        (row,) = tx.conn.execute(select(posts.c.path, posts.c.own_id, posts.c.edited_at)).all()
    assert tuple(row) == ("a.md", None, None)
    log.close()
