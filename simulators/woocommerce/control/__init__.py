"""`/_control/…`: JSON, loopback only; what tests, the demo and benchmarks do to the stores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.control import access, orders, people, world
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State, UnknownSite

Action = Callable[[State, Site, dict[str, Any]], Any]
ACTIONS: dict[str, Action] = {
    **orders.ACTIONS, **people.ACTIONS, **access.ACTIONS, **world.ACTIONS,
}  # fmt: skip


def perform(state: State, name: str, asked: dict[str, Any]) -> Any:
    """What `/_control/<name>` answers; raises KeyError for an unknown action."""
    action = ACTIONS[name]
    return action(state, state.site(asked.get("site")), asked)


def blueprint(state: State) -> Blueprint:
    made = Blueprint("control", __name__)

    @made.route("/_control/<path:name>", methods=["GET", "POST"])
    def control(name: str) -> ResponseReturnValue:
        if request.remote_addr not in ("127.0.0.1", "::1"):
            abort(403)
        asked = request.args.to_dict() if request.method == "GET" else request.get_json() or {}
        if name not in ACTIONS:
            abort(404)
        try:
            return {"result": perform(state, name, asked)}
        except (Refused, UnknownSite, LookupError, ValueError, ArithmeticError) as refusal:
            return {"error": f"{type(refusal).__name__}: {refusal}"}, 422

    return made
