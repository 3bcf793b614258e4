"""What was decided about single identities: accounts taken apart, addresses that several use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, select
from sqlalchemy.engine import Dialect

from integration.identity.keys import UNDECIDED, Decided, Key
from integration.models import IdentityRuling
from integration.models.vocabulary import Ruling
from integration.statements.bulk import table_of, write_rows
from integration.statements.prepared import Prepared, listed, several

_TABLE = table_of(IdentityRuling)
_COLUMNS = (
    "workspace_id",
    "kind",
    "value",
    "ruling",
    "made_by",
    "reason",
    "event_id",
    "made_at",
)
# Who made what a rule decided.
BY_RULE = "rule"


class Ruled(NamedTuple):
    """A ruling that stands."""

    ruling: str
    made_by: str
    event_id: int | None


class Rulings:
    """The rulings of a workspace, as far as they were asked for. Most workspaces have none."""

    def __init__(self, connection: Connection, workspace_id: int) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self.any = bool(_ANY.rows(connection, of_workspace=workspace_id))
        self._apart: set[Key] = set()
        self._shared: set[Key] = set()
        self.decided = Decided(self._apart, self._shared) if self.any else UNDECIDED

    def learn(self, values: Iterable[str]) -> None:
        """Read what was decided about identities with these values."""
        asked = set(values) - {""}
        if not self.any or not asked:
            return
        for kind, value, ruling in _OF_VALUES.rows(
            self._connection,
            of_workspace=self._workspace_id,
            asked=several(self._connection, asked),
        ):
            if ruling == Ruling.APART:
                self._apart.add(Key(kind, value))
            elif ruling == Ruling.SHARED:
                self._shared.add(Key(kind, value))


def ruling_on(connection: Connection, workspace_id: int, key: Key) -> Ruled | None:
    """What was decided about one identity, None where nothing was."""
    row = connection.execute(
        select(_TABLE.c.ruling, _TABLE.c.made_by, _TABLE.c.event_id).where(*_is(workspace_id, key))
    ).first()
    return None if row is None else Ruled(*row)


def write_ruling(
    connection: Connection,
    workspace_id: int,
    key: Key,
    ruled: Ruled,
    *,
    reason: str | None,
    at: datetime,
) -> None:
    """Decide about one identity, instead of what was decided before."""
    row = (workspace_id, *key, *ruled[:2], reason, ruled.event_id, at)
    write_rows(connection, _TABLE, _COLUMNS, [row], key=("workspace_id", "kind", "value"))


def remove_ruling(connection: Connection, workspace_id: int, key: Key) -> None:
    """Take back what was decided about one identity."""
    connection.execute(delete(_TABLE).where(*_is(workspace_id, key)))


def _is(workspace_id: int, key: Key) -> tuple[Any, ...]:
    return (
        _TABLE.c.workspace_id == workspace_id,
        _TABLE.c.kind == key.kind,
        _TABLE.c.value == key.value,
    )


def _any(_: Dialect) -> Select[Any]:
    return select(_TABLE.c.kind).where(_TABLE.c.workspace_id == bindparam("of_workspace")).limit(1)


def _of_values(dialect: Dialect) -> Select[Any]:
    return select(_TABLE.c.kind, _TABLE.c.value, _TABLE.c.ruling).where(
        _TABLE.c.workspace_id == bindparam("of_workspace"),
        listed(dialect, _TABLE.c.value, "asked"),
    )


_ANY, _OF_VALUES = Prepared(_any), Prepared(_of_values)
