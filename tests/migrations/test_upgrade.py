"""The migrations make exactly what the models say, from nothing and again."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from integration.db import Database
from integration.settings import load
from integration.upgrade import TARGETS, Target, alembic_config, upgrade
from tests.factories.schema import differences

_NEVER_AGAIN = frozenset(
    {
        "workspaces",
        "stores",
        "installations",
        "profiles",
        "deliveries",
        "agents",
        "channels",
        "arrivals",
        "visitors",
        "conversations",
        "messages",
        "attachments",
        "cases",
    }
)


def open_target(folder: Path, target: Target) -> Database:
    settings = load({"DATA_DIR": str(folder)})
    urls = {"main": settings.effective_database_url, "inbox": settings.effective_inbox_url}
    return Database(urls[target], pool_size=1)


@pytest.mark.parametrize("target", TARGETS)
def test_migrations_make_what_the_models_say(tmp_path: Path, target: Target) -> None:
    folder = tmp_path / "made by us"
    upgrade(load({"DATA_DIR": str(folder)}))
    database = open_target(folder, target)
    assert differences(database, target) == []
    database.dispose()


def test_the_inbox_is_a_file_of_its_own(tmp_path: Path) -> None:
    upgrade(load({"DATA_DIR": str(tmp_path)}))
    tables = {}
    for target in TARGETS:
        database = open_target(tmp_path, target)
        tables[target] = set(inspect(database.engine).get_table_names())
        database.dispose()
    assert tables["inbox"] == {"alembic_version_inbox", "deliveries"}
    assert "deliveries" not in tables["main"]
    assert "alembic_version" in tables["main"]


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    settings = load({"DATA_DIR": str(tmp_path)})
    upgrade(settings)
    database = open_target(tmp_path, "main")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO workspaces (name, created_at) VALUES ('A', 'now')")
    upgrade(settings)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM workspaces").scalars().all() == ["A"]
    database.dispose()


@pytest.mark.parametrize("target", TARGETS)
def test_every_migration_can_be_taken_back(tmp_path: Path, target: Target) -> None:
    upgrade(load({"DATA_DIR": str(tmp_path)}))
    database = open_target(tmp_path, target)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection, target), "base")
    left = set(inspect(database.engine).get_table_names())
    assert left == {"alembic_version" if target == "main" else "alembic_version_inbox"}
    database.dispose()


def test_all_constraints_have_names(tmp_path: Path) -> None:
    upgrade(load({"DATA_DIR": str(tmp_path)}))
    for target in TARGETS:
        database = open_target(tmp_path, target)
        found = inspect(database.engine)
        for table in found.get_table_names():
            if not table.startswith("alembic_"):
                keys = found.get_foreign_keys(table)
                assert all(key["name"] == str(key["name"]) for key in keys)
                # SQLite's AUTOINCREMENT stands in the column, where it takes no name.
                name = found.get_pk_constraint(table)["name"]
                assert name == (None if table in _NEVER_AGAIN else f"pk_{table}")
        database.dispose()


def test_a_held_token_is_replaced_five_minutes_before_its_end(tmp_path: Path) -> None:
    settings = load({"DATA_DIR": str(tmp_path)})
    upgrade(settings)
    database = open_target(tmp_path, "main")
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection, "main"), "0005")
        connection.exec_driver_sql("INSERT INTO workspaces (id, name, created_at) VALUES (1,'A',0)")
        connection.exec_driver_sql(
            "INSERT INTO stores (id, workspace_id, platform, domain, name, status, data_key,"
            " created_at) VALUES (1, 1, 'p', 'd', 'n', 'active', x'00', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO installations (id, workspace_id, store_id, scopes, installed_at)"
            " VALUES (1, 1, 1, '[]', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO credentials"
            " (installation_id, workspace_id, generation, sealed_access_token, expires_at)"
            " VALUES (1, 1, 1, x'00', '2026-11-22 12:00:00.000000')"
        )
        command.upgrade(alembic_config(connection, "main"), "head")
        held = connection.exec_driver_sql("SELECT refresh_at FROM credentials").scalar_one()
    assert held == "2026-11-22 11:55:00.000000"
    database.dispose()


def test_tables_without_a_rowid_have_their_columns_in_the_order_of_their_key(
    tmp_path: Path,
) -> None:
    """SQLite's quick_check, by which a copy is proved, takes another order for NULLs (3.40)."""
    upgrade(load({"DATA_DIR": str(tmp_path)}))
    database = open_target(tmp_path, "main")
    with database.engine.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'"
        )
        names = tables.scalars().all()
        assert {"order_lines", "due_profiles", "search_terms", "identity_rulings"} <= set(names)
        for name in names:
            columns = connection.exec_driver_sql(f"PRAGMA table_info({name})").all()
            places = [row.pk for row in columns if row.pk]
            assert places == sorted(places), name
    database.dispose()
