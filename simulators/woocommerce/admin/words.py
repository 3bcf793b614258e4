"""How the admin writes money, times, statuses and names."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, request

from simulators.woocommerce import staff
from simulators.woocommerce.bodies.order import SYMBOLS
from simulators.woocommerce.door import current
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .entrance import LANGUAGES, admin_path
from .plugin.installed import installation_of, plugin_of

_TONES = {"processing": "good", "completed": "done", "on-hold": "wait", "failed": "bad",
          "trash": "bad"}  # fmt: skip
NO_NAMES = {"trash": "Trash", "auto-draft": "Draft"}


def money(value: Decimal, site: Site, currency: str) -> str:
    """`€1,234.50` in the store's decimals."""
    sign = "−" if value < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency)}{abs(value):,.{site.decimals}f}"


def when(moment: datetime, site: Site) -> str:
    """The moment on the site's own clock."""
    return f"{moment.astimezone(site.tz):%b %-d, %Y, %H:%M}"


def status_name(site: Site, status: str) -> str:
    return site.statuses.get(status) or NO_NAMES.get(status, status)


def status_tone(status: str) -> str:
    return _TONES.get(status, "plain")


def buyer(site: Site, order: Order) -> str:
    """Whose order it is: the name on the bill, else the account's."""
    billing = order.billing
    named = f"{billing['first_name']} {billing['last_name']}".strip() or billing["company"]
    account = site.users.get(order.customer_id)
    return named or (account.display_name if account is not None else "") or "Guest"


def page_url(page: str, **arguments: Any) -> str:
    """A page of `admin.php`, of this site."""
    return admin_path(f"admin.php?{urlencode({'page': page, **arguments})}")


def order_url(order: Order) -> str:
    return page_url("wc-orders", action="edit", id=order.id)


def user_url(user_id: int) -> str:
    return admin_path(f"user-edit.php?user_id={user_id}")


def register(made: Blueprint, state: State) -> None:
    @made.context_processor
    def helpers() -> dict[str, Any]:
        site = g.get("site") or current(state)
        return {
            "admin_path": admin_path,
            "buyer": buyer,
            "here": request.script_root + request.full_path.rstrip("?"),
            "installation": installation_of(state, site),
            "languages": LANGUAGES,
            "money": money,
            "nonce": staff.nonce(state, site, request) if g.get("user") else "",
            "order_url": order_url,
            "page_url": page_url,
            "plugin": plugin_of(state, site),
            "rest_root": state.rest_root(site),
            "section": g.get("section", ""),
            "site": site,
            "site_url": state.url(site),
            "status_name": status_name,
            "status_tone": status_tone,
            "user": g.get("user"),
            "user_url": user_url,
            "when": when,
        }
