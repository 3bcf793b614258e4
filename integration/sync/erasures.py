"""The marks that erasures leave: by order and account, in the tombstones' table."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.models import Customer, Reread, Tombstone
from integration.statements.bulk import among, table_of, write_rows
from integration.statements.prepared import Prepared, listed, several
from integration.sync.sourced import Wanted
from integration.sync.wanted import NAMED

# An account that bought again: it is held as a new one, its orders from before stay refused.
RETURNED = "returned"

TABLE = table_of(Tombstone)
_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "deleted_at", "erased_at")
_KEY = ("store_id", "kind", "external_id")
_CUSTOMERS, _REREADS = table_of(Customer), table_of(Reread)

# When what was erased, by kind and external id.
Erasures = Mapping[tuple[str, str], datetime]


class Marks:
    """The marks of one store, read and written through a connection of its workspace's."""

    def __init__(self, connection: Connection, workspace_id: int, store_id: int) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._store_id = store_id

    def held(self, external_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
        """The marks on any of these, by kind (order, customer, returned) and external id."""
        if not external_ids:
            return {}
        rows = _HELD.rows(
            self._connection,
            of_workspace=self._workspace_id,
            of_store=self._store_id,
            ids=several(self._connection, external_ids),
        )
        return {(kind, external_id): at for kind, external_id, at in rows}

    def erased(self, objects: Iterable[Wanted]) -> set[Wanted]:
        """Those of these objects of which nothing is taken any more."""
        asked = set(objects)
        held = self.held({one.external_id for one in asked})
        return {one for one in asked if (one.kind, one.external_id) in held}

    def keep(self, erasures: Erasures) -> None:
        """Mark these for good; whatever was to be read of them no longer is."""
        self._write(erasures)
        kinds = {"order": ("order",), "customer": ("customer", NAMED)}
        for kind, of_reread in kinds.items():
            ids = [external_id for one, external_id in erasures if one == kind]
            if ids:
                self._connection.execute(
                    delete(_REREADS).where(
                        _REREADS.c.workspace_id == self._workspace_id,
                        _REREADS.c.store_id == self._store_id,
                        _REREADS.c.kind.in_(of_reread),
                        among(self._connection, _REREADS.c.external_id, ids),
                    )
                )

    def lift(self, accounts: Mapping[str, datetime]) -> None:
        """Let these accounts be new ones; what was erased of them is no longer held at all."""
        if not accounts:
            return
        for table, *which in (
            (TABLE, TABLE.c.kind == "customer", TABLE.c.erased_at.is_not(None)),
            (_CUSTOMERS, _CUSTOMERS.c.profile_id.is_(None)),
        ):
            self._connection.execute(
                delete(table).where(
                    table.c.workspace_id == self._workspace_id,
                    table.c.store_id == self._store_id,
                    among(self._connection, table.c.external_id, accounts),
                    *which,
                )
            )
        self._write({(RETURNED, external_id): at for external_id, at in accounts.items()})

    def _write(self, erasures: Erasures) -> None:
        rows = [
            (self._workspace_id, self._store_id, kind, external_id, at, at)
            for (kind, external_id), at in erasures.items()
        ]
        write_rows(self._connection, TABLE, _COLUMNS, rows, key=_KEY)


def _marks(dialect: Dialect) -> Executable:
    kind = TABLE.c.kind
    return select(kind, TABLE.c.external_id, TABLE.c.erased_at).where(
        TABLE.c.workspace_id == bindparam("of_workspace"),
        TABLE.c.store_id == bindparam("of_store"),
        or_(kind == "order", kind == "customer", kind == RETURNED),
        listed(dialect, TABLE.c.external_id, "ids"),
        TABLE.c.erased_at.is_not(None),
    )


_HELD = Prepared(_marks)
