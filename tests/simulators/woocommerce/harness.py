"""The laboratory's store rebuilt, real payloads to hold it against, and a client."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.order import Extra, Line, Order, Refund
from simulators.woocommerce.model.people import Meta, User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.testing import Running

PAYLOADS = Path(__file__).parents[2] / "payloads" / "woocommerce"
LAB = "http://127.0.0.1:18080"


def rest_payload(name: str) -> dict[str, Any]:
    """A recorded answer: request, status, headers, body."""
    made: dict[str, Any] = json.loads((PAYLOADS / "rest" / f"{name}.json").read_text("utf-8"))
    return made


def delivered(name: str) -> bytes:
    return (PAYLOADS / f"{name}.body").read_bytes()


def delivered_headers(name: str) -> dict[str, str]:
    held = json.loads((PAYLOADS / f"{name}.headers.json").read_text("utf-8"))
    return dict(held["headers"])


def lab_site(home: str = LAB) -> Site:
    """The store that the payloads come from, empty."""
    site = Site(
        "Lab Store", "", "USD", 2, "America/New_York", "US:NY", "en_US", home=home,
    )  # fmt: skip
    opened = datetime(2026, 11, 1, tzinfo=UTC)
    owner = User(site.next_id("user"), "lab@example.com", "lab", opened, role="administrator")
    site.users[owner.id] = owner
    return site


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _metas(rows: list[dict[str, Any]]) -> list[Meta]:
    return [Meta(row["id"], row["key"], row["value"]) for row in rows]


def _line(row: dict[str, Any]) -> Line:
    return Line(
        row["id"], row["name"], row["product_id"], row["variation_id"], row["quantity"],
        Decimal(row["subtotal"]), Decimal(row["total"]), row["sku"], meta=_metas(row["meta_data"]),
    )  # fmt: skip


def order_from(body: dict[str, Any]) -> Order:
    """What the store held when it wrote that body; nothing that the stand-in computes."""
    created = _at(body["date_created_gmt"])
    order = Order(
        body["id"], body["status"], body["currency"], created, _at(body["date_modified_gmt"]),
        body["order_key"], body["billing"], body["shipping"], body["customer_id"],
        body["payment_method"], body["payment_method_title"], body["transaction_id"],
        body["created_via"], body["customer_note"], body["customer_ip_address"],
        body["customer_user_agent"], body["cart_hash"], moment(body["date_paid_gmt"]),
        moment(body["date_completed_gmt"]),
    )  # fmt: skip
    order.lines = [_line(row) for row in body["line_items"]]
    order.shipping_lines = [
        Extra(row["id"], row["method_title"], row["method_id"], Decimal(row["total"]))
        for row in body["shipping_lines"]
    ]
    order.fees = [
        Extra(row["id"], row["name"], "", Decimal(row["total"])) for row in body["fee_lines"]
    ]
    order.refunds = [
        Refund(row["id"], created, -Decimal(row["total"]), row["reason"], 1)
        for row in body["refunds"]
    ]
    order.meta = _metas(body["meta_data"])
    return order


def user_from(body: dict[str, Any]) -> User:
    return User(
        body["id"], body["email"], body["username"], _at(body["date_created_gmt"]),
        moment(body["date_modified_gmt"]), body["first_name"], body["last_name"], body["role"],
        body["billing"], body["shipping"], body["is_paying_customer"],
        meta=_metas(body["meta_data"]),
    )  # fmt: skip


def product_from(body: dict[str, Any]) -> Product:
    return Product(
        body["id"], body["name"], body["slug"], body["sku"], Decimal(body["price"]),
        _at(body["date_created_gmt"]), _at(body["date_modified_gmt"]),
        stock=body["stock_quantity"], total_sales=body["total_sales"],
    )  # fmt: skip


def lab_state(home: str = LAB) -> tuple[State, Site]:
    state = State()
    return state, state.add(lab_site(home))


class Client:
    """Talks to one site with a consumer key by Basic."""

    def __init__(
        self, stand_in: Running, site: str | None = None, permissions: str = "read_write"
    ) -> None:
        self.stand_in = stand_in
        self.site = stand_in.site(site)
        self.base = stand_in.url(self.site.prefix)
        self.key, self.secret = stand_in.keys(self.site.prefix, permissions)
        self.http = requests.Session()
        self.http.trust_env = False

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """`path` below wc/v3."""
        options.setdefault("auth", (self.key, self.secret))
        url = f"{self.base}/wp-json/wc/v3/{path}"
        return self.http.request(method, url, timeout=120, **options)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a read that goes well."""
        answer = self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.ask(method, path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def watch(self, topic: str, url: str, secret: str = "a secret of the tests") -> int:
        """A webhook's id."""
        asked = {"topic": topic, "delivery_url": url, "secret": secret}
        made: int = self.send("POST", "webhooks", asked, 201)["id"]
        return made

    def close(self) -> None:
        self.http.close()


HEADERS = ("Content-Type", "Link", "Allow", "X-WP-Total", "X-WP-TotalPages", "Location")


def recorded_headers(answer: requests.Response, base: str) -> dict[str, str]:
    """Those that the recordings hold, under their address."""
    return {
        name: answer.headers[name].replace(base, "https://shop.example")
        for name in HEADERS
        if name in answer.headers
    }
