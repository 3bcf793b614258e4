"""A stand-in store and we, each reaching the other over real sockets, on either database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import requests
from sqlalchemy import select

from integration.app import build_house
from integration.models import Alarm, Order, Reconciliation, Store, StoreSync
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.shopify.config import read_config as read_shopify
from platforms.shopify.platform import ShopifyPlatform
from platforms.shopify.transport import Timing as ShopifyTiming
from platforms.woocommerce.config import read_config as read_woocommerce
from platforms.woocommerce.platform import WooCommercePlatform
from simulators.shopify.testing import running as running_shopify
from simulators.woocommerce.testing import running as running_woocommerce
from tests.webhooks import test_stand_in as shopify_way
from tests.webhooks import test_stand_in_woocommerce as woocommerce_way
from tests.webhooks.front import front
from tests.webhooks.parts import SETTINGS, make_services
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

SLUGS = ("shopify", "woocommerce")
FIGURES = (
    "total_minor",
    "refunded_minor",
    "current_total_minor",
    "financial_status",
    "fulfillment_status",
)
# REST has no word for an order without parcels, and a short one for some.
_WORDS = {None: "unfulfilled", "partial": "partially_fulfilled"}
Told = dict[str, tuple[Any, ...]]


class Stand(Protocol):
    """A running stand-in, of either platform."""

    state: Any
    base_url: str
    outbox: Any

    def control(self, path: str, **body: Any) -> Any: ...

    def oracle(self, name: str | None = None) -> dict[str, Any]: ...

    def settle(self, timeout: float = 60.0) -> None: ...

    def shop(self) -> Any: ...


@dataclass
class World:
    """One store of a platform, connected, with a copy of it."""

    slug: str
    stand_in: Stand
    services: Services
    jobs: RecordedJobs
    ahead: list[timedelta]
    names: list[str] = field(default_factory=list)

    def control(self, path: str, **body: Any) -> Any:
        """What happens in the store, or what the stand-in is told."""
        if self.slug == "woocommerce":
            body = {"site": woocommerce_way.SITE, **body}
        return self.stand_in.control(path, **body)

    def lose(self, share: float) -> None:
        """Let that share of webhooks be lost from now on."""
        self.control("switches", drop=share)

    def lost(self) -> int:
        """How many webhooks were lost so far."""
        return sum(one.state == "dropped" for one in list(self.stand_in.outbox.log))

    def act(self, chance: Random) -> None:
        """Something that happens in a store; it refuses some of it itself."""
        try:
            _ACTS[self.slug](self, chance)
        except requests.HTTPError as refused:
            if not any(status in str(refused) for status in ("422", "400", "404", "409")):
                raise

    def delete_one(self, chance: Random) -> None:
        """One of the orders that stand is deleted for good."""
        number = chance.choice(sorted(self.told()))
        if number in self.names:
            self.names.remove(number)
        force = {"force": True} if self.slug == "woocommerce" else {}
        self.control("orders/delete", order=number, **force)

    def passes(self, seconds: float) -> None:
        """Time, on both sides. A signature of OAuth 1.0a bears 15 minutes between two clocks."""
        passing = seconds if self.slug == "shopify" else seconds / 10
        self.stand_in.control("clock", seconds=passing)

    def drained(self) -> None:
        """Let everything that isn't lost arrive and be worked off."""
        self.stand_in.settle()
        drain(self.services)

    def ids(self) -> dict[str, int]:
        """The store's, for its jobs."""
        [store] = self.rows(Store)
        return {"workspace_id": store.workspace_id, "store_id": store.id}

    def rows(self, model: Any) -> list[Any]:
        """All rows of a model, in the order of ids where it has them."""
        key = next(iter(model.__table__.primary_key))
        with self.services.db.across_workspaces() as session:
            return list(session.execute(select(model).order_by(key)).scalars())

    def runs(self, kind: str) -> list[Reconciliation]:
        """The ledger's rows of that kind."""
        return [row for row in self.rows(Reconciliation) if row.kind == kind]

    def sync(self) -> StoreSync:
        """How far the copy reaches."""
        [found] = self.rows(StoreSync)
        assert isinstance(found, StoreSync)
        return found

    def alarms(self) -> list[str]:
        """The alarms that stand."""
        return [row.code for row in self.rows(Alarm) if row.cleared_at is None]

    def figures(self) -> Told:
        """The copy's orders that stand."""
        rows = (row for row in self.rows(Order) if row.deleted_at is None)
        return {row.external_id: tuple(getattr(row, name) for name in FIGURES) for row in rows}

    def told(self) -> Told:
        """The store's own figures of them."""
        return {
            each["id"]: tuple(_WORDS.get(each[name], each[name]) for name in FIGURES)
            for each in self._oracle()["orders"]
            if not each["deleted"] and each.get("mirrored", True)
        }

    def wrong(self) -> list[str]:
        """The orders of which copy and store say different things."""
        held, told = self.figures(), self.told()
        return sorted(one for one in held.keys() | told.keys() if held.get(one) != told.get(one))

    def _oracle(self) -> dict[str, Any]:
        name = woocommerce_way.SITE if self.slug == "woocommerce" else None
        return self.stand_in.oracle(name)


