"""Erasing a whole store's copy, in short transactions, so that it can be resumed."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import Session

from integration.db import WorkspaceSession
from integration.models import (
    Agent,
    ApiKey,
    Arrival,
    Attachment,
    AuditEvent,
    CannedAnswer,
    Case,
    CaseTerm,
    Channel,
    Clue,
    ContactReason,
    Conversation,
    Credential,
    Customer,
    DueProfile,
    Fulfillment,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    InboxSettings,
    Installation,
    Message,
    Order,
    OrderLine,
    PeopleExport,
    PersonExport,
    ProfileView,
    Refund,
    Reread,
    RetentionRule,
    RoutingRule,
    SearchDocument,
    SearchTerm,
    Segment,
    Store,
    StoreSync,
    Tombstone,
    TrackingNumber,
    Variant,
    Visitor,
    Workspace,
)
from integration.models import (
    Session as SignedIn,
)
from integration.models.vocabulary import StoreStatus
from integration.privacy.erasing.conversation_traces import erase_conversations_of_store
from integration.privacy.erasing.identity_traces import erase_leftovers
from integration.privacy.erasing.persons import settle_profiles
from integration.privacy.erasing.stored_bodies import erase_bodies_before
from integration.privacy.exports.made import drop_exports
from integration.privacy.restoring.journal import Line, LineKind, append, key_check
from integration.services import Services
from integration.sync.tracking_rows import forget_numbers

_CHUNK = 500
_SILENT = {"synchronize_session": False}
_PARTS = (OrderLine, Fulfillment, Refund)
# What is no store's and is left when the last one went.
_OF_WORKSPACE: tuple[type[Any], ...] = (
    IdentityEvent,
    IdentityVerdict,
    IdentityRuling,
    SearchTerm,
    Clue,
    SearchDocument,
    DueProfile,
    Segment,
    PeopleExport,
    PersonExport,
    AuditEvent,
    RetentionRule,
    CaseTerm,
    Case,
    CannedAnswer,
    RoutingRule,
    InboxSettings,
    Attachment,
    Message,
    Conversation,
    ContactReason,
    Visitor,
    Arrival,
    Channel,
    SignedIn,
    Agent,
)


class Reinstalled(Exception):
    """A store that was to be erased as a whole is connected."""


def erase_store(services: Services, store: Store) -> Counter[str]:
    """Erase all of a store that is gone, then destroy its data key. Returns how many of what.

    Its row stays nameless where the workspace has other stores, so that a reinstall returns there;
    with its last store the workspace is erased as well. Raises Reinstalled as soon as the store is
    connected again; what it has by then is erased by `erase_older`.
    """
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        _check_gone(session, store)
        # None is written for a store that is there: a copy that is put back would be held to it.
        _write_down(services, store)
    counts = Counter(
        orders=_erase_orders(services, store, true(), whole=True),
        accounts=_erase_customers(services, store, true(), whole=True),
    )
    counts.update(_erase_conversations(services, store))
    counts["bodies"] += erase_bodies_before(services, store, None)
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        _check_gone(session, store)
        installations = select(Installation.id).where(Installation.store_id == store.id)
        session.execute(
            delete(Credential)
            .where(Credential.installation_id.in_(installations))
            .execution_options(**_SILENT)
        )
        # Of parcels whose orders nobody told as well.
        for model in (
            TrackingNumber,
            Variant,
            Tombstone,
            StoreSync,
            Reread,
            ApiKey,
            ProfileView,
            PeopleExport,
        ):
            _delete(session, model, true(), store)
        erase_leftovers(session, store.id)
        drop_exports(session)
        # Those that are left link persons whom the workspace's other stores know as well.
        session.execute(
            update(Identity)
            .where(Identity.store_id == store.id)
            .values(store_id=None)
            .execution_options(**_SILENT)
        )
    _forget(services, store)
    return +counts


def erase_older(services: Services, store: Store, before: datetime) -> Counter[str]:
    """Erase what a reinstalled store's copy holds from before its uninstall; how many of what."""
    _write_down(services, store, before)
    counts = Counter(
        orders=_erase_orders(services, store, Order.source_updated_at < before, whole=False),
        accounts=_erase_customers(
            services, store, Customer.source_updated_at < before, whole=False
        ),
    )
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        erase_leftovers(session)
    counts.update(_erase_conversations(services, store, before))
    counts["bodies"] += erase_bodies_before(services, store, before)
    return +counts


