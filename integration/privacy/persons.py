"""Erasing one person from one store's copy.

Rows stay as anonymous figures. Each order and account leaves a mark, so that nothing that the store
tells of it later is taken (`integration.sync.erased`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from integration.crm.rework import rework
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email, normalize_phone
from integration.identity.regroup import regroup
from integration.models import (
    Customer,
    Fulfillment,
    Order,
    OrderLine,
    Refund,
    Store,
)
from integration.privacy.blank import blank_values
from integration.privacy.conversation_traces import erase_conversations
from integration.privacy.identity_traces import erase_traces, erase_words, traces_of
from integration.privacy.subject import PrivacySubject
from integration.search.due import forget_documents, mark_due
from integration.sync.erasures import Marks
from integration.sync.tracking_rows import forget_numbers

_SILENT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Found:
    """What of a person a store's copy holds."""

    customer_ids: tuple[str, ...]
    order_ids: tuple[str, ...]
    profile_ids: tuple[int, ...]


def find_person(session: WorkspaceSession, store: Store, subject: PrivacySubject) -> Found:
    """The accounts and orders of a person in one store.

    Accounts by id, by address, and those merged into one of them; by phone only where nothing else
    is named, since a phone may be shared. Orders by id, of those accounts, and by the addresses or
    the phone that was named those of guests and of accounts that nobody told us.
    """
    named = normalize_email(subject.email)
    phone = normalize_phone(subject.phone, store.country_code)
    customers = _find_accounts(session, store, _accounts(subject, named, phone))
    gone = Customer.merged_into_external_id.in_([row.external_id for row in customers])
    customers += _find_accounts(session, store, gone)
    accounts = {row.external_id for row in customers} | {subject.customer_external_id or ""}
    emails = {row.email_normalized for row in customers} | {named}
    orders = session.execute(
        select(Order.external_id, Order.profile_id).where(
            Order.store_id == store.id,
            _orders(subject, sorted(accounts - {""}), sorted(filter(None, emails)), phone),
        )
    ).all()
    profiles = {row.profile_id for row in (*customers, *orders)}
    return Found(
        tuple(sorted({row.external_id for row in customers})),
        tuple(sorted(row.external_id for row in orders)),
        tuple(sorted(found for found in profiles if found is not None)),
    )


def _find_accounts(
    session: WorkspaceSession, store: Store, which: ColumnElement[bool]
) -> list[Any]:
    columns = select(Customer.external_id, Customer.profile_id, Customer.email_normalized)
    return list(session.execute(columns.where(Customer.store_id == store.id, which)).all())


def erase_person(
    session: WorkspaceSession, store: Store, subject: PrivacySubject, found: Found, now: datetime
) -> tuple[int, ...]:
    """Blank what was found, and mark it and what the request names as erased.

    Returns the profiles that live on by other stores' or orders' data.
    """
    erased_at = _outdating(session, store, found, now)
    traces = traces_of(session, store, subject, found.customer_ids, found.order_ids)
    _mark(session, store, subject, found, erased_at)
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
    for model in (OrderLine, Fulfillment, Refund):
        _blank(
            session,
            model,
            and_(model.store_id == store.id, model.order_external_id.in_(found.order_ids)),
        )
    erase_words(session, traces)
    alive = settle_profiles(session, found.profile_ids, now)
    erase_traces(session, traces)
    erase_conversations(session, store, traces.names)
    return alive


def _mark(
    session: WorkspaceSession,
    store: Store,
    subject: PrivacySubject,
    found: Found,
    erased_at: datetime,
) -> None:
    orders = {*found.order_ids, *subject.order_external_ids}
    accounts = {*found.customer_ids, *_untold_accounts(session, store, found)}
    if subject.customer_external_id:
        accounts.add(subject.customer_external_id)
    marks = Marks(session.connection(), session.workspace_id, store.id)
    marks.keep(
        {("order", external_id): erased_at for external_id in orders}
        | {("customer", external_id): erased_at for external_id in accounts}
    )


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


def _accounts(subject: PrivacySubject, email: str | None, phone: str | None) -> ColumnElement[bool]:
    either: list[ColumnElement[bool]] = []
    if subject.customer_external_id:
        either.append(Customer.external_id == subject.customer_external_id)
    if email:
        either.append(Customer.email_normalized == email)
    if phone and not either:
        either.append(Customer.phone_normalized == phone)
    return or_(*either) if either else Customer.id.is_(None)


def _orders(
    subject: PrivacySubject, accounts: list[str], emails: list[str], phone: str | None
) -> ColumnElement[bool]:
    told = select(Customer.external_id).where(
        Customer.store_id == Order.store_id,
        Customer.external_id == Order.customer_external_id,
        Customer.source_updated_at.is_not(None),
    )
    guest = or_(Order.customer_external_id.is_(None), ~told.exists())
    either: list[ColumnElement[bool]] = [
        Order.external_id.in_(subject.order_external_ids),
        Order.customer_external_id.in_(accounts),
        and_(guest, Order.email_normalized.in_(emails)),
    ]
    if phone:
        either.append(and_(guest, Order.phone_normalized == phone))
    return or_(*either)


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
