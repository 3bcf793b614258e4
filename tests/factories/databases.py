"""Databases with the schema, as the migrations make it."""

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import event

from integration.db import Database
from integration.upgrade import upgrade_database


def sqlite_template(folder: Path) -> Path:
    """A SQLite file with the schema and nothing in it, to be copied."""
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}", pool_size=1)
    upgrade_database(database, "main")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    database.dispose()
    return path


def sqlite_database(template: Path, folder: Path, name: str = "tillside.db") -> Database:
    """A database of its own in that folder."""
    path = folder / name
    for suffix in ("", "-wal", "-shm"):
        source = template.with_name(template.name + suffix)
        if source.exists():
            shutil.copy(source, path.with_name(path.name + suffix))
    database = Database(f"sqlite:///{path}", pool_size=2)
    # No power fails under a test: what is tested here isn't the disk.
    event.listen(database.engine, "connect", _hurry)
    return database


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
