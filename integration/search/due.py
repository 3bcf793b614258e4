"""Which persons' search terms and clues have to be worked out anew, and forgetting them."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from integration.search.documents import NOTHING, write_documents
from integration.statements.by_driver import change, change_each
from integration.statements.prepared import several

_MARK = {
    "sqlite": "INSERT OR IGNORE INTO due_profiles (workspace_id, profile_id)"
    " SELECT ?, value FROM json_each(?)",
    "postgresql": "INSERT INTO due_profiles (workspace_id, profile_id)"
    " SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING",
}
_DONE = {
    "sqlite": "DELETE FROM due_profiles WHERE workspace_id = ? AND profile_id = ?",
    "postgresql": "DELETE FROM due_profiles WHERE workspace_id = %s AND profile_id = ANY(%s)",
}


def mark_due(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Note that these profiles changed, in the caller's transaction; it holds the workspace's lock.

    Without the lock a change could be taken for worked off that wasn't seen.
    """
    if profile_ids:
        given = (workspace_id, several(connection, sorted(profile_ids)))
        change(connection, _MARK[connection.dialect.name], given)


def forget_documents(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> None:
    """Remove all by which these profiles are found and suggested, at once.

    For what must leave nothing behind. Those that live on have to be marked due.
    """
    write_documents(connection, workspace_id, dict.fromkeys(profile_ids, NOTHING))


def mark_done(connection: Connection, workspace_id: int, profile_ids: Iterable[int]) -> None:
    """Take profiles off the list of those that are due."""
    name, done = connection.dialect.name, list(profile_ids)
    if name == "sqlite":
        change_each(connection, _DONE[name], [(workspace_id, each) for each in done])
    else:
        change(connection, _DONE[name], (workspace_id, done))
