"""All that the stores tell of some hundred persons, in a few statements: for searching and clues.

Of each person the newest 200 orders and accounts are read: a till's walk-in customer may have a
hundred thousand, and is read again at each of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable
from sqlalchemy.types import Text

from integration.crm.heads import full_name
from integration.identity.normalize import normalize_phone
from integration.models import Customer, Fulfillment, Order, OrderLine, Profile
from integration.models.declarative import BigId
from integration.statements.bulk import read_rows, table_of
from integration.statements.prepared import Prepared, listed, several

MOST_ORDERS = 200
MOST_ACCOUNTS = 200

_PROFILES, _CUSTOMERS, _ORDERS = table_of(Profile), table_of(Customer), table_of(Order)
_LINES, _PARCELS = table_of(OrderLine), table_of(Fulfillment)


@dataclass(frozen=True, slots=True)
class EmailFact:
    """An address in its comparable form. `asserted`: an account's own or a guest's, not only typed.

    What only stands on an order that an account placed is typed.
    """

    value: str
    asserted: bool


@dataclass(frozen=True, slots=True)
class PostalFact:
    """A postal address as it was typed. `country` is ISO 3166-1 alpha-2."""

    name: str | None
    company: str | None
    line1: str | None
    line2: str | None
    city: str | None
    postal_code: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class OrderFact:
    """An order by its names."""

    store_id: int
    external_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is told of one person, each thing once, newest orders first.

    `names` are of accounts and of those whom orders were sent to, `account_names` of accounts only.
    `phones` are in E.164, from accounts and orders;
    `address_phones` stand on postal addresses only. `skus` and `tracking` are as they were told.
    """

    profile_id: int
    names: tuple[str, ...] = ()
    account_names: tuple[str, ...] = ()
    emails: tuple[EmailFact, ...] = ()
    phones: tuple[str, ...] = ()
    address_phones: tuple[str, ...] = ()
    addresses: tuple[PostalFact, ...] = ()
    orders: tuple[OrderFact, ...] = ()
    skus: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()


