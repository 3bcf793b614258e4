"""A stand-in that changes without a word, counts who asks, and tells what is true."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol

import orjson

from bench.shopify_stand import Stand, stand_in
from bench.woocommerce_stand import stand_in as site_stand_in
from integration.http import GuardedHttp
from integration.services import Services
from platforms.port import Grant, Secret

_SCOPES = ("read_orders", "read_all_orders", "read_customers", "read_products", "read_inventory")
_ROUTE = re.compile(r"/wc/v3/(\w+)(/.+)?$")
Told = dict[str, tuple[Any, ...]]


class Standing(Protocol):
    """A store of so many orders. `page` is the most accounts a call gives, `order_page` the most
    whole orders. The calls are told apart by their names: those that look for changed orders, for
    changed accounts, and for deletions.
    """

    slug: str
    name: str
    page: int
    order_page: int
    order_calls: frozenset[str]
    account_calls: frozenset[str]
    deletion_calls: frozenset[str]

    def settings(self, folder: Path) -> Mapping[str, str]:
        """What the product is set up with."""
        ...

    def connect(self, services: Services) -> Grant:
        """The store's grant."""
        ...

    def pass_time(self, seconds: float) -> None:
        """Let the store's clock move on."""
        ...

    def change(self, chance: Random, *, share: float) -> None:
        """Change that share of the orders; nobody hears of it."""
        ...

    def delete(self, count: int) -> None:
        """Delete so many orders; nobody hears of it."""
        ...

    def calls(self) -> Counter[str]:
        """The calls since the last look, by what they asked for."""
        ...

    def changed_since(self, moment: datetime | None) -> tuple[int, int]:
        """How many orders and accounts the store has changed since."""
        ...

    def told(self) -> Told:
        """The store's own figures of the orders that stand, by id."""
        ...


@dataclass
class ShopifyStanding:
    """A shop."""

    stand: Stand
    order_page: int = 250
    slug: str = "shopify"
    name: str = "Shopify"
    page: int = 250
    kept: dict[str, Any] | None = None
    order_calls: frozenset[str] = frozenset(
        "orders order_marks orders_by_id order order_lines".split()
    )
    account_calls: frozenset[str] = frozenset("newest_customers customers_by_id customer".split())
    deletion_calls: frozenset[str] = frozenset()

    def settings(self, folder: Path) -> Mapping[str, str]:
        return {
            "DATA_DIR": str(folder),
            "SHOPIFY_API_KEY": "the-client-id",
            "SHOPIFY_API_SECRET": "shpss_of_the_benchmark",
            "SHOPIFY_URL_TEMPLATE": f"{self.stand.url}/{{shop}}",
        }

    def connect(self, services: Services) -> Grant:
        return Grant(self.stand.shop, Secret(self.stand.token), _SCOPES)

    def pass_time(self, seconds: float) -> None:
        self.stand.control("clock", seconds=seconds)

    def change(self, chance: Random, *, share: float) -> None:
        told = sorted(self.told())
        self.kept = None
        for number in chance.sample(told, round(len(told) * share)):
            kind = chance.random()
            if kind < 0.05:
                self.stand.control("orders/place")
            elif kind < 0.25:
                self._try("orders/refund", order=number, amount=chance.randint(1, 90))
            elif kind < 0.4:
                self._try("orders/fulfil", order=number)
            else:
                self.stand.control("orders/update", order=number, note=f"seen {chance.random()}")

    def _try(self, path: str, **body: Any) -> None:
        """The store refuses some: then it is a note."""
        if "error" in self.stand.control(path, **body):
            self.stand.control("orders/update", order=body["order"], note=path)

    def delete(self, count: int) -> None:
        numbers, self.kept = sorted(self.told())[:count], None
        for number in numbers:
            self.stand.control("orders/delete", order=number)

    def calls(self) -> Counter[str]:
        found = orjson.loads(_http().send("GET", f"{self.stand.url}/_control/calls").body)
        _http().send("DELETE", f"{self.stand.url}/_control/calls")
        return Counter(each["operation"] for each in found if each["door"] == "graphql")

    def changed_since(self, moment: datetime | None) -> tuple[int, int]:
        oracle = self._oracle()
        since = moment or datetime.min.replace(tzinfo=UTC)
        orders = [each for each in oracle["orders"] if not each["deleted"]]
        return _changed(orders, since), _changed(oracle["customers"], since)

    def told(self) -> Told:
        return {
            each["id"]: _figures(each) for each in self._oracle()["orders"] if not each["deleted"]
        }

    def _oracle(self) -> dict[str, Any]:
        if self.kept is None:
            address = f"{self.stand.url}/_control/oracle?shop={self.stand.shop}"
            answer = _http().send("GET", address, max_bytes=1 << 30, timeout_seconds=300)
            self.kept = orjson.loads(answer.body)
        return self.kept


