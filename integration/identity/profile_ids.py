"""Ids for new profiles, known before their rows are written."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_NEXT_ON_POSTGRESQL = text(
    "SELECT nextval(pg_get_serial_sequence('profiles', 'id')) FROM generate_series(1, :count)"
)
_LAST_ON_SQLITE = text("SELECT seq FROM sqlite_sequence WHERE name = 'profiles'")


def reserve_profile_ids(connection: Connection, count: int) -> Sequence[int]:
    """That many ids that no profile has or ever had. Needs a write transaction on SQLite."""
    if not count:
        return ()
    if connection.dialect.name == "sqlite":
        last = connection.execute(_LAST_ON_SQLITE).scalar() or 0
        return range(last + 1, last + 1 + count)
    return connection.execute(_NEXT_ON_POSTGRESQL, {"count": count}).scalars().all()
