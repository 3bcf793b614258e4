"""Creating, changing, deleting and merging customers; privacy requests."""

from __future__ import annotations

from typing import Any

from simulators.shopify.model.people import Address, Customer
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused


def find(shop: Shop, customer_id: int | str) -> Customer:
    """A customer by id or e-mail address; raises `Refused`."""
    if str(customer_id).isdigit() and int(customer_id) in shop.customers:
        return shop.customers[int(customer_id)]
    for customer in shop.customers.values():
        if customer.email and customer.email == customer_id:
            return customer
    raise Refused(f"No customer {customer_id}")


def _check_taken(shop: Shop, email: str | None, but: int | None = None) -> None:
    if email and any(c.email == email and c.id != but for c in shop.customers.values()):
        raise Refused("Email has already been taken")


def create(
    state: State,
    shop: Shop,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    locale: str | None = None,
    address: Address | None = None,
) -> Customer:
    """Fires customers/create."""
    with state.action():
        _check_taken(shop, email)
        at = state.clock.stamp()
        customer = Customer(
            shop.next_id("Customer"), first_name, last_name, email, phone,
            locale or shop.locale, at, at,
        )  # fmt: skip
        if address is not None:
            address.id = shop.next_id("MailingAddress")
            customer.addresses.append(address)
        shop.customers[customer.id] = customer
        state.emit(shop, "customers/create", customer)
        return customer


_CHANGEABLE = (
    "first_name", "last_name", "email", "phone", "locale", "note", "tags", "addresses",
    "verified_email", "state", "tax_exempt", "email_marketing", "sms_marketing",
)  # fmt: skip


def update(state: State, shop: Shop, customer: Customer, **changes: Any) -> Customer:
    """Fires customers/update (and customer.tags_added / tags_removed)."""
    with state.action():
        _check_taken(shop, changes.get("email"), customer.id)
        before = set(customer.tags)
        for name, value in changes.items():
            if name not in _CHANGEABLE:
                raise Refused(f"{name} cannot be changed")
            setattr(customer, name, value)
        customer.updated_at = max(customer.updated_at, state.clock.stamp())
        added, removed = set(customer.tags) - before, before - set(customer.tags)
        if added:
            state.emit(shop, "customer.tags_added", (customer, sorted(added)))
        if removed:
            state.emit(shop, "customer.tags_removed", (customer, sorted(removed)))
        state.emit(shop, "customers/update", customer)
        return customer


def delete(state: State, shop: Shop, customer: Customer) -> None:
    """Delete a customer without orders; fires customers/delete."""
    with state.action():
        if shop.orders_for(customer.id):
            raise Refused("Customer can't be deleted because they have associated orders")
        del shop.customers[customer.id]
        state.emit(shop, "customers/delete", customer)


def merge(state: State, shop: Shop, kept: Customer, gone: Customer) -> Customer:
    """Give `gone`'s orders and addresses to `kept`; fires customers/merge, update and delete."""
    with state.action():
        if kept.id == gone.id:
            raise Refused("Customers must be different")
        at = state.clock.stamp()
        for order_id in shop.orders_of.pop(gone.id, []):
            order = shop.orders.get(order_id) or shop.deleted_orders[order_id]
            order.customer_id = kept.id
            order.updated_at = max(order.updated_at, at)
            shop.orders_of[kept.id].append(order_id)
        kept.addresses.extend(gone.addresses)
        kept.tags = sorted({*kept.tags, *gone.tags})
        kept.email, kept.phone = kept.email or gone.email, kept.phone or gone.phone
        kept.updated_at = max(kept.updated_at, at)
        del shop.customers[gone.id]
        state.emit(shop, "customers/merge", (kept, gone))
        state.emit(shop, "customers/update", kept)
        state.emit(shop, "customers/delete", gone)
        for order in shop.orders_for(kept.id):
            if order.updated_at == at:
                state.emit(shop, "orders/updated", order)
        return kept


def request_data(state: State, shop: Shop, customer: Customer) -> None:
    """The person asks for their data; fires customers/data_request."""
    with state.action():
        state.emit(shop, "customers/data_request", customer)


def redact(state: State, shop: Shop, customer: Customer) -> None:
    """The merchant erases a person; fires customers/redact."""
    with state.action():
        state.emit(shop, "customers/redact", customer)
