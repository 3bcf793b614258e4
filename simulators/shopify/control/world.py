"""The stand-in itself: shops, the app's registration, switches, faults, logs, the oracle."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint

from simulators.faults import Faults
from simulators.shopify.config import AppConfig
from simulators.shopify.control.ask import Body, body, guarded, on_shop
from simulators.shopify.faults import Fault
from simulators.shopify.graphql.endpoint import bucket_of
from simulators.shopify.graphql.fields.shop import topic_enum
from simulators.shopify.model.shop import Shop, Switches
from simulators.shopify.oracle import oracle
from simulators.shopify.seed.demo import reseed
from simulators.shopify.state import State
from simulators.shopify.webhooks.outbox import Outbox

_SWITCHES = {field.name: field.type for field in fields(Switches)}


def shown(state: State, shop: Shop) -> Body:
    """A shop in short, for the list."""
    held = shop.installations.get(state.app.client_id)
    return {
        "id": str(shop.id),
        "domain": shop.domain,
        "name": shop.name,
        "currency": shop.currency,
        "iana_timezone": shop.iana_timezone,
        "country_code": shop.country_code,
        "orders": len(shop.orders),
        "customers": len(shop.customers),
        "products": len(shop.products),
        "installed": bool(held and held.active),
        "scopes": sorted(held.scopes) if held else [],
        "subscriptions": [
            {"id": str(s.id), "topic": s.topic, "enum": topic_enum(s.topic), "uri": s.uri}
            for s in shop.subscriptions.values()
        ],
        "staff": [{"id": str(s.id), "name": s.name, "email": s.email} for s in shop.staff.values()],
        "switches": asdict(shop.switches),
        "bulk_operations": [
            {"id": str(b.id), "status": b.status, "objects": b.object_count}
            for b in shop.bulk_operations.values()
        ],
    }


def set_switches(state: State, shop: Shop, asked: Body) -> Body:
    """Change some switches; unknown names are refused. A new seed starts chance anew."""
    for name, value in asked.items():
        if name == "shop":
            continue
        if name not in _SWITCHES:
            raise ValueError(f"no switch {name}")
        default = getattr(Switches(), name)
        setattr(shop.switches, name, value if isinstance(default, list) else type(default)(value))
    outbox: Outbox | None = state.resources.get("outbox")
    if outbox is not None:
        if "seed" in asked:
            outbox.reseed(shop)
        outbox.kick()
    return asdict(shop.switches)


def set_app(state: State, asked: Body) -> Body:
    """Change the app's registration: client_id, secrets, app_url, redirect_urls, …"""
    known = {field.name for field in fields(AppConfig)}
    for name, value in asked.items():
        if name not in known:
            raise ValueError(f"no setting {name}")
        setattr(state.app, name, value)
    return asdict(state.app)


def _faults(state: State) -> Faults[Fault]:
    found: Faults[Fault] = state.resources["faults"]
    return found


def _add_fault(state: State) -> Any:
    asked = body()
    _faults(state).add(Fault(**{**asked, "times": int(asked.get("times", 1))}))
    return _faults(state).listing()


def _clear_faults(state: State) -> Any:
    _faults(state).clear()
    return []


def _deliveries(state: State) -> Any:
    asked = body()
    outbox: Outbox = state.resources["outbox"]
    found = [d for d in list(outbox.log) if asked.get("topic") in (None, d.topic)]
    if asked.get("shop"):
        found = [d for d in found if d.shop == state.shop(asked["shop"]).domain]
    shown_deliveries = [d.as_dict() for d in found[-int(asked.get("limit", 500)) :]]
    if asked.get("bodies"):
        for one, delivery in zip(shown_deliveries, found[-len(shown_deliveries) :], strict=True):
            one["body"] = delivery.body.decode()
    return shown_deliveries


def _advance(state: State) -> Any:
    state.clock.advance(float(body()["seconds"]))
    return {"now": state.clock.now().isoformat()}


def _idle(state: State) -> Any:
    outbox: Outbox = state.resources["outbox"]
    return {"idle": outbox.idle(float(body().get("timeout", 60)))}


def _reset(state: State) -> Any:
    """Seed everything anew: shops, installations, tokens and subscriptions are as at the start."""
    asked = body()
    _faults(state).clear()
    reseed(state, int(asked.get("seed", 1)), int(asked.get("orders", 160)))
    return _shops(state)


def _shops(state: State) -> Any:
    with state.lock:
        return [shown(state, shop) for shop in state.shops.values()]


def _resend(state: State) -> Any:
    outbox: Outbox = state.resources["outbox"]
    return outbox.resend(str(body()["webhook_id"])).as_dict()


def _forget_calls(state: State) -> Any:
    state.resources["calls"].clear()
    return []


def set_chat(_state: State, shop: Shop, asked: Body) -> Body:
    """Switch the theme's app embed on with an `address` and a `channel`, off without."""
    names = ("address", "channel")
    shop.chat = {name: str(asked[name]) for name in names if asked.get(name)}
    return dict(shop.chat)


def register(made: Blueprint, state: State) -> None:
    routes: list[tuple[str, str, Any]] = [
        ("/shops", "GET", lambda: _shops(state)),
        ("/app", "GET", lambda: asdict(state.app)),
        ("/app", "POST", lambda: set_app(state, body())),
        ("/faults", "GET", lambda: _faults(state).listing()),
        ("/faults", "POST", lambda: _add_fault(state)),
        ("/faults", "DELETE", lambda: _clear_faults(state)),
        ("/deliveries", "GET", lambda: _deliveries(state)),
        ("/deliveries/resend", "POST", lambda: _resend(state)),
        ("/alarms", "GET", lambda: [asdict(alarm) for alarm in list(state.alarms)]),
        ("/calls", "GET", lambda: [asdict(call) for call in list(state.resources["calls"])]),
        ("/calls", "DELETE", lambda: _forget_calls(state)),
        ("/clock", "POST", lambda: _advance(state)),
        ("/idle", "POST", lambda: _idle(state)),
        ("/reset", "POST", lambda: _reset(state)),
    ]
    for rule, method, view in routes:
        name = f"{method}{rule}".replace("/", "_")
        made.add_url_rule(rule, name, guarded(_named(view, name)), methods=[method])
    on_shop(made, state, "/oracle", lambda shop, _: oracle(shop), "GET")
    on_shop(made, state, "/shop", lambda shop, _: shown(state, shop), "GET")
    on_shop(made, state, "/switches", lambda shop, asked: set_switches(state, shop, asked))
    on_shop(made, state, "/chat", lambda shop, asked: set_chat(state, shop, asked))
    on_shop(made, state, "/drain-bucket", lambda shop, asked: _drain(state, shop, asked))


def _named(view: Any, name: str) -> Any:
    def locked() -> Any:
        return view()

    locked.__name__ = name
    return locked


def _drain(state: State, shop: Shop, asked: dict[str, Any]) -> Any:
    bucket_of(state, shop).drain(int(asked.get("refusals", 0)))
    return bucket_of(state, shop).status()
