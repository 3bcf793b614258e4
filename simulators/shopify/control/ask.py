"""Reading a control request and answering it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused
from simulators.shopify.model.people import Address
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State, UnknownShop

Body = dict[str, Any]
Handler = Callable[[Shop, Body], Any]


def body() -> Body:
    """The JSON body, with the query's parameters."""
    given = request.get_json(silent=True)
    return {**request.args.to_dict(), **(given if isinstance(given, dict) else {})}


def guarded(view: Callable[[], Any]) -> Callable[[], ResponseReturnValue]:
    """Refusals are 422, unknown shops 404, malformed values 400; all as JSON."""

    @wraps(view)
    def answer() -> ResponseReturnValue:
        try:
            return jsonify(view())
        except Refused as refusal:
            return jsonify(error=str(refusal)), 422
        except UnknownShop as unknown:
            return jsonify(error=f"No shop {unknown}"), 404
        except (KeyError, ValueError, TypeError, ArithmeticError) as wrong:
            return jsonify(error=f"{type(wrong).__name__}: {wrong}"), 400

    return answer


def on_shop(made: Blueprint, state: State, rule: str, handler: Handler, *methods: str) -> None:
    """Serve `handler(shop, body)` at the rule; the shop is the body's or query's `shop`."""

    def view() -> Any:
        asked = body()
        with state.lock:
            return handler(state.shop(str(asked.get("shop") or next(iter(state.shops)))), asked)

    name = rule.strip("/").replace("/", "_").replace("-", "_")
    made.add_url_rule(rule, name, guarded(view), methods=list(methods) or ["POST"])


def address(given: Body | None) -> Address | None:
    """An address of `first_name`, `last_name`, `address1`, `city`, `zip`, `country_code`, …"""
    if not given:
        return None
    known = {name: given.get(name) for name in Address.__dataclass_fields__ if name != "id"}
    return Address(0, **known)


def pairs(given: Any) -> list[tuple[int, int]]:
    """`[{"line": id, "quantity": n}, …]` (or pairs) as tuples."""
    found = []
    for one in given or []:
        if isinstance(one, dict):
            found.append((int(one.get("line") or one["line_id"]), int(one.get("quantity", 1))))
        else:
            found.append((int(one[0]), int(one[1])))
    return found
