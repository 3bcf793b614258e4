"""`/_control/*`: a JSON API for tests, the demo and the admin's control page. Loopback only.

Amounts are minor units of the shop's currency; ids may be numbers or text; an order is named by
id or name (`#1042`), a customer by id or address, a variant by id or SKU.
"""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, abort, request

from simulators.shopify.control import orders, people, world
from simulators.shopify.state import State


def blueprint(state: State) -> Blueprint:
    """The control API of a state."""
    made = Blueprint("control_api", __name__, url_prefix="/_control")

    @made.before_request
    def _loopback_only() -> None:
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:
            abort(403)

    orders.register(made, state)
    people.register(made, state)
    world.register(made, state)
    return made
