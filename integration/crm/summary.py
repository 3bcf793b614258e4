"""A person's figures over all stores, from their orders and conversations: three statements.

docs/figures.md says what each means.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.engine import Dialect

from integration.conversations.of_person import (
    Talks,
    languages_written,
    most_used_channel,
    talks_of,
)
from integration.crm.json_lists import json_list, moment, objects
from integration.crm.records import ContextStore
from integration.crm.summary_records import MoneySummary, Summary, SummaryStore
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Customer, Order, Profile, Store, StoreSync
from integration.models.declarative import BigId
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared

_PROFILES, _ORDERS, _CUSTOMERS = table_of(Profile), table_of(Order), table_of(Customer)
_STORES, _SYNCS = table_of(Store), table_of(StoreSync)
_WORKSPACE = bindparam("workspace_id", type_=BigId)
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_DAY = timedelta(days=1) // timedelta(microseconds=1)


def summary_of(session: WorkspaceSession, profile_id: int) -> Summary:
    """The figures of the person that a profile is part of; reads only, audits nothing.

    Raises NotFound for an unknown profile and for another workspace's.
    """
    connection = session.connection()
    given = {"workspace_id": session.workspace_id, "profile_id": profile_id}
    found = _PERSON.rows(connection, **given)
    if not found:
        raise NotFound("There is no such person.")
    (person,) = found
    groups = _GROUPS.rows(connection, **(given | {"profile_id": person.id}))
    talks = talks_of(session, person.id)
    counted = [group for group in groups if group.orders]
    accounts, times = objects(person.accounts), _times(objects(person.times))
    orders, returned = (sum(getattr(g, name) for g in counted) for name in ("orders", "returned"))
    stores = _stores(objects(person.stores), accounts, groups)
    mean, median = _days_between(times)
    limits = [each.complete_from for each in stores if each.complete_from is not None]
    return Summary(
        profile_id=str(person.id),
        money=_money(counted),
        complete_from=max(limits, default=None),
        orders=orders,
        first_order_at=times[0] if times else None,
        last_order_at=times[-1] if times else None,
        repeat_rate=_rate(orders - 1, orders),
        days_between_mean=mean,
        days_between_median=median,
        returned_orders=returned,
        return_rate=_rate(returned, orders),
        preferred_channel=_preferred_channel(counted),
        languages=_languages(person.locale, accounts, groups, talks),
        stores=stores,
        conversations=sum(talk.conversations for talk in talks),
        contact_channel=most_used_channel(talks),
    )


def _person(dialect: Dialect) -> Select[Any]:
    asked = _PROFILES.alias("asked")
    face = (
        select(func.coalesce(asked.c.joined_id, asked.c.id))
        .where(
            asked.c.workspace_id == _WORKSPACE,
            asked.c.id == bindparam("profile_id", type_=BigId),
        )
        .scalar_subquery()
    )
    stores = {name: _STORES.c[name] for name in ("id", "platform", "domain", "name")}
    return select(
        _PROFILES.c.id,
        _PROFILES.c.locale,
        json_list(
            dialect,
            {"at": _ORDERS.c.placed_at},
            _ORDERS,
            _ORDERS.c.profile_id == _PROFILES.c.id,
            _ORDERS.c.counts,
        ).label("times"),
        json_list(
            dialect,
            {
                "store_id": _CUSTOMERS.c.store_id,
                "locale": _CUSTOMERS.c.locale,
                "since": _CUSTOMERS.c.source_created_at,
                "deleted_at": _CUSTOMERS.c.deleted_at,
            },
            _CUSTOMERS,
            _CUSTOMERS.c.profile_id == _PROFILES.c.id,
        ).label("accounts"),
        json_list(
            dialect,
            stores | {"complete_from": _SYNCS.c.complete_from},
            _STORES.join(_SYNCS, _SYNCS.c.store_id == _STORES.c.id),
            _STORES.c.workspace_id == _WORKSPACE,
        ).label("stores"),
    ).where(_PROFILES.c.workspace_id == _WORKSPACE, _PROFILES.c.id == face)


def _groups(_dialect: Dialect) -> Select[Any]:
    """The person's orders by what parts them in the figures; few rows, however many orders."""
    orders = _ORDERS.c
    parts = (orders.store_id, orders.currency, orders.sales_channel, orders.locale)

    def total(value: Any, *conditions: Any) -> Any:
        wanted = orders.counts
        for condition in conditions:
            wanted = wanted & condition
        return func.sum(case((wanted, value), else_=0))

    return (
        select(
            *parts,
            total(1).label("orders"),
            total(orders.total_minor, orders.is_paid).label("spent_minor"),
            total(orders.total_minor, ~orders.is_paid).label("unpaid_minor"),
            total(orders.refunded_minor).label("refunded_minor"),
            total(1, orders.refunded_minor > 0).label("returned"),
            func.count().label("all_orders"),
            func.count(orders.customer_external_id).label("of_accounts"),
            func.min(orders.placed_at).label("first_at"),
            func.max(case((orders.counts, orders.placed_at))).label("newest_at"),
        )
        .where(
            orders.workspace_id == _WORKSPACE,
            orders.profile_id == bindparam("profile_id", type_=BigId),
        )
        .group_by(*parts)
    )


