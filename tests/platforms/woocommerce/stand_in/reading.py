"""A stand-in that is read: readers of its sites, and what its sites say of themselves."""

from collections.abc import Iterator
from typing import Any

from platforms.port import StoreAccess
from platforms.records import CustomerRecord, OrderRecord, Page
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.credentials import Auth, Credentials
from platforms.woocommerce.platform import WooCommercePlatform
from platforms.woocommerce.reader import WooCommerceReader
from platforms.woocommerce.sites import canonical_site
from simulators.woocommerce.testing import Running
from tests.platforms.loopback import guarded
from tests.platforms.woocommerce.fake_store import refuse_renewal
from tests.platforms.woocommerce.stand_in.world import TIMING

CONFIG = WooCommerceConfig("https://app.example", allow_http=True)


def reader_of(stand_in: Running, site: str | None = None) -> WooCommerceReader:
    """A reader with fresh keys of that site's administrator; a password where none are taken.

    WooCommerce's own keys are seen only where `wp-json/` stands in the address.
    """
    if stand_in.site(site).pretty_permalinks:
        return reader_with(stand_in, site, "oauth1", *stand_in.keys(site))
    return reader_with(stand_in, site, "application_password", *password_of(stand_in, site))


def password_of(stand_in: Running, site: str | None = None) -> tuple[str, str]:
    """A fresh application password with its user's name."""
    prefix = stand_in.site(site).prefix
    made = stand_in.control("application-passwords/create", site=prefix)
    return made["username"], made["password"]


def reader_with(
    stand_in: Running, site: str | None, auth: Auth, key: str, secret: str
) -> WooCommerceReader:
    """A reader with those keys, which nobody renews."""
    root = stand_in.state.rest_root(stand_in.site(site))
    packed = Credentials(key, secret, root, auth).packed()
    domain = canonical_site(stand_in.url(site), allow_http=True)
    access = StoreAccess(domain, lambda: packed, refuse_renewal)
    return WooCommercePlatform(guarded(), CONFIG, TIMING).reader(access)


def records(pages: Iterator[Page[Any]]) -> list[Any]:
    """All records of a read."""
    return [record for page in pages for record in page.records]


def order_figures(order: OrderRecord) -> dict[str, Any]:
    """An order's figures in the form of `orders_told`."""
    return {
        "id": order.external_id,
        "name": order.name,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "refunded_minor": order.refunded_minor,
        "current_total_minor": order.current_total_minor,
        "deleted": order.deleted_at is not None,
        "financial_status": order.financial_status,
        "fulfillment_status": order.fulfillment_status,
        "status": order.platform_status,
        "customer_id": order.customer_external_id,
        "email": order.email,
        "phone": order.phone,
        "created_at": order.placed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "updated_at": order.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "created_via": order.sales_channel,
        "refunds": len(order.refunds),
        "lines": [
            {
                "id": line.external_id,
                "title": f"{line.title} - {line.variant_title}"
                if line.variant_title
                else line.title,
                "sku": line.sku or "",
                "quantity": line.quantity,
                "variant_id": line.variant_external_id,
            }
            for line in order.lines
        ],
    }


def orders_told(stand_in: Running, site: str | None = None) -> dict[str, dict[str, Any]]:
    """The store's own figures of its orders, the trashed ones too, by id."""
    left_out = ("counts", "paid", "mirrored", "notes")
    gone = {str(number) for number in stand_in.site(site).gone}
    return {
        each["id"]: {name: value for name, value in each.items() if name not in left_out}
        for each in stand_in.oracle(site)["orders"]
        if each["mirrored"] and each["id"] not in gone
    }


def customer_figures(customer: CustomerRecord) -> tuple[Any, ...]:
    """An account's figures in the form of `customers_told`."""
    return (customer.first_name, customer.last_name, customer.email)


def customers_told(stand_in: Running, site: str | None = None) -> dict[str, tuple[Any, ...]]:
    """The store's own figures of its buyers' accounts, by id."""
    return {
        each["id"]: (each["first_name"] or None, each["last_name"] or None, each["email"])
        for each in stand_in.oracle(site)["customers"]
        if each["mirrored"]
    }
