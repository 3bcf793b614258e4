"""The names under which stores know what links a profile: a joined one has no name of its own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Customer, Order


def names_of_keys(session: WorkspaceSession, keys: Iterable[Key]) -> dict[Key, str]:
    """The newest name of each; those without any are left out."""
    return {key: name for key in set(keys) if (name := _name_of(session, key))}


def _name_of(session: WorkspaceSession, key: Key) -> str | None:
    account = _account(key)
    if account is not None:
        found = select(Customer.first_name, Customer.last_name).where(account)
        row = session.execute(found.order_by(Customer.id.desc()).limit(1)).first()
        if row is not None and any(row):
            return " ".join(filter(None, row))
    order = _order(key)
    if order is None:
        return None
    named = select(Order.buyer_name).where(order, Order.buyer_name.is_not(None))
    return session.execute(named.order_by(Order.placed_at.desc()).limit(1)).scalar()


def _account(key: Key) -> ColumnElement[bool] | None:
    if key.kind == "email":
        return Customer.email_normalized == key.value
    return _itself(Customer, key) if key.kind == "customer" else None


def _order(key: Key) -> ColumnElement[bool] | None:
    if key.kind == "email":
        return and_(Order.email_normalized == key.value, Order.customer_external_id.is_(None))
    if key.kind == "guest_phone":
        store_id, _, phone = key.value.partition(":")
        return and_(Order.store_id == int(store_id), Order.phone_normalized == phone)
    return _itself(Order, key) if key.kind == "order" else None


def _itself(model: Any, key: Key) -> ColumnElement[bool]:
    store_id, _, external_id = key.value.partition(":")
    return and_(model.store_id == int(store_id), model.external_id == external_id)
