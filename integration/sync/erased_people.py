"""Whom of a batch's news the erasures of its store name, by address or number.

What an erasure found left marks by id (`erasures`). This is for what wasn't held then: a guest's
order or an account that a first read, a late delivery or a comparison tells only now.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Table, select

from integration.db import WorkspaceSession
from integration.identity.erased_names import Name, erased_among, has_erased, name_hash
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Store
from integration.statements.bulk import among
from integration.sync import customer_rows, order_rows
from integration.sync.batch import Batch, sort_out
from integration.sync.held import Mirror
from integration.sync.register import Offer
from integration.sync.sourced import Sourced
from platforms.changes import Change, CustomerChanged, OrderChanged
from platforms.records import CustomerRecord, OrderRecord

_ORDER, _ACCOUNT = order_rows.TOLD.places, customer_rows.TOLD.places
_OWNER, _PLACED = _ORDER["customer_external_id"], _ORDER["placed_at"]
_ORDER_EMAIL, _ORDER_PHONE = _ORDER["email"], _ORDER["phone"]
_EMAIL, _CREATED = _ACCOUNT["email"], _ACCOUNT["source_created_at"]


def guest_names(email: str | None, phone: str | None, country_code: str | None) -> Iterator[Name]:
    """By what an erasure may name a guest's order."""
    normal, number = normalize_email(email), normalize_phone(phone, country_code)
    if normal:
        yield "email", normal
    if number:
        yield "phone", number
        if not normal:
            yield "guest_phone", number


class ErasedPeople:
    """Which names of a store's news are erased persons', and since when."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._since: dict[Name, datetime] = {}

    def look(self, names: set[Name]) -> bool:
        """Look these up; whether any is an erased person's."""
        mirror = self._mirror
        asked = {mirror.names.of(*name): name for name in names}
        rows = erased_among(mirror.connection, mirror.workspace_id, asked)
        self._since = {
            asked[digest]: at
            for (store_id, digest), at in rows.items()
            if store_id == mirror.store_id
        }
        return bool(self._since)

    def late_accounts(self, batch: Batch, marked: Collection[str]) -> dict[str, datetime]:
        """The accounts that were there when their address was erased, with that time.

        One that is held as somebody's, or marked, is decided by that. Where a store doesn't tell
        when an account was made, the time of its state counts.
        """
        found: dict[str, datetime] = {}
        for external_id, offers in batch.customers.items():
            if external_id in marked:
                continue
            # After a restore nothing but this says that it was erased.
            if ("account", external_id) in self._since:
                found[external_id] = self._since["account", external_id]
            for offer in offers:
                at = self._of_account(offer)
                if at is not None and (offer.told[_CREATED] or offer.at) <= at:
                    found[external_id] = max(at, found.get(external_id, at))
        living = self._living(customer_rows.TABLE, found)
        return {each: at for each, at in found.items() if each not in living}

    def late_orders(self, batch: Batch) -> dict[str, datetime]:
        """The orders of guests, and of accounts that nobody told, from before the erasure."""
        found: dict[str, tuple[str | None, datetime]] = {}
        for external_id, offers in batch.orders.items():
            if ("order", external_id) in self._since:
                found[external_id] = None, self._since["order", external_id]
                continue
            for offer in offers:
                at = self._of_order(offer)
                if at is not None and offer.told[_PLACED] <= at:
                    found[external_id] = offer.told[_OWNER], at
        owners = {owner for owner, _ in found.values() if owner is not None}
        known = batch.customers.keys() | self._living(customer_rows.TABLE, owners)
        return {each: at for each, (owner, at) in found.items() if owner not in known}

    def _of_account(self, offer: Offer) -> datetime | None:
        email = normalize_email(offer.told[_EMAIL])
        return self._since.get(("email", email)) if email else None

    def _of_order(self, offer: Offer) -> datetime | None:
        told = offer.told
        names = guest_names(told[_ORDER_EMAIL], told[_ORDER_PHONE], self._mirror.country_code)
        times = [self._since[name] for name in names if name in self._since]
        return max(times, default=None)

    def _living(self, table: Table, external_ids: Collection[str]) -> set[str]:
        """Those of these that the copy holds as somebody's."""
        if not external_ids:
            return set()
        mirror = self._mirror
        rows = mirror.connection.execute(
            select(table.c.external_id).where(
                table.c.workspace_id == mirror.workspace_id,
                table.c.store_id == mirror.store_id,
                table.c.profile_id.is_not(None),
                table.c.source_updated_at.is_not(None),
                among(mirror.connection, table.c.external_id, external_ids),
            )
        )
        return set(rows.scalars())


def erased_people(mirror: Mirror, batch: Batch) -> ErasedPeople | None:
    """Whom a batch names of those who were erased from its store; None for nobody.

    A store of which nobody was ever erased costs one look.
    """
    if not (batch.orders or batch.customers):
        return None
    if not has_erased(mirror.connection, mirror.workspace_id, mirror.store_id):
        return None
    people = ErasedPeople(mirror)
    return people if people.look(set(_names(batch, mirror.country_code))) else None


def _names(batch: Batch, country_code: str | None) -> Iterator[Name]:
    yield from (("order", external_id) for external_id in batch.orders)
    yield from (("account", external_id) for external_id in batch.customers)
    for offers in batch.orders.values():
        for offer in offers:
            yield from guest_names(offer.told[_ORDER_EMAIL], offer.told[_ORDER_PHONE], country_code)
    for offers in batch.customers.values():
        for offer in offers:
            email = normalize_email(offer.told[_EMAIL])
            if email:
                yield "email", email


def erased_records(
    session: WorkspaceSession, store_id: int, records: Sequence[CustomerRecord | OrderRecord]
) -> list[CustomerRecord | OrderRecord]:
    """Those of these that `apply` would refuse by an erased person's address or number."""
    connection = session.connection()
    if not records or not has_erased(connection, session.workspace_id, store_id):
        return []
    store = session.get_one(Store, store_id)
    hashes = name_hash(session)
    mirror = Mirror(connection, session.workspace_id, store_id, store.country_code, hashes)
    batch = sort_out([Sourced(_changed(one), "reconcile") for one in records])
    people = ErasedPeople(mirror)
    if not people.look(set(_names(batch, store.country_code))):
        return []
    accounts = people.late_accounts(batch, ())
    for external_id in accounts:
        del batch.customers[external_id]
    orders = people.late_orders(batch)
    return [
        one
        for one in records
        if one.external_id in (orders if isinstance(one, OrderRecord) else accounts)
    ]


def _changed(record: CustomerRecord | OrderRecord) -> Change:
    return OrderChanged(record) if isinstance(record, OrderRecord) else CustomerChanged(record)
