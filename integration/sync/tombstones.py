"""What the store deleted: a register of its own, so that any order of news ends the same."""

from collections.abc import Collection
from datetime import datetime

from integration.bulk import table_of, write_rows
from integration.models import Tombstone
from integration.sync.batch import Batch
from integration.sync.held import Mirror, held_tombstones

TABLE = table_of(Tombstone)
_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "deleted_at")
_KEY = ("store_id", "kind", "external_id")


def keep_tombstones(
    mirror: Mirror, batch: Batch, orders: Collection[str], customers: Collection[str]
) -> dict[tuple[str, str], datetime]:
    """The latest deletion of each of these, by kind and external id, the batch's kept for good."""
    held = held_tombstones(mirror, orders, customers)
    news = {what: at for what, at in batch.deletions.items() if what not in held or at > held[what]}
    rows = [
        (mirror.workspace_id, mirror.store_id, kind, external_id, at)
        for (kind, external_id), at in news.items()
    ]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)
    return held | news