_PERSON, _GROUPS = Prepared(_person), Prepared(_groups)


def _money(counted: Iterable[Any]) -> tuple[MoneySummary, ...]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for group in counted:
        figures = (group.orders, group.spent_minor, group.unpaid_minor, group.refunded_minor)
        sums[group.currency] = [
            known + int(more) for known, more in zip(sums[group.currency], figures, strict=True)
        ]
    return tuple(
        MoneySummary(
            currency=currency,
            orders=orders,
            spent_minor=spent,
            unpaid_minor=unpaid,
            refunded_minor=refunded,
            average_minor=_half_up(spent + unpaid, orders),
            lifetime_minor=spent - refunded,
            refund_rate=_rate(refunded, spent),
        )
        for currency, (orders, spent, unpaid, refunded) in sorted(sums.items())
    )


def _stores(
    held: Iterable[Mapping[str, Any]], accounts: Iterable[Mapping[str, Any]], groups: Iterable[Any]
) -> tuple[SummaryStore, ...]:
    """The stores that know the person, the one that has known them longest first."""
    since: dict[int, list[datetime | None]] = defaultdict(list)
    ways: dict[int, set[str]] = defaultdict(set)
    orders: dict[int, int] = defaultdict(int)
    for account in accounts:
        since[account["store_id"]].append(moment(account["since"]))
        if account["deleted_at"] is None:
            ways[account["store_id"]].add("account")
    for group in groups:
        since[group.store_id].append(group.first_at)
        orders[group.store_id] += int(group.orders)
        if group.of_accounts:
            ways[group.store_id].add("account")
        if group.all_orders > group.of_accounts:
            ways[group.store_id].add("guest")
    found = [
        SummaryStore(
            store=ContextStore(str(row["id"]), row["platform"], row["domain"], row["name"]),
            known_as=_known_as(ways[row["id"]]),
            since=min((at for at in since[row["id"]] if at is not None), default=None),
            orders=orders[row["id"]],
            complete_from=moment(row["complete_from"]),
        )
        for row in held
        if ways[row["id"]]
    ]
    return tuple(sorted(found, key=lambda each: (each.since or _LATEST, int(each.store.id))))


def _known_as(ways: set[str]) -> Literal["account", "guest", "both"]:
    if ways == {"account"}:
        return "account"
    return "guest" if ways == {"guest"} else "both"


def _preferred_channel(counted: Iterable[Any]) -> str | None:
    """The channel of most orders; of equals the one with the newest order, then by its name."""
    orders: dict[str, int] = defaultdict(int)
    newest: dict[str, datetime] = defaultdict(lambda: _EARLIEST)
    for group in counted:
        if group.sales_channel:
            orders[group.sales_channel] += int(group.orders)
            newest[group.sales_channel] = max(newest[group.sales_channel], group.newest_at)
    return max(sorted(orders), key=lambda each: (orders[each], newest[each]), default=None)


def _languages(
    own: str | None,
    accounts: Iterable[Mapping[str, Any]],
    groups: Iterable[Any],
    talks: Iterable[Talks],
) -> tuple[str, ...]:
    """The one that they are written to, those of their accounts, of their orders, of what they
    write."""
    orders: dict[str, int] = defaultdict(int)
    for group in groups:
        if group.locale:
            orders[group.locale] += int(group.all_orders)
    told = {account["locale"] for account in accounts} - {None, ""}
    by_orders = sorted(orders, key=lambda each: (-orders[each], each))
    written = languages_written(talks)
    return tuple(dict.fromkeys([*filter(None, [own]), *sorted(told), *by_orders, *written]))


def _times(found: Iterable[Mapping[str, Any]]) -> list[datetime]:
    return sorted(at for row in found if (at := moment(row["at"])) is not None)


def _days_between(times: Sequence[datetime]) -> tuple[float | None, float | None]:
    """Mean and median of the days between successive orders, to one decimal."""
    if len(times) < 2:
        return None, None
    micro = timedelta(microseconds=1)
    gaps = sorted((later - one) // micro for one, later in pairwise(times))
    middle = gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]
    mean = _half_up(10 * sum(gaps), _DAY * len(gaps)) / 10
    return mean, _half_up(10 * middle, 2 * _DAY) / 10


def _rate(part: int, whole: int) -> float | None:
    return _half_up(10_000 * int(part), int(whole)) / 10_000 if whole else None


def _half_up(value: int, parts: int) -> int:
    """A quotient rounded to a whole number, halves up."""
    return (2 * int(value) + parts) // (2 * parts)
