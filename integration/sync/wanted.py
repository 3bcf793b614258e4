"""The objects that have to be read again, kept until that was done."""

from datetime import datetime

from sqlalchemy import bindparam, delete

from integration.bulk import table_of, write_rows
from integration.models import Reread
from integration.sync.batch import Batch
from integration.sync.held import Mirror
from integration.sync.sourced import Wanted

TABLE = table_of(Reread)
_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "wanted_at")
_KEY = ("store_id", "kind", "external_id")


def keep_wanted(mirror: Mirror, batch: Batch, now: datetime) -> frozenset[Wanted]:
    """What is to be read again; what the batch brings fresh from the store no longer is."""
    wanted = batch.wanted - batch.read
    if batch.read:
        mirror.connection.execute(
            delete(TABLE).where(
                TABLE.c.store_id == mirror.store_id,
                TABLE.c.kind == bindparam("of_kind"),
                TABLE.c.external_id == bindparam("external"),
            ),
            [{"of_kind": what.kind, "external": what.external_id} for what in batch.read],
        )
    rows = [
        (mirror.workspace_id, mirror.store_id, what.kind, what.external_id, now) for what in wanted
    ]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)
    return frozenset(wanted)
