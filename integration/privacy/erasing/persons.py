"""Erasing one person from one store's copy.

Rows stay as anonymous figures. Each order and account leaves a mark, so that nothing that the store
tells of it later is taken (`integration.sync.erased`).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from integration.crm.rework import rework
from integration.db import WorkspaceSession
from integration.identity.erased_names import Name, name_hash, remember
from integration.identity.keys import Key
from integration.identity.regroup import regroup
from integration.models import (
    Customer,
    Fulfillment,
    Order,
    OrderLine,
    Refund,
    Store,
)
from integration.privacy.erasing.blank import blank_values
from integration.privacy.erasing.conversation_traces import erase_conversations
from integration.privacy.erasing.identity_traces import erase_traces, erase_words
from integration.privacy.erasing.parcel_names import rename_parcels
from integration.privacy.exports.made import erase_exports
from integration.privacy.subject import Asked, PrivacySubject, asked_of
from integration.privacy.traces import traces_of
from integration.search.due import forget_documents, mark_due
from integration.sync.erasures import Marks
from integration.sync.tracking_rows import forget_numbers

_SILENT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Found:
    """What of a person a store's copy holds. `emails` are their own: named, or their accounts'."""

    customer_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    profile_ids: tuple[int, ...]
    emails: tuple[str, ...] = ()


def find_person(session: WorkspaceSession, store: Store, subject: PrivacySubject) -> Found:
    """The accounts and orders of a person in one store.

    Accounts by id, by address, and those merged into one of them. Orders by id, of those accounts,
    and by the addresses those of guests and of accounts that nobody told us; by phone theirs who
    gave no address. A phone may be shared: it says more only where nothing else is named.
    """
    asked = asked_of(store, subject)
    customers = _find_accounts(session, store, _accounts(asked))
    gone = Customer.merged_into_external_id.in_([row.external_id for row in customers])
    customers += _find_accounts(session, store, gone)
    accounts = {row.external_id for row in customers} | asked.accounts
    emails = {row.email_normalized for row in customers if row.email_normalized} | asked.emails
    orders = session.execute(
        select(Order.external_id, Order.profile_id).where(
            Order.store_id == store.id, _orders(asked, sorted(accounts), sorted(emails))
        )
    ).all()
    profiles = {row.profile_id for row in (*customers, *orders)}
    return Found(
        tuple(sorted({row.external_id for row in customers})),
        tuple(sorted(row.external_id for row in orders)),
        tuple(sorted(found for found in profiles if found is not None)),
        tuple(sorted(emails)),
    )


def _find_accounts(
    session: WorkspaceSession, store: Store, which: ColumnElement[bool]
) -> list[Any]:
    columns = select(Customer.external_id, Customer.profile_id, Customer.email_normalized)
    return list(session.execute(columns.where(Customer.store_id == store.id, which)).all())


def erase_person(
    session: WorkspaceSession,
    store: Store,
    subject: PrivacySubject,
    found: Found,
    now: datetime,
    counts: Counter[str] | None = None,
    also: Collection[Key] = (),
) -> tuple[int, ...]:
    """Blank what was found, and mark it and what the request names as erased.

    Returns the profiles that live on by other stores' or orders' data. Adds to `counts` what was
    erased, by what it was. `also` are further names that conversations know the person by.
    """
    counts = Counter() if counts is None else counts
    erased_at = _outdating(session, store, found, now)
    asked = asked_of(store, subject)
    traces = traces_of(session, store, asked, found.customer_ids, found.order_ids)
    names = traces.own | frozenset(also)
    digests = erased_digests(session, store, asked, found, names)
    remember(session, store.id, digests, erased_at)
    _mark(session, store, asked, found, erased_at)
    counts["accounts"] += _held(session, Customer, _these(Customer, store, found.customer_ids))
    counts["orders"] += _held(session, Order, _these(Order, store, found.order_ids))
    _blank_rows(session, store, found, erased_at, now)
    counts["notes"] += erase_words(session, traces)
    counts["documents"] += len(found.profile_ids)
    alive = settle_profiles(session, found.profile_ids, now)
    counts["decisions"] += erase_traces(session, traces)
    counts.update(erase_conversations(session, store, names))
    # One too many is made again; one too few would tell of them.
    counts["exports"] += erase_exports(session, traces.names | names)
    return alive


def _held(
    session: WorkspaceSession, model: type[Customer] | type[Order], which: ColumnElement[bool]
) -> int:
    """How many of these are somebody's: what was erased before is nobody's."""
    statement = select(func.count()).select_from(model).where(which, model.profile_id.is_not(None))
    return int(session.execute(statement).scalar_one())


def _blank_rows(
    session: WorkspaceSession, store: Store, found: Found, erased_at: datetime, now: datetime
) -> None:
    cleared = {
        "source_updated_at": erased_at,
        "source_triggered_at": None,
        "source_read_at": None,
        "profile_id": None,
    }
    _blank(
        session,
        Customer,
        _these(Customer, store, found.customer_ids),
        **cleared,
        deleted_at=now,
        merged_into_external_id=None,
        merged_at=None,
        content_digest=None,
        withheld={},
    )
    _blank(
        session,
        Order,
        _these(Order, store, found.order_ids),
        **cleared,
        customer_external_id=None,
        withheld={},
    )
    connection, workspace_id = session.connection(), session.workspace_id
    forget_numbers(connection, workspace_id, store.id, found.order_ids)
    rename_parcels(session, store.id, found.order_ids)
    for model in (OrderLine, Fulfillment, Refund):
        _blank(
            session,
            model,
            and_(model.store_id == store.id, model.order_external_id.in_(found.order_ids)),
        )


def _mark(
    session: WorkspaceSession, store: Store, asked: Asked, found: Found, erased_at: datetime
) -> None:
    marks = Marks(session.connection(), session.workspace_id, store.id)
    accounts = _marked_accounts(session, store, asked, found)
    marks.keep(
        {("order", external_id): erased_at for external_id in {*found.order_ids, *asked.orders}}
        | {("customer", external_id): erased_at for external_id in accounts}
    )


def erased_digests(
    session: WorkspaceSession, store: Store, asked: Asked, found: Found, names: Collection[Key]
) -> frozenset[bytes]:
    """The keyed hashes by which the person is known again; before anything is blanked."""
    hashes = name_hash(session)
    told: list[Name] = [("order", each) for each in {*found.order_ids, *asked.orders}]
    told += [("account", each) for each in _marked_accounts(session, store, asked, found)]
    told += [("email", each) for each in {*found.emails, *asked.emails}]
    told += [("guest_phone", each) for each in asked.guest_phones]
    if asked.phone:
        told.append(("phone" if _is_phone_all(asked) else "guest_phone", asked.phone))
    return frozenset(hashes.of(*name) for name in told) | {hashes.of_sender(key) for key in names}


def _marked_accounts(
    session: WorkspaceSession, store: Store, asked: Asked, found: Found
) -> set[str]:
    return {*found.customer_ids, *asked.accounts, *_untold_accounts(session, store, found)}


def _untold_accounts(session: WorkspaceSession, store: Store, found: Found) -> set[str]:
    """The accounts that nobody told us yet and that no orders but these name."""
    told = select(Customer.external_id).where(
        Customer.store_id == Order.store_id,
        Customer.external_id == Order.customer_external_id,
        Customer.source_updated_at.is_not(None),
    )
    named = select(Order.customer_external_id).where(
        Order.store_id == store.id, Order.external_id.in_(found.order_ids), ~told.exists()
    )
    accounts = {account for account in session.execute(named).scalars() if account is not None}
    others = select(Order.customer_external_id).where(
        Order.store_id == store.id,
        Order.customer_external_id.in_(accounts),
        Order.external_id.not_in(found.order_ids),
    )
    return accounts.difference(session.execute(others).scalars())


def _outdating(session: WorkspaceSession, store: Store, found: Found, now: datetime) -> datetime:
    """A time later than all that the store told of these: its clock may be ahead of ours."""
    told = [
        session.execute(select(func.max(model.source_updated_at)).where(which)).scalar_one()
        for model, which in (
            (Customer, _these(Customer, store, found.customer_ids)),
            (Order, _these(Order, store, found.order_ids)),
        )
    ]
    return max([now, *(moment + timedelta(seconds=1) for moment in told if moment is not None)])


def _accounts(asked: Asked) -> ColumnElement[bool]:
    either: list[ColumnElement[bool]] = []
    if asked.accounts:
        either.append(Customer.external_id.in_(sorted(asked.accounts)))
    if asked.emails:
        either.append(Customer.email_normalized.in_(sorted(asked.emails)))
    if _is_phone_all(asked):
        either.append(Customer.phone_normalized == asked.phone)
    return or_(*either) if either else Customer.id.is_(None)


def _orders(asked: Asked, accounts: list[str], emails: list[str]) -> ColumnElement[bool]:
    told = select(Customer.external_id).where(
        Customer.store_id == Order.store_id,
        Customer.external_id == Order.customer_external_id,
        Customer.source_updated_at.is_not(None),
    )
    guest = or_(Order.customer_external_id.is_(None), ~told.exists())
    either: list[ColumnElement[bool]] = [
        Order.external_id.in_(sorted(asked.orders)),
        Order.customer_external_id.in_(accounts),
        and_(guest, Order.email_normalized.in_(emails)),
    ]
    if _is_phone_all(asked):
        either.append(and_(guest, Order.phone_normalized == asked.phone))
    phones = asked.guest_phones | ({asked.phone} if asked.phone else set())
    if phones:
        without = Order.email_normalized.is_(None)
        either.append(and_(guest, without, Order.phone_normalized.in_(sorted(phones))))
    return or_(*either)


def _is_phone_all(asked: Asked) -> bool:
    """Whether somebody is asked for by a phone and nothing that is theirs alone."""
    return asked.phone is not None and not asked.accounts and not asked.emails


def _these(
    model: type[Customer] | type[Order], store: Store, ids: Sequence[str]
) -> ColumnElement[bool]:
    return and_(model.store_id == store.id, model.external_id.in_(ids))


def _blank(session: WorkspaceSession, model: Any, where: ColumnElement[bool], **more: Any) -> None:
    session.execute(
        update(model)
        .where(where)
        .values({**blank_values(model), **more})
        .execution_options(**_SILENT)
    )


def settle_profiles(
    session: WorkspaceSession, profile_ids: Collection[int], now: datetime
) -> tuple[int, ...]:
    """Remove the profiles that nothing is left of, work the others out anew; returns those."""
    connection, workspace_id = session.connection(), session.workspace_id
    done = regroup(connection, workspace_id, profile_ids, now)
    alive = ({*profile_ids} | done.changed) - done.removed
    # At once: what is left of those that live on is found again in a moment.
    forget_documents(connection, workspace_id, alive | done.removed)
    rework(connection, workspace_id, alive, now)
    mark_due(connection, workspace_id, alive)
    return tuple(sorted(alive))
