"""Objects that are to be read when the store can be read again."""

from collections.abc import Iterable
from datetime import datetime

from integration.db import WorkspaceSession
from integration.models import Reread, Store
from integration.statements.bulk import table_of, write_rows
from integration.sync.sourced import Wanted

_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "wanted_at")
_KEY = ("store_id", "kind", "external_id")


def read_later(
    session: WorkspaceSession, store: Store, wanted: Iterable[Wanted], *, now: datetime
) -> None:
    """Have the store's next refresh read these, in the caller's write transaction."""
    rows = [
        (store.workspace_id, store.id, one.kind, one.external_id, now)
        for one in sorted(wanted, key=lambda one: (one.kind, one.external_id))
    ]
    write_rows(session.connection(), table_of(Reread), _COLUMNS, rows, key=_KEY)
