"""A stand-in for the app: an embedded home with App Bridge, and `/api/v1/context`.

It checks session tokens for real, and answers from the simulated shop's own state, so that the
admin can be tried without the product.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

HOME = """<!doctype html><html><head><meta name="shopify-api-key" content="{key}">
<script src="{bridge}"></script></head><body><h1>App home</h1><p id="query"></p>
<p id="answer"></p><a id="out" href="shopify://admin/orders">orders</a>
<a id="deeper" href="/shopify/app/more?tab=notes">more</a>
<script>
document.getElementById('query').textContent = location.search;
fetch('/api/whoami').then((r) => r.json()).then((who) => {{
  document.getElementById('answer').textContent = who.shop + ' ' + who.tries;
}});
</script></body></html>"""
BOUNCE = """<!doctype html><html><head><meta name="shopify-api-key" content="{key}">
<script src="{bridge}"></script></head><body>reloading</body></html>"""


@dataclass
class Behaviour:
    """What the stub does wrong on purpose, and what it saw."""

    refuse_next: int = 0
    uninstalled: bool = False
    status: int = 200
    origins: list[str | None] = field(default_factory=list)
    loads: list[dict[str, str]] = field(default_factory=list)
    contexts: int = 0
    live: bool = True
    over: threading.Event = field(default_factory=threading.Event)


def claims_of(state: State, token: str | None) -> dict[str, Any] | None:
    """The claims of a token that is signed and in time, else None."""
    try:
        decoded = jwt.decode(token or "", OctKey.import_key(state.app.secret), algorithms=["HS256"])
        jwt.JWTClaimsRegistry(leeway=5, exp={"essential": True}).validate(decoded.claims)
    except (JoseError, ValueError):
        return None
    return dict(decoded.claims)


def order_json(order: Order) -> dict[str, Any]:
    sums = totals(order)
    return {
        "id": f"o{order.id}",
        "external_id": str(order.id),
        "name": order.name,
        "placed_at": order.processed_at.isoformat(),
        "updated_at": order.updated_at.isoformat(),
        "financial_status": financial_status(order),
        "fulfillment_status": {"partial": "partially_fulfilled", None: "unfulfilled"}.get(
            fulfillment_status(order), "fulfilled"
        ),
        "currency": order.currency,
        "total_minor": sums.total.shop,
        "current_total_minor": sums.current_total.shop,
        "refunded_minor": sums.refunded.shop,
        "counts": not order.test and not order.cancelled_at,
        "deleted_at": None,
        "lines": [
            {
                "external_id": str(line.id),
                "title": line.title,
                "variant_title": line.variant_title,
                "sku": line.sku,
                "quantity": line.quantity,
                "current_quantity": line.current_quantity,
                "unit_price_minor": line.price.shop,
                "total_minor": line.price.shop * line.quantity,
                "image_url": None,
                "stock": None,
            }
            for line in order.lines
        ],
        "fulfillments": [
            {
                "external_id": str(parcel.id),
                "status": parcel.status,
                "shipment_status": parcel.shipment_status,
                "tracking": [
                    {"company": one.company, "number": one.number, "url": one.url}
                    for one in parcel.tracking
                ],
                "created_at": parcel.created_at.isoformat(),
            }
            for parcel in order.fulfillments
        ],
        "refunds": [
            {
                "external_id": str(refund.id),
                "amount_minor": sum(paid.amount.shop for paid in refund.transactions),
                "currency": order.currency,
                "created_at": refund.created_at.isoformat(),
                "note": refund.note,
            }
            for refund in order.refunds
        ],
    }


def context_json(state: State, shop: Shop, orders: list[Order], name: str) -> dict[str, Any]:
    newest = sorted(orders, key=lambda order: order.created_at, reverse=True)[:20]
    counted = [order_json(order) for order in newest if not order.test]
    done = ("paid", "partially_refunded", "refunded")
    spent = sum(o["total_minor"] for o in counted if o["financial_status"] in done)
    addresses = {order.email for order in newest if order.email}
    return {
        "profile": {
            "id": "p1",
            "display_name": name or None,
            "identities": [
                {"kind": "email", "value": value, "verified": True, "evidence": "store"}
                for value in sorted(addresses)
            ],
            "totals": [
                {
                    "currency": shop.currency,
                    "orders": len(counted),
                    "spent_minor": spent,
                    "unpaid_minor": 0,
                    "refunded_minor": sum(o["refunded_minor"] for o in counted),
                }
            ],
            "first_order_at": newest[-1].created_at.isoformat() if newest else None,
            "last_order_at": newest[0].created_at.isoformat() if newest else None,
            "tags": ["vip"],
            "locale": "el",
        },
        "orders": counted,
        "next": None,
        "conversations": [],
        "freshness": {
            "as_of": state.clock.now().isoformat(),
            "source": "webhook",
            "complete_from": None,
            "complete_until": None,
            "backfill": {"state": "done", "done": 1, "total": 1},
        },
    }


def error(status: int, code: str) -> Response:
    answer = jsonify(error={"code": code, "message": code, "details": {}})
    answer.status_code = status
    return answer


def found_context(state: State, shop: Shop) -> ResponseReturnValue:
    order_id, customer_id = request.args.get("order"), request.args.get("customer")
    order = shop.orders.get(int(order_id or 0))
    customer = shop.customers.get(int(customer_id or 0) or (order.customer_id or 0 if order else 0))
    if order is None and customer is None:
        return error(404, "not_found")
    orders = shop.orders_for(customer.id) if customer else [order] if order else []
    return jsonify(context_json(state, shop, orders, customer.display_name if customer else ""))


def news(state: State, behaviour: Behaviour) -> Iterator[str]:
    """An event for whatever happens in the shops, until the test is over."""
    waiting: queue.Queue[str] = queue.Queue()
    state.listeners.append(lambda _shop, topic, _subject: waiting.put(topic))
    yield ": open\n\n"
    count = 0
    while not behaviour.over.is_set():
        try:
            waiting.get(timeout=0.1)
        except queue.Empty:
            continue
        count += 1
        data = '{"kind":"profile","subject_id":"p1"}'
        yield f"id: {count}-0\nevent: changed\ndata: {data}\n\n"


def create(state: State, behaviour: Behaviour) -> Flask:
    app = Flask("stub_app")

    @app.after_request
    def headers(answer: Response) -> Response:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Headers"] = "Authorization, Accept"
        if request.path.startswith("/shopify"):
            answer.headers["Content-Security-Policy"] = f"frame-ancestors {state.base_url}"
        return answer

    _add_pages(app, state, behaviour)
    _add_api(app, state, behaviour)
    return app


def _bearer() -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _add_pages(app: Flask, state: State, behaviour: Behaviour) -> None:
    @app.get("/shopify/app")
    @app.get("/shopify/app/more")
    def home() -> ResponseReturnValue:
        behaviour.loads.append(request.args.to_dict())
        values = {"key": state.app.client_id, "bridge": f"{state.base_url}/_app-bridge.js"}
        if claims_of(state, request.args.get("id_token")) is None:
            return redirect(f"/bounce?shopify-reload={request.path}?tab=again")
        return HOME.format(**values)

    @app.get("/bounce")
    def bounce() -> ResponseReturnValue:
        bridge = f"{state.base_url}/_app-bridge.js"
        return BOUNCE.format(key=state.app.client_id, bridge=bridge)


def _add_api(app: Flask, state: State, behaviour: Behaviour) -> None:
    @app.get("/api/whoami")
    def whoami() -> ResponseReturnValue:
        claims = claims_of(state, _bearer())
        behaviour.origins.append(request.headers.get("Origin"))
        if claims is None or behaviour.refuse_next:
            behaviour.refuse_next = max(0, behaviour.refuse_next - 1)
            answer = error(401, "unauthorized")
            answer.headers["X-Shopify-Retry-Invalid-Session-Request"] = "1"
            return answer
        return jsonify(shop=claims["dest"], tries=len(behaviour.origins))

    @app.route("/api/v1/live", methods=["GET", "OPTIONS"])
    def live() -> ResponseReturnValue:
        if request.method == "OPTIONS":
            return "", 204
        if not behaviour.live or claims_of(state, _bearer()) is None:
            return error(503 if _bearer() else 401, "no_live")
        return Response(news(state, behaviour), mimetype="text/event-stream")

    @app.route("/api/v1/context", methods=["GET", "OPTIONS"])
    def context() -> ResponseReturnValue:
        if request.method == "OPTIONS":
            return "", 204
        behaviour.origins.append(request.headers.get("Origin"))
        behaviour.contexts += 1
        claims = claims_of(state, _bearer())
        if claims is None:
            return error(401, "unauthorized")
        if behaviour.uninstalled:
            return error(401, "not_installed")
        if behaviour.status != 200:
            return error(behaviour.status, "broken")
        with state.lock:
            return found_context(state, state.shop(claims["dest"].removeprefix("https://")))
