"""Erasing a whole store's copy, in short transactions, so that it can be resumed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, true, update

from integration.models import (
    ApiKey,
    Credential,
    Customer,
    Fulfillment,
    Identity,
    Installation,
    Order,
    OrderLine,
    Profile,
    ProfileTotal,
    ProfileView,
    Refund,
    Store,
    StoreSync,
    Tombstone,
    Variant,
    Workspace,
)
from integration.models.vocabulary import StoreStatus
from integration.privacy.stored_bodies import erase_bodies_before
from integration.services import Services

_CHUNK = 500
_SILENT = {"synchronize_session": False}
_PARTS = (OrderLine, Fulfillment, Refund)


def erase_store(services: Services, store: Store) -> None:
    """Erase all of a store that is gone, then destroy its data key.

    Its row stays nameless where the workspace has other stores, so that a reinstall returns there;
    with its last store the workspace is erased as well.
    """
    if store.status != StoreStatus.DISCONNECTED:
        raise ValueError("a connected store isn't erased as a whole")
    _erase_orders(services, store, true())
    _erase_customers(services, store, true())
    erase_bodies_before(services, store, None)
    with services.db.workspace(store.workspace_id, write=True) as session:
        installations = select(Installation.id).where(Installation.store_id == store.id)
        for statement in (
            delete(Identity).where(Identity.store_id == store.id),
            delete(Credential).where(Credential.installation_id.in_(installations)),
            *(
                delete(model).where(model.store_id == store.id)
                for model in (Variant, Tombstone, StoreSync, ApiKey, ProfileView)
            ),
        ):
            session.execute(statement.execution_options(**_SILENT))
    _forget(services, store)


def erase_older(services: Services, store: Store, before: datetime) -> None:
    """Erase what a reinstalled store's copy holds from before its uninstall."""
    _erase_orders(services, store, Order.source_updated_at < before)
    _erase_customers(services, store, Customer.source_updated_at < before)
    erase_bodies_before(services, store, before)


def _erase_orders(services: Services, store: Store, which: ColumnElement[bool]) -> None:
    while True:
        with services.db.workspace(store.workspace_id, write=True) as session:
            session.lock_workspace()
            rows = session.execute(
                select(Order.external_id, Order.profile_id)
                .where(Order.store_id == store.id, which)
                .limit(_CHUNK)
            ).all()
            ids = [row.external_id for row in rows]
            for model in _PARTS:
                session.execute(
                    delete(model)
                    .where(model.store_id == store.id, model.order_external_id.in_(ids))
                    .execution_options(**_SILENT)
                )
            session.execute(
                delete(Order)
                .where(Order.store_id == store.id, Order.external_id.in_(ids))
                .execution_options(**_SILENT)
            )
            _drop_empty_profiles(session, {row.profile_id for row in rows})
        if len(rows) < _CHUNK:
            return


def _erase_customers(services: Services, store: Store, which: ColumnElement[bool]) -> None:
    while True:
        with services.db.workspace(store.workspace_id, write=True) as session:
            session.lock_workspace()
            rows = session.execute(
                select(Customer.id, Customer.profile_id)
                .where(Customer.store_id == store.id, which)
                .limit(_CHUNK)
            ).all()
            session.execute(
                delete(Customer)
                .where(Customer.id.in_([row.id for row in rows]))
                .execution_options(**_SILENT)
            )
            _drop_empty_profiles(session, {row.profile_id for row in rows})
        if len(rows) < _CHUNK:
            return


def _drop_empty_profiles(session: Any, profile_ids: set[int | None]) -> None:
    ids = sorted(found for found in profile_ids if found is not None)
    for model in (Customer, Order):
        column = model.profile_id
        alive = set(session.execute(select(column).where(column.in_(ids))).scalars())
        ids = [found for found in ids if found not in alive]
    for statement in (
        delete(Identity).where(Identity.profile_id.in_(ids)),
        delete(ProfileTotal).where(ProfileTotal.profile_id.in_(ids)),
        delete(Profile).where(Profile.id.in_(ids)),
    ):
        session.execute(statement.execution_options(**_SILENT))


def _forget(services: Services, store: Store) -> None:
    with services.db.across_workspaces(write=True) as session:
        held = session.get_one(Store, store.id, with_for_update=True)
        others = select(func.count()).where(
            Store.workspace_id == held.workspace_id, Store.id != held.id
        )
        if session.execute(others).scalar_one():
            held.data_key = b""
            held.name = held.domain
            held.url = held.contact_email = held.status_reason = None
            return
        session.execute(
            update(Workspace)
            .where(Workspace.id == held.workspace_id)
            .values(name="", erased_at=services.now())
            .execution_options(**_SILENT)
        )
        session.delete(held)
        session.flush()
