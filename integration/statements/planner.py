"""What SQLite's query planner can't know by itself: how little a workspace tells.

A database has few workspaces, each with nearly all of its rows. Without statistics SQLite takes any
equality for a good one: it would read a whole workspace to look up a few of its orders. So we
write the statistics of such indexes ourselves (sqlite.org/optoverview.html,
"Manual Control Of Query Plans Using SQLITE_STAT Tables").
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from integration.models import (
    Arrival,
    Attachment,
    Conversation,
    Customer,
    Identity,
    IdentityEvent,
    IdentityVerdict,
    Message,
    Order,
    Profile,
    ProfileView,
    Visitor,
)
from integration.statements.bulk import table_of

_MODELS = (
    Customer,
    Order,
    Profile,
    Identity,
    IdentityEvent,
    IdentityVerdict,
    Conversation,
    Message,
    Attachment,
    Arrival,
    Visitor,
    ProfileView,
)
_ROWS, _OF_A_WORKSPACE, _OF_THE_NEXT, _OF_ALL = 1_000_000, 500_000, 1_000, 2


def tell_planner(connection: Connection) -> None:
    """Write the statistics of the indexes that begin with a workspace, where there are none.

    Those that an operator's own ANALYZE gathered stay. Connections opened from now on know them.
    """
    # Makes the table of statistics, which can't be made by hand.
    connection.execute(text("ANALYZE workspaces"))
    known = connection.execute(text("SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL"))
    held = set(known.scalars())
    rows = [
        {"table": table, "index": name, "told": _told(columns, is_unique)}
        for table in (table_of(model).name for model in _MODELS)
        for name, columns, is_unique in _of_workspaces(connection, table)
        if name not in held
    ]
    if rows:
        connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :told)"), rows)
        connection.execute(text("ANALYZE sqlite_schema"))


def _of_workspaces(connection: Connection, table: str) -> Iterator[tuple[str, int, bool]]:
    """The table's indexes that begin with a workspace, a constraint's too: how many columns each
    has, and whether it is unique.
    """
    listed = connection.execute(text(f"PRAGMA index_list({table})"))
    for _, name, is_unique, *_ in listed.all():
        columns = connection.execute(text(f"PRAGMA index_info({name})")).all()
        if columns[0][2] == "workspace_id":
            yield name, len(columns), bool(is_unique)


def _told(columns: int, unique: bool) -> str:
    """Rows in the index, then how many have the same first column, the same first two …"""
    between = [_OF_A_WORKSPACE, *([_OF_THE_NEXT] * (columns - 2))][: columns - 1]
    last = 1 if unique else _OF_ALL if columns > 1 else _OF_A_WORKSPACE
    return " ".join(map(str, (_ROWS, *between, last)))
