"""A stand-in Shopify with our app in it, and what its shops say of themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from platforms.port import Grant, Secret, StoreAccess, StoreFacts
from platforms.records import OrderRecord, Page
from platforms.shopify.platform import ShopifyPlatform
from platforms.shopify.reader import ShopifyReader
from simulators.shopify.actions.app import install
from simulators.shopify.model.shop import Shop
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running

CALLBACK = "https://app.example/shopify/callback"


@dataclass
class World:
    """A stand-in with our app registered there, and our platform pointed at it."""

    stand_in: Running
    platform: ShopifyPlatform
    domain: str

    def at(self, domain: str) -> "World":
        """The same world, seen at another of its shops."""
        return replace(self, domain=domain)

    @property
    def shop(self) -> Shop:
        return self.stand_in.shop(self.domain)

    def grant(self) -> Grant:
        """A managed install: the merchant accepts, and the session token is exchanged."""
        state, shop = self.stand_in.state, self.shop
        with state.action():
            install(state, shop, state.app.scope_set)
        staff = next(iter(shop.staff.values()))
        now = state.clock.now().timestamp()
        token = mint(shop, staff, state.app.client_id, state.app.secret, now=now)
        return self.platform.installer.exchange(token)

    def access(self, grant: Grant | None = None) -> StoreAccess:
        held = grant or self.grant()

        def renew(refused: Secret) -> Secret:
            assert held.refresh_token is not None
            return self.platform.installer.refresh(held.domain, held.refresh_token).access_token

        return StoreAccess(held.domain, lambda: held.access_token, renew)

    def reader(self) -> ShopifyReader:
        return self.platform.reader(self.access())

    def facts(self) -> StoreFacts:
        shop = self.shop
        return StoreFacts(shop.domain, str(shop.id), shop.currency)


def records(pages: Iterator[Page[Any]]) -> list[Any]:
    """All records of a read."""
    return [record for page in pages for record in page.records]


def collect(pages: Iterator[Page[Any]], seen: list[Page[Any]]) -> None:
    """Put each page on the list as it comes, so that a failure leaves those before it."""
    for page in pages:
        seen.append(page)


def figures(order: OrderRecord) -> dict[str, Any]:
    """An order's figures in the form of `told_by`."""
    return {
        "id": order.external_id,
        "name": order.name,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "current_total_minor": order.current_total_minor,
        "refunded_minor": order.refunded_minor,
        "presentment_currency": order.presentment_currency,
        "presentment_total_minor": order.presentment_total_minor,
        "financial_status": order.financial_status,
        "cancelled": order.cancelled_at is not None,
        "test": order.is_test,
        "customer_id": order.customer_external_id,
        "email": order.email,
        "phone": order.phone,
        "refunds": len(order.refunds),
        "fulfillments": len(order.fulfillments),
        "lines": sorted(
            (line.external_id, line.title, line.sku, line.quantity, line.current_quantity)
            for line in order.lines
        ),
    }


def told_by(world: World) -> dict[str, dict[str, Any]]:
    """The store's own figures of its orders that still stand, in the same form."""
    told = {}
    for order in world.stand_in.oracle(world.domain)["orders"]:
        if order["deleted"]:
            continue
        lines = sorted(
            (
                line["id"],
                line["title"],
                line["sku"] or None,
                line["quantity"],
                line["current_quantity"],
            )
            for line in order["lines"]
        )
        keys = _figure_names()
        told[order["id"]] = {**{key: order[key] for key in keys}, "lines": lines}
    return told


def _figure_names() -> list[str]:
    return [
        "id", "name", "currency", "total_minor", "current_total_minor", "refunded_minor",
        "presentment_currency", "presentment_total_minor", "financial_status", "cancelled",
        "test", "customer_id", "email", "phone", "refunds", "fulfillments",
    ]  # fmt: skip
