"""Whether there is room, and whether the inbox takes what comes."""

import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from integration.services import Services

# Less than this and the next commits fail; a tenth of it is a burst of some thousand deliveries.
ENOUGH_BYTES = 512 * 1024 * 1024
_NONE_LEFT_BYTES = 32 * 1024 * 1024
_WAITS_SECONDS = 2.0


def free_bytes(services: Services) -> int:
    """The room where DATA_DIR is."""
    return shutil.disk_usage(services.settings.data_dir).free


def takes_deliveries(services: Services) -> bool:
    """Whether a delivery could be committed now, without storing one.

    On SQLite: the file's write lock can be had, and the disk has room. On PostgreSQL: the table can
    be written by us, and the server is no stand-by.
    """
    if services.inbox.is_sqlite:
        has_room = free_bytes(services) > _NONE_LEFT_BYTES
        return has_room and _can_lock(services.inbox.engine.url.database or "")
    statement = text(
        "SELECT NOT pg_is_in_recovery() AND has_table_privilege('deliveries', 'INSERT')"
    )
    try:
        with services.inbox.engine.connect() as connection:
            return bool(connection.execute(statement).scalar_one())
    except SQLAlchemyError:
        return False


def _can_lock(path: str) -> bool:
    if not Path(path).exists():
        return False
    connection = sqlite3.connect(path, timeout=_WAITS_SECONDS, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("SELECT id FROM deliveries LIMIT 0")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True