@contextmanager
def shopify(orders: int, price_every_node: bool) -> Iterator[Standing]:
    """A shop of so many orders, its points no limit: here calls are counted."""
    with stand_in(orders) as stand:
        if price_every_node:
            stand.control("switches", linear_costs=True)
        # A whole order costs 181 points by the letter; 1,000 buy five.
        yield ShopifyStanding(stand, order_page=5 if price_every_node else 250)


def _changed(told: list[dict[str, Any]], since: datetime) -> int:
    return sum(datetime.fromisoformat(each["updated_at"]) >= since for each in told)


def _figures(each: dict[str, Any]) -> tuple[Any, ...]:
    names = ("total_minor", "refunded_minor", "current_total_minor", "financial_status")
    return tuple(each[name] for name in names)


def _http() -> GuardedHttp:
    return GuardedHttp(allow_private_addresses=True)


@dataclass
class WooCommerceStanding:
    """A site."""

    url: str
    keys: dict[str, str]
    order_page: int = 100
    slug: str = "woocommerce"
    name: str = "WooCommerce"
    page: int = 100
    kept: dict[str, Any] | None = None
    order_calls: frozenset[str] = frozenset({"orders", "one of orders"})
    account_calls: frozenset[str] = frozenset({"customers", "one of customers"})
    deletion_calls: frozenset[str] = frozenset({"trash"})

    def settings(self, folder: Path) -> Mapping[str, str]:
        return {"DATA_DIR": str(folder)}

    def connect(self, services: Services) -> Grant:
        handover = services.platforms[self.slug].handover
        assert handover is not None
        body = {**self.keys, "user_id": "b" * 43, "key_permissions": "read_write"}
        keys = handover.receive(orjson.dumps(body)).keys
        return handover.prove(handover.visit(self.url), keys)

    def pass_time(self, seconds: float) -> None:
        self._control("clock", seconds=seconds)

    def change(self, chance: Random, *, share: float) -> None:
        told, self.kept = self.told(), None
        for number in chance.sample(sorted(told), round(len(told) * share)):
            kind = chance.random()
            if kind < 0.05:
                self._control("orders/place")
            elif kind < 0.3 and told[number][1] == 0 and told[number][0] > 50:
                self._control("orders/refund", order=number, amount="0.50")
            else:
                self._control("orders/status", order=number, status="on-hold")
                self._control("orders/status", order=number, status="processing")

    def delete(self, count: int) -> None:
        numbers, self.kept = sorted(self.told())[:count], None
        for number in numbers:
            self._control("orders/delete", order=number, force=True)

    def calls(self) -> Counter[str]:
        found = self._control("calls", clear=True)
        return Counter(
            what
            for each in found
            if (what := _asked_for(each["path"], each["query"])) and each["method"] == "GET"
        )

    def changed_since(self, moment: datetime | None) -> tuple[int, int]:
        since = moment or datetime.min.replace(tzinfo=UTC)
        orders = [o for o in self._oracle()["orders"] if not o["deleted"] and o["mirrored"]]
        changed = [o for o in orders if datetime.fromisoformat(o["updated_at"]) >= since]
        # Of what happens here only a new order can change its account.
        placed = [o for o in changed if datetime.fromisoformat(o["created_at"]) >= since]
        return len(changed), len({o["customer_id"] for o in placed} - {None})

    def told(self) -> Told:
        return {
            each["id"]: _figures(each)
            for each in self._oracle()["orders"]
            if not each["deleted"] and each["mirrored"]
        }

    def _oracle(self) -> dict[str, Any]:
        if self.kept is None:
            self.kept = self._control("oracle")
        assert self.kept is not None
        return self.kept

    def _control(self, path: str, **body: Any) -> Any:
        answer = _http().send(
            "POST",
            f"{self.url}/_control/{path}",
            headers={"Content-Type": "application/json"},
            body=orjson.dumps(body),
            max_bytes=1 << 30,
            timeout_seconds=300,
        )
        return orjson.loads(answer.body).get("result")


@contextmanager
def woocommerce(orders: int) -> Iterator[Standing]:
    """A site of so many orders, which answers at once: here calls are counted."""
    with site_stand_in(orders, 0) as stand:
        yield WooCommerceStanding(stand.url, stand.keys)


def _asked_for(path: str, query: str) -> str:
    """What a REST path of WooCommerce asks for, '' for what is none of its lists."""
    found = _ROUTE.search(path)
    if found is None:
        return ""
    if found[2] is not None:
        return f"one of {found[1]}"
    return "trash" if found[1] == "orders" and "status=trash" in query else found[1]
