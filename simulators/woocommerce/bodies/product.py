"""Products and variations."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from simulators.woocommerce.bodies.links import item_links
from simulators.woocommerce.bodies.order import SYMBOLS, amount
from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.state import State

_DATA = Path(__file__).parent.parent / "rest" / "schema" / "product.json"


@cache
def _shape() -> str:
    """A plain product with all its fields, as JSON."""
    return _DATA.read_text(encoding="utf-8")


def _price_html(site: Site, price: str) -> str:
    symbol = SYMBOLS.get(site.currency, site.currency).encode("ascii", "xmlcharrefreplace").decode()
    symbol = symbol.replace("$", "&#36;")
    return (
        '<span class="woocommerce-Price-amount amount"><bdi><span '
        f'class="woocommerce-Price-currencySymbol">{symbol}</span>{price}</bdi></span>'
    )


def product_body(state: State, site: Site, product: Product) -> dict[str, Any]:
    """A product, or by its own id one variation of it."""
    body: dict[str, Any] = json.loads(_shape())
    price = amount(site, product.price)
    slug = product.slug
    style = [{"id": 0, "name": "Style", "slug": "style", "option": product.option}]
    body |= {
        "id": product.id,
        "name": product.name,
        "slug": slug,
        "permalink": f"{state.url(site)}/product/{slug}/",
        "date_created": site.local(product.created_at),
        "date_created_gmt": gmt(product.created_at),
        "date_modified": site.local(product.modified_at),
        "date_modified_gmt": gmt(product.modified_at),
        "type": product.kind,
        "sku": product.sku,
        "price": price,
        "regular_price": "" if product.variations else price,
        "total_sales": product.total_sales,
        "stock_quantity": product.stock,
        "parent_id": product.parent_id,
        "categories": [] if product.parent_id else _category(product),
        "attributes": style if product.option else [],
        "variations": list(product.variations),
        "price_html": _price_html(site, price),
        "has_options": bool(product.variations),
        "_links": item_links(state, site, "products", product.id),
    }
    return body


def _category(product: Product) -> list[dict[str, Any]]:
    slug = product.category.lower().replace(" ", "-")
    return [{"id": 15, "name": product.category, "slug": slug}]


_NOT_OF_VARIATIONS = (
    "slug", "featured", "catalog_visibility", "short_description", "price_html", "related_ids",
    "categories", "tags", "brands", "upsell_ids", "cross_sell_ids", "grouped_products",
    "variations", "default_attributes", "total_sales", "reviews_allowed", "average_rating",
    "rating_count", "external_url", "button_text", "sold_individually", "has_options",
    "post_password", "shipping_required", "shipping_taxable", "images",
)  # fmt: skip


def variation_body(state: State, site: Site, product: Product) -> dict[str, Any]:
    """As `products/<id>/variations` tells it."""
    body = product_body(state, site, product)
    for name in _NOT_OF_VARIATIONS:
        body.pop(name, None)
    body["image"] = None
    body["name"] = product.option
    links = item_links(state, site, f"products/{product.parent_id}/variations", product.id)
    up = item_links(state, site, "products", product.parent_id)["self"][0]["href"]
    body["_links"] = {**links, "up": [{"href": up}]}
    return body