def load_facts(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> dict[int, PersonFacts]:
    """The facts of these persons by profile. Profiles that are gone or joined to others have none.

    Everything of a joined profile is on the one that stands for it.
    """
    given = {"of_workspace": workspace_id, "profiles": several(connection, profile_ids)}
    gathered = {row.id: _Gathered() for row in _SHOWN.rows(connection, **given)}
    if not gathered:
        return {}
    given["profiles"] = several(connection, gathered)
    for row in _ACCOUNTS.rows(connection, **given):
        gathered[row.profile_id].hear_account(row)
    of_order: dict[int, dict[str, _Gathered]] = defaultdict(dict)
    for row in _NEWEST.rows(connection, **given):
        gathered[row.profile_id].hear_order(row)
        of_order[row.store_id][row.external_id] = gathered[row.profile_id]
    for store_id, by_order in of_order.items():
        _hear_parts(connection, store_id, by_order)
    return {profile_id: each.facts(profile_id) for profile_id, each in gathered.items()}


def _hear_parts(connection: Connection, store_id: int, by_order: Mapping[str, "_Gathered"]) -> None:
    """SKUs and tracking numbers, in the order of the orders."""
    key, prefix = "order_external_id", {"store_id": store_id}
    asked = list(by_order)
    skus: dict[str, list[str]] = defaultdict(list)
    for order, sku in read_rows(connection, _LINES, (key, "sku"), prefix, key, asked):
        skus[order].append(sku)
    parcels: dict[str, list[Any]] = defaultdict(list)
    for order, tracking in read_rows(connection, _PARCELS, (key, "tracking"), prefix, key, asked):
        parcels[order] += tracking
    for order, person in by_order.items():
        person.skus.update(dict.fromkeys(filter(None, skus.get(order, ()))))
        numbers = (each.get("number") for each in parcels.get(order, ()))
        person.tracking.update(dict.fromkeys(filter(None, numbers)))


@dataclass(slots=True)
class _Gathered:
    """Facts while they are gathered; dictionaries stand for sets that keep their order."""

    names: dict[str, None] = field(default_factory=dict)
    account_names: dict[str, None] = field(default_factory=dict)
    own_emails: dict[str, None] = field(default_factory=dict)
    typed_emails: dict[str, None] = field(default_factory=dict)
    phones: dict[str, None] = field(default_factory=dict)
    address_phones: dict[str, None] = field(default_factory=dict)
    addresses: dict[PostalFact, None] = field(default_factory=dict)
    orders: list[OrderFact] = field(default_factory=list)
    skus: dict[str, None] = field(default_factory=dict)
    tracking: dict[str, None] = field(default_factory=dict)

    def hear_account(self, row: Any) -> None:
        name = full_name(row.first_name, row.last_name)
        self._note(self.names, name)
        self._note(self.account_names, name)
        self._note(self.own_emails, row.email_normalized)
        self._note(self.phones, row.phone_normalized)
        self._hear_address(row.address)

    def hear_order(self, row: Any) -> None:
        is_guest = row.customer_external_id is None
        self.orders.append(OrderFact(row.store_id, row.external_id, row.name))
        self._note(self.names, row.buyer_name)
        self._note(self.own_emails if is_guest else self.typed_emails, row.email_normalized)
        self._note(self.phones, row.phone_normalized)
        self._hear_address(row.shipping_address)
        if row.billing_address != row.shipping_address:
            self._hear_address(row.billing_address)

    def _hear_address(self, told: Mapping[str, Any] | None) -> None:
        if not told:
            return
        get, country = told.get, told.get("country_code")
        postal = PostalFact(
            get("name"),
            get("company"),
            get("line1"),
            get("line2"),
            get("city"),
            get("postal_code"),
            country,
        )
        self.addresses[postal] = None
        self._note(self.address_phones, normalize_phone(get("phone"), country))

    @staticmethod
    def _note(known: dict[str, None], value: str | None) -> None:
        if value:
            known[value] = None

    def facts(self, profile_id: int) -> PersonFacts:
        typed = (value for value in self.typed_emails if value not in self.own_emails)
        return PersonFacts(
            profile_id=profile_id,
            names=tuple(self.names),
            account_names=tuple(self.account_names),
            emails=(
                *(EmailFact(value, True) for value in self.own_emails),
                *(EmailFact(value, False) for value in typed),
            ),
            phones=tuple(self.phones),
            address_phones=tuple(each for each in self.address_phones if each not in self.phones),
            addresses=tuple(self.addresses),
            orders=tuple(self.orders),
            skus=tuple(self.skus),
            tracking=tuple(self.tracking),
        )


def _shown(dialect: Dialect) -> Executable:
    return select(_PROFILES.c.id).where(
        _PROFILES.c.workspace_id == bindparam("of_workspace"),
        listed(dialect, _PROFILES.c.id, "profiles"),
        _PROFILES.c.joined_id.is_(None),
    )


def _newest_of_each(
    dialect: Dialect, table: Any, columns: Iterable[str], newest: tuple[str, ...], most: int
) -> Executable:
    """The newest rows of each of the profiles, however many a profile has."""
    inner = table.alias("inner_rows")
    order = [inner.c[name].desc() for name in newest]
    if dialect.name == "sqlite":
        each = func.json_each(bindparam("profiles", type_=Text)).table_valued("value")
        few = select(inner.c.id).where(
            inner.c.workspace_id == bindparam("of_workspace"), inner.c.profile_id == each.c.value
        )
        chosen = few.order_by(*order).limit(most).correlate(each)
        return (
            select(*(table.c[name] for name in columns))
            .select_from(each.join(table, table.c.id.in_(chosen)))
            .where(table.c.workspace_id == bindparam("of_workspace"))
            .order_by(each.c.value, *(table.c[name].desc() for name in newest))
        )
    given = func.unnest(bindparam("profiles", type_=ARRAY(BigId))).table_valued("id")
    given = given.render_derived(name="given")
    some = (
        select(*(inner.c[name] for name in dict.fromkeys((*columns, *newest))))
        .where(
            inner.c.profile_id == given.c.id,
            inner.c.workspace_id == bindparam("of_workspace"),
        )
        .order_by(*order)
        .limit(most)
        .lateral("rows")
    )
    return (
        select(*(some.c[name] for name in columns))
        .select_from(given)
        .join(some, bindparam("always", True))
        .order_by(given.c.id, *(some.c[name].desc() for name in newest))
    )


def _accounts(dialect: Dialect) -> Executable:
    columns = (
        "profile_id",
        "first_name",
        "last_name",
        "email_normalized",
        "phone_normalized",
        "address",
    )
    return _newest_of_each(dialect, _CUSTOMERS, columns, ("id",), MOST_ACCOUNTS)


def _newest(dialect: Dialect) -> Executable:
    columns = (
        "profile_id",
        "store_id",
        "external_id",
        "name",
        "customer_external_id",
        "email_normalized",
        "phone_normalized",
        "buyer_name",
        "shipping_address",
        "billing_address",
    )
    return _newest_of_each(dialect, _ORDERS, columns, ("placed_at", "id"), MOST_ORDERS)


_SHOWN, _ACCOUNTS, _NEWEST = Prepared(_shown), Prepared(_accounts), Prepared(_newest)
