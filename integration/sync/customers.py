"""The accounts of a batch: what they come to, and their rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integration.crm.said import AccountSaid, teller
from integration.identity.keys import AccountFacts
from integration.statements.bulk import update_rows, write_rows
from integration.sync import customer_rows
from integration.sync.batch import Batch, later_merge
from integration.sync.held import HeldCustomer, Mirror, held_customers, load_customers
from integration.sync.register import Offer
from integration.sync.sourced import Wanted
from platforms.changes import CustomersMerged, CustomerTouched

Tombstones = Mapping[tuple[str, str], datetime]

_KEY = ("store_id", "external_id")
_SAID = teller(AccountSaid, customer_rows.COLUMNS)
_UNTOLD: list[Any] = [None] * len(customer_rows.TOLD.names)
_UNTOLD[customer_rows.TOLD.places["tags"]] = ()


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """Rows to write whole, and single columns of others."""

    whole: list[tuple[Any, ...]]
    marks: list[tuple[Any, ...]]

    def said(self) -> list[AccountSaid]:
        """What the whole ones say of persons."""
        return [AccountSaid._make(_SAID(row)) for row in self.whole]


@dataclass(slots=True)
class Accounts:
    """The accounts that a batch speaks of, with their facts as they are to be.

    `changed` are those whose key may be another now, `contacts` the comparable address and phone of
    those that are written, `merged` those of which a merge is news.
    """

    held: dict[str, HeldCustomer]
    facts: dict[str, AccountFacts] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    contacts: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    def written(self) -> int:
        """How many accounts change."""
        return len(self.contacts.keys() | self.merged)

    def refused(self) -> int:
        """How many states were too old."""
        return sum(held.register.refused for held in self.held.values())

    def profile_ids(self, given: Mapping[str, int]) -> set[int]:
        """The profiles of the written accounts."""
        ids = (given.get(key, self.facts[key].profile_id) for key in self.contacts)
        return {profile_id for profile_id in ids if profile_id is not None}


def take_customers(mirror: Mirror, batch: Batch, named: Collection[str]) -> Accounts:
    """Read what is held of the batch's accounts, and of those `named`, and take the batch in."""
    deleted = {external_id for kind, external_id in batch.deletions if kind == "customer"}
    kept = {merge.kept_external_id for merge in batch.merges.values()}
    touches = batch.touched(CustomerTouched)
    touched = {external_id for external_id, _ in touches}
    held = held_customers(
        mirror, {*batch.customers, *batch.merges, *deleted, *kept, *touched, *named}
    )
    accounts = Accounts(held)
    offers = {
        external_id: [offer for offer in offers if not _is_known(held[external_id], offer)]
        for external_id, offers in batch.customers.items()
    }
    load_customers(
        mirror,
        {
            external_id: held[external_id]
            for external_id, some in offers.items()
            if held[external_id].register.needs_values(some)
        },
    )
    for external_id, some in offers.items():
        register = held[external_id].register
        register.consider(some)
        if register.tied:
            batch.want(Wanted("customer", external_id), overtaken=register.overtaken)
        if register.is_written and register.told is not None:
            contact = customer_rows.normal_contacts(register.told, mirror.country_code)
            accounts.contacts[external_id] = contact
    for external_id, touched_at in touches:
        at = held[external_id].register.at
        if at is None or touched_at is None or at <= touched_at:
            batch.wanted.add(Wanted("customer", external_id))
    _take_facts(batch, accounts)
    return accounts


def _is_known(held: HeldCustomer, offer: Offer) -> bool:
    """Whether this very state is held: told by its digest, without reading the row."""
    register = held.register
    return (
        offer.at == register.at
        and not offer.withheld
        and not register.withheld
        and (offer.triggered_at is None or offer.triggered_at == register.triggered_at)
        and customer_rows.digest(offer.told) == held.digest
    )


def _take_facts(batch: Batch, accounts: Accounts) -> None:
    for external_id, held in accounts.held.items():
        before = held.facts
        merged_into = _merge(batch, accounts, external_id)
        facts = AccountFacts(
            accounts.contacts[external_id][0]
            if external_id in accounts.contacts
            else before.email_normalized,
            merged_into,
            held.register.at is not None,
            before.profile_id,
        )
        accounts.facts[external_id] = facts
        if facts != before:
            accounts.changed.add(external_id)


def _merge(batch: Batch, accounts: Accounts, external_id: str) -> str | None:
    held = accounts.held[external_id]
    before = held.facts.merged_into
    news = batch.merges.get(external_id)
    if news is None or news.kept_external_id == external_id:
        return before
    known = None if before is None else CustomersMerged(before, external_id, held.merged_at)
    merge = later_merge(known, news)
    if (merge.kept_external_id, merge.at) != (before, held.merged_at):
        held.merged_at = merge.at
        accounts.merged.add(external_id)
    return merge.kept_external_id


def rows_of_customers(
    mirror: Mirror, accounts: Accounts, given: Mapping[str, int], tombstones: Tombstones
) -> CustomerRows:
    """What the batch came to; an account that only a merge named gets a row of its own."""
    rows = []
    marks = []
    for external_id, held in accounts.held.items():
        tombstone = tombstones.get(("customer", external_id))
        deleted_at = customer_rows.deleted_at(tombstone, held.register.at)
        is_new = external_id in accounts.merged and not held.exists
        if external_id in accounts.contacts or is_new:
            rows.append(_row(mirror, accounts, external_id, given, deleted_at))
        elif held.exists and (
            external_id in accounts.merged
            or held.register.retriggered
            or deleted_at != held.deleted_at
        ):
            marks.append(_mark(mirror, accounts, external_id, deleted_at))
    return CustomerRows(rows, marks)


def write_customers(mirror: Mirror, written: CustomerRows) -> None:
    """Write them."""
    connection, table = mirror.connection, customer_rows.TABLE
    write_rows(connection, table, customer_rows.COLUMNS, written.whole, key=_KEY)
    columns = ("merged_into_external_id", "merged_at", "deleted_at", "source_triggered_at")
    update_rows(connection, table, columns, written.marks, key=_KEY)


def _row(
    mirror: Mirror,
    accounts: Accounts,
    external_id: str,
    given: Mapping[str, int],
    deleted_at: datetime | None,
) -> tuple[Any, ...]:
    held, facts = accounts.held[external_id], accounts.facts[external_id]
    register = held.register
    email, phone = accounts.contacts.get(external_id, (None, None))
    return (
        mirror.workspace_id,
        mirror.store_id,
        external_id,
        given.get(external_id, facts.profile_id),
        *(register.told or _UNTOLD),
        email,
        phone,
        register.at,
        register.triggered_at,
        register.read_at,
        deleted_at,
        facts.merged_into,
        held.merged_at,
        register.withheld,
        None if register.told is None else customer_rows.digest(register.told),
    )


def _mark(
    mirror: Mirror, accounts: Accounts, external_id: str, deleted_at: datetime | None
) -> tuple[Any, ...]:
    held = accounts.held[external_id]
    return (
        accounts.facts[external_id].merged_into,
        held.merged_at,
        deleted_at,
        held.register.triggered_at,
        mirror.store_id,
        external_id,
    )
