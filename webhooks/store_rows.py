"""The store of a batch inside the transaction that applies it."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.db import WorkspaceSession
from integration.models import Store
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared
from platforms.changes import AppUninstalled, PrivacyRequested
from webhooks.reading import Item


def locked_store(session: WorkspaceSession, known: Store, items: Sequence[Item]) -> Store:
    """The store, locked until the commit; to be written only where an item is about it.

    `known` is how it was when the deliveries were leased: where nothing is to be written, and its
    status and its country (by which phones are read) still stand, that is enough.
    """
    rows = _LOCK.rows(session.connection(), of_workspace=known.workspace_id, of_store=known.id)
    is_unchanged = [tuple(row) for row in rows] == [(known.status, known.country_code)]
    if is_unchanged and not any(_is_about_store(item) for item in items):
        return known
    return session.execute(select(Store).where(Store.id == known.id)).scalar_one()


def _is_about_store(item: Item) -> bool:
    """Whether it may end the installation or ask for an erasure."""
    return item.is_compliance or any(
        isinstance(change, AppUninstalled | PrivacyRequested) for change in item.changes
    )


def _lock(_: Dialect) -> Executable:
    store = table_of(Store).c
    of_store = store.workspace_id == bindparam("of_workspace"), store.id == bindparam("of_store")
    return select(store.status, store.country_code).where(*of_store).with_for_update()


_LOCK = Prepared(_lock)