def _write_down(services: Services, store: Store, before: datetime | None = None) -> None:
    check, now = key_check(services.db.names_key), services.now()
    kind: LineKind = "store" if before is None else "older"
    line = Line(kind, store.workspace_id, now, store.id, check=check, before=before)
    append(services.settings.data_dir, line)


def _erase_orders(
    services: Services, store: Store, which: ColumnElement[bool], *, whole: bool
) -> int:
    count, erased = _CHUNK, 0
    while count == _CHUNK:
        with services.db.workspace(store.workspace_id, write=True) as session:
            session.lock_workspace()
            if whole:
                _check_gone(session, store)
            found = select(Order.external_id, Order.profile_id).where(Order.store_id == store.id)
            rows = session.execute(found.where(which).limit(_CHUNK)).all()
            ids = [row.external_id for row in rows]
            forget_numbers(session.connection(), store.workspace_id, store.id, ids)
            for model in _PARTS:
                _delete(session, model, model.order_external_id.in_(ids), store)
            _delete(session, Order, Order.external_id.in_(ids), store)
            settle_profiles(session, {row.profile_id for row in rows} - {None}, services.now())
            count = len(rows)
        erased += count
    return erased


def _erase_customers(
    services: Services, store: Store, which: ColumnElement[bool], *, whole: bool
) -> int:
    count, erased = _CHUNK, 0
    while count == _CHUNK:
        with services.db.workspace(store.workspace_id, write=True) as session:
            session.lock_workspace()
            if whole:
                _check_gone(session, store)
            found = select(Customer.id, Customer.profile_id).where(Customer.store_id == store.id)
            rows = session.execute(found.where(which).limit(_CHUNK)).all()
            _delete(session, Customer, Customer.id.in_([row.id for row in rows]), store)
            settle_profiles(session, {row.profile_id for row in rows} - {None}, services.now())
            count = len(rows)
        erased += count
    return erased


def _erase_conversations(
    services: Services, store: Store, before: datetime | None = None
) -> Counter[str]:
    counts: Counter[str] = Counter()
    last: int | None = 0
    while last is not None:
        with services.db.workspace(store.workspace_id, write=True) as session:
            if before is None:
                _check_gone(session, store)
            last, erased = erase_conversations_of_store(session, store.id, last, before)
        counts.update(erased)
    return counts


def _check_gone(session: Session, store: Store) -> None:
    """Lock the store's row and make sure that nobody has connected it meanwhile."""
    statement = select(Store.status).where(Store.id == store.id).with_for_update()
    if session.execute(statement).scalar_one() != StoreStatus.DISCONNECTED:
        raise Reinstalled("the store is connected again; it isn't erased as a whole")


def _delete(
    session: WorkspaceSession, model: Any, which: ColumnElement[bool], store: Store
) -> None:
    session.execute(
        delete(model).where(model.store_id == store.id, which).execution_options(**_SILENT)
    )


def _forget(services: Services, store: Store) -> None:
    with services.db.across_workspaces(write=True) as session:
        _check_gone(session, store)
        held = session.get_one(Store, store.id)
        others = select(func.count()).where(
            Store.workspace_id == held.workspace_id, Store.id != held.id
        )
        if session.execute(others).scalar_one():
            held.data_key = b""
            held.name = held.domain
            held.url = held.contact_email = held.status_reason = None
            return
        for model in _OF_WORKSPACE:
            of_workspace = delete(model).where(model.workspace_id == held.workspace_id)
            session.execute(of_workspace.execution_options(**_SILENT))
        session.execute(
            update(Workspace)
            .where(Workspace.id == held.workspace_id)
            .values(name="", erased_at=services.now())
            .execution_options(**_SILENT)
        )
        session.delete(held)
        session.flush()
