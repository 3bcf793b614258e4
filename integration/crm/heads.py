"""Who a profile is: name, language, tags and times, worked out from its accounts and orders.

Accounts speak first, the newest of them before the others and those that were merged away last;
orders where no account tells. Nothing here depends on when we heard of a thing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.crm.times import refresh_times
from integration.models import Customer, Order, Profile
from integration.statements.bulk import table_of, update_rows
from integration.statements.prepared import Prepared, listed, several

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_COLUMNS = (
    "display_name",
    "locale",
    "tags",
)


@dataclass(slots=True)
class Head:
    """A profile's head while it is worked out."""

    display_name: str | None = None
    locale: str | None = None
    tags: set[str] = field(default_factory=set)

    def hear(self, account: Any) -> None:
        """Take what an account tells, after those that weigh more."""
        self.display_name = self.display_name or full_name(account.first_name, account.last_name)
        self.locale = self.locale or account.locale
        self.tags.update(account.tags)


def refresh_heads(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> None:
    """Work these profiles' heads out again from their accounts and orders as they are now."""
    if not profile_ids:
        return
    heads = {profile_id: Head() for profile_id in profile_ids}
    _hear_accounts(connection, workspace_id, heads)
    _hear_orders(connection, workspace_id, heads)
    rows = [
        (
            head.display_name,
            head.locale,
            sorted(head.tags),
            profile_id,
        )
        for profile_id, head in heads.items()
    ]
    update_rows(connection, table_of(Profile), _COLUMNS, rows, key=("id",))
    refresh_times(connection, workspace_id, profile_ids)


def full_name(first_name: str | None, last_name: str | None) -> str | None:
    """Both names as one, None where there is none."""
    return " ".join(filter(None, (first_name, last_name))) or None


def _hear_accounts(connection: Connection, workspace_id: int, heads: dict[int, Head]) -> None:
    rows = _ACCOUNTS.rows(
        connection, of_workspace=workspace_id, profiles=several(connection, heads)
    )
    accounts: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        accounts[row.profile_id].append(row)
    for profile_id, of_profile in accounts.items():
        if len(of_profile) > 1:
            of_profile.sort(key=weight, reverse=True)
        for row in of_profile:
            heads[profile_id].hear(row)


def weight(row: Any) -> tuple[bool, datetime, int, str]:
    """A sort key of a person's accounts: whoever weighs most speaks first."""
    return (
        row.merged_into_external_id is None,
        row.source_updated_at or _EARLIEST,
        row.store_id,
        row.external_id,
    )


def _hear_orders(connection: Connection, workspace_id: int, heads: dict[int, Head]) -> None:
    buyers = [
        profile_id
        for profile_id, head in heads.items()
        if head.display_name is None or head.locale is None
    ]
    for profile_id, name, locale in _newest_buyers(connection, workspace_id, buyers):
        head = heads[profile_id]
        head.display_name = head.display_name or name
        head.locale = head.locale or locale


def _newest_buyers(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> Iterable[tuple[int, str | None, str | None]]:
    """What the orders of these profiles tell of the buyer, the newest that tells anything."""
    if not profile_ids:
        return
    given = {"of_workspace": workspace_id, "profiles": several(connection, profile_ids)}
    for profile_id, name, _ in _NAMES.rows(connection, **given):
        yield profile_id, name, None
    for profile_id, locale, _ in _LOCALES.rows(connection, **given):
        yield profile_id, None, locale


def _accounts(dialect: Dialect) -> Executable:
    return select(
        _CUSTOMERS.profile_id,
        _CUSTOMERS.first_name,
        _CUSTOMERS.last_name,
        _CUSTOMERS.locale,
        _CUSTOMERS.tags,
        _CUSTOMERS.source_updated_at,
        _CUSTOMERS.merged_into_external_id,
        _CUSTOMERS.store_id,
        _CUSTOMERS.external_id,
    ).where(
        _CUSTOMERS.workspace_id == bindparam("of_workspace"),
        listed(dialect, _CUSTOMERS.profile_id, "profiles"),
    )


def _newest(column: Any) -> Callable[[Dialect], Executable]:
    def build(dialect: Dialect) -> Executable:
        place = func.row_number().over(
            partition_by=_ORDERS.profile_id,
            order_by=(
                _ORDERS.placed_at.desc(),
                _ORDERS.store_id.desc(),
                _ORDERS.external_id.desc(),
            ),
        )
        ranked = (
            select(_ORDERS.profile_id, column, place.label("place"))
            .where(
                _ORDERS.workspace_id == bindparam("of_workspace"),
                listed(dialect, _ORDERS.profile_id, "profiles"),
                column.is_not(None),
            )
            .subquery()
        )
        return select(ranked).where(ranked.c.place == 1)

    return build


_ACCOUNTS = Prepared(_accounts)
_NAMES, _LOCALES = Prepared(_newest(_ORDERS.buyer_name)), Prepared(_newest(_ORDERS.locale))
