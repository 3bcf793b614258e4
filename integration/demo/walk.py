"""The way that every merchant's store goes, walked once: install, first read, webhook, context."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy import select

from integration.crm.stores import StoreView, list_stores, workspace_of
from integration.demo.browser import WindowlessBrowser
from integration.demo.world import SHOP, World
from integration.errors import AppError
from integration.install.api_keys import create_key
from integration.install.joining import new_join_code
from integration.models import Order, Store
from integration.models.vocabulary import BackfillState
from integration.services import Services
from platforms.port import Answer

_POLL_SECONDS = 0.1
_ANSWERS_WITHIN_SECONDS = 60.0
_READS_WITHIN_SECONDS = 600.0
_TELLS_WITHIN_SECONDS = 30.0

OnProgress = Callable[[StoreView], None]


@dataclass(slots=True)
class Walk:
    """One walk through a world whose parts run."""

    world: World
    services: Services
    _key: str = ""

    def await_parts(self) -> None:
        """Return once both the stand-in and Tillside answer."""
        for url in (f"{self.world.shop_origin}/_control/shops", f"{self.world.app_origin}/readyz"):
            _until(_ANSWERS_WITHIN_SECONDS, f"{url} doesn't answer", self._answers, url)

    def stores(self) -> list[str]:
        """The shops that the stand-in has, the demo's first."""
        return [shop["domain"] for shop in self._asked("GET", "shops")]

    def install(self, domain: str) -> None:
        """Install a shop over OAuth, as a merchant's browser would; a further one by a code."""
        query = {"shop": domain}
        first = next(iter(list_stores(self.services)), None)
        if first is not None:
            workspace_id = workspace_of(self.services, int(first.id))
            query["join"] = new_join_code(self.services, workspace_id)
        browser = WindowlessBrowser(self.services.http)
        browser.visit(f"{self.world.app_origin}/shopify/install?{urlencode(query)}")
        if first is None:
            store = next(iter(list_stores(self.services)))
            workspace_id = workspace_of(self.services, int(store.id))
            self._key = create_key(self.services, workspace_id, int(store.id))

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

    def context(self, **subject: str) -> dict[str, Any]:
        """What the panel knows of somebody, asked over HTTP."""
        answer = self._ask_app(f"/api/v1/context?{urlencode(subject)}")
        told: dict[str, Any] = orjson.loads(answer.body)
        if answer.status != 200:
            raise AppError(f"the panel answers {answer.status}: {told}", code="demo_failed")
        return told

    def refund(self, order: dict[str, Any]) -> dict[str, Any]:
        """Give a line back in the store; the same order as the panel shows it once it knows."""
        external_id, line = order["external_id"], order["lines"][0]["external_id"]
        act = {"shop": SHOP, "order": external_id, "lines": [[line, 1]], "note": "Changed my mind"}
        self._asked("POST", "orders/refund", act)

        def refunded() -> dict[str, Any] | None:
            now = self.order(external_id)
            return now if now["refunded_minor"] > order["refunded_minor"] else None

        told: dict[str, Any] = _until(_TELLS_WITHIN_SECONDS, "no webhook came", refunded)
        return told

    def order(self, wanted: str) -> dict[str, Any]:
        """One order as the panel shows it."""
        orders = self.context(order=wanted, store=SHOP)["orders"]
        return next(one for one in orders if wanted in (one["external_id"], one["name"]))

    def disagreements(self, domain: str) -> tuple[int, list[str]]:
        """How many orders the store has by its own books, and the names of those that differ."""
        told = self._asked("GET", f"oracle?shop={domain}")["orders"]
        with self.services.db.across_workspaces() as session:
            rows = session.execute(
                select(Order).join(Store, Store.id == Order.store_id).where(Store.domain == domain)
            ).scalars()
            held = {row.external_id: row for row in rows}
        differ = [one["name"] for one in told if not _agrees(held.get(one["id"]), one)]
        return len(told), differ

    def _asked(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.services.http.send(
            method,
            f"{self.world.shop_origin}/_control/{path}",
            headers={"Content-Type": "application/json"},
            body=orjson.dumps(body) if body is not None else None,
        )
        if answer.status >= 300:
            raise AppError(f"the store refuses: {answer.body[:300]!r}", code="demo_failed")
        return orjson.loads(answer.body)

    def _ask_app(self, path: str) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}"}
        return self.services.http.send("GET", f"{self.world.app_origin}{path}", headers=headers)

    def _answers(self, url: str) -> bool:
        try:
            return self.services.http.send("GET", url, timeout_seconds=2).status == 200
        except Exception:  # noqa: BLE001 - it isn't there yet
            return False


def _agrees(held: Order | None, told: dict[str, Any]) -> bool:
    if held is None:
        return bool(told["deleted"])
    names = ("currency", "total_minor", "current_total_minor", "refunded_minor")
    return all(getattr(held, name) == told[name] for name in names)


def _until(seconds: float, failure: str, ask: Callable[..., Any], *given: Any) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask(*given)
        if answer:
            return answer
        time.sleep(_POLL_SECONDS)
    raise AppError(failure, code="demo_failed")
