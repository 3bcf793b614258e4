"""Bring the databases to the shape that this version of the code expects."""

from importlib.resources import files
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from integration.db import ACROSS, Database
from integration.settings import Settings
from integration.statements.planner import tell_planner

Target = Literal["main", "inbox"]
TARGETS: tuple[Target, ...] = ("main", "inbox")

_FOLDERS = {"main": "versions", "inbox": "inbox_versions"}
# Any number that nobody else locks by: two processes that start together upgrade in turn.
_LOCK = 7_211_503


def upgrade(settings: Settings) -> None:
    """Run the migrations that are missing, on the database and on the inbox.

    Makes the folder of a SQLite file. Each target is one transaction: a migration that fails leaves
    the database as it was.
    """
    urls: dict[Target, str] = {
        "main": settings.effective_database_url,
        "inbox": settings.effective_inbox_url,
    }
    for target, url in urls.items():
        database = Database(_with_folder(url), pool_size=1)
        try:
            upgrade_database(database, target)
        finally:
            database.dispose()


def upgrade_database(database: Database, target: Target) -> None:
    """Run one target's missing migrations on a database that is open."""
    with database.engine.execution_options(**ACROSS).begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(alembic_config(connection, target), "head")
        if database.is_sqlite and target == "main":
            tell_planner(connection)


def alembic_config(connection: Connection | None, target: Target) -> Config:
    """Alembic's configuration for one target, from the installed package.

    Without a connection it is good for reading what migrations there are.
    """
    folder = Path(str(files("migrations")))
    config = Config()
    config.set_main_option("script_location", _escaped(folder))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(folder / _FOLDERS[target]))
    config.attributes["connection"] = connection
    config.attributes["target"] = target
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


def _with_folder(url: str) -> str:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    return url
