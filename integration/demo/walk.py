"""The way that every merchant's stores go, walked once: connect, first read, webhooks, context."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy import select

from integration.crm.stores import StoreView, list_stores, workspace_of
from integration.demo.browser import WindowlessBrowser
from integration.demo.stand_ins import Shops, Site, disagreeing
from integration.demo.world import HEROINE, SHOP, World
from integration.errors import AppError
from integration.install.api_keys import create_key
from integration.install.joining import new_join_code
from integration.models import Order, Store
from integration.models.vocabulary import BackfillState
from integration.services import Services

_POLL_SECONDS = 0.1
_ANSWERS_WITHIN_SECONDS = 180.0
_READS_WITHIN_SECONDS = 600.0
TELLS_WITHIN_SECONDS = 120.0
_CONNECTS_WITHIN_SECONDS = 120.0

OnProgress = Callable[[StoreView], None]
Told = dict[str, Any]


@dataclass(slots=True)
class Walk:
    """One walk through a world whose parts run."""

    world: World
    services: Services
    _key: str = ""

    @property
    def shops(self) -> Shops:
        """The stand-in Shopify."""
        return Shops(self.services.http, self.world.shop_origin)

    @property
    def site(self) -> Site:
        """The stand-in WooCommerce."""
        return Site(self.services.http, self.world.site_origin)

    def await_parts(self) -> None:
        """Return once the stand-ins and Tillside answer."""
        health = [f"{self.world.shop_origin}/_health", f"{self.world.site_origin}/_health"]
        for url in (*health, f"{self.world.mail_origin}/", f"{self.world.app_origin}/readyz"):
            until(_ANSWERS_WITHIN_SECONDS, f"{url} doesn't answer", self._answers, url)

    def install(self, domain: str) -> None:
        """Install a shop over OAuth, as a merchant's browser would; a further one by a code."""
        query = {"shop": domain, **self._joining()}
        browser = WindowlessBrowser(self.services.http)
        browser.visit(f"{self.world.app_origin}/shopify/install?{urlencode(query)}")
        if not self._key:
            store = next(iter(list_stores(self.services)))
            workspace_id = workspace_of(self.services, int(store.id))
            self._key = create_key(self.services, workspace_id, int(store.id))

    def connect(self) -> None:
        """Connect the site: its own page of consent approves by itself, this once."""
        self.site.do("site", auto_consent=True)
        form = {"store_url": self.world.site_origin, **self._joining()}
        browser = WindowlessBrowser(self.services.http)
        browser.submit(f"{self.world.app_origin}/woocommerce/connect", form)
        self.site.do("site", auto_consent=False)

        def is_proved() -> bool:
            domains = [store.domain for store in list_stores(self.services)]
            return self.world.site_origin in domains

        failure = "the site's keys were not proved"
        until(_CONNECTS_WITHIN_SECONDS, failure, is_proved)

    def read(self, on_progress: OnProgress) -> list[StoreView]:
        """Wait until every store's first read has ended."""
        deadline = time.monotonic() + _READS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            stores = list_stores(self.services)
            for store in stores:
                on_progress(store)
                if store.backfill_state == BackfillState.FAILED:
                    raise AppError(f"the first read failed: {store.error}", code="demo_failed")
            if all(store.backfill_state == BackfillState.DONE for store in stores):
                return stores
            time.sleep(_POLL_SECONDS)
        raise AppError("the first read takes too long", code="demo_failed")

    def context(self, **subject: str) -> Told:
        """What the panel knows of somebody, asked over HTTP."""
        told = self._context(subject)
        if told is None:
            raise AppError(f"the panel knows nobody by {subject}", code="demo_failed")
        return told

    def refund(self, order: Told) -> Told:
        """Give a line back in the shop; the order as the panel shows it once it knows."""
        self.shops.refund(SHOP, order)
        return self._once_refunded(SHOP, order)

    def buy(self) -> Told:
        """Have the heroine buy on the site; the order as the panel shows it once it knows."""
        order_id = self.site.buy(HEROINE)

        def known() -> Told | None:
            return self._order(order_id, self.world.site_origin)

        told: Told = until(TELLS_WITHIN_SECONDS, "no webhook of the order came", known)
        return told

    def give_back(self, order: Told) -> Told:
        """Refund an order of the site; the order as the panel shows it once it knows."""
        self.site.do("orders/refund", order=order["external_id"])
        return self._once_refunded(self.world.site_origin, order)

    def order(self, wanted: str, store: str = SHOP) -> Told:
        """One order of a store as the panel shows it."""
        found = self._order(wanted, store)
        if found is None:
            raise AppError(f"the panel doesn't know {wanted} of {store}", code="demo_failed")
        return found

    def disagreements(self, domain: str) -> tuple[int, list[str]]:
        """How many orders the store has by its own books, and the names of those that differ."""
        is_site = domain == self.world.site_origin
        told = self.site.books() if is_site else self.shops.books(domain)
        with self.services.db.across_workspaces() as session:
            rows = session.execute(
                select(Order).join(Store, Store.id == Order.store_id).where(Store.domain == domain)
            ).scalars()
            held = {row.external_id: row for row in rows}
        return len(told), disagreeing(told, held)

    def _joining(self) -> dict[str, str]:
        """A code by which a further store joins; nothing for the first."""
        first = next(iter(list_stores(self.services)), None)
        if first is None:
            return {}
        workspace_id = workspace_of(self.services, int(first.id))
        return {"join": new_join_code(self.services, workspace_id)}

    def _once_refunded(self, store: str, order: Told) -> Told:
        def refunded() -> Told | None:
            now = self.order(order["external_id"], store)
            return now if now["refunded_minor"] > order["refunded_minor"] else None

        told: Told = until(TELLS_WITHIN_SECONDS, "no webhook of the refund came", refunded)
        return told

    def _order(self, wanted: str, store: str) -> Told | None:
        told = self._context({"order": wanted, "store": store})
        orders = told["orders"] if told is not None else []
        return next((one for one in orders if wanted in (one["external_id"], one["name"])), None)

    def _context(self, subject: dict[str, str]) -> Told | None:
        return self.ask(f"context?{urlencode(subject)}")

    def ask(self, path: str, posted: Told | None = None) -> Told | None:
        """What the API answers there, None for what there is not; `posted` makes it a POST."""
        headers = {"Authorization": f"Bearer {self._key}"}
        answer = self.services.http.send(
            "GET" if posted is None else "POST",
            f"{self.world.app_origin}/api/v1/{path}",
            headers=headers,
            body=None if posted is None else orjson.dumps(posted),
        )
        if answer.status == 404:
            return None
        told: Told = orjson.loads(answer.body)
        if answer.status not in (200, 201):
            raise AppError(f"the API answers {answer.status}: {told}", code="demo_failed")
        return told

    def _answers(self, url: str) -> bool:
        try:
            return self.services.http.send("GET", url, timeout_seconds=2).status == 200
        except Exception:  # noqa: BLE001 - it isn't there yet
            return False


def until(seconds: float, failure: str, ask: Callable[..., Any], *given: Any) -> Any:
    """What `ask` answers once it answers anything. Raises AppError with `failure`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask(*given)
        if answer:
            return answer
        time.sleep(_POLL_SECONDS)
    raise AppError(failure, code="demo_failed")
