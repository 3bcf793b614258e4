"""WordPress users: made, changed, deleted."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.model.people import (
    CUSTOMER_BILLING,
    CUSTOMER_SHIPPING,
    Meta,
    User,
    address,
)
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State


def by_email(site: Site, email: str) -> User | None:
    wanted = email.strip().lower()
    return next((one for one in site.users.values() if one.email.lower() == wanted), None)


def create(
    state: State, site: Site, email: str, *, role: str = "customer", username: str = "",
    **fields: Any,
) -> User:  # fmt: skip
    """A new user of any role; `customer.created` tells of all of them. Raises `Refused`."""
    with state.lock:
        if by_email(site, email) is not None:
            raise Refused(email)
        now = state.clock.stamp()
        made = User(
            site.next_id("user"), email, username or email.partition("@")[0], now, now,
            str(fields.get("first_name") or ""), str(fields.get("last_name") or ""), role,
            address(fields.get("billing"), CUSTOMER_BILLING),
            address(fields.get("shipping"), CUSTOMER_SHIPPING),
            password=str(fields.get("password") or ""),
        )  # fmt: skip
        made.meta.append(Meta(site.next_id("meta"), "default_password_nag", "1"))
        site.users[made.id] = made
        state.emit(site, "customer.created", made.id)
    return made


def update(state: State, site: Site, user: User, **fields: Any) -> User:
    """Change names, `email`, `role`, and (merged) `billing` and `shipping`."""
    with state.lock:
        for name, value in fields.items():
            if name in ("billing", "shipping"):
                held = getattr(user, name)
                held.update({k: str(v) for k, v in value.items() if k in held})
            else:
                setattr(user, name, value)
        user.modified_at = state.clock.stamp()
        state.emit(site, "customer.updated", user.id)
    return user


def delete(state: State, site: Site, user: User) -> None:
    """The account goes; its orders become a guest's, which moves their dates of change silently."""
    with state.lock:
        del site.users[user.id]
        for order in site.orders.values():
            if order.customer_id == user.id:
                order.customer_id = 0
                site.touch(order, state.clock.stamp())
        state.emit(site, "customer.deleted", user.id)
