"""A person's accounts in the stores, with what those stores themselves wrote about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.crm.records import ContextStore
from integration.db import WorkspaceSession
from integration.models import Customer, Store
from integration.statements.bulk import table_of
from platforms.port import StorePlatform

_CUSTOMERS, _STORES = table_of(Customer), table_of(Store)
_MOST = 50


@dataclass(frozen=True, slots=True)
class StoreAccount:
    """An account in a store. `since` is when it was made there, None where the store doesn't say.

    `note` and `tags` are the store's own. `admin_url` is where staff see the account in the store's
    admin, '' where there is no such page.
    """

    store: ContextStore
    external_id: str
    since: datetime | None
    note: str | None
    tags: tuple[str, ...]
    admin_url: str


def accounts_of(
    session: WorkspaceSession, platforms: Mapping[str, StorePlatform], profile_id: int
) -> tuple[StoreAccount, ...]:
    """The accounts of a person that stand, the oldest first; at most 50.

    One that was merged into another or deleted is none. Of nobody: an empty tuple.
    """
    statement = (
        select(
            _CUSTOMERS.c.store_id,
            _CUSTOMERS.c.external_id,
            _CUSTOMERS.c.source_created_at,
            _CUSTOMERS.c.note,
            _CUSTOMERS.c.tags,
            _STORES.c.platform,
            _STORES.c.domain,
            _STORES.c.name,
            _STORES.c.admin_url,
        )
        .join(_STORES, _STORES.c.id == _CUSTOMERS.c.store_id)
        .where(
            _CUSTOMERS.c.workspace_id == session.workspace_id,
            _CUSTOMERS.c.profile_id == profile_id,
            _CUSTOMERS.c.deleted_at.is_(None),
            _CUSTOMERS.c.merged_into_external_id.is_(None),
        )
        .order_by(
            _CUSTOMERS.c.source_created_at.asc().nulls_last(),
            _CUSTOMERS.c.store_id,
            _CUSTOMERS.c.external_id,
        )
        .limit(_MOST)
    )
    return tuple(_account(row, platforms) for row in session.connection().execute(statement))


def _account(row: Any, platforms: Mapping[str, StorePlatform]) -> StoreAccount:
    platform = platforms.get(row.platform)
    return StoreAccount(
        store=ContextStore(str(row.store_id), row.platform, row.domain, row.name),
        external_id=row.external_id,
        since=row.source_created_at,
        note=(row.note or "").strip() or None,
        tags=tuple(row.tags),
        admin_url=(
            ""
            if platform is None
            else platform.host.customer_url(row.domain, row.external_id, row.admin_url)
        ),
    )
