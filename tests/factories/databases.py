"""Databases with the schema: as the migrations make it, or as the models say."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import MetaData

from integration.db import Database
from integration.models import InboxModel, Model
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
    return Database(f"sqlite:///{path}", pool_size=2)


def lay_out(folder: Path, main: str = "tillside.db", inbox: str | None = "inbox.db") -> None:
    """Put an empty main file and an inbox into a folder, with the models' tables: ready at once.

    A file that is there already stays as it is.
    """
    for name, metadata in ((main, Model.metadata), (inbox, InboxModel.metadata)):
        if name is not None and not (folder / name).exists():
            (folder / name).write_bytes(_empty(metadata))


@cache
def _empty(metadata: MetaData) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.db")
        database = Database(f"sqlite:///{path}")
        metadata.create_all(database.engine)
        database.dispose()
        return path.read_bytes()