@contextmanager
def world(slug: str, folder: Path, url: str | None = None, *, orders: int = 30) -> Iterator[World]:
    """Such a store that isn't connected yet; `url` is of an empty PostgreSQL, else SQLite."""
    run: Any = running_shopify if slug == "shopify" else running_woocommerce
    more = {} if slug == "shopify" else {"auto_consent": True}
    with front() as ours, run(orders=orders, customers=8, **more) as stand_in:
        ahead: list[timedelta] = []

        def now() -> datetime:
            moment: datetime = stand_in.state.clock.now()
            return moment + sum(ahead, timedelta())

        made = make_services(folder, now, url=url)
        settings = {**SETTINGS, "APP_URL": ours.url, "ALLOW_PRIVATE_ADDRESSES": "1"}
        platform = _PLATFORMS[slug](made, stand_in, settings)
        jobs = RecordedJobs(build_house().jobs)
        told = {"app_url": ours.url, "allow_private_addresses": True}
        services = replace(
            made,
            settings=made.settings.model_copy(update=told),
            platforms={slug: platform},
            jobs=jobs,
        )
        inbox = open_inbox(services)
        ours.receiver = Receiver(services, inbox, StoreDirectory(services))
        ours.services = services
        try:
            yield World(slug, stand_in, services, jobs, ahead)
        finally:
            inbox.close()
            services.db.dispose()
            services.inbox.dispose()


def connect(place: World) -> None:
    """What a merchant does, up to the jobs that follow from it, which wait."""
    if place.slug == "shopify":
        _install(place)
    else:
        way = woocommerce_way.World(place.stand_in, place.services, None)  # type: ignore[arg-type]
        page, _ = way.begin()
        assert way.approve(page).status_code == 302
        run_until(place, "sync.backfill")


def run_until(place: World, name: str) -> None:
    """Run what waits, in its order, until a job of that name would be next."""
    while place.jobs.waiting and place.jobs.waiting[0][0] != name:
        job, arguments = place.jobs.waiting.pop(0)
        place.jobs._keys.clear()
        place.jobs.definitions[job].function(place.services, **arguments)
    assert place.jobs.waiting, f"no {name} came"


def _install(place: World) -> None:
    way = shopify_way.World(place.stand_in, place.services)  # type: ignore[arg-type]
    shopify_way.install_app(way)
    run_until(place, "sync.backfill")


def _shopify(made: Services, stand_in: Any, settings: dict[str, str]) -> ShopifyPlatform:
    told = {
        **settings,
        "SHOPIFY_API_KEY": stand_in.state.app.client_id,
        "SHOPIFY_API_SECRET": stand_in.state.app.secret,
        "SHOPIFY_URL_TEMPLATE": stand_in.url_template,
    }
    # Hurried, so that a fault costs a test milliseconds.
    timing = ShopifyTiming(
        first_wait_seconds=0.01,
        longest_wait_seconds=0.1,
        timeout_seconds=30.0,
        throttled_attempts=4,
    )
    return ShopifyPlatform(made.http, read_shopify(told), timing, stand_in.state.clock.now)


def _woocommerce(made: Services, _stand_in: Any, settings: dict[str, str]) -> WooCommercePlatform:
    return WooCommercePlatform(made.http, read_woocommerce(settings), woocommerce_way.TIMING)


def _act_shopify(place: World, chance: Random) -> None:
    kinds = ["place", "place", "pay", "fulfil", "refund", "update", "edit", "cancel"]
    kind, variants = chance.choice(kinds), list(place.stand_in.shop().variants)
    if kind == "place" or not place.names:
        lines = [{"variant": chance.choice(variants)}]
        place.names.append(place.control("orders/place", lines=lines)["id"])
        return
    more: dict[str, Any] = {}
    if kind == "refund":
        more["amount"] = chance.randint(1, 90)
    elif kind == "update":
        more["note"] = f"note {chance.random()}"
    elif kind == "edit":
        more["add"] = [{"variant": chance.choice(variants)}]
    place.control(f"orders/{kind}", order=chance.choice(place.names), **more)


def _act_woocommerce(place: World, chance: Random) -> None:
    kind = chance.choice(["place", "place", "pay", "complete", "refund", "cancel", "trash", "note"])
    if kind == "place" or not place.names:
        place.names.append(place.control("orders/place", email="a@buyer.example")["id"])
        return
    order = chance.choice(place.names)
    more: dict[str, Any] = {}
    if kind == "refund":
        more["amount"] = f"0.{chance.randint(10, 90)}"
    elif kind == "note":
        more["text"] = "a note"
    place.control(f"orders/{kind}", order=order, **more)


_PLATFORMS: dict[str, Any] = {"shopify": _shopify, "woocommerce": _woocommerce}
_ACTS: dict[str, Any] = {"shopify": _act_shopify, "woocommerce": _act_woocommerce}
