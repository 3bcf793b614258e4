"""A customer's body, the same for any WordPress user."""

from __future__ import annotations

import hashlib
from typing import Any

from simulators.woocommerce.bodies.links import item_links
from simulators.woocommerce.bodies.order import metas
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.state import State


def avatar(email: str) -> str:
    digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g"


def customer_body(state: State, site: Site, user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "date_created": site.local(user.created_at),
        "date_created_gmt": gmt(user.created_at),
        "date_modified": site.local(user.modified_at),
        "date_modified_gmt": gmt(user.modified_at),
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": user.role,
        "username": user.username,
        "billing": user.billing,
        "shipping": user.shipping,
        "is_paying_customer": user.is_paying,
        "avatar_url": avatar(user.email),
        "meta_data": metas(user.meta),
        "_links": item_links(state, site, "customers", user.id),
    }
