"""The objects that have to be read again, kept until that was done."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete

from integration.models import Reread
from integration.statements.bulk import table_of, write_rows
from integration.sync.batch import Batch
from integration.sync.held import Mirror
from integration.sync.sourced import Wanted

TABLE = table_of(Reread)
_COLUMNS = ("workspace_id", "store_id", "kind", "external_id", "wanted_at")
_KEY = ("store_id", "kind", "external_id")
# An account that an order names and nobody told: read at leisure, nothing waits for it.
NAMED = "named"


def keep_wanted(mirror: Mirror, batch: Batch, now: datetime) -> frozenset[Wanted]:
    """What is to be read again; what the batch brings fresh from the store no longer is.

    Something that was read while other news of it came in is wanted once more.
    """
    wanted = batch.still_wanted()
    if batch.read:
        mirror.connection.execute(
            delete(TABLE).where(
                TABLE.c.workspace_id == mirror.workspace_id,
                TABLE.c.store_id == mirror.store_id,
                TABLE.c.kind == bindparam("of_kind"),
                TABLE.c.external_id == bindparam("external"),
            ),
            [
                {"of_kind": kind, "external": what.external_id}
                for what in batch.read
                for kind in _kinds(what)
            ],
        )
    rows = [
        (mirror.workspace_id, mirror.store_id, what.kind, what.external_id, now) for what in wanted
    ]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)
    return wanted


def keep_again(mirror: Mirror, batch: Batch, accounts: Iterable[str], now: datetime) -> None:
    """Have the next refresh read these accounts, unless the batch brings them fresh."""
    wanted = {Wanted("customer", external_id) for external_id in accounts} - batch.read
    rows = [
        (mirror.workspace_id, mirror.store_id, what.kind, what.external_id, now) for what in wanted
    ]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)


def keep_named(mirror: Mirror, external_ids: Iterable[str], now: datetime) -> None:
    """Keep accounts that orders name to be read by themselves."""
    rows = [(mirror.workspace_id, mirror.store_id, NAMED, one, now) for one in external_ids]
    write_rows(mirror.connection, TABLE, _COLUMNS, rows, key=_KEY)


def _kinds(what: Wanted) -> tuple[str, ...]:
    return ("customer", NAMED) if what.kind == "customer" else ("order",)
