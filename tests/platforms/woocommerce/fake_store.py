"""A small store on loopback that lists as WooCommerce does, and the reader towards it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from platforms.own_pacing import OwnPacing
from platforms.port import OutboundHttp, Secret, StoreAccess
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.reader import WooCommerceReader
from platforms.woocommerce.transport import StoreTransport, Timing
from tests.platforms.loopback import Asked, LoopbackStore, Said, guarded, said
from tests.platforms.woocommerce.example import payload

CONFIG = WooCommerceConfig("https://app.example", allow_http=True)


@dataclass(slots=True)
class Clock:
    """A clock that only sleeping moves."""

    time: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.time += seconds


def timing(clock: Clock, **changed: Any) -> Timing:
    """Back-off without chance: the whole wait."""
    settings = {"clock": clock, "sleep": clock.sleep, "jitter": lambda: 1.0, **changed}
    return Timing(**settings)


def transport(
    store: LoopbackStore,
    clock: Clock | None = None,
    *,
    access: StoreAccess | None = None,
    config: WooCommerceConfig = CONFIG,
    root: str = "/wp-json/",
    http: OutboundHttp | None = None,
    **changed: Any,
) -> StoreTransport:
    """Our way to that store, with Basic over loopback unless the access says otherwise."""
    clock = clock or Clock()
    keys = Credentials("ck_1", "cs_1", store.origin + root, "basic").packed()
    given = access or StoreAccess("shop.example", lambda: keys, refuse_renewal)
    pacing = OwnPacing(clock, clock.sleep)
    return StoreTransport(http or guarded(), config, given, pacing, timing(clock, **changed))


def refuse_renewal(refused: Secret) -> Secret:
    """A `renew` that must not be asked."""
    raise AssertionError("nobody should renew")


def order_body(number: int, **changed: Any) -> dict[str, Any]:
    """A real order's body under another number."""
    body = payload("13-order.updated-processing")
    return {**body, "id": number, "number": str(number), **changed}


def customer_body(number: int, **changed: Any) -> dict[str, Any]:
    """A real account's body under another number."""
    return {**payload("05-customer.created"), "id": number, **changed}


class FakeStore:
    """Orders and accounts by id; `before` runs before each answer, with the path and its query."""

    def __init__(self, store: LoopbackStore) -> None:
        self.store = store
        self.orders: dict[int, dict[str, Any]] = {}
        self.customers: dict[int, dict[str, Any]] = {}
        self.others: dict[str, Any] = {}
        self.before: Callable[[str, dict[str, str]], Said | None] = lambda path, query: None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._lock = threading.Lock()
        store.script = self._answer

    @property
    def reader(self) -> WooCommerceReader:
        keys = Credentials("ck_1", "cs_1", self.store.origin + "/wp-json/", "basic").packed()
        access = StoreAccess("shop.example", lambda: keys, refuse_renewal)
        return WooCommerceReader(transport(self.store, access=access), access)

    def queries(self, path: str) -> list[dict[str, str]]:
        """The queries of the calls to a path, in the order of their coming."""
        return [query for asked, query in self.asked if asked == path]

    def _answer(self, asked: Asked) -> Said:
        parts = urlsplit(asked.path)
        path, query = parts.path.removeprefix("/wp-json/"), dict(parse_qsl(parts.query))
        with self._lock:
            self.asked.append((path, query))
            special = self.before(path, query)
            if special is not None:
                return special
            if path in self.others:
                return self._other(self.others[path])
            if path == "wc/v3/orders":
                return self._page(_orders(self.orders, query), query)
            if path == "wc/v3/customers":
                return self._page(_customers(self.customers, query), query)
            return self._single(path)

    def _other(self, value: Any) -> Said:
        return value if isinstance(value, Said) else said(value)

    def _page(self, found: list[dict[str, Any]], query: dict[str, str]) -> Said:
        start, size = int(query.get("offset", 0)), int(query.get("per_page", 10))
        if size > 100:
            return said({"code": "rest_invalid_param", "message": "per_page"}, 400)
        return said(found[start : start + size], X_WP_Total=str(len(found)))

    def _single(self, path: str) -> Said:
        *above, number = path.split("/")
        kept = {"orders": self.orders, "customers": self.customers}.get(above[-1], {})
        if number.isdigit() and int(number) in kept:
            return said(kept[int(number)])
        is_account = above[-1] == "customers"
        code = "wc_user_invalid_id" if is_account else "woocommerce_rest_shop_order_invalid_id"
        return said({"code": code, "message": "Invalid ID."}, 404)


def _orders(orders: dict[int, dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    wanted_trash = query.get("status") == "trash"
    found = [body for body in orders.values() if (body["status"] == "trash") == wanted_trash]
    if "modified_after" in query:
        assert query["dates_are_gmt"] == "true"
        assert not query["modified_after"].endswith("Z")
        found = [body for body in found if body["date_modified_gmt"] > query["modified_after"]]
    return _sorted(found, query)


def _customers(accounts: dict[int, dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    found = list(accounts.values())
    if query.get("role", "customer") != "all":
        found = [body for body in found if body["role"] == query.get("role", "customer")]
    if "include" in query:
        found = [body for body in found if str(body["id"]) in query["include"].split(",")]
    return _sorted(found, query)


def _sorted(bodies: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    fields = {"registered_date": "date_created_gmt", "modified": "date_modified_gmt"}
    name = fields.get(query.get("orderby", ""), "id")
    reverse = query.get("order", "asc") == "desc"
    return sorted(bodies, key=lambda body: (body[name], body["id"]), reverse=reverse)
