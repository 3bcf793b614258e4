"""Profiles that a batch makes: whole at once, from what the batch says.

Nobody but the batch speaks of them, so nothing has to be read back. What is written is what
`heads`, `times` and `identities` would work out afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.crm.heads import Head, weight
from integration.crm.said import AccountSaid, OrderSaid
from integration.crm.times import Times
from integration.identity.family import Place
from integration.identity.identities import Shown
from integration.identity.keys import Key
from integration.identity.links import COLUMNS as LINK_COLUMNS
from integration.identity.links import link_row
from integration.models import Identity, Profile
from integration.statements.bulk import table_of, write_rows

_COLUMNS = (
    "id",
    "workspace_id",
    "display_name",
    "locale",
    "tags",
    "first_order_at",
    "last_order_at",
    "customer_since",
    "created_at",
)


@dataclass(slots=True)
class Newcomer:
    """A new profile with those who are on it."""

    key: Key
    accounts: list[AccountSaid] = field(default_factory=list)
    orders: list[OrderSaid] = field(default_factory=list)

    def head(self) -> Head:
        """Its name, language and tags."""
        head = Head()
        for account in sorted(self.accounts, key=weight, reverse=True):
            head.hear(account)
        if head.display_name is None or head.locale is None:
            for order in sorted(self.orders, key=_recency, reverse=True):
                head.display_name = head.display_name or order.buyer_name
                head.locale = head.locale or order.locale
        return head

    def times(self) -> Times:
        """Since when and until when it ordered."""
        times = Times()
        for account in self.accounts:
            times.since(account.source_created_at)
        for order in self.orders:
            times.hear(order)
        return times

    def told_by(self) -> str | None:
        """Who says its key first: an account before an order. None where only what was held before
        comes to it.
        """
        for kind, said in (("account", self.accounts), ("order", self.orders)):
            if said:
                return f"{kind}:{min(each.external_id for each in said)}"
        return None

    def shown(self, profile_id: int) -> Iterable[Shown]:
        """The identities that are shown beside its key."""
        found = Saying(profile_id)
        for account in self.accounts:
            said = account.store_id, f"account:{account.external_id}"
            found.hear("customer", f"{account.store_id}:{account.external_id}", *said, True)
            found.hear("phone", account.phone_normalized, *said, True)
            found.hear("email", account.email_normalized, *said, True)
        for order in self.orders:
            said = order.store_id, f"order:{order.external_id}"
            is_guests = order.customer_external_id is None
            found.hear("phone", order.phone_normalized, *said, is_guests)
            found.hear("email", order.email_normalized, *said, is_guests)
        found.heard.pop(self.key, None)
        return found.heard.values()


@dataclass(slots=True)
class Saying:
    """What is said of a profile; what a store asserts outweighs what an order does."""

    profile_id: int
    heard: dict[tuple[str, str], Shown] = field(default_factory=dict)

    def hear(
        self, kind: str, value: str | None, store_id: int, told_by: str, asserted: bool
    ) -> None:
        """Take in what an account or order says."""
        if value is None:
            return
        known = self.heard.get((kind, value))
        if known is None or (not asserted, told_by) < (not known.asserted, known.told_by):
            said = Shown(self.profile_id, kind, value, asserted, store_id, told_by)
            self.heard[kind, value] = said


def introduce(
    place: Place,
    new: Mapping[Key, int],
    accounts: Iterable[AccountSaid],
    orders: Iterable[OrderSaid],
) -> None:
    """Write these new profiles with their identities; rows that name them may follow."""
    if not new:
        return
    people = {profile_id: Newcomer(key) for key, profile_id in new.items()}
    for account in accounts:
        if account.profile_id in people:
            people[account.profile_id].accounts.append(account)
    for order in orders:
        if order.profile_id in people:
            people[order.profile_id].orders.append(order)
    profiles = [_row(place, profile_id, one) for profile_id, one in people.items()]
    write_rows(place.connection, table_of(Profile), _COLUMNS, profiles)
    identities = [
        row for profile_id, one in people.items() for row in _links(place, profile_id, one)
    ]
    write_rows(place.connection, table_of(Identity), LINK_COLUMNS, identities)


def _row(place: Place, profile_id: int, one: Newcomer) -> tuple[Any, ...]:
    head, times = one.head(), one.times()
    return (
        profile_id,
        place.workspace_id,
        head.display_name,
        head.locale,
        sorted(head.tags),
        times.first,
        times.last,
        times.begun,
        place.now,
    )


def _links(place: Place, profile_id: int, one: Newcomer) -> Iterable[tuple[Any, ...]]:
    yield link_row(place, profile_id, one.key, one.told_by())
    for shown in one.shown(profile_id):
        yield shown.row(place.workspace_id, place.now, place.origin)


def _recency(order: OrderSaid) -> tuple[datetime, int, str]:
    return order.placed_at, order.store_id, order.external_id
